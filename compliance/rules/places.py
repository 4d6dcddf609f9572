"""Where data are: in the EU, in the EEA beyond it, in a third country, or nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from register.rules import vocabulary

EU, EEA, THIRD, UNKNOWN = "eu", "eea", "third", "unknown"
ZONES = {
    THIRD: "Drittland",
    UNKNOWN: "noch zu klären",
    EEA: "EWR, nicht EU (kein Drittland)",
    EU: "EU",
}
_EEA_ONLY = frozenset({"IS", "LI", "NO"})
_CODES = {label.casefold(): code for code, label in vocabulary.COUNTRIES.items() if code != "XX"} | {
    "usa": "US",
    "vereinigte staaten von amerika": "US",
    "großbritannien": "GB",
    "england": "GB",
    "südkorea": "KR",
    "tschechische republik": "CZ",
}
CHECK = "bitte prüfen"


def zone(country: str) -> str:
    """An unknown country is unknown, never inside."""
    if country not in vocabulary.COUNTRIES or country == "XX":
        return UNKNOWN
    if country in _EEA_ONLY:
        return EEA
    return EU if country in vocabulary.EEA else THIRD


def country_name(country: str) -> str:
    return vocabulary.COUNTRIES.get(country, vocabulary.COUNTRIES["XX"])


def adequacy(country: str) -> str:
    """What the list of adequacy decisions says (Art. 45 DSGVO). It is not official: each line asks to be checked."""
    if zone(country) != THIRD:
        return ""
    if country == "US":
        return f"Angemessenheit nur für zertifizierte Empfänger (EU-US Data Privacy Framework), {CHECK}"
    if country == "CA":
        return f"Angemessenheit nur für manche Empfänger in Kanada, {CHECK}"
    if country in vocabulary.ADEQUATE:
        return f"Angemessenheit: in unserer Liste, {CHECK}"
    return f"Angemessenheit: nicht in unserer Liste, {CHECK}"


@dataclass(frozen=True)
class Named:
    """A sub-processor as it stands in a line of free text."""

    name: str
    country: str


def named_in(text: str) -> tuple[Named, ...]:
    """One a line: name, country and task. A line without a country we know has an unknown one."""
    found = {}
    for line in text.splitlines():
        name, *rest = [part.strip() for part in re.split(r"[,;()]", line) if part.strip()] or [""]
        if name:
            country = next((code for part in rest if (code := _CODES.get(part.casefold()))), "")
            found[key(name)] = Named(name, country)
    return tuple(found.values())


def key(name: str) -> str:
    """Two spellings of one name: capitals and spaces make no difference."""
    return " ".join(name.casefold().split())
