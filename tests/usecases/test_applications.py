"""Applications for funding: what a state needs, what is refused, who is reminded, and the sums."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from core.kern import GermanNumberField
from tests.usecases.cases import idea
from tests.world import Town
from usecases import services
from usecases.models import FundingApplication, FundingProgramme
from usecases.selectors_funding import matching, sums

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def programme(town: Town, name: str = "Beispielprogramm", **values: Any) -> FundingProgramme:
    given = {"funder": "Beispielland", "purpose": "Piloten", **values}
    return services.create_programme(town.municipality, by=town["cdo"], name=name, **given)


def applied(town: Town, **values: Any) -> FundingApplication:
    given = {"programme": programme(town), "asked": Decimal(1000), **values}
    return services.apply_for_funding(idea(town), by=town["fachamt"], values=given)


def granted(town: Town, **values: Any) -> FundingApplication:
    given = {"state": "granted", "submitted_on": TODAY(), "decided_on": TODAY(), "granted": Decimal(800), **values}
    return applied(town, **given)


def refusal(make: Any, town: Town, **values: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        make(town, **values)
    return refused.value.message_dict


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("asked", {"asked": Decimal(-1)}),
        ("submitted_on", {"state": "submitted"}),
        ("submitted_on", {"state": "submitted", "submitted_on": date(2090, 1, 1)}),
        ("granted", {"granted": Decimal(800)}),
    ],
)
def test_an_amount_or_day_that_does_not_fit_is_refused_at_its_field(
    musterstadt: Town, field: str, values: dict[str, Any]
) -> None:
    assert list(refusal(applied, musterstadt, **values)) == [field]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("granted", {"granted": Decimal(-1)}),
        ("granted", {"granted": None}),
        ("decided_on", {"decided_on": None}),
        ("decided_on", {"decided_on": date(2020, 1, 1)}),
        ("granted_note", {"granted": Decimal(1200)}),
    ],
)
def test_a_grant_that_does_not_fit_is_refused_at_its_field(
    musterstadt: Town, field: str, values: dict[str, Any]
) -> None:
    assert list(refusal(granted, musterstadt, **values)) == [field]


def test_more_than_was_asked_for_stands_with_a_reason(musterstadt: Town) -> None:
    row = granted(musterstadt, granted=Decimal(1200), granted_note="Aufstockung für Schulungen")
    assert (row.granted, row.granted_note) == (1200, "Aufstockung für Schulungen")


def test_a_programme_of_another_municipality_is_refused(musterstadt: Town, neudorf: Town) -> None:
    assert list(refusal(applied, musterstadt, programme=programme(neudorf))) == ["programme"]


def test_a_second_running_application_for_the_same_programme_is_refused(musterstadt: Town) -> None:
    row = applied(musterstadt)
    with pytest.raises(ValidationError, match="läuft zu diesem Vorhaben schon ein Antrag"):
        services.apply_for_funding(row.use_case, by=musterstadt["fachamt"], values={"programme": row.programme})


def test_programmes_of_its_field_and_stage_are_proposed(musterstadt: Town) -> None:
    programme(musterstadt, "Für alle")
    programme(musterstadt, "Feld", fields=["citizen_services"], stages=["planned"])
    programme(musterstadt, "Anderes Feld", fields=["mobility"])
    programme(musterstadt, "Andere Stufe", stages=["pilot"])
    assert {row.name for row in matching(idea(musterstadt))} == {"Für alle", "Feld"}


def test_what_is_applied_for_is_proposed_no_more(musterstadt: Town) -> None:
    assert list(matching(applied(musterstadt).use_case)) == []


def test_the_office_is_reminded_of_a_planned_application(musterstadt: Town) -> None:
    soon = TODAY() + timedelta(days=5)
    applied(musterstadt, programme=programme(musterstadt, "Eilig", deadline=soon))
    services.remind_of_funding()
    told = Notification.objects.filter(text__contains="noch nicht gestellt").values_list("user__username", flat=True)
    assert "fachamt-musterstadt" in set(told)


def test_nobody_of_the_office_is_reminded_once_it_is_handed_in(musterstadt: Town) -> None:
    row = applied(musterstadt, programme=programme(musterstadt, "Eilig", deadline=TODAY() + timedelta(days=50)))
    done = {"state": "submitted", "submitted_on": TODAY()}
    services.change_application(row, by=musterstadt["fachamt"], values=done)
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        services.remind_of_funding()
    assert not Notification.objects.filter(text__contains="noch nicht gestellt").exists()


def test_the_sums_tell_asked_granted_and_settled_apart(musterstadt: Town) -> None:
    granted(musterstadt)
    use_case = idea(musterstadt, title="Zweites")
    asked = {"programme": programme(musterstadt, "Zweites"), "state": "submitted", "submitted_on": TODAY()}
    services.apply_for_funding(use_case, by=musterstadt["fachamt"], values={**asked, "asked": Decimal("1500.80")})
    assert [row["value"] for row in sums(musterstadt.municipality)] == ["1.501", "800", "0"]


def test_a_point_for_a_comma_is_no_thousand() -> None:
    assert GermanNumberField(localize=True).clean("0.125") == Decimal("0.125")


@pytest.mark.parametrize("typed", ["12.000", "12.000,00", "12000", "12 000 €", "12000,00 Euro"])
def test_an_amount_is_read_as_people_write_it(typed: str) -> None:
    assert GermanNumberField(localize=True).clean(typed) == 12000


def test_the_page_of_a_use_case_takes_and_shows_an_application(musterstadt: Town) -> None:
    use_case, wanted = idea(musterstadt), programme(musterstadt, "Eigens")
    client = Client()
    client.force_login(musterstadt["fachamt"])
    typed = {"programme": wanted.uuid, "state": "planned", "asked": "2.500,00"}
    client.post(reverse("usecases:application-new", args=[use_case.uuid]), typed)
    page = client.get(use_case.get_absolute_url()).content.decode()
    assert "Betrag: 2.500 Euro" in page


def test_those_who_do_not_read_use_cases_see_no_sums(musterstadt: Town) -> None:
    granted(musterstadt)
    client = Client()
    client.force_login(musterstadt["verwaltung"])
    assert client.get(reverse("usecases:funding")).context["numbers"] == []
