"""Courses and their numbers, tools, contacts: what is kept, what is refused, and when an office counts as trained."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import services as accounts
from core.errors import Conflict, NotAllowed
from register.models import Entry
from tests.usecases.people import SINCE, approve, hold, make_course
from tests.world import Town
from usecases import services
from usecases.models import AiContact, ApprovedTool
from usecases.rules import training as rules
from usecases.selectors_training import Office, offices, trained

pytestmark = pytest.mark.django_db


def office(town: Town, name: str = "buergerbuero") -> Office:
    return next(row for row in offices(town.municipality) if row.department == town.departments[name])


def refused(act: Any) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    return " ".join(error.value.messages)


def test_the_numbers_of_an_office_add_up_over_its_dates(musterstadt: Town) -> None:
    course = make_course(musterstadt)
    hold(course, musterstadt, days_ago=60, buergerbuero=4)
    hold(course, musterstadt, days_ago=30, buergerbuero=3)
    assert office(musterstadt).people["basics"] == 7


def test_an_office_without_a_course_lacks_the_basics(musterstadt: Town) -> None:
    hold(make_course(musterstadt), musterstadt, buergerbuero=4)
    assert office(musterstadt, "tiefbau").missing == ["Grundlagen: noch keine Schulung"]


def test_an_office_lacks_the_course_of_a_tool_it_may_use(musterstadt: Town) -> None:
    hold(make_course(musterstadt), musterstadt, buergerbuero=4)
    approve(musterstadt, courses=[make_course(musterstadt, "Dialogwerk nutzen", kind="tool")])
    assert office(musterstadt).missing == ["Dialogwerk nutzen (für Dialogwerk)"]


def test_an_office_lacks_no_course_of_a_tool_of_others(musterstadt: Town) -> None:
    hold(make_course(musterstadt), musterstadt, buergerbuero=4)
    course = make_course(musterstadt, "Dialogwerk nutzen", kind="tool")
    approve(musterstadt, courses=[course], departments=[musterstadt.departments["tiefbau"]])
    assert office(musterstadt).missing == []


def test_the_number_of_a_branch_counts_for_the_offices_below_it(musterstadt: Town) -> None:
    below = accounts.create_department(
        musterstadt.municipality, by=None, name="Fundbüro", parent=musterstadt.departments["buergerbuero"]
    )
    hold(make_course(musterstadt), musterstadt, buergerbuero=9)
    assert trained(below) == timezone.localdate() - timedelta(days=30)


def test_a_course_has_to_be_taken_again_after_its_months(musterstadt: Town) -> None:
    hold(make_course(musterstadt, refresh_months=6), musterstadt, days_ago=200, buergerbuero=4)
    assert (office(musterstadt).missing, trained(musterstadt.departments["buergerbuero"])) == (
        ["KI verstehen: auffrischen"],
        None,
    )


def test_an_office_is_trained_for_a_system_by_the_courses_of_its_tool(musterstadt: Town, draft: Entry) -> None:
    basics = make_course(musterstadt)
    special = make_course(musterstadt, "Dialogwerk nutzen", kind="tool")
    approve(musterstadt, entry=draft, courses=[special])
    hold(basics, musterstadt, days_ago=40, buergerbuero=4)
    before = trained(musterstadt.departments["buergerbuero"], draft)
    hold(special, musterstadt, days_ago=10, buergerbuero=2)
    after = trained(musterstadt.departments["buergerbuero"], draft)
    assert (before, after) == (None, timezone.localdate() - timedelta(days=10))


@pytest.mark.parametrize(("months", "day"), [(1, date(2026, 2, 28)), (12, date(2027, 1, 31)), (11, date(2026, 12, 31))])
def test_months_end_on_a_day_that_exists(months: int, day: date) -> None:
    assert rules.months_later(date(2026, 1, 31), months) == day


def test_a_negative_number_is_refused(musterstadt: Town) -> None:
    assert "nicht negativ" in refused(lambda: hold(make_course(musterstadt), musterstadt, buergerbuero=-1))


def test_a_date_before_the_course_is_refused(musterstadt: Town) -> None:
    early = SINCE - timedelta(days=1)
    course = make_course(musterstadt)
    assert "01.06.2025" in refused(lambda: services.add_session(course, by=musterstadt["cdo"], held_on=early))


def test_a_course_cannot_begin_after_its_first_date(musterstadt: Town) -> None:
    course = make_course(musterstadt)
    hold(course, musterstadt, buergerbuero=1)
    values = {"title": "Anders", "kind": "law", "contents": "Recht", "minutes": 60, "since": timezone.localdate()}
    assert "Es gab schon am" in refused(lambda: services.update_course(course, by=musterstadt["cdo"], **values))


def test_numbers_before_the_date_are_refused(musterstadt: Town) -> None:
    course = make_course(musterstadt)
    assert "noch nicht vorbei" in refused(lambda: hold(course, musterstadt, days_ago=-5, buergerbuero=1))


def test_the_same_date_twice_is_refused(musterstadt: Town) -> None:
    course = make_course(musterstadt)
    hold(course, musterstadt)
    assert "gibt es schon" in refused(lambda: hold(course, musterstadt))


def test_numbers_of_an_office_elsewhere_are_refused(musterstadt: Town, neudorf: Town) -> None:
    numbers = {neudorf.departments["tiefbau"]: 3}
    course = make_course(musterstadt)
    day = timezone.localdate()
    act = lambda: services.add_session(course, by=musterstadt["cdo"], held_on=day, numbers=numbers)  # noqa: E731
    assert "kennen wir hier nicht" in refused(act)


def test_saving_over_a_colleague_is_refused(musterstadt: Town) -> None:
    session = hold(make_course(musterstadt), musterstadt, buergerbuero=1)
    services.update_session(session, by=musterstadt["cdo"], held_on=session.held_on, numbers={}, version=1)
    with pytest.raises(Conflict):
        services.update_session(session, by=musterstadt["leitung"], held_on=session.held_on, numbers={}, version=1)


def test_only_cdo_and_leitung_keep_courses(musterstadt: Town) -> None:
    course = make_course(musterstadt)
    for role in ("fachamt", "dsb", "revision"):
        with pytest.raises(NotAllowed):
            services.add_session(course, by=musterstadt[role], held_on=timezone.localdate())


def test_a_contact_needs_a_way_to_be_reached(musterstadt: Town) -> None:
    act = lambda: services.create_contact(musterstadt.municipality, by=musterstadt["cdo"], role="team", function="Team")  # noqa: E731
    assert "E-Mail-Adresse oder eine Telefonnummer" in refused(act)


def test_a_contact_is_a_person_of_the_town(musterstadt: Town, neudorf: Town) -> None:
    values = {"role": "guide", "person": neudorf["cdo"], "email": "ki@musterstadt.example"}
    act = lambda: services.create_contact(musterstadt.municipality, by=musterstadt["cdo"], **values)  # noqa: E731
    assert "keine Rolle" in refused(act)


def test_a_removed_contact_leaves_its_tools(musterstadt: Town) -> None:
    contact = services.create_contact(
        musterstadt.municipality, by=musterstadt["cdo"], role="team", function="KI-Team", phone="0123 45"
    )
    tool = approve(musterstadt, contact=contact)
    services.remove_contact(contact, by=musterstadt["leitung"])
    assert (AiContact.objects.count(), ApprovedTool.objects.get(pk=tool.pk).contact) == (0, None)


def test_an_ended_tool_is_not_changed(musterstadt: Town) -> None:
    tool = services.end_tool(approve(musterstadt), by=musterstadt["cdo"])
    with pytest.raises(Conflict):
        services.end_tool(tool, by=musterstadt["cdo"])


def test_a_tool_of_an_ended_name_may_be_approved_again(musterstadt: Town) -> None:
    services.end_tool(approve(musterstadt), by=musterstadt["cdo"])
    assert approve(musterstadt).ended_on is None


def test_a_tool_names_a_system_of_the_town(musterstadt: Town, neudorf: Town, draft: Entry) -> None:
    assert "kennen wir hier nicht" in refused(lambda: approve(neudorf, entry=draft))
