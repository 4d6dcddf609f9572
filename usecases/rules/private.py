"""What must not stand in a blueprint: names of people and places, addresses, what is internal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DATE = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{2,4}\b")
# Begins with 0 or +, has six or more digits further on; a date is none.
PHONE = re.compile(r"(?<![\w.,/-])(?:\+|0)\d[\d\s()/.-]{4,}\d")
# A form of address or a title says that a name follows, also of somebody who has no account here.
ADDRESSED = re.compile(r"\b(?:Frau|Herrn?|Dr\.|Prof\.)\s+(?:Dr\.\s+)?[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)?")
# Shorter words stand in too many others.
SHORTEST = 3


def found_in(value: Any, words: Mapping[str, str]) -> str:
    """The first thing that must go, in words: "den Namen einer Person: „Anna Beispiel“"; empty where nothing is."""
    for text in _texts(value):
        if said := _found(text, words):
            return said
    return ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _found(text: str, words: Mapping[str, str]) -> str:
    if hit := EMAIL.search(text):
        return f"eine E-Mail-Adresse: „{hit[0]}“"
    if hit := PHONE.search(DATE.sub("", text)):
        return f"eine Telefonnummer: „{hit[0]}“"
    if hit := ADDRESSED.search(text):
        return f"den Namen einer Person: „{hit[0]}“"
    low = text.casefold()
    for word, what in words.items():
        plain = " ".join(word.split())
        if len(plain) >= SHORTEST and plain.casefold() in low and _stands_in(plain, text):
            return f"{what}: „{plain[:60]}“"
    return ""


def _stands_in(word: str, text: str) -> bool:
    """As a word of its own, in the genitive too. A single word counts only as it is written: „Fuchs", not „fuchs"."""
    flags = re.NOFLAG if word.isalpha() else re.IGNORECASE
    return re.search(rf"(?<!\w){re.escape(word)}(?:s|’s|'s)?(?!\w)", text, flags) is not None
