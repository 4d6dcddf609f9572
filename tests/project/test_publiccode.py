"""publiccode.yml keeps to the standard (version 0); no validator of it is to be had from a package registry."""

import re
from datetime import date

import pytest
import yaml

from tests.project.files import ROOT, read

CARD = yaml.safe_load(read("publiccode.yml"))
REQUIRED = {
    "publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal",
    "maintenance", "localisation",
}  # fmt: skip
# Older readers ask for these two.
ASKED_BEFORE = {"categories", "releaseDate"}


def test_it_has_every_required_key() -> None:
    assert CARD.keys() >= REQUIRED | ASKED_BEFORE


def test_its_status_and_type_are_words_of_the_standard() -> None:
    assert CARD["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert CARD["softwareType"] == "standalone/web"


def test_its_licence_is_that_of_the_project() -> None:
    assert CARD["legal"]["license"] == "EUPL-1.2"
    assert "v. 1.2" in (ROOT / "LICENSE").read_text()[:60]


def test_its_release_date_is_a_day() -> None:
    assert date.fromisoformat(CARD["releaseDate"])


def test_internal_maintenance_names_whom_to_ask() -> None:
    assert CARD["maintenance"]["type"] == "internal"
    assert [contact["name"] for contact in CARD["maintenance"]["contacts"]]


def test_the_interface_languages_are_those_of_the_settings(settings) -> None:
    assert CARD["localisation"]["availableLanguages"] == [code for code, _label in settings.LANGUAGES]


@pytest.mark.parametrize("language", sorted(CARD["description"]))
def test_its_texts_have_the_length_the_standard_asks_for(language: str) -> None:
    text = CARD["description"][language]
    assert re.fullmatch(r"[a-z]{2}", language)
    assert len(text["shortDescription"]) <= 150
    assert 150 <= len(text["longDescription"]) <= 10_000
    assert len(text["genericName"]) <= 35
    assert all(len(feature) <= 100 for feature in text["features"])
