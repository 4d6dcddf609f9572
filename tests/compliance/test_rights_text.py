"""The rights block as citizens read it."""

import pytest
from django.urls import reverse

from compliance import services
from compliance.rules import rights_text
from register import services as register
from tests.world import complete_system


@pytest.fixture
def page(client, musterstadt) -> str:
    entry = complete_system(musterstadt)
    services.activity_from_system(entry, by=musterstadt["fachamt"])
    register.submit(entry, by=musterstadt["fachamt"])
    register.opine(entry, by=musterstadt["dsb"], result="agrees")
    register.release(entry, by=musterstadt["leitung"])
    register.publish(entry, by=musterstadt["cdo"])
    return client.get(reverse("public:entry", args=["musterstadt", "ki-systeme", entry.slug])).content.decode()


def test_citizens_read_their_rights_in_german(page):
    said = ["Auskunft (Art. 15 DSGVO)", "Widerspruch (Art. 21 DSGVO)", "datenschutz@musterstadt.example", "30 Tage"]
    assert [words for words in said if words not in page] == []


def test_no_key_for_machines_reaches_the_page(page):
    assert [key for key in ("gdpr_basis", "third_country", "supervisory_authority") if key in page] == []


@pytest.mark.parametrize(
    "block", [{}, {"processing": "?"}, {"rights": [1, None]}, {"dpo": [], "processing": [{"purposes": 5}]}]
)
def test_a_block_of_another_shape_shows_nothing_and_breaks_nothing(block):
    assert rights_text.facts(block) == {}


def test_with_several_activities_every_line_says_whose_it_is():
    block = {"processing": [{"name": "A", "purposes": "eins"}, {"name": "B", "purposes": "zwei"}]}
    assert rights_text.facts(block)["Zweck der Verarbeitung"] == ["A: eins", "B: zwei"]


def test_the_dsb_reads_the_rights_block_before_it_becomes_public(client, musterstadt) -> None:
    entry = complete_system(musterstadt)
    services.activity_from_system(entry, by=musterstadt["fachamt"])
    register.submit(entry, by=musterstadt["fachamt"])
    client.force_login(musterstadt["dsb"])
    page = client.get(reverse("register:review", args=[entry.uuid])).content.decode()
    assert "Sie können erfahren, welche Daten zu Ihnen verarbeitet werden" in page
