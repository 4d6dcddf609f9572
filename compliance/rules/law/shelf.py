"""The rule sets that this version of the program ships and those that the instance has loaded; which is in force on a day."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache

from compliance.rules.law import facts, rulesets
from compliance.rules.law.program import Program
from compliance.rules.law.rulesets import FOLDER, BadRuleset, Ruleset

# An assessment always takes one of each, in this order: the second reads what the first concludes.
LAWS = ("ai-act/classification", "dsgvo/duties")
Editions = dict[str, dict[str, Ruleset]]


class UnknownRuleset(ValueError):
    """No rule set has this name, or none was in force."""


@cache
def vocabulary() -> facts.Vocabulary:
    return facts.load()


@cache
def _shipped() -> list[Ruleset]:
    return [rulesets.load(path) for law in LAWS for path in FOLDER.glob(f"{law}.v*.yaml")]


def _in_order(some: Iterable[Ruleset]) -> Editions:
    found: Editions = {law: {} for law in LAWS}
    for one in sorted(some, key=lambda one: int(one.version)):
        found[one.id][one.version] = one
    return found


class _Shelf:
    """What stands on the shelf of this process. Loaded rule sets are handed over by whoever can read the database."""

    def __init__(self) -> None:
        self._editions: Editions | None = None
        self.mark: object = None

    @property
    def editions(self) -> Editions:
        if self._editions is None:
            self._editions = _in_order(_shipped())
        return self._editions

    def put(self, loaded: Iterable[Ruleset], *, mark: object) -> None:
        # A loaded version stays, even if the program later ships the same number: assessments may rest on it.
        self._editions = _in_order([*_shipped(), *loaded])
        self.mark = mark


_shelf = _Shelf()


def editions() -> Editions:
    """Every rule set by id and version, oldest first."""
    return _shelf.editions


def is_shipped(ruleset: Ruleset) -> bool:
    return any(one.sha256 == ruleset.sha256 for one in _shipped())


def put(loaded: Iterable[Ruleset], *, mark: object) -> None:
    """Replace what was loaded before; `mark` says which state of the instance this is."""
    _shelf.put(loaded, mark=mark)


def mark() -> object:
    return _shelf.mark


def in_force(day: str) -> list[Ruleset]:
    """One of each law, as it applies on the day."""
    return [editions()[law][_in_force(law, day)] for law in LAWS]


def program_for(day: str, *, wanted: Iterable[str] = (), drafts: bool = True, list_checked: bool = False) -> Program:
    """The program of what is in force on the day; `wanted` fixes versions, as `ai-act/classification@1`."""
    chosen = dict(_chosen(name) for name in wanted)
    picked = tuple(editions()[law][chosen.get(law) or _in_force(law, day)] for law in LAWS)
    return program_of(picked, drafts=drafts, list_checked=list_checked)


def program_of(picked: tuple[Ruleset, ...], *, drafts: bool = True, list_checked: bool = False) -> Program:
    """These rule sets compiled; once for each content, so that a version that was put back never meets an old program."""
    key = (tuple(one.sha256 for one in picked), drafts, list_checked)
    found = _programs.get(key)
    if found is None:
        found = _programs[key] = Program(vocabulary(), picked, drafts=drafts, list_checked=list_checked)
    return found


_programs: dict[tuple[tuple[str, ...], bool, bool], Program] = {}


def trial(candidate: Ruleset, *, list_checked: bool = False) -> Program:
    """What the candidate would decide."""
    return program_of(_beside_the_other(candidate), list_checked=list_checked)


def refuse_unfit(candidate: Ruleset) -> None:
    """What the file alone cannot tell: whether it follows what is there. Raises BadRuleset."""
    if candidate.id not in LAWS:
        raise BadRuleset(f"id: Ein Gesetz „{candidate.id}“ kennt das Programm nicht. Bekannt: {', '.join(LAWS)}.")
    *_, newest = editions()[candidate.id].values()
    following = str(int(newest.version) + 1)
    if candidate.version != following:
        raise BadRuleset(
            f"version: In Gebrauch ist Version {newest.version}. Die neue Datei muss Version {following} sein."
        )
    if candidate.valid_from < newest.valid_from:
        raise BadRuleset(
            f"valid_from: {candidate.valid_from} liegt vor dem Beginn von Version {newest.version} ({newest.valid_from})."
        )
    known = {question["section"] for one in _shipped() for question in one.data["questions"]}
    for question in candidate.data["questions"]:
        if question["section"] not in known:
            raise BadRuleset(f"questions: Den Abschnitt {question['section']} kennt der Fragebogen nicht.")
        for key in question["facts"]:
            if key not in vocabulary().facts:
                raise BadRuleset(f"questions > {question['section']}: Die Angabe {key} kennt das Programm nicht.")
    try:
        for drafts in (True, False):
            # Not kept among the programs: whether anybody will ever use it is not decided.
            Program(vocabulary(), _beside_the_other(candidate), drafts=drafts)
    except KeyError as error:
        raise BadRuleset(f"„{error.args[0]}“ gibt es in dieser Datei nicht.") from error


def _beside_the_other(candidate: Ruleset) -> tuple[Ruleset, ...]:
    """The candidate and the other law, as both apply on its first day."""
    rest = {one.id: one for one in in_force(candidate.valid_from)}
    return tuple(candidate if law == candidate.id else rest[law] for law in LAWS)


def _chosen(name: str) -> tuple[str, str | None]:
    law, _, version = name.partition("@")
    known = editions()
    if law in known and (not version or version in known[law]):
        return law, version or None
    names = [f"{one}@{number}" for one, versions in known.items() for number in versions]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names
    raise UnknownRuleset(f"Ein Regelwerk „{name[:60]}“ gibt es nicht. Am nächsten: {', '.join(near)}.")


def _in_force(law: str, day: str) -> str:
    versions = [number for number, one in editions()[law].items() if one.valid_from <= day]
    if not versions:
        raise UnknownRuleset(f"Am {day} galt noch kein Regelwerk {law}.")
    return versions[-1]
