"""The page of changes by month, and the feeds of an office and of an entry."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from register.models import Entry
from tests.public.conftest import HOME, address, published_with, text_of
from tests.public.test_feeds import entry_titles
from tests.world import Town

CHANGES = f"{HOME}aenderungen/"


def test_a_changed_entry_leads_to_its_difference(client: Client, second_version: Entry) -> None:
    assert address(second_version, "versionen/2/vergleich/1/") in text_of(client, CHANGES)


def test_the_first_version_leads_to_itself(client: Client, published: Entry) -> None:
    assert f'"{address(published, "versionen/1/")}"' in text_of(client, CHANGES)


def test_a_withdrawal_is_told_with_its_reason_and_without_the_name(client: Client, withdrawn: Entry) -> None:
    text = text_of(client, CHANGES)
    assert ("Der Eintrag nannte das falsche System." in text, "Altes Werkzeug" in text) == (True, False)


def test_a_redacted_version_is_not_offered_for_comparison(client: Client, redacted: Entry) -> None:
    text = text_of(client, CHANGES)
    assert ("Gelöscht: Fassung 1" in text, "vergleich/1/" in text) == (True, False)


def test_a_register_without_entries_says_so(client: Client, neudorf: Town) -> None:
    assert "Noch keine Änderungen" in text_of(client, f"/k/{neudorf.municipality.slug}/aenderungen/")


@pytest.mark.parametrize("month", ["1999-1", "2026-13", "0-1", "2026-99999999999999"])
def test_a_month_in_which_nothing_changed_is_unknown(client: Client, published: Entry, month: str) -> None:
    assert client.get(f"{CHANGES}{month}/").status_code == 404


def test_a_month_has_an_address_that_stays(client: Client, published: Entry) -> None:
    today = timezone.localdate()
    assert published.name in text_of(client, f"{CHANGES}{today.year}-{today.month}/")


def test_the_feed_of_an_office_is_silent_about_others(client: Client, published: Entry) -> None:
    assert entry_titles(text_of(client, f"{HOME}feed.atom?department=Forstamt")) == []


def test_the_feed_of_an_office_tells_of_what_it_publishes(client: Client, published: Entry) -> None:
    feed = text_of(client, f"{HOME}feed.atom?department={published.department}")
    assert entry_titles(feed) == [f"Neu: {published.name}"]


def test_the_feed_of_an_entry_tells_of_that_entry_only(client: Client, musterstadt: Town, published: Entry) -> None:
    published_with(musterstadt, "Zweites System")
    assert entry_titles(text_of(client, address(published, "feed.atom"))) == [f"Neu: {published.name}"]


def test_who_follows_an_entry_hears_of_its_withdrawal(client: Client, withdrawn: Entry) -> None:
    text = text_of(client, address(withdrawn, "feed.atom"))
    assert (entry_titles(text), "Altes Werkzeug" in text) == (["Zurückgezogen: ein Eintrag (KI-System)"], False)


def test_what_was_never_public_has_no_feed(client: Client, draft: Entry) -> None:
    assert client.get(address(draft, "feed.atom")).status_code == 404
