"""One search box over everything that a person may see."""

from __future__ import annotations

import pytest
from django.urls import reverse

from compliance import services as compliance
from register import finding, services
from tests.world import complete_system, draft_system

pytestmark = pytest.mark.django_db


def found(user, text):
    return {group["title"]: [hit.title for hit in group["hits"]] for group in finding.find_everywhere(user, text)}


def test_every_room_is_searched(musterstadt):
    entry = complete_system(musterstadt, "Fundtierhilfe")
    services.update_storage(musterstadt.storage, by=musterstadt["cdo"], changes={"name": "Fundtierserver"})
    services.create_recipient(musterstadt.municipality, by=musterstadt["cdo"], name="Fundtier GmbH", kind="processor")
    compliance.activity_from_system(entry, by=musterstadt["cdo"])
    assert list(found(musterstadt["cdo"], "fundtier")) == [
        "KI-Systeme", "Datenbestände", "Speicherorte", "Empfänger", "Verarbeitungstätigkeiten",
    ]  # fmt: skip


def test_a_stranger_finds_nothing(musterstadt, neudorf):
    draft_system(musterstadt, "Fundtierhilfe")
    assert found(neudorf["cdo"], "fundtier") == {}


def test_more_than_ten_hits_lead_to_the_list(musterstadt):
    for n in range(11):
        draft_system(musterstadt, f"Fundtierhilfe {n}")
    (group,) = finding.find_everywhere(musterstadt["cdo"], "fundtier")
    assert (len(group["hits"]), group["more_url"]) == (10, reverse("register:systems") + "?q=fundtier")


def test_the_page_says_when_nothing_is_found(client, musterstadt):
    client.force_login(musterstadt["cdo"])
    assert "Nichts gefunden" in client.get(reverse("register:search") + "?q=Katze").content.decode()


def test_drafts_on_the_start_page_say_what_is_missing(client, musterstadt):
    draft_system(musterstadt)
    client.force_login(musterstadt["fachamt"])
    assert "Es fehlen noch: Kurzbeschreibung" in client.get(reverse("register:start")).content.decode()


def test_a_proof_is_found_by_its_aktenzeichen_and_its_title_by_who_may_see_it(musterstadt, neudorf):
    services.add_evidence(
        musterstadt.storage, by=musterstadt["cdo"], kind="avv", title="AVV Rechenzentrum", reference="10-65/2025"
    )
    hits = [found(musterstadt["cdo"], text) for text in ("10-65/2025", "avv rechen")]
    assert hits == [{"Nachweise": ["AVV Rechenzentrum"]}] * 2
    assert found(neudorf["cdo"], "10-65/2025") == {}
