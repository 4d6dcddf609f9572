"""The rule sets that this version of the program ships, and which of them is in force on a day."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache

from compliance.rules.law import facts, rulesets
from compliance.rules.law.program import Program
from compliance.rules.law.rulesets import FOLDER, Ruleset

# An assessment always takes one of each, in this order: the second reads what the first concludes.
LAWS = ("ai-act/classification", "dsgvo/duties")


class UnknownRuleset(ValueError):
    """No rule set has this name, or none was in force."""


@cache
def vocabulary() -> facts.Vocabulary:
    return facts.load()


@cache
def editions() -> dict[str, dict[str, Ruleset]]:
    """Every shipped rule set by id and version, oldest first."""
    found: dict[str, dict[str, Ruleset]] = {}
    for law in LAWS:
        shipped = sorted(map(rulesets.load, FOLDER.glob(f"{law}.v*.yaml")), key=lambda one: int(one.version))
        found[law] = {one.version: one for one in shipped}
    return found


def program_for(day: str, *, wanted: Iterable[str] = (), drafts: bool = True, list_checked: bool = False) -> Program:
    """The program of what is in force on the day; `wanted` fixes versions, as `ai-act/classification@1`."""
    chosen = dict(_chosen(name) for name in wanted)
    versions = tuple(chosen.get(law) or _in_force(law, day) for law in LAWS)
    return _program(versions, drafts, list_checked)


@cache
def _program(versions: tuple[str, ...], drafts: bool, list_checked: bool) -> Program:
    picked = [editions()[law][version] for law, version in zip(LAWS, versions, strict=True)]
    return Program(vocabulary(), picked, drafts=drafts, list_checked=list_checked)


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
