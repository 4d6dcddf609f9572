"""Keyset paging over rows that come and go, and cursors nobody here has made."""

from __future__ import annotations

import base64

import pytest
from django.http import QueryDict

from accounts.models import Municipality
from core import paging
from core.models import AuditStream

ORDER = ("key", "pk")


@pytest.fixture
def streams(db: None) -> list[str]:
    names = [f"kette-{number:02d}" for number in range(7)]
    AuditStream.objects.bulk_create(AuditStream(key=name) for name in names)
    return names


def page(order: tuple[str, ...] = ORDER, **params: str) -> paging.Page:
    rows = AuditStream.objects.filter(key__startswith="kette-")
    query = QueryDict(mutable=True)
    query.update(params)
    return paging.page(rows, query, order=order, size=3)


def keys(found: paging.Page) -> list[str]:
    return [row.key for row in found.items]


@pytest.mark.parametrize("order", [ORDER, ("-key", "-pk")])
def test_walking_forward_meets_every_row_once(streams, order):
    met, cursor = [], ""
    while True:
        found = page(order, after=cursor)
        met += keys(found)
        if not (cursor := found.after):
            break
    assert met == sorted(streams, reverse=order[0].startswith("-"))


def test_going_back_shows_the_page_one_came_from(streams):
    first = page()
    second = page(after=first.after)
    assert keys(page(before=second.before)) == keys(first)


def test_the_first_page_has_no_page_before_it(streams):
    first = page()
    assert page(before=page(after=first.after).before).before == ""


def test_the_last_page_has_no_page_after_it(streams):
    assert page(after=page(after=page().after).after).after == ""


def test_a_row_that_appears_in_between_moves_no_other_row(streams):
    first = page()
    AuditStream.objects.create(key="kette-00a")
    assert keys(page(after=first.after)) == streams[3:6]


def test_a_page_costs_one_query(streams, django_assert_num_queries):
    with django_assert_num_queries(1):
        page(after=page_cursor())


def page_cursor() -> str:
    return paging._write(AuditStream(key="kette-02", pk=1), ORDER)


def test_the_other_parameters_stay_in_the_address(streams):
    assert page(sort="name").next_url.startswith("?sort=name&after=")


@pytest.mark.parametrize(
    "cursor", ["xx", "W10", "e30", "WyJhIl0", "W1sxXSwyXQ", "W251bGwsbnVsbF0", "ä", "WyJhIiwgIngiXQ", "A" * 5]
)
def test_a_cursor_from_elsewhere_is_refused(db, cursor):
    with pytest.raises(paging.BadCursor):
        page(after=cursor)


def test_half_a_character_pair_in_a_cursor_is_refused(db):
    with pytest.raises(paging.BadCursor):
        page(after=base64.urlsafe_b64encode(b'["\\ud800", 1]').decode())


def test_a_sort_key_kept_by_the_database_can_carry_the_order(db):
    rows = Municipality.objects.all()
    assert paging.page(rows, QueryDict(), order=("sort_key", "pk")).items == []
