"""Departments say whether they use AI: reported, Fehlanzeige or open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord
from register import selectors_coverage as selectors
from register import selectors_public, services
from register.models import Coverage, CoverageRules
from register.rules import coverage as dates
from tests.world import Town, draft_system


def stated(town: Town, department: str = "buergerbuero", state: str = "none", role: str = "cdo") -> Coverage:
    return services.state_coverage(town.departments[department], by=town[role], state=state)


def ruled(town: Town, **values: Any) -> CoverageRules:
    defaults = {"months": 12, "due_on": timezone.localdate(), "is_public": True, "shows_names": False}
    return services.set_coverage_rules(town.municipality, by=town["cdo"], **{**defaults, **values})


def states(town: Town) -> dict[str, str]:
    rules = selectors.rules_of(town.municipality)
    found = selectors.lines(town.municipality, rules, selectors.reporting_departments(town.municipality))
    return {line.department.name: line.state for line in found}


def test_a_department_that_said_nothing_is_open(musterstadt: Town) -> None:
    assert states(musterstadt) == {"Bürgerbüro": "open", "Tiefbauamt": "open"}


def test_a_fachamt_reports_fehlanzeige_with_date_and_person(musterstadt: Town) -> None:
    row = stated(musterstadt, role="fachamt")
    assert (row.state, row.stated_on, row.stated_by) == ("none", timezone.localdate(), musterstadt["fachamt"])


def taken_back(town: Town, reason: str = "Ein Werkzeug vergessen.", role: str = "fachamt") -> Coverage:
    return services.reopen_coverage(town.departments["buergerbuero"], by=town[role], reason=reason)


def test_a_statement_taken_back_leaves_the_department_open(musterstadt: Town) -> None:
    stated(musterstadt)
    taken_back(musterstadt)
    assert states(musterstadt)["Bürgerbüro"] == "open"


def test_what_was_taken_back_stays_in_the_chain_with_the_reason(musterstadt: Town) -> None:
    stated(musterstadt)
    taken_back(musterstadt)
    record = AuditRecord.objects.get(action="register.coverage.reopened")
    assert (record.data["state"], record.data["reason"]) == ("none", "Ein Werkzeug vergessen.")


def test_taking_back_needs_a_reason(musterstadt: Town) -> None:
    stated(musterstadt)
    with pytest.raises(ValidationError):
        taken_back(musterstadt, " ")


def test_where_nothing_was_said_nothing_is_taken_back(musterstadt: Town) -> None:
    with pytest.raises(Conflict):
        taken_back(musterstadt)


def test_the_list_says_when_and_why_a_statement_was_taken_back(musterstadt: Town, client: Client) -> None:
    stated(musterstadt)
    client.force_login(musterstadt["fachamt"])
    address = reverse("register:coverage-reopen", args=[musterstadt.departments["buergerbuero"].pk])
    page = client.post(address, {"reason": "Ein Werkzeug vergessen."}, follow=True).content.decode()
    assert ("zurückgenommen am" in page, "Ein Werkzeug vergessen." in page) == (True, True)


def test_a_fachamt_does_not_speak_for_another_department(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        stated(musterstadt, "tiefbau", role="fachamt")


def test_fehlanzeige_is_refused_while_systems_stand_in_the_register(musterstadt: Town) -> None:
    draft_system(musterstadt)
    with pytest.raises(Conflict):
        stated(musterstadt)


def test_reported_needs_a_system_in_the_register(musterstadt: Town) -> None:
    with pytest.raises(Conflict):
        stated(musterstadt, state="reported")


def test_a_system_after_a_fehlanzeige_is_a_contradiction(musterstadt: Town) -> None:
    stated(musterstadt)
    draft_system(musterstadt)
    rows = selectors.reporting_departments(musterstadt.municipality)
    found = selectors.lines(musterstadt.municipality, None, rows)
    assert [line.department.name for line in found if line.contradicts] == ["Bürgerbüro"]


def test_a_statement_older_than_the_period_is_open_again(musterstadt: Town) -> None:
    ruled(musterstadt, months=6)
    with time_machine.travel(timezone.now() - timedelta(days=200)):
        stated(musterstadt)
    assert states(musterstadt)["Bürgerbüro"] == "open"


def test_the_clock_reminds_open_departments_near_the_due_date(musterstadt: Town) -> None:
    ruled(musterstadt)
    services.remind_all_departments()
    told = Notification.objects.filter(text__startswith="Bürgerbüro").values_list("user", flat=True)
    assert set(told) == {musterstadt["fachamt"].pk, musterstadt["cdo"].pk}


def test_the_clock_reminds_nobody_far_from_the_due_date(musterstadt: Town) -> None:
    ruled(musterstadt, due_on=timezone.localdate() + timedelta(days=90))
    assert services.remind_all_departments() == 0


def test_the_clock_does_not_remind_twice_within_two_weeks(musterstadt: Town) -> None:
    ruled(musterstadt)
    services.remind_all_departments()
    assert services.remind_all_departments() == 0


def test_a_department_that_answered_is_not_reminded(musterstadt: Town) -> None:
    ruled(musterstadt)
    stated(musterstadt)
    services.remind_departments(musterstadt.municipality, by=musterstadt["cdo"])
    assert not Notification.objects.filter(text__startswith="Bürgerbüro").exists()


def test_a_fachamt_reminds_nobody(musterstadt: Town) -> None:
    ruled(musterstadt)
    with pytest.raises(NotAllowed):
        services.remind_departments(musterstadt.municipality, by=musterstadt["fachamt"])


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 20), date(2026, 6, 30)),
        (date(2026, 8, 1), date(2027, 6, 30)),
    ],
)
def test_the_due_date_comes_again_after_the_period(today: date, due: date) -> None:
    assert dates.next_due(date(2026, 6, 30), months=12, today=today) == due


def test_nothing_is_public_unless_the_municipality_says_so(musterstadt: Town) -> None:
    ruled(musterstadt, is_public=False)
    assert selectors_public.coverage(musterstadt.municipality) is None


def test_the_public_page_shows_counts_without_names(musterstadt: Town, client: Client) -> None:
    ruled(musterstadt)
    stated(musterstadt)
    page = client.get(reverse("public:municipality", args=["musterstadt"])).content.decode()
    assert ("1 von 2 Ämtern" in page, "Tiefbauamt" in page) == (True, False)


def test_the_public_page_names_departments_where_configured(musterstadt: Town, client: Client) -> None:
    ruled(musterstadt, shows_names=True)
    page = client.get(reverse("public:municipality", args=["musterstadt"])).content.decode()
    assert "Tiefbauamt: noch offen" in page


def test_a_new_statement_changes_the_etag_of_the_public_page(musterstadt: Town, client: Client) -> None:
    ruled(musterstadt)
    address = reverse("public:municipality", args=["musterstadt"])
    before = client.get(address)["ETag"]
    stated(musterstadt)
    assert client.get(address)["ETag"] != before


def test_one_click_and_a_confirmation_report_fehlanzeige(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["fachamt"])
    address = reverse("register:coverage-state", args=[musterstadt.departments["buergerbuero"].pk, "fehlanzeige"])
    assert "Fehlanzeige melden" in client.get(address).content.decode()
    client.post(address)
    assert states(musterstadt)["Bürgerbüro"] == "none"


def test_the_page_of_fehlanzeige_says_at_once_that_systems_stand_in_the_way(musterstadt: Town, client: Client) -> None:
    draft_system(musterstadt)
    client.force_login(musterstadt["fachamt"])
    department = musterstadt.departments["buergerbuero"]
    page = client.get(reverse("register:coverage-state", args=[department.pk, "fehlanzeige"])).content.decode()
    systems = f"{reverse('register:systems')}?department={department.pk}"
    assert ("stehen noch KI-Systeme" in page, systems in page, "<form" in page.split("<main")[1]) == (True, True, False)


def test_a_fachamt_sees_its_own_departments_only(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["fachamt"])
    page = client.get(reverse("register:coverage")).content.decode()
    assert ("Bürgerbüro" in page, "Tiefbauamt" in page) == (True, False)


def test_a_missing_due_date_is_a_sentence_at_the_field(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["cdo"])
    response = client.post(reverse("register:coverage-rules"), {"months": "12", "due_on": "31.2."})
    assert response.status_code == 422
