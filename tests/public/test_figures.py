"""The figures of a register: counted from what is public, as pictures, tables and CSV."""

from __future__ import annotations

import csv
import io

from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from register.models import Entry
from tests.inquiries.cases import answered, asked
from tests.public.conftest import HOME, published_with, text_of
from tests.world import Town, complete_system


def rows(client: Client, key: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text_of(client, f"{HOME}zahlen/{key}.csv").lstrip("\ufeff")), delimiter=";"))


def test_figures_count_what_is_public_and_no_draft(client: Client, musterstadt: Town, published: Entry) -> None:
    published_with(musterstadt, "Verkehrslenkung", status="pilot")
    complete_system(musterstadt, "Geheimer Entwurf", status="suspended")
    assert rows(client, "status") == [["Stand", "KI-Systeme"], ["Pilot", "1"], ["Regelbetrieb", "1"]]


def test_every_chart_has_title_description_table_and_csv(client: Client, published: Entry) -> None:
    page = text_of(client, f"{HOME}zahlen/")
    parts = (page.count('<svg class="ol-bars'), page.count("<desc"), page.count("Als Tabelle"), page.count(".csv"))
    assert (len(set(parts)), parts[0] > 4) == (1, True)


def test_new_entries_are_counted_by_month(client: Client, published: Entry) -> None:
    assert rows(client, "monate")[1:] == [[date_format(timezone.localdate(), "F Y"), "1"]]


def test_answered_and_open_questions_are_counted(client: Client, musterstadt: Town, published: Entry) -> None:
    answered(published, musterstadt)
    asked(published)
    assert rows(client, "antworten") == [["Stand", "Anfragen"], ["beantwortet", "1"], ["offen", "1"]]


def test_the_chart_of_answers_says_how_long_they_took(client: Client, musterstadt: Town, published: Entry) -> None:
    answered(published, musterstadt)
    assert "Die Hälfte der Antworten kam in höchstens 0 Tagen." in text_of(client, f"{HOME}zahlen/")


def test_an_unknown_chart_does_not_exist(client: Client, published: Entry) -> None:
    assert client.get(f"{HOME}zahlen/gehaelter.csv").status_code == 404


def test_an_empty_register_has_no_figures(client: Client, neudorf: Town) -> None:
    assert "Noch keine Zahlen" in text_of(client, "/k/neudorf-an-der-au/zahlen/")
