"""Rule sets compiled once into bit masks, and the run over one system's facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from compliance.rules.law import parts, tables
from compliance.rules.law.conditions import BadCondition, Names
from compliance.rules.law.facts import BadFacts, Fact, NoClass, Vocabulary
from compliance.rules.law.result import Explanation, Result
from compliance.rules.law.rulesets import DRAFT, BadRuleset, Ruleset

Facts = Mapping[str, Any]
LIST_NOT_CHECKED = "land_list_not_checked"


class Program:
    """`drafts` switches the layer of draft interpretations on; `list_checked` says that the Land's DSFA list is loaded."""

    def __init__(
        self, vocabulary: Vocabulary, rulesets: Sequence[Ruleset], *, drafts: bool = True, list_checked: bool = False
    ) -> None:
        self.vocabulary = vocabulary
        self._names = Names(vocabulary)
        not_checked = self._names.declare(LIST_NOT_CHECKED)
        self._start = 0 if list_checked else not_checked
        for one in rulesets:
            self._compile(one, drafts)
        self._pack()

    # What is compiled, in the order in which it runs.
    questions: tuple[parts.Question, ...] = ()
    refusals: tuple[parts.Contradiction, ...] = ()
    rules: tuple[parts.Rule, ...] = ()
    outcomes: tuple[parts.Outcome, ...] = ()
    duties: tuple[parts.Duty, ...] = ()
    flags: tuple[tuple[str, int], ...] = ()
    _days: tuple[tuple[str, int], ...] = ()

    def assess(self, facts: Facts, *, on: str) -> Result:
        """The result for facts on a day (JJJJ-MM-TT); raises BadFacts."""
        raw = self.vocabulary.read(facts)
        self.refuse_contradictions(facts, raw)
        bits, missing = self.asked(raw)
        bits |= self._given(on)
        if missing:
            return self._undecided(facts, bits, missing)
        bits, rows = self.conclude(bits)
        return self._decided(facts, bits, rows)

    def refuse_contradictions(self, facts: Facts, raw: int) -> None:
        for one in self._suspect.of(raw):
            if one.applies(facts, raw):
                raise BadFacts([one.complaint(facts)])

    def asked(self, raw: int) -> tuple[int, list[Fact]]:
        """Drop the answers of branches that were not entered; find the questions that are open."""
        bits = raw
        missing: list[Fact] = []
        for clauses, answered, all_answered, facts in self._asking:
            for clause in clauses:
                if not bits & clause:
                    bits &= answered
                    break
            else:
                if bits & all_answered != all_answered:
                    missing += [fact for fact in facts if not bits & fact.answered]
        return bits, missing

    def conclude(self, bits: int) -> tuple[int, list[tables.Row]]:
        """Fire the rules in their order; each may read what an earlier one has set."""
        found = []
        for mask, table in self._firing:
            row = table[bits & mask]
            if row is not None:
                bits |= row.sets
                found.append(row)
        return bits, found

    def class_of(self, bits: int) -> parts.Outcome | None:
        outcome: parts.Outcome | None = self._outcome.of(bits)
        return outcome

    def class_for(self, raw: int, *, on: str) -> str | None:
        """Only the class, None where a question is open; for trying out many changes."""
        bits, missing = self.asked(raw)
        if missing:
            return None
        outcome = self.class_of(self.conclude(bits | self._given(on))[0])
        return outcome.name if outcome else None

    def concluded_by(self, rules: Iterable[str]) -> set[str]:
        """The flags and conclusions that these rules set, by their ids."""
        wanted = set(rules)
        bits = 0
        for rule in self.rules:
            if rule.id in wanted:
                bits |= rule.sets
        return {name for name, bit in self._names.bits.items() if bits & bit}

    def _first_outcome(self, bits: int) -> parts.Outcome | None:
        return next((one for one in self.outcomes if one.condition.holds(bits)), None)

    def _suspects(self, bits: int) -> tuple[parts.Contradiction, ...]:
        """The contradictions that need a look: by their answers alone, days not yet compared."""
        return tuple(one for one in self.refusals if one.concerns.holds(bits))

    def _given(self, on: str) -> int:
        bits = self._start
        for before, bit in self._days:
            if on < before:
                bits |= bit
        return bits

    def _decided(self, facts: Facts, bits: int, rows: list[tables.Row]) -> Result:
        outcome = self.class_of(bits)
        if outcome is None:
            raise NoClass(["Die Regelwerke ergeben keine Klasse."])
        known = parts.Known()
        applies_from = outcome.due.day(bits, facts, known) if outcome.due else None
        obligations = self._obligations(bits, facts, known)
        return Result(
            class_=outcome.name,
            open=[],
            articles=list(dict.fromkeys(chain.from_iterable([row.codes for row in rows]))),
            flags=list(self._flags_of(bits & self._flag_bits)),
            applies_from=applies_from,
            obligations=obligations,
            rulesets=self.references,
            explain=Explanation(
                facts,
                bits,
                [row.fired for row in rows],
                [self.dates[name].branches[branch] for name, (_, branch) in known.dates.items()],
                outcome,
            ),
        )

    def _flags_of(self, bits: int) -> tuple[str, ...]:
        known = self._flag_rows.get(bits)
        if known is None:
            known = self._flag_rows[bits] = tuple(name for name, bit in self.flags if bits & bit)
        return known

    def _obligations(self, bits: int, facts: Facts, known: parts.Known) -> list[dict[str, Any]]:
        """Without those whose every regime leaves this system alone (Art. 111 (2))."""
        found = []
        days = known.dues
        for mask, table in self._owing:
            for due, by_day, duty, variant in table[bits & mask]:
                if due is None:
                    day = None
                else:
                    day = days[due] if due in days else due.day(bits, facts, known)
                    if day is None:
                        continue
                found.append(by_day.get(day) or duty.write(by_day, variant, day))
        return found

    def _undecided(self, facts: Facts, bits: int, missing: list[Fact]) -> Result:
        """No class. What is certain whatever the open answers will be is said all the same."""
        certain = []
        for rule in self.rules:
            if not rule.condition.forbidden and rule.condition.holds(bits):
                bits |= rule.sets
                certain.append(rule)
        return Result(
            class_=None,
            open=[fact.key for fact in missing],
            articles=[],
            flags=[],
            applies_from=None,
            obligations=[],
            rulesets=self.references,
            explain=Explanation(facts, bits, [certain]),
        )

    # --- compiling ---

    dates: dict[str, parts.DateRule] = {}
    references: tuple[dict[str, str], ...] = ()
    _asking: tuple[tuple[tuple[int, ...], int, int, tuple[Fact, ...]], ...] = ()
    _firing: tables.Tables = ()
    _owing: tables.Tables = ()

    def _compile(self, ruleset: Ruleset, drafts: bool) -> None:
        data = ruleset.data
        place = ""
        try:
            for name in data.get("imports", ()):
                self._names.declare(name)
            for row in data.get("days", ()):
                self._days += ((row["before"], self._names.declare(row["name"])),)
            for row in (row for row in data["questions"] if drafts or row.get("status") != DRAFT):
                place = f"questions > {', '.join(row['facts'])}"
                self.questions += (parts.question(row, self._names, drafts),)
            sections = parts.sections(self.questions)
            for row in data["rules"]:
                place = row["id"]
                if drafts or row.get("status") != DRAFT:
                    self.rules += (parts.rule(row, self._names, sections),)
                else:
                    parts.declare(row, self._names)
            for row in data.get("contradictions", ()):
                place = row["id"]
                self._add_contradiction(row)
            place = "dates"
            rules = {name: parts.date_rule(name, row, self._names) for name, row in data.get("dates", {}).items()}
            self.dates = {**self.dates, **rules}
            due = parts.Dues(rules, data.get("regimes", {}), self._names)
            for row in data["outcomes"]:
                place = row["class"]
                self.outcomes += (parts.outcome(row, self._names, due),)
            for row in data["duties"]:
                place = row["id"]
                self.duties += (parts.duty(row, self._names, due),)
        except BadCondition as error:
            raise BadRuleset(f"{ruleset.id}@{ruleset.version}: {place}: {error}") from error
        self._finish(ruleset, data["flags"])

    def _add_contradiction(self, row: Mapping[str, Any]) -> None:
        if row.get("refused"):
            self.refusals += (parts.contradiction(row, self._names),)
        else:
            self.rules += (parts.rule(row, self._names, {}),)

    def _finish(self, ruleset: Ruleset, flags: Iterable[str]) -> None:
        known = {name for name, _ in self.flags}
        self.flags += tuple((name, self._names.mask([name])) for name in flags if name not in known)
        self.references += (ruleset.reference(),)

    def _pack(self) -> None:
        """Arrange everything for the inner loops."""
        self._asking = tuple(question.packed() for question in self.questions)
        self._flag_bits = self._names.mask(name for name, _ in self.flags)
        self._flag_rows: dict[int, tuple[str, ...]] = {}
        self._suspect = tables.Table(self._suspects, [one.concerns for one in self.refusals])
        self._outcome = tables.Table(self._first_outcome, [one.condition for one in self.outcomes])
        self._firing = tables.rule_tables(self.rules)
        self._owing = tables.duty_tables(self.duties)
