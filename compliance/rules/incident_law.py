"""Whether the duties of high-risk systems after an incident (Art. 26 (5), 73 KI-VO) apply to a system on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Law:
    """Whether Art. 26 (5) and 73 KI-VO apply to a system on a day: yes, later, no or open; and the sentence why."""

    high_risk: str
    why: str = ""

    @property
    def voluntary(self) -> str:
        """What a step says that is no duty; empty where it is one."""
        return f"{self.why} Freiwillig." if self.high_risk in ("later", "no") else ""


# The duties that carry these articles, for deployer and provider.
DUTIES = ("O-13", "O-31")
ASSESS = "Bitte bewerten Sie das System zuerst; bis dahin gelten die Pflichten hier vorsichtshalber."


def law_of(assessed: Mapping[str, Any] | None, on: date) -> Law:
    """`assessed`: number, risk_class and agrees of the newest assessment, in_force, and the days of these duties."""
    if assessed is None:
        return Law("open", ASSESS)
    name = f"Bewertung {assessed['number']}"
    if not assessed["in_force"]:
        return Law("open", f"{name} beruht auf einer früheren Fassung des Rechts. {ASSESS}")
    if assessed["risk_class"] == "VERBOTEN":
        return Law("open", f"Nach {name} ist der Einsatz verboten (Art. 5 KI-VO): Beenden Sie ihn.")
    if assessed["risk_class"] == "A63" and not assessed["agrees"]:
        return Law("open", f"{name} ist noch ein Vorschlag (Art. 6 Abs. 3 KI-VO). Lassen Sie sie zuerst prüfen.")
    days = [date.fromisoformat(day) for day in assessed["dues"] if day]
    if not days:
        return Law(
            "no", f"Gilt für dieses System nicht ({name}); Art. 26 Abs. 5 und 73 KI-VO treffen Hochrisiko-Systeme."
        )
    first = min(days)
    if first > on:
        said = first.strftime("%d.%m.%Y")
        return Law(
            "later", f"Gilt für dieses System noch nicht (ab {said}, {name}; formal gilt Art. 73 KI-VO schon früher)."
        )
    return Law("yes")
