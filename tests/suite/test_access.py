"""Every address x every role x every method, against the table; an address without a row fails the build."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.suite.access_table import TABLE, Row
from tests.suite.scene import ANONYMOUS, EVERYBODY, Scene, addresses, scene  # noqa: F401 - a fixture
from tests.world import CANARY

pytestmark = pytest.mark.django_db
ROWS = {row.name: row for row in TABLE}
OUTSIDERS = ("fremd-cdo", "fremd-leitung", "plattform", "ohne-rolle")
OTHER_METHODS = ("put", "patch", "delete")


def test_every_address_has_a_row() -> None:
    assert sorted(addresses().keys() - ROWS.keys()) == []


def test_every_row_has_an_address() -> None:
    assert sorted(ROWS.keys() - addresses().keys()) == []


def ask(scene: Scene, row: Row, role: str, method: str) -> HttpResponse:
    client = Client(raise_request_exception=False)
    person = scene.people[role]
    if person is not None:
        client.force_login(person)
    address = reverse(row.name, kwargs=row.arguments(scene) if row.arguments else None) + row.query
    sid = transaction.savepoint()
    try:
        return getattr(client, method)(address)
    finally:
        transaction.savepoint_rollback(sid)


def is_refusal(response: HttpResponse) -> bool:
    to_sign_in = response.status_code == 302 and response["Location"].startswith("/anmelden/")
    return to_sign_in or response.status_code in (401, 403, 404)


@pytest.mark.parametrize("name", ROWS)
def test_the_page_opens_for_the_roles_of_the_table_alone(scene: Scene, name: str) -> None:  # noqa: F811
    row = ROWS[name]
    answers = {role: ask(scene, row, role, "get") for role in EVERYBODY}
    if row.opens is None:
        assert {r: a.status_code for r, a in answers.items() if a.status_code != 405 and not is_refusal(a)} == {}
        return
    heard = {role for role, answer in answers.items() if not is_refusal(answer)}
    assert (heard - row.opens, row.opens - heard) == (set(), set())


@pytest.mark.parametrize("name", ROWS)
def test_nobody_meets_an_error_of_the_program(scene: Scene, name: str) -> None:  # noqa: F811
    statuses = {
        (role, method): ask(scene, ROWS[name], role, method).status_code
        for role in EVERYBODY
        for method in ("get", "post", *OTHER_METHODS)
    }
    assert {cell: status for cell, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize("name", ROWS)
def test_only_the_roles_of_the_table_are_heard_when_they_post(scene: Scene, name: str) -> None:  # noqa: F811
    row = ROWS[name]
    answers = {role: ask(scene, row, role, "post") for role in EVERYBODY}
    heard = {role for role, a in answers.items() if not is_refusal(a) and a.status_code != 405}
    expected = row.acts or frozenset()
    assert (heard - expected, expected - heard) == (set(), set())


@pytest.mark.parametrize("name", ROWS)
def test_no_other_method_is_heard(scene: Scene, name: str) -> None:  # noqa: F811
    answers = {(r, m): ask(scene, ROWS[name], r, m) for r in EVERYBODY for m in OTHER_METHODS}
    assert {cell: a.status_code for cell, a in answers.items() if a.status_code != 405 and not is_refusal(a)} == {}


@pytest.mark.parametrize("name", [row.name for row in TABLE if row.hidden])
def test_strangers_cannot_tell_a_hidden_thing_from_nothing(scene: Scene, name: str) -> None:  # noqa: F811
    statuses = {(r, m): ask(scene, ROWS[name], r, m).status_code for r in OUTSIDERS for m in ("get", "post")}
    assert {cell: status for cell, status in statuses.items() if status not in (404, 405)} == {}


@pytest.mark.parametrize("name", ROWS)
def test_no_internal_text_reaches_a_stranger(scene: Scene, name: str) -> None:  # noqa: F811
    answers = {role: ask(scene, ROWS[name], role, "get") for role in (ANONYMOUS, *OUTSIDERS)}
    bodies = {role: b"".join(answer) for role, answer in answers.items()}
    # The storage location of the other town carries the same canary, so only anonymous people and people without
    # that town's roles may be asked here.
    leaks = {role for role, body in bodies.items() if CANARY.encode() in body and not role.startswith("fremd")}
    assert leaks == set()
