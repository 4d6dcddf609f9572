"""The DSGVO section asks for little at first; what the answers ask for opens, and nothing is ever out of reach."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from register import services
from register.models import Entry
from tests.world import Town

pytestmark = pytest.mark.django_db
FOLD = re.compile(
    r'<details class="ol-further"(?P<open> open)?(?: data-asked="[^"]+")?>\s*<summary><h2>(?P<title>[^<]+?) <span'
)


def page_of(town: Town, entry: Entry) -> str:
    client = Client()
    client.force_login(town["fachamt"])
    return client.get(reverse("register:section", args=[entry.uuid, "dsgvo-einstufung"])).content.decode()


def opened(html: str) -> list[str]:
    return [fold["title"] for fold in FOLD.finditer(html) if fold["open"]]


def answered(town: Town, entry: Entry, **changes: Any) -> str:
    return page_of(town, services.update(entry, by=town["fachamt"], changes=changes))


def test_before_the_first_answer_every_fold_is_closed(musterstadt: Town, draft: Entry) -> None:
    assert opened(page_of(musterstadt, draft)) == []


def test_every_field_is_on_the_page_all_the_same(musterstadt: Town, draft: Entry) -> None:
    html = page_of(musterstadt, draft)
    assert {
        name for name in ("ji_norm", "training_lawful_basis", "security_measures") if f'name="{name}"' not in html
    } == set()


def test_an_answer_opens_what_it_asks_for(musterstadt: Town, draft: Entry) -> None:
    html = answered(musterstadt, draft, personal_data_level="personal", has_special_categories="yes")
    assert opened(html) == ["Besondere Kategorien"]


def test_an_answer_that_asks_for_nothing_stands_at_the_closed_fold(musterstadt: Town, draft: Entry) -> None:
    html = answered(musterstadt, draft, automated_decision="none")
    assert opened(html) == []
    assert "(nein, ein Mensch entscheidet)" in html


def test_what_is_filled_in_is_never_hidden(musterstadt: Town, draft: Entry) -> None:
    assert opened(answered(musterstadt, draft, ji_regime="offences")) == [
        "Daten mit eigenen Regeln und Strafverfolgung"
    ]
