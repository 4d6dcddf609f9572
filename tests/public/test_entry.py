"""What citizens read about one entry."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from register import services as register
from register.models import Entry
from tests.public.conftest import address, published_dataset, published_with, text_of
from tests.world import Town, publish_again


def test_the_way_to_ask_stands_where_people_read_whom_to_ask(client: Client, published: Entry) -> None:
    for_me = text_of(client, address(published)).split('id="fuer-mich"')[1].split("<h2")[0]
    assert f'href="{address(published, "frage/")}"' in for_me


def test_a_draft_is_invisible_to_citizens(client: Client, complete: Entry) -> None:
    assert client.get(address(complete)).status_code == 404


def test_a_released_entry_is_invisible_until_it_is_published(client: Client, released: Entry) -> None:
    assert client.get(address(released)).status_code == 404


def test_a_change_after_publication_stays_inside(client: Client, musterstadt: Town, published: Entry) -> None:
    register.update(published, by=musterstadt["cdo"], changes={"goal": "Ein neuer, ungeprüfter Zweck"})
    assert "ungeprüfter Zweck" not in text_of(client, address(published))


@pytest.mark.parametrize(
    "said",
    [
        "Chatbot Bürgerservice",
        "Auskünfte rund um die Uhr geben.",
        "Nein.",
        "Das Bürgerbüro prüft wöchentlich Stichproben.",
        "Art. 77 DSGVO",
        "ki@musterstadt.example",
        "Bürgerservice",
        "Regelbetrieb",
        "September 2025",
        "Deutschland: eigenes Rechenzentrum",
        "öffentliche Aufgabe (Art. 6 Abs. 1 Buchst. e DSGVO)",
        "Fassung 1 vom",
    ],
)
def test_the_entry_says(client: Client, published: Entry, said: str) -> None:
    assert said in text_of(client, address(published))


def test_an_empty_field_is_named_as_a_gap(client: Client, published: Entry) -> None:
    assert "noch nicht angegeben" in text_of(client, address(published))


def test_an_entry_without_a_risk_class_is_not_yet_assessed(client: Client, published: Entry) -> None:
    page = text_of(client, address(published))
    assert ("Noch nicht bewertet" in page, "unbedenklich" in page) == (True, False)


def test_the_exception_of_article_6_is_shown_as_a_proposal(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Postzuordnung", ai_act_class="A63")
    assert "Vorschlag bis zur Prüfung" in text_of(client, address(entry))


def test_the_public_reads_that_the_dpo_took_part(client: Client, published: Entry) -> None:
    assert "Datenschutzbeauftragte beteiligt am " in text_of(client, address(published))


def test_a_withheld_field_is_listed_with_reason_and_norm(client: Client, musterstadt: Town, published: Entry) -> None:
    items = [{"field": "provider", "reason": "Laufendes Vergabeverfahren", "norm": "§ 5 VgV"}]
    entry = register.set_withheld(published, by=musterstadt["cdo"], items=items)
    publish_again(musterstadt, entry, change_note="Anbieter zurückgehalten")
    page = text_of(client, address(entry))
    assert ("Laufendes Vergabeverfahren" in page, "§ 5 VgV" in page, "Beispielsoftware" in page) == (True, True, False)


def test_a_block_of_another_room_is_shown(client: Client, musterstadt: Town, published: Entry) -> None:
    entry = register.set_block(
        published, "training", {"Nächste Schulung": "Am 01.12.2026 für alle."}, by=musterstadt["cdo"]
    )
    publish_again(musterstadt, entry)
    assert "Am 01.12.2026 für alle." in text_of(client, address(entry))


def test_a_missed_review_is_marked_from_the_day_after(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Zählung", revision_date=date(2026, 12, 1))
    with time_machine.travel("2026-12-02T09:00:00+01:00"):
        assert "Prüfung überfällig seit 01.12.2026" in text_of(client, address(entry))


def test_a_review_due_today_is_not_overdue(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Zählung", revision_date=date(2026, 12, 1))
    with time_machine.travel("2026-12-01T09:00:00+01:00"):
        assert "überfällig" not in text_of(client, address(entry))


def test_an_ended_system_stays_readable(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Telefonbot", status="retired", end_date="2026-06")
    assert "Das System ist beendet seit Juni 2026." in text_of(client, address(entry))


def test_a_suspended_system_says_so(client: Client, musterstadt: Town, published: Entry) -> None:
    register.suspend(published, by=musterstadt["cdo"], reason="Fehlalarme")
    assert "Das System ist zurzeit ausgesetzt." in text_of(client, address(published))


def test_the_page_names_the_checksum_of_its_document(client: Client, published: Entry) -> None:
    assert published.public.document_sha256 in text_of(client, address(published))


def test_a_dataset_with_a_page_is_linked(client: Client, musterstadt: Town, published: Entry) -> None:
    dataset = published_dataset(musterstadt, published)
    assert f'href="{address(dataset)}"' in text_of(client, address(published))


def test_a_dataset_names_the_systems_that_use_it(client: Client, musterstadt: Town, published: Entry) -> None:
    dataset = published_dataset(musterstadt, published)
    assert f'href="{address(published)}"' in text_of(client, address(dataset))


def test_a_system_has_no_page_among_the_datasets(client: Client, published: Entry) -> None:
    assert client.get(address(published).replace("ki-systeme", "datenbestaende")).status_code == 404


def test_an_inactive_municipality_has_no_pages(client: Client, published: Entry) -> None:
    type(published.municipality).objects.update(is_active=False)
    assert client.get(address(published)).status_code == 404
