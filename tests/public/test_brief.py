"""The five sentences and the answers that a citizen reads first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from core import readability
from public import brief
from register import services as register
from register.models import Entry, Product
from tests.public.conftest import address, published_with, text_of
from tests.world import Town, complete_system

TODAY = date(2026, 11, 28)


def told(**more: Any) -> list[str]:
    document = {
        "kind": "system",
        "organization": {"name": "Musterstadt"},
        "status": "operational",
        "begin_date": "2026-03",
        "goal": "Anträge z. B. auf Wohngeld vorsortieren. Das spart Zeit.",
        "affects_people": "yes",
        "personal_data_level": "personal",
        "automated_decision": "none",
    }
    with time_machine.travel(TODAY):
        return brief.sentences({**document, **more})


def test_five_sentences_say_who_what_whom_which_data_and_who_decides() -> None:
    assert told() == [
        "Musterstadt nutzt dieses System seit März 2026.",
        "Zweck: Anträge z. B. auf Wohngeld vorsortieren.",
        "Es wirkt auf Entscheidungen über Menschen.",
        "Es verarbeitet Daten von Menschen (personenbezogene Daten).",
        "Es entscheidet immer ein Mensch.",
    ]


def test_a_begin_in_the_future_is_no_use_since_then() -> None:
    assert told(begin_date="2027-01")[0] == "Musterstadt nutzt dieses System."


def test_what_is_not_said_is_said_to_be_missing() -> None:
    assert told(automated_decision="")[-1] == "Ob am Ende ein Mensch entscheidet, ist noch nicht angegeben."


def test_what_is_withheld_is_said_to_be_withheld() -> None:
    hidden = [{"field": "personal_data_level", "reason": "Laufendes Verfahren"}]
    assert told(withheld=hidden)[3] == "Ob es Daten von Menschen verarbeitet, ist nicht veröffentlicht."


def test_the_class_is_said_in_plain_words(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Chat", ai_act_class="TRANS")
    assert "Menschen erfahren, dass KI im Spiel ist" in text_of(client, address(entry))


def test_the_reasons_stand_beside_the_class_without_the_sentence_that_is_said_anyway() -> None:
    reason = "Menschen sprechen mit dem System (Art. 50 Abs. 1).\nSelbsteinschätzung vom 01.03.2026; sagt nichts."
    found = brief.risk({"kind": "system", "ai_act_class": "TRANS", "ai_act_reason": reason})
    assert found["reasons"] == ["Menschen sprechen mit dem System (Art. 50 Abs. 1)."]


def test_a_text_in_easy_language_stands_on_the_page(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Chat", easy_language="Sie schreiben eine Frage.\nEin Computer antwortet.")
    assert "In Leichter Sprache" in text_of(client, address(entry))


def test_a_system_of_the_same_field_is_named(client: Client, musterstadt: Town, published: Entry) -> None:
    other = published_with(musterstadt, "Terminhilfe")
    assert f'href="{address(other)}"' in client.get(address(published)).content.decode()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Der Chat gibt Antwort. Er ist Tag und Nacht da. Er sagt, wo ein Amt ist.", "leicht zu lesen"),
        (
            "Die Verwaltungsdigitalisierungsinfrastruktur ermöglicht medienbruchfreie Antragsbearbeitungsprozesse.",
            "sehr schwer zu lesen",
        ),
    ],
)
def test_readability_tells_easy_from_hard(text: str, label: str) -> None:
    assert getattr(readability.of(text), "label", "") == label


def with_product(town: Town, product: Product) -> Entry:
    entry = register.set_product(complete_system(town, "Mia"), by=town["fachamt"], product=product)
    register.submit(entry, by=town["fachamt"])
    register.opine(Entry.objects.get(pk=entry.pk), by=town["dsb"], result="agrees")
    register.release(Entry.objects.get(pk=entry.pk), by=town["leitung"])
    register.publish(Entry.objects.get(pk=entry.pk), by=town["cdo"])
    return Entry.objects.get(pk=entry.pk)


def test_a_page_is_new_once_another_town_withdraws_the_same_product(
    client: Client, musterstadt: Town, neudorf: Town
) -> None:
    sheet = {"name": "Dialogwerk", "provider": "Dialogwerk GmbH", "is_shared": True}
    product = register.create_product(musterstadt.municipality, by=musterstadt["cdo"], **sheet)
    here, there = with_product(musterstadt, product), with_product(neudorf, product)
    before = client.get(address(here))
    register.withdraw(there, by=neudorf["leitung"], reason="Falsches System.")
    after = client.get(address(here), headers={"if-none-match": before["ETag"]})
    assert ("Dasselbe Produkt" in before.content.decode(), after.status_code) == (True, 200)
