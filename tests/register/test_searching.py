"""The lists of the working area find German words, however they are written, and sort by every column."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import paging
from register import services
from register.models import Entry, StorageLocation
from register.ordering import MASTER_DATA_ORDERS, ORDERS
from register.selectors import search_entries, search_master_data
from tests.world import draft_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def fee_assistant(musterstadt):
    entry = draft_system(musterstadt, "Gebührenassistent")
    changes = {"goal": "Anträge auf Wohngeld vorsortieren", "provider": "Groß & Söhne"}
    return services.update(entry, by=musterstadt["fachamt"], changes=changes)


@pytest.mark.parametrize(
    "text",
    [
        "Gebühr",
        "gebuehrenassistent",
        "Gebühren",
        "Antrag",
        "Antraege",
        "Wohng",
        "GROSS",
        "soehne",
        "assistent",
        "Wohngeld Antrag",
    ],
)
def test_a_word_finds_the_entry_in_each_of_its_forms(fee_assistant, text):
    assert list(search_entries(Entry.objects.all(), text)) == [fee_assistant]


@pytest.mark.parametrize("text", ["Wohngeld Bauantrag", "Katze", "!!!"])
def test_what_is_not_there_is_not_found(fee_assistant, text):
    assert list(search_entries(Entry.objects.all(), text)) == []


def test_the_words_of_a_dataset_are_found(musterstadt):
    values = {"origin": "Melderegister", "data_categories": "Anschrift"}
    office = musterstadt.departments["buergerbuero"]
    entry = services.create_dataset(
        musterstadt.municipality, by=musterstadt["cdo"], name="X", department=office, values=values
    )
    assert list(search_entries(Entry.objects.all(), "melderegis")) == [entry]


def test_a_storage_location_is_found_by_its_operator(musterstadt):
    services.update_storage(musterstadt.storage, by=musterstadt["cdo"], changes={"operator": "Stadtwerke Süd"})
    assert search_master_data(StorageLocation.objects.all(), "sued").count() == 1


def visited(client, address: str, parts: int) -> list[str]:
    """The names on every page of a list, going forward."""
    names = []
    for _ in range(parts):
        response = client.get(address)
        names += [row["entry"].name for row in response.context["rows"]]
        address = reverse("register:systems") + response.context["next_url"]
    return names


@pytest.mark.parametrize("sort", [sign + name for name in ORDERS for sign in ("", "-")])
def test_every_order_leafs_through_every_entry_once(client, musterstadt, monkeypatch, sort):
    monkeypatch.setitem(paging.page.__kwdefaults__, "size", 2)
    names = {draft_system(musterstadt, f"System {n}").name for n in range(5)}
    client.force_login(musterstadt["cdo"])
    found = visited(client, f"{reverse('register:systems')}?sort={sort}", 3)
    assert (len(found), set(found)) == (5, names)


@pytest.mark.parametrize("sort", [sign + name for name in MASTER_DATA_ORDERS for sign in ("", "-")])
def test_storage_locations_are_sorted_by_every_column(client, musterstadt, sort):
    client.force_login(musterstadt["cdo"])
    assert client.get(f"{reverse('register:storage-list')}?sort={sort}").status_code == 200
