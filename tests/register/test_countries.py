"""The list of countries: all of ISO 3166-1, in German, in an order people find things in."""

from __future__ import annotations

import pytest

from compliance.rules import places
from register.rules import vocabulary

NAMES = list(vocabulary.COUNTRIES.values())


@pytest.mark.parametrize("name", ["Türkei", "Serbien", "Australien", "Brasilien", "Singapur", "Ägypten", "Kosovo"])
def test_a_country_is_there_by_its_german_name(name: str) -> None:
    assert name in NAMES


def test_all_of_iso_3166_are_there_with_kosovo_and_not_known() -> None:
    assert len(NAMES) == 249 + 2


def test_germany_comes_first_and_not_knowing_last() -> None:
    assert (NAMES[0], NAMES[-1]) == ("Deutschland", "nicht bekannt")


def test_an_umlaut_stands_with_its_vowel() -> None:
    assert NAMES.index("Afghanistan") < NAMES.index("Ägypten") < NAMES.index("Albanien")


def test_a_part_of_the_union_with_a_code_of_its_own_is_no_third_country() -> None:
    assert (places.zone("RE"), places.zone("TR")) == ("eu", "third")


def test_a_country_with_an_adequacy_decision_keeps_its_code() -> None:
    assert vocabulary.COUNTRIES.keys() >= vocabulary.ADEQUATE
