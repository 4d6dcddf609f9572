"""The days from which the parts of the AI Act apply, as the rule set in force says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.rules.law.shelf import LAWS, editions

# The rule set's names of its dates, in words. A name without words is called by its article.
WORDS = {
    "F_SOFORT": "Verbote und KI-Kompetenz (Art. 4, 5)",
    "F_BA": "Weitere Verbote (Art. 5)",
    "F_50": "Transparenz (Art. 50)",
    "F_502": "KI-Markierung (Art. 50 Abs. 2)",
    "F_HR3": "Hochrisiko-Systeme nach Anhang III",
    "F_HR1": "Hochrisiko-Systeme nach Anhang I",
}


@dataclass(frozen=True, order=True)
class LawDay:
    day: date
    text: str
    article: str


def law_days(today: date) -> tuple[list[LawDay], str]:
    """Every day once for each part, the earliest first, and when the rule set was last checked."""
    in_force = [one for one in editions()[LAWS[0]].values() if one.valid_from <= today.isoformat()]
    data = in_force[-1].data
    found = {one for name, row in data["dates"].items() for one in _days(name, row)}
    return sorted(found), data["checked_on"]


def _days(name: str, row: Mapping[str, Any]) -> Iterator[LawDay]:
    reasons = row["reasons"]
    text = WORDS.get(name, reasons["regular"]["article"])
    yield LawDay(date.fromisoformat(row.get("on") or row["start"]), text, reasons["regular"]["article"])
    for key, branch, who in (("then", "transition", "schon länger auf dem Markt"), *_AUTHORITIES):
        if key in row:
            yield LawDay(date.fromisoformat(row[key]), f"{text}, {who}", reasons[branch]["article"])


_AUTHORITIES = (("authorities_until", "authority", "schon länger bei Behörden"),)
