"""What a search means, without a database."""

from __future__ import annotations

import yaml

from register.rules import search_words
from register.rules.search_words import nearest, needles, terms


def test_the_table_of_the_same_knows_sixty_things_and_no_word_twice_in_a_line() -> None:
    lines = yaml.safe_load(search_words.TABLE.read_text(encoding="utf-8"))["same"]
    assert (len(lines) >= 60, [line for line in lines if len(set(line)) != len(line) or len(line) < 2]) == (True, [])


def test_words_of_a_question_are_not_looked_for() -> None:
    assert [term.typed[0] for term in terms("Wie bekomme ich Wohngeld?")] == ["wohngeld"]


def test_a_search_of_such_words_alone_looks_for_them() -> None:
    assert [term.typed[0] for term in terms("wer wie was")] == ["wer", "wie", "was"]


def test_words_that_belong_together_are_one_term() -> None:
    assert [("leichte sprache" in term.meant) for term in terms("Text einfache Sprache")] == [False, True]


def test_the_first_part_of_a_compound_counts() -> None:
    assert "wohngeld" in terms("Wohngeldantrag")[0].meant


def test_an_umlaut_may_be_written_out_or_not() -> None:
    assert (terms("Baeume")[0].typed, terms("Straße")[0].typed) == (("baeume", "bäume"), ("straße", "strasse"))


def test_a_slip_of_the_pen_is_put_right_by_the_words_at_hand() -> None:
    words = {"wohngeld", "hochwasser", "führerschein", "fuehrerschein"}
    assert [nearest(word, words) for word in ("wohngled", "hochwaser", "fürerschein", "wohn", "einhorn")] == [
        "wohngeld", "hochwasser", "führerschein", "wohn", "",
    ]  # fmt: skip


def test_a_short_word_is_no_hit_in_the_middle_of_another() -> None:
    assert [search_words.is_hit(word, needles("Rad")) for word in ("Radweg", "Paradies", "Fahrrads")] == [
        True, False, True,
    ]  # fmt: skip
