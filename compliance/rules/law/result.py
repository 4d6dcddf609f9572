"""What an assessment comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.rules.law.parts import Outcome, Reason, Rule


class Explanation:
    """The reasons in order, written out when somebody reads them: comparing 100,000 results needs none."""

    __slots__ = ("_bits", "_dates", "_facts", "_fired", "_outcome")

    def __init__(
        self,
        facts: Mapping[str, Any],
        bits: int,
        fired: Iterable[Iterable[Rule]],
        dates: Iterable[Reason] = (),
        outcome: Outcome | None = None,
    ) -> None:
        self._facts = dict(facts)
        self._bits = bits
        self._fired = fired
        self._dates = dates
        self._outcome = outcome

    def reasons(self) -> list[dict[str, Any]]:
        found = [rule.reason.written(self._bits, self._facts) for some in self._fired for rule in some]
        found += [reason.written(self._bits, self._facts) for reason in self._dates]
        if self._outcome is not None:
            found.append(self._outcome.reason.written(self._bits, self._facts))
        return found


@dataclass(slots=True)
class Result:
    class_: str | None
    open: list[str]
    articles: list[str]
    flags: list[str]
    applies_from: str | None
    obligations: list[dict[str, Any]]
    rulesets: tuple[dict[str, str], ...]
    explain: Explanation
    would_change: list[dict[str, Any]] = field(default_factory=list)

    @property
    def decided(self) -> bool:
        return not self.open

    @property
    def reasons(self) -> list[dict[str, Any]]:
        return self.explain.reasons()

    def as_json(self) -> dict[str, Any]:
        return {
            "class": self.class_,
            "decided": self.decided,
            "open": self.open,
            "articles": self.articles,
            "flags": self.flags,
            "applies_from": self.applies_from,
            "obligations": self.obligations,
            "reasons": self.reasons,
            "would_change": self.would_change,
            "rulesets": list(self.rulesets),
        }
