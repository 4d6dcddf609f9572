"""Dates as a picture and as a table."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from compliance import timeline
from compliance.models import Duty
from compliance.rules.law_days import law_days
from register.models import Entry
from tests.compliance.assessing import finished
from tests.world import Town

TODAY = date(2026, 11, 27)


def drawn(*days: date) -> timeline.Bars:
    found = timeline.bars([(day, "open", 1) for day in days], [], [], today=TODAY)
    assert found is not None
    return found


def test_a_short_time_is_shown_by_month() -> None:
    assert [one.label for one in drawn(date(2026, 12, 2), date(2027, 1, 5)).periods] == [
        "Nov. 2026", "Dez. 2026", "Jan. 2027",
    ]  # fmt: skip


def test_a_longer_time_is_shown_by_quarter() -> None:
    assert drawn(date(2028, 8, 2)).periods[0].label == "4. Quartal 2026"


def test_a_very_long_time_is_shown_by_year() -> None:
    assert [one.label for one in drawn(date(2034, 1, 1)).periods][-1] == "2034"


def test_the_longest_bar_fills_its_room() -> None:
    rows = [(date(2026, 12, 2), "open", 3), (date(2026, 12, 3), "done", 1), (date(2026, 11, 2), "late", 2)]
    found = timeline.bars(rows, [], [], today=TODAY)
    assert found is not None
    assert [sum(width for _, width, _ in one.pieces) for one in found.periods] == [timeline.BAR // 2, timeline.BAR]


def test_the_day_of_the_law_stands_in_its_period() -> None:
    law, _ = law_days(TODAY)
    found = timeline.bars([(date(2027, 12, 31), "open", 1)], [], law, today=TODAY)
    assert found is not None
    assert [one.text for one in found.periods[-1].law] == ["Hochrisiko-Systeme nach Anhang III"]


def test_marks_of_a_system_never_overlap() -> None:
    marks = [timeline.Mark(TODAY, "duty", f"Pflicht {n}", "Ein langer Text " * 5) for n in range(4)]
    found = timeline.line(marks)
    assert found is not None
    assert all(a.y + a.height <= b.y for a, b in zip(found.marks, found.marks[1:], strict=False))


@pytest.fixture
def office(musterstadt: Town, draft: Entry) -> Client:
    finished(musterstadt, draft)
    client = Client()
    client.force_login(musterstadt["fachamt"])
    return client


@pytest.mark.django_db
def test_the_system_shows_duties_assessment_law_and_today(office: Client, draft: Entry) -> None:
    page = office.get(reverse("compliance:duty-timeline-system", args=[draft.uuid]))
    assert [mark.kind for mark in page.context["picture"].marks] == ["law", "late", "assessment", "today"]


@pytest.mark.django_db
def test_a_period_leads_to_its_duties(office: Client) -> None:
    page = office.get(reverse("compliance:duty-timeline"))
    first = page.context["picture"].periods[0]
    rows = office.get(first.url).context["rows"]
    assert [row["duty"].code for row in rows] == ["O-01"]


@pytest.mark.django_db
def test_what_was_let_go_is_not_in_the_picture(musterstadt: Town, office: Client) -> None:
    Duty.objects.filter(code="O-01").update(state="dropped")
    periods = office.get(reverse("compliance:duty-timeline")).context["picture"].periods
    assert sum(one.duties for one in periods) == 0


@pytest.mark.django_db
def test_without_an_assessment_there_is_no_picture(musterstadt: Town) -> None:
    client = Client()
    client.force_login(musterstadt["fachamt"])
    assert "Noch kein Termin" in client.get(reverse("compliance:duty-timeline")).content.decode()
