"""What a change of law means for a system that was assessed before: the stored result beside a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.rules import precheck
from compliance.rules.assessment_text import SHORT, german
from compliance.rules.law import BadFacts, Program, Result
from compliance.rules.law.facts import NoClass, in_words

Facts = Mapping[str, Any]
Row = dict[str, str]

CLASS, DUTIES, DATES, SAME = "class", "duties", "dates", "same"
OPEN, CONFLICT, REGISTER, DRAFT = "open", "conflict", "register", "draft"
KINDS = {
    CLASS: "Andere Klasse",
    DUTIES: "Andere Pflichten",
    DATES: "Andere Termine",
    OPEN: "Neue Fragen",
    CONFLICT: "Widerspruch",
    REGISTER: "Eintrag geändert",
    DRAFT: "In Arbeit",
    SAME: "Ergebnis bleibt gleich",
}
# What no program may decide: somebody has to look.
FOR_A_PERSON = (OPEN, CONFLICT, REGISTER, DRAFT)
# A new question may open another one.
_ROUNDS = 5


@dataclass(frozen=True)
class Past:
    """What the last assessment said, as far as a change is measured by it."""

    risk_class: str
    applies_from: str | None
    duties: Mapping[str, str | None]


@dataclass
class Effect:
    kinds: list[str] = field(default_factory=list)
    # The result under the new law; while questions are open, the one that would follow if they were denied.
    result: Result | None = None
    open: list[str] = field(default_factory=list)
    note: str = ""
    # The rule set itself is at fault.
    broken: bool = False

    @property
    def needs_person(self) -> bool:
        return any(kind in FOR_A_PERSON for kind in self.kinds)


def effect_of(program: Program, facts: Facts, past: Past, *, on: str) -> Effect:
    """Facts are those of the last assessment, taken over as they are."""
    found = Effect()
    try:
        result: Result | None = program.assess(facts, on=on)
        if result is not None and result.open:
            found.kinds.append(OPEN)
            found.open = result.open
            result = _assumed(program, facts, on)
    except BadFacts as error:
        found.kinds.append(CONFLICT)
        found.note = " ".join(in_words(problem) for problem in error.problems)
        found.broken = isinstance(error, NoClass)
        return found
    found.result = result
    found.kinds += changes(past, result) if result else []
    found.kinds = found.kinds or [SAME]
    return found


def _assumed(program: Program, facts: Facts, on: str) -> Result | None:
    """The result if what is open were denied, as in the pre-check. Only a hint: nothing is stored by it."""
    filled = dict(facts)
    for _ in range(_ROUNDS):
        result = program.assess(filled, on=on)
        if not result.open:
            return result
        more = {key: value for key in result.open if (value := precheck.assumed(key)) is not None}
        if not more:
            return None
        filled |= more
    return None


def changes(past: Past, result: Result) -> list[str]:
    duties = {duty["id"]: duty["due"] for duty in result.obligations}
    found = []
    if past.risk_class != result.class_:
        found.append(CLASS)
    if past.duties.keys() != duties.keys():
        found.append(DUTIES)
    moved = any(duties[key] != due for key, due in past.duties.items() if key in duties)
    if moved or past.applies_from != result.applies_from:
        found.append(DATES)
    return found


def past_of(risk_class: str, result: Mapping[str, Any]) -> Past:
    return Past(risk_class, result["applies_from"], {duty["id"]: duty["due"] for duty in result["obligations"]})


def side_by_side(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Row]:
    """Class, day and duties of two results, only what differs."""
    rows = [
        {"label": "Klasse", "old": SHORT.get(old["class"], ""), "new": SHORT.get(new["class"], "")},
        {"label": "Gilt ab", "old": german(old["applies_from"]), "new": german(new["applies_from"])},
    ]
    duties = [{duty["id"]: duty for duty in one["obligations"]} for one in (old, new)]
    for name in sorted({*duties[0], *duties[1]}):
        duty = duties[1].get(name) or duties[0][name]
        label = f"{name} {duty['text']} ({duty['article']})"
        rows.append({"label": label, "old": when(duties[0].get(name)), "new": when(duties[1].get(name))})
    return [row for row in rows if row["old"] != row["new"]]


def when(duty: Mapping[str, Any] | None) -> str:
    if duty is None:
        return "keine Pflicht"
    return f"ab {german(duty['due'])}" if duty["due"] else str(duty["timing"])


def reasons_apart(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The rules that decide now and did not before, and those that did; each with its article."""
    said = [
        {(row["rule"], row["text"]): f"{row['text']} ({row['article']})" for row in one["reasons"]}
        for one in (old, new)
    ]
    came = [text for key, text in said[1].items() if key not in said[0]]
    went = [text for key, text in said[0].items() if key not in said[1]]
    return came, went
