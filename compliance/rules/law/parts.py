"""The compiled pieces of a rule set: questions, rules, dates, outcomes, duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.rules.law import dates
from compliance.rules.law.conditions import Condition, Names, atoms, compile_condition, values_mask
from compliance.rules.law.facts import Fact

Data = Mapping[str, Any]
Facts = Mapping[str, Any]
Sections = Mapping[str, tuple[Fact, ...]]


@dataclass(frozen=True)
class Question:
    section: str
    facts: tuple[Fact, ...]
    condition: Condition

    def packed(self) -> tuple[tuple[int, ...], int, int, tuple[Fact, ...]]:
        """For the inner loop: the condition, what is kept of the answers when it fails, what must be answered."""
        own = answered = 0
        for fact in self.facts:
            own |= fact.mask
            answered |= fact.answered
        return self.condition.clauses, ~own, answered, self.facts


def question(row: Data, names: Names, drafts: bool) -> Question:
    asked = dict(row.get("asked", {}))
    extra = asked.pop("or_draft", [])
    if drafts and extra:
        asked["any"] = [*asked["any"], *extra]
    facts = tuple(names.vocabulary.facts[key] for key in row["facts"])
    return Question(row["section"], facts, compile_condition(asked, names))


def sections(questions: tuple[Question, ...]) -> Sections:
    found: dict[str, tuple[Fact, ...]] = {}
    for one in questions:
        found[one.section] = (*found.get(one.section, ()), *one.facts)
    return found


@dataclass(frozen=True)
class Reason:
    """Why: the rule, its article, and the answers that it names."""

    rule: str
    article: str
    text: str
    status: str = "in_force"
    # Each fact that is named, with the answers for which it is.
    shown: tuple[tuple[str, int], ...] = ()
    assumed: Assumed | None = None

    def written(self, bits: int, facts: Facts) -> dict[str, Any]:
        named = {key: facts[key] for key, mask in self.shown if bits & mask}
        text = self.assumed.text if self.assumed and self.assumed.concerns(bits) else self.text
        return {"rule": self.rule, "article": self.article, "facts": named, "text": text, "status": self.status}


@dataclass(frozen=True)
class Assumed:
    """What a rule says where it holds only because "Weiß ich nicht" is read on the cautious side: no statement of fact."""

    text: str
    condition: Condition
    unclear: int

    def concerns(self, bits: int) -> bool:
        return not self.condition.holds(bits & ~self.unclear)


@dataclass(frozen=True)
class Rule:
    id: str
    condition: Condition
    sets: int
    codes: dict[str, None]
    reason: Reason


def rule(row: Data, names: Names, known: Sections) -> Rule:
    condition = compile_condition(row["when"], names)
    declare(row, names)
    shown: dict[str, int] = {}
    for key, values, wanted in atoms(row["when"]):
        if fact := names.vocabulary.facts.get(key):
            shown[key] = shown.get(key, 0) | (values_mask(fact, values) if wanted else fact.answered)
    for section in row.get("names", ()):
        shown |= {fact.key: fact.answered for fact in known[section]}
    status = row.get("status", "in_force")
    assumed = Assumed(row["unclear"], condition, names.vocabulary.unclear) if "unclear" in row else None
    return Rule(
        id=row["id"],
        condition=condition,
        sets=names.mask(row.get("sets", ())),
        codes=dict.fromkeys(row.get("codes", ())),
        reason=Reason(row["id"], row["article"], row["text"], status, tuple(shown.items()), assumed),
    )


def declare(row: Data, names: Names) -> None:
    for name in row.get("sets", ()):
        names.declare(name)


@dataclass(frozen=True)
class Contradiction:
    """Answers that cannot both be true; the assessment is refused."""

    id: str
    # Which answers have to be there; enough by themselves, unless days are compared.
    concerns: Condition
    earlier: tuple[str, ...]
    keys: tuple[str, ...]
    text: str

    def applies(self, facts: Facts, raw: int) -> bool:
        if not self.earlier:
            return self.concerns.holds(raw)
        first, second = (facts.get(key, "unknown") for key in self.earlier)
        return "unknown" not in (first, second) and first < second

    def complaint(self, facts: Facts) -> str:
        given = ", ".join(f"{key}: {facts[key]}" for key in self.keys if key in facts)
        return f"Widerspruch ({given}): {self.text}"


def contradiction(row: Data, names: Names) -> Contradiction:
    earlier = tuple(row.get("earlier", ()))
    keys = earlier or tuple(dict.fromkeys(key for key, _, _ in atoms(row["when"])))
    if earlier:
        concerns = Condition(tuple(names.vocabulary.facts[key].answered for key in earlier))
    else:
        concerns = compile_condition(row["when"], names)
    return Contradiction(row["id"], concerns, earlier, keys, row["text"])


@dataclass(frozen=True)
class DateRule:
    date: dates.Rule
    # Why the day is what it is, by the branch that was taken.
    branches: Mapping[str, Reason]


def date_rule(name: str, row: Data, names: Names) -> DateRule:
    facts = [names.vocabulary.facts[key] for key in dates.facts_read(row)]
    shown = tuple((fact.key, fact.answered) for fact in facts)
    start = name.lower().replace("_", "-")
    branches = {
        branch: Reason(f"{start}-{branch}", said["article"], said["text"], shown=shown)
        for branch, said in row["reasons"].items()
    }
    return DateRule(dates.compile_date(row), branches)


@dataclass(frozen=True, eq=False)
class Due:
    """The dates of an outcome or a duty, each with the condition under which it applies; the earliest counts."""

    dates: tuple[tuple[str, DateRule, Condition], ...]

    def day(self, bits: int, facts: Facts, known: Known) -> str | None:
        found = None
        seen = known.dates
        for name, rule, condition in self.dates:
            if condition.holds(bits):
                dated = seen.get(name)
                if dated is None:
                    seen[name] = dated = rule.date(facts)
                day = dated[0]
                if day and (found is None or day < found):
                    found = day
        known.dues[self] = found
        return found


class Known:
    """Days found for one system, so that each is worked out once and its reason given once."""

    __slots__ = ("dates", "dues")

    def __init__(self) -> None:
        self.dates: dict[str, dates.Dated] = {}
        self.dues: dict[Due, str | None] = {}


class Dues:
    """Turns the `due` of an outcome or a duty into dates; equal ones become one object."""

    def __init__(self, rules: Mapping[str, DateRule], regimes: Mapping[str, list[Data]], names: Names) -> None:
        self._rules = rules
        self._regimes = regimes
        self._names = names
        self._made: dict[str, Due] = {}

    def compile(self, due: str | list[Data] | None) -> Due | None:
        if due is None:
            return None
        rows = self._regimes[due] if isinstance(due, str) else due
        return self._made.setdefault(repr(rows), Due(tuple(map(self._one, rows))))

    def _one(self, row: Data) -> tuple[str, DateRule, Condition]:
        return row["date"], self._rules[row["date"]], compile_condition(row.get("when", {}), self._names)


@dataclass(frozen=True)
class Outcome:
    name: str
    condition: Condition
    reason: Reason
    due: Due | None


def outcome(row: Data, names: Names, due: Dues) -> Outcome:
    reason = Reason(f"class-{row['class']}", row["article"], row["text"])
    condition = compile_condition(row["when"], names)
    return Outcome(row["class"], condition, reason, due.compile(row.get("applies_from")))


ByDay = dict[str | None, dict[str, Any]]


@dataclass(frozen=True)
class Duty:
    id: str
    condition: Condition
    due: Due | None
    base: dict[str, Any]
    variants: tuple[tuple[Condition, dict[str, str]], ...] = ()

    def variant(self, bits: int) -> int:
        return next((number for number, (condition, _) in enumerate(self.variants) if condition.holds(bits)), -1)

    def write(self, by_day: ByDay, variant: int, day: str | None) -> dict[str, Any]:
        """The obligation for a day, written once and never changed: results only point to it."""
        words = self.variants[variant][1] if variant >= 0 else {}
        by_day[day] = written = {**self.base, "due": day, **words}
        return written


def duty(row: Data, names: Names, due: Dues) -> Duty:
    base = {
        "id": row["id"],
        "due": None,
        "article": row["article"],
        "text": row["text"],
        "timing": row["timing"],
        "evidence": row.get("evidence", ""),
        "status": row.get("status", "in_force"),
    }
    variants = tuple(
        (compile_condition(one["when"], names), {key: one[key] for key in ("text", "article") if key in one})
        for one in row.get("variants", ())
    )
    return Duty(row["id"], compile_condition(row["when"], names), due.compile(row.get("due")), base, variants)
