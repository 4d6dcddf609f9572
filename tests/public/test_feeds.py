"""Atom feed, site maps, robots.txt."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client, override_settings

from register.models import Entry
from tests.public.conftest import HOME, published_with, text_of
from tests.world import Town

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = f"{HOME}feed.atom"


def entry_titles(text: str) -> list[str]:
    return [str(node.text) for node in ElementTree.fromstring(text).iterfind(f"{ATOM}entry/{ATOM}title")]


def test_the_feed_has_what_atom_demands(client: Client, published: Entry) -> None:
    root = ElementTree.fromstring(text_of(client, FEED))
    wanted = {f"{ATOM}{name}" for name in ("id", "title", "updated", "author")}
    assert wanted <= {child.tag for child in root}


def test_every_entry_of_the_feed_has_what_atom_demands(client: Client, second_version: Entry) -> None:
    wanted = {f"{ATOM}{name}" for name in ("id", "title", "updated", "link")}
    entries = ElementTree.fromstring(text_of(client, FEED)).findall(f"{ATOM}entry")
    assert entries
    assert all(wanted <= {child.tag for child in entry} for entry in entries)


def test_the_feed_tells_new_from_changed(client: Client, second_version: Entry) -> None:
    assert entry_titles(text_of(client, FEED)) == ["Geändert: Chatbot Bürgerservice", "Neu: Chatbot Bürgerservice"]


def test_the_feed_tells_of_a_withdrawal_without_the_content(client: Client, withdrawn: Entry) -> None:
    text = text_of(client, FEED)
    assert (entry_titles(text), "Altes Werkzeug" in text) == (["Zurückgezogen: ein Eintrag (KI-System)"], False)


def test_the_feed_tells_of_a_redaction(client: Client, redacted: Entry) -> None:
    assert entry_titles(text_of(client, FEED))[0] == "Gelöscht: Fassung 1 eines Eintrags (KI-System)"


def test_the_feed_survives_control_characters(client: Client, musterstadt: Town) -> None:
    published_with(musterstadt, "Zähl\x0bung <&>", description_short="Eins\x0czwei ]]>")
    assert entry_titles(text_of(client, FEED)) == ["Neu: Zählung <&>"]


@override_settings(BASE_URL="https://register.example", ALLOWED_HOSTS=["*"])
@pytest.mark.parametrize("url", [FEED, "/sitemap.xml", f"{HOME}sitemap.xml", "/robots.txt"])
def test_absolute_addresses_come_from_the_setting_alone(client: Client, published: Entry, url: str) -> None:
    text = client.get(url, headers={"host": "evil.example"}).content.decode()
    assert ("https://register.example/" in text, "evil.example" in text) == (True, False)


def test_a_reader_of_the_feed_that_has_it_gets_nothing_again(client: Client, published: Entry) -> None:
    etag = client.get(FEED).headers["ETag"]
    assert client.get(FEED, headers={"if-none-match": etag}).status_code == 304


def test_an_empty_feed_is_valid(client: Client, musterstadt: Town) -> None:
    assert entry_titles(text_of(client, FEED)) == []


def test_the_site_map_leads_to_every_public_entry(client: Client, published: Entry) -> None:
    assert f"/ki-systeme/{published.slug}/" in text_of(client, f"{HOME}sitemap.xml")


def test_security_txt_names_contact_and_expiry(client: Client, db: None) -> None:
    lines = text_of(client, "/.well-known/security.txt").splitlines()
    assert {line.split(":")[0] for line in lines} >= {"Contact", "Expires"}
