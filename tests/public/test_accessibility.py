"""The accessibility statement, and a barrier that somebody reports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from inquiries.models import Inquiry
from public import guard
from tests.public.conftest import HOME, text_of
from tests.suite.writes.accounts import DECLARED
from tests.world import Town

PAGE, FORM = f"{HOME}barrierefreiheit/", f"{HOME}barriere-melden/"


@pytest.fixture
def declared(musterstadt: Town) -> Town:
    values = {**DECLARED, "enforcement_name": "Schlichtungsstelle des Landes", "feedback_days": 21}
    accounts.write_accessibility_statement(musterstadt.municipality, by=musterstadt["verwaltung"], values=values)
    return musterstadt


def reported(town: Town, **more: Any) -> Any:
    subject = f"barrier-{town.municipality.uuid}"
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        token = guard.new_token(subject)
    return Client().post(FORM, {"text": "Die Tabelle lese ich nicht.", "token": token, **more})


def test_without_a_statement_the_page_says_so(client: Client, musterstadt: Town) -> None:
    assert "liegt noch nicht vor" in text_of(client, PAGE)


@pytest.mark.parametrize(
    "said", ["teilweise vereinbar", "Ein altes PDF", "02.11.2026", "Schlichtungsstelle des Landes"]
)
def test_the_statement_stands_on_the_page(client: Client, declared: Town, said: str) -> None:
    assert said in text_of(client, PAGE)


def test_a_new_statement_changes_the_page_at_once(client: Client, musterstadt: Town) -> None:
    before = client.get(PAGE).headers["ETag"]
    accounts.write_accessibility_statement(musterstadt.municipality, by=musterstadt["verwaltung"], values=DECLARED)
    assert client.get(PAGE).headers["ETag"] != before


def test_who_is_not_fully_accessible_names_a_barrier(musterstadt: Town) -> None:
    values = {**DECLARED, "incompatible": ""}
    with pytest.raises(ValidationError, match="mindestens eine Barriere"):
        accounts.write_accessibility_statement(musterstadt.municipality, by=musterstadt["verwaltung"], values=values)


def test_the_form_proposes_the_law_of_the_land(client: Client, musterstadt: Town) -> None:
    musterstadt.municipality.__class__.objects.filter(pk=musterstadt.municipality.pk).update(
        ars="080000000000", land="08"
    )
    client.force_login(musterstadt["verwaltung"])
    assert "L-BGG-DVO" in text_of(client, reverse("accounts:accessibility"))


def test_the_form_writes_the_statement(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    given = {**DECLARED, "made_on": "02.11.2026", "checked_on": "03.11.2026", "feedback_days": 30}
    assert client.post(reverse("accounts:accessibility"), given).status_code == 302


def test_a_reported_barrier_gets_a_number_and_a_page(declared: Town) -> None:
    page = Client().get(reported(declared)["Location"]).content.decode()
    assert ("F-0001" in page, "Meldung einer Barriere" in page) == (True, True)


def test_a_reported_barrier_is_answered_as_the_statement_promises(declared: Town) -> None:
    reported(declared)
    assert Inquiry.objects.get().promised_on == timezone.localdate() + timedelta(days=21)


def test_a_reported_barrier_lies_on_the_desk(client: Client, declared: Town) -> None:
    reported(declared, place="Zahlen")
    client.force_login(declared["cdo"])
    assert "Barrierefreiheit der Seiten" in text_of(client, reverse("inquiries:desk"))


def test_a_barrier_without_text_gets_a_sentence(declared: Town) -> None:
    assert reported(declared, text=" ").status_code == 422


def test_a_reported_barrier_sets_no_cookie(declared: Town) -> None:
    assert not reported(declared).cookies


def test_a_date_is_needed(musterstadt: Town) -> None:
    with pytest.raises(ValidationError):
        accounts.write_accessibility_statement(
            musterstadt.municipality, by=musterstadt["verwaltung"], values={**DECLARED, "checked_on": date(2020, 1, 1)}
        )
