"""Who is reminded of a duty, when and how often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import Notification
from compliance import services
from compliance.models import Duty
from register.models import Entry
from tests.compliance.assessing import finished
from tests.world import Town

pytestmark = pytest.mark.django_db
DAY = date(2030, 6, 1)


@pytest.fixture
def duty(musterstadt: Town, draft: Entry) -> Duty:
    """One duty with a day, of the DSB; the others have none or are done."""
    finished(musterstadt, draft)
    Duty.objects.filter(code="O-01").update(due=None)
    return named(musterstadt, Duty.objects.get(code="O-02"), target_day=DAY)


def named(town: Town, duty: Duty, *, target_day: date) -> Duty:
    return services.plan_duty(duty, by=town["fachamt"], responsible=town["dsb"], target_day=target_day, state="in_work")


def remind(town: Town, *days_left: int) -> list[int]:
    return [services.remind_of_duties(town.municipality, today=DAY - timedelta(days=days)) for days in days_left]


def told(town: Town, role: str) -> list[str]:
    rows = Notification.objects.filter(user=town[role]).exclude(text__contains="verantwortlich")
    return [text for text in rows.order_by("pk").values_list("text", flat=True) if "Pflicht" in text]


def test_each_stage_is_said_once(musterstadt: Town, duty: Duty) -> None:
    assert remind(musterstadt, 91, 90, 89, 31, 30, 8, 7, 1, 0, -1, -2, -30) == [0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0]


def test_a_late_first_run_says_only_the_nearest_stage(musterstadt: Town, duty: Duty) -> None:
    assert remind(musterstadt, 20, 19) == [1, 0]


def test_the_named_person_is_told_with_the_day(musterstadt: Town, duty: Duty) -> None:
    remind(musterstadt, 7)
    assert [text.endswith("Frist 01.06.2030.") for text in told(musterstadt, "dsb")] == [True]


def test_nobody_else_is_told(musterstadt: Town, duty: Duty) -> None:
    remind(musterstadt, 7)
    assert told(musterstadt, "fachamt") + told(musterstadt, "cdo") == []


def test_the_office_is_told_where_nobody_is_named(musterstadt: Town, duty: Duty) -> None:
    Duty.objects.update(responsible=None)
    remind(musterstadt, 7)
    assert (len(told(musterstadt, "fachamt")), told(musterstadt, "cdo")) == (1, [])


def test_several_duties_are_one_message(musterstadt: Town, duty: Duty) -> None:
    named(musterstadt, Duty.objects.get(code="O-70"), target_day=DAY - timedelta(days=40))
    remind(musterstadt, 20)
    assert told(musterstadt, "dsb") == ["2 Pflichten stehen an, davon 1 überfällig. Die nächste Frist: 01.06.2030."]


def test_what_is_done_is_not_reminded(musterstadt: Town, duty: Duty) -> None:
    services.finish_duty(duty, by=musterstadt["fachamt"], note="Erledigt.")
    assert remind(musterstadt, 7) == [0]


def test_a_new_day_is_reminded_anew(musterstadt: Town, duty: Duty) -> None:
    remind(musterstadt, 7)
    named(musterstadt, Duty.objects.get(pk=duty.pk), target_day=DAY - timedelta(days=1))
    assert remind(musterstadt, 7) == [1]


def test_who_lost_the_role_is_not_told(musterstadt: Town, duty: Duty) -> None:
    musterstadt["dsb"].memberships.update(ended_at="2026-01-01T00:00Z")
    remind(musterstadt, 7)
    assert (told(musterstadt, "dsb"), len(told(musterstadt, "fachamt"))) == ([], 1)
