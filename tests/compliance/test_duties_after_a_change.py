"""Duties whose assessment rests on an earlier law, and those of systems that have ended: neither overdue nor done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from compliance import services
from compliance.models import Duty
from compliance.rules.law import shelf
from compliance.rules.moved_days import moved_duties
from compliance.selectors_duties import due_within, numbers_of, overdue, with_law
from register.models import Entry
from tests.compliance.assessing import finished
from tests.world import Town

TODAY = date(2026, 11, 27)
HIGH_RISK = {"public_benefits": "yes", "profiling": "yes", "influences_decision": "yes", "exception_conditions": []}


def test_the_days_that_the_omnibus_moved_are_known() -> None:
    (moved,) = moved_duties(shelf.in_force(TODAY.isoformat())).values()
    assert ("O-10" in moved, "O-51" in moved, "O-01" in moved, "O-50" in moved) == (True, True, False, False)


@pytest.fixture
def earlier(musterstadt: Town, draft: Entry) -> Entry:
    """Assessed in June 2026, before the law changed: the duties of a high-risk system from 02.08.2026."""
    with time_machine.travel("2026-06-15T10:00:00+02:00"):
        finished(musterstadt, draft, **HIGH_RISK)
    return draft


def duty(code: str = "O-10") -> Duty:
    return with_law(Duty.objects.all()).select_related("entry").get(code=code)


@pytest.fixture
def client(musterstadt: Town) -> Client:
    found = Client()
    found.force_login(musterstadt["fachamt"])
    return found


@pytest.mark.django_db
class TestEarlierLaw:
    def test_a_day_that_the_law_has_moved_is_held_against_nobody(self, earlier: Entry) -> None:
        codes = set(overdue(Duty.objects.all()).values_list("code", flat=True))
        assert ("O-10" in codes, "O-01" in codes, duty().by_earlier_law) == (False, True, True)

    def test_a_moved_day_counts_neither_as_soon_nor_as_late(self, earlier: Entry) -> None:
        with time_machine.travel("2026-07-28T10:00:00+02:00"):
            numbers = numbers_of(Duty.objects.filter(code="O-10"))
            soon = due_within(Duty.objects.filter(code="O-10"), 30).count()
        assert (numbers["days30"], numbers["days90"], numbers["overdue"], soon) == (0, 0, 0, 0)

    def test_the_numbers_say_what_rests_on_it(self, earlier: Entry) -> None:
        assert numbers_of(Duty.objects.all())["law"] == Duty.objects.count()

    def test_the_list_says_so_and_leads_to_the_assessment(self, client: Client, earlier: Entry) -> None:
        page = client.get(reverse("compliance:duties") + "?duty=O-10")
        html, late = page.content.decode(), [row["duty"].is_overdue for row in page.context["rows"]]
        address = reverse("compliance:assessments", args=[earlier.uuid])
        assert ("nach früherer Fassung; " in html, address in html, late) == (True, True, [False])

    def test_the_page_of_the_duty_says_so(self, client: Client, earlier: Entry) -> None:
        html = client.get(duty().get_absolute_url()).content.decode()
        assert "Nach früherer Fassung des Rechts; Neubewertung nötig." in html

    def test_an_own_day_after_the_moved_one_is_kept(self, musterstadt: Town, earlier: Entry) -> None:
        day = timezone.localdate() + timedelta(days=35)
        found = services.plan_duty(duty(), by=musterstadt["fachamt"], responsible=None, target_day=day, state="open")
        assert (found.target_day, duty().day) == (day, day)

    def test_nobody_is_reminded_of_a_moved_day(self, musterstadt: Town, earlier: Entry) -> None:
        services.remind_of_duties(musterstadt.municipality, today=timezone.localdate())
        assert not Notification.objects.filter(text__contains="O-10").exists()
        assert duty().reminded_stage is None

    def test_the_picture_of_the_municipality_has_a_piece_of_its_own(self, client: Client, earlier: Entry) -> None:
        periods = client.get(reverse("compliance:duty-timeline")).context["picture"].periods
        assert sum(one.moved for one in periods) >= 1

    def test_a_new_assessment_ends_it(self, musterstadt: Town, earlier: Entry) -> None:
        finished(musterstadt, earlier, **HIGH_RISK)
        assert not duty().by_earlier_law


@pytest.mark.django_db
class TestEndedSystems:
    @pytest.fixture
    def ended(self, musterstadt: Town, draft: Entry) -> Entry:
        finished(musterstadt, draft)
        Entry.objects.filter(pk=draft.pk).update(status="rejected")
        return draft

    def test_open_duties_of_an_ended_system_are_not_done(self, client: Client, ended: Entry) -> None:
        periods = client.get(reverse("compliance:duty-timeline")).context["picture"].periods
        assert (sum(one.done for one in periods), sum(one.ended for one in periods) > 0) == (0, True)

    def test_the_list_behind_a_bar_has_the_same_number(self, client: Client, ended: Entry) -> None:
        Duty.objects.filter(code="O-02").update(state="dropped")
        period = next(
            one for one in client.get(reverse("compliance:duty-timeline")).context["picture"].periods if one.url
        )
        page = client.get(period.url)
        assert (page.context["count"], "System beendet" in page.content.decode()) == (period.duties, True)

    def test_the_line_of_the_system_says_so(self, client: Client, ended: Entry) -> None:
        marks = client.get(reverse("compliance:duty-timeline-system", args=[ended.uuid])).context["picture"].marks
        kinds = {one.kind for one in marks}
        assert ("ended" in kinds, "done" in kinds) == (True, False)
