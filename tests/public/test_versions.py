"""Versions, differences, and what is left when something is gone."""

from __future__ import annotations

import pytest
from django.test import Client

from register import services as register
from register.models import Entry
from tests.public.conftest import address, text_of
from tests.world import Town, publish_again


def test_an_old_version_keeps_its_address(client: Client, second_version: Entry) -> None:
    assert "30 Tage" in text_of(client, address(second_version, "versionen/1/"))


def test_an_old_version_says_that_there_is_a_newer_one(client: Client, second_version: Entry) -> None:
    assert "Sie lesen eine frühere Fassung." in text_of(client, address(second_version, "versionen/1/"))


def test_the_list_of_versions_gives_the_reason(client: Client, second_version: Entry) -> None:
    assert "Löschfrist verkürzt" in text_of(client, address(second_version, "versionen/"))


def test_the_difference_marks_the_changed_word_only(client: Client, second_version: Entry) -> None:
    page = text_of(client, address(second_version, "versionen/1/vergleich/2/"))
    assert ("[gestrichen: </span>30 " in page, "[neu: </span>14 " in page, "[neu: </span>14 Tage" in page) == (
        True,
        True,
        False,
    )


def test_two_equal_versions_have_no_difference(client: Client, second_version: Entry) -> None:
    assert "gibt es keinen Unterschied" in text_of(client, address(second_version, "versionen/2/vergleich/2/"))


@pytest.mark.parametrize("tail", ["versionen/3/", "versionen/0/", "versionen/1/vergleich/9/", f"versionen/{10**30}/"])
def test_a_version_that_never_was_is_not_found(client: Client, second_version: Entry, tail: str) -> None:
    assert client.get(address(second_version, tail)).status_code == 404


@pytest.mark.parametrize("tail", ["", "versionen/", "versionen/1/", "versionen/1/vergleich/1/"])
def test_a_withdrawn_entry_is_gone_at_every_address(client: Client, withdrawn: Entry, tail: str) -> None:
    assert client.get(address(withdrawn, tail)).status_code == 410


def test_the_page_of_a_withdrawn_entry_gives_day_and_reason(client: Client, withdrawn: Entry) -> None:
    page = text_of(client, address(withdrawn))
    assert ("Der Eintrag nannte das falsche System." in page, "Der Eintrag wurde am " in page) == (True, True)


def test_the_page_of_a_withdrawn_entry_says_nothing_of_its_content(client: Client, withdrawn: Entry) -> None:
    assert "Altes Werkzeug" not in text_of(client, address(withdrawn))


def test_a_redacted_version_is_gone(client: Client, redacted: Entry) -> None:
    assert client.get(address(redacted, "versionen/1/")).status_code == 410


def test_the_page_of_a_redacted_version_gives_the_reason(client: Client, redacted: Entry) -> None:
    assert "Nannte eine Person" in text_of(client, address(redacted, "versionen/1/"))


def test_a_redacted_version_cannot_be_compared(client: Client, redacted: Entry) -> None:
    assert client.get(address(redacted, "versionen/1/vergleich/2/")).status_code == 410


def test_the_current_version_survives_the_redaction_of_another(client: Client, redacted: Entry) -> None:
    assert client.get(address(redacted, "versionen/2/")).status_code == 200


def test_what_was_withdrawn_stays_gone_after_a_new_publication(
    client: Client, musterstadt: Town, withdrawn: Entry
) -> None:
    publish_again(musterstadt, withdrawn, goal="Richtig beschrieben")
    assert client.get(address(withdrawn, "versionen/1/")).status_code == 410


def test_a_withdrawn_entry_returns_with_its_next_publication(
    client: Client, musterstadt: Town, withdrawn: Entry
) -> None:
    publish_again(musterstadt, withdrawn, goal="Richtig beschrieben")
    assert "Richtig beschrieben" in text_of(client, address(withdrawn))


def test_a_suspension_is_a_version_with_its_reason(client: Client, musterstadt: Town, published: Entry) -> None:
    register.suspend(published, by=musterstadt["cdo"], reason="intern")
    assert "System ausgesetzt" in text_of(client, address(published, "versionen/"))
