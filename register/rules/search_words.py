"""What a search means: other spellings, words of the same meaning, parts of compounds, and slips of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).with_suffix(".yaml")
# A search of a hundred words is none.
MOST_WORDS = 8
# Shorter pieces stand in the middle of too many words.
SHORTEST_PART = 4
_SPELT = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_PLURALS = ("en", "er", "es", "e", "n", "s")


@dataclass(frozen=True)
class Term:
    """One word of a search: in its spellings, and what else says the same."""

    typed: tuple[str, ...]
    meant: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.typed + self.meant


def terms(text: str) -> list[Term]:
    """The words of a search. Several in a row that stand in the table together count as one."""
    words = words_of(text)
    asked = [word for word in words if word not in _table()["ignored"]] or words
    found: list[Term] = []
    at = 0
    while at < len(asked) and len(found) < MOST_WORDS:
        length = next((n for n in (3, 2) if len(asked) >= at + n and _same(" ".join(asked[at : at + n]))), 1)
        found.append(_term(" ".join(asked[at : at + length])))
        at += length
    return found


def also(text: str) -> list[str]:
    """What else the search looks for, in the spelling of the table."""
    typed = {other for term in terms(text) for other in term.typed}
    lines = [line for term in terms(text) for line in _groups().get(root(term.typed[0]), ())]
    return [word for word in dict.fromkeys(lines) if _plain(word) not in typed]


def needles(text: str) -> tuple[str, ...]:
    """What `is_hit` knows the words of a hit by."""
    words = {one for term in terms(text) for word in term.all for one in words_of(word)}
    return tuple(sorted(map(root, words)))


def is_hit(word: str, needles: Iterable[str]) -> bool:
    """Whether the search has found this word: in the middle of it only what is long enough."""
    plain = spelt_out(word.lower())
    return any(
        needle in plain
        if len(needle) >= SHORTEST_PART
        else plain.startswith(needle) and len(needle) == 3 or plain == needle
        for needle in needles
    )


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _term(word: str) -> Term:
    typed = spellings(word)
    others = [other for other in _meant(word) if other not in typed]
    return Term(typed, tuple(dict.fromkeys(others)))


def _meant(word: str) -> Iterator[str]:
    yield from _same(word)
    for part in _parts(word):
        yield part
        yield from _same(part)


def _parts(word: str) -> Iterator[str]:
    """Wohngeldantrag: Wohngeld. The first part, if the table knows it or the ending says little."""
    plain = spelt_out(word)
    known = [root for root in _groups() if " " not in root and _begins(plain, root)]
    if known and plain not in known:
        yield max(known, key=len)
    for ending in _table()["endings"]:
        first = plain.removesuffix(ending).removesuffix("s")
        if plain.endswith(ending) and len(first) >= SHORTEST_PART:
            yield first


def _begins(word: str, root: str) -> bool:
    return len(root) >= SHORTEST_PART and word.startswith(root) and len(word) >= len(root) + 3


def _same(word: str) -> tuple[str, ...]:
    return tuple(map(_plain, _groups().get(root(word), ())))


def _plain(word: str) -> str:
    return " ".join(words_of(word))


def spellings(word: str) -> tuple[str, ...]:
    """Straße and strasse; baeume and bäume, though nobody writes neü for neue."""
    umlauts = word
    for letter, letters in _SPELT[:3]:
        umlauts = umlauts.replace(letters, letter)
    return tuple(dict.fromkeys((word, spelt_out(word), umlauts)))


def spelt_out(word: str) -> str:
    for letter, letters in _SPELT:
        word = word.replace(letter, letters)
    return word


def root(word: str) -> str:
    """The word without the ending of its plural, where enough is left to know it by."""
    plain = spelt_out(word.lower())
    for ending in _PLURALS:
        if plain.endswith(ending) and len(plain) - len(ending) > SHORTEST_PART:
            return plain.removesuffix(ending)
    return plain


def part(word: str) -> str:
    """What to look for in the middle of words; empty where that would find anything."""
    found = root(word)
    return found if " " not in found and len(found) >= SHORTEST_PART else ""


def vocabulary(texts: Iterable[str]) -> str:
    """Every word once, as written and with its umlauts spelt out: what parts of words are looked for in."""
    words = {word for text in texts for word in words_of(text) if len(word) >= SHORTEST_PART}
    return " ".join(sorted(words | {spelt_out(word) for word in words}))


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The word that was most likely meant; the word itself if it is among them, empty if none is near."""
    asked = spelt_out(word)
    most = 1 if len(asked) < 6 else 2
    found: list[tuple[int, str]] = []
    for candidate in {*candidates, *_known()}:
        plain = spelt_out(candidate)
        if plain.startswith(asked):
            return word
        if abs(len(plain) - len(asked)) <= most and (distance := _distance(asked, plain)) <= most:
            # Of two forms of one word the one with its umlauts is nicer to read.
            found.append((distance * 2 + (candidate == plain), candidate))
    return min(found)[1] if found else ""


def _distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


@cache
def _table() -> dict[str, Any]:
    read = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    endings = sorted((spelt_out(ending) for ending in read["endings"]), key=len, reverse=True)
    return {**read, "endings": endings, "ignored": set(read["ignored"])}


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Root of each word of the table -> the words of its lines, as they stand there."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _table()["same"]:
        for word in line:
            key = root(_plain(word))
            found[key] = found.get(key, ()) + tuple(line)
    return found


@cache
def _known() -> frozenset[str]:
    return frozenset(_plain(word) for line in _groups().values() for word in line if word.isalpha())
