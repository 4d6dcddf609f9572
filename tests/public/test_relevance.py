"""What people type and what they must find: a table, asked over one set of entries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils.http import urlencode

from register import public_columns
from register.models import PublicDocument
from tests.public.conftest import HOME, published_with, text_of
from tests.public.test_register import titles
from tests.suite.growth import copy_entry
from tests.world import Town

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("relevance.yaml").read_text(encoding="utf-8"))
FIRST = 3
# Texts in which none of the cases must be found.
QUIET = {
    "goal": "Arbeit erleichtern",
    "impact": "Mehr Ruhe",
    "description": "Ein Modell rechnet",
    "category": ["health"],
}


@pytest.fixture
def entries(musterstadt: Town) -> None:
    first = published_with(musterstadt, "Vorlage", **QUIET)
    document = json.loads(first.public.document)
    for number, (name, text) in enumerate(TABLE["entries"].items()):
        entry = copy_entry(first, number)
        columns = public_columns.of({**document, "name": name, "description_short": text})
        PublicDocument.objects.filter(entry=entry).update(**columns)


def test_what_is_asked_for_is_among_the_first_three(client: Client, entries: None) -> None:
    found = {query: titles(text_of(client, f"{HOME}?{urlencode({'q': query})}")) for query in TABLE["cases"]}
    missed = {query: found[query][:FIRST] for query, name in TABLE["cases"].items() if name not in found[query][:FIRST]}
    assert (missed, len(found) >= 60) == ({}, True)
