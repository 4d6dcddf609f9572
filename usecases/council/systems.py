"""A system in the words of the council's usual questions, from the content of an entry or from its frozen document.

Both have the same keys. What a document does not have was never released, or is withheld with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.rules.assessment_text import SHORT, disclaimer
from register import wording
from register.rules.vocabulary import RISK_CLASSES, STATUS, USED
from usecases.council.parts import FOUR, table

Data = Mapping[str, Any]
NOT_GIVEN, NOT_RELEASED = "nicht angegeben", "nicht veröffentlicht"
PLANNED = ("planned", "design", "development")
UNDATED = "Selbsteinschätzung; sagt nichts über die datenschutzrechtliche Zulässigkeit."


@dataclass
class Beside:
    """What the entry itself does not say."""

    # Class -> the day of the last assessment, which the entry may not have taken over.
    assessed: dict[str, str] = field(default_factory=dict)
    contracts: list[str] = field(default_factory=list)
    approved: list[str] = field(default_factory=list)
    evaluated: list[str] = field(default_factory=list)


def said(data: Data, key: str) -> str:
    if key in data:
        words = wording.said("system", key, data[key])
        text = words if isinstance(words, str) else ", ".join(words)
        return text or NOT_GIVEN
    reasons = [item["reason"] for item in data.get("withheld", []) if item["field"] == key]
    return f"{NOT_RELEASED} ({reasons[0]})" if reasons else NOT_RELEASED


def in_use(systems: Iterable[tuple[Data, Beside]]) -> dict[str, Any]:
    headings = zip(("System", "Anbieter, Ort, Kosten", "Datenschutz", "Risiko und Auswertung"), FOUR, strict=True)
    rows = [[_what(data), _where(data), _privacy(data, beside), _risk(data, beside)] for data, beside in systems]
    return table("KI-Systeme im Einsatz", tuple(headings), rows)


def planned(systems: Iterable[Data]) -> dict[str, Any]:
    headings = (("System", "b25"), ("Stand", "b20"), ("Zweck", "b35"), ("Risikoklasse", "b20"))
    rows = [[_name(d), status_of(d), said(d, "goal"), said(d, "ai_act_class")] for d in systems]
    return table("Geplante KI-Systeme", headings, rows)


def ended(systems: Iterable[Data]) -> dict[str, Any]:
    headings = (("System", "b30"), ("Stand", "b20"), ("Ende", "b20"), ("Zweck", "b30"))
    rows = [[_name(d), status_of(d), said(d, "end_date"), said(d, "goal")] for d in systems]
    return table("Beendete oder verworfene KI-Systeme", headings, rows)


def is_used(data: Data) -> bool:
    return data["status"] in USED


def ended_between(data: Data, since: str, until: str) -> bool:
    """The end is kept by month; an entry without one counts, so that nothing is left out."""
    month = data.get("end_date", "")
    return data["status"] in ("retired", "rejected") and (not month or since[:7] <= month <= until[:7])


def status_of(data: Data) -> str:
    return STATUS[data["status"]]


def _name(data: Data) -> list[str]:
    return [data["name"], data["department"] or "ohne Amt"]


def _what(data: Data) -> list[str]:
    since = said(data, "begin_date")
    return [
        *_name(data),
        f"{status_of(data)}, seit {since}" if since != NOT_GIVEN else status_of(data),
        said(data, "goal"),
    ]


def _where(data: Data) -> list[str]:
    cost = [text for key in ("cost_class", "cost") if (text := said(data, key)) not in (NOT_GIVEN, NOT_RELEASED)]
    return [
        f"Anbieter: {said(data, 'provider')}",
        f"Ort der Daten: {said(data, 'storage')}",
        f"Kosten: {'; '.join(cost) or said(data, 'cost_class')}",
    ]


def _privacy(data: Data, beside: Beside) -> list[str]:
    basis = [
        text for key in ("gdpr_basis", "national_norm") if (text := said(data, key)) not in (NOT_GIVEN, NOT_RELEASED)
    ]
    lines = [f"Daten: {said(data, 'personal_data_level')}"]
    if data.get("personal_data_level") != "none":
        lines += [
            f"Rechtsgrundlage: {'; '.join(basis) or said(data, 'lawful_basis')}",
            f"Folgenabschätzung: {said(data, 'dpia_state')}",
        ]
    return [*lines, *beside.approved, *beside.contracts]


def _risk(data: Data, beside: Beside) -> list[str]:
    """The class of the entry, else that of an assessment it has not taken over yet; never without its sentence."""
    found = data.get("ai_act_class") or next(iter(beside.assessed), "")
    if not found:
        lines = [said(data, "ai_act_class")]
    elif not data.get("ai_act_class"):
        lines = [f"Bewertet, noch nicht übernommen: {SHORT[found]}", disclaimer(beside.assessed[found])]
    else:
        lines = [RISK_CLASSES[found], disclaimer(beside.assessed[found]) if found in beside.assessed else UNDATED]
    lines.append(f"Wirkt auf Entscheidungen über Menschen: {said(data, 'affects_people')}")
    return [*lines, *(beside.evaluated or ["Auswertung: keine eingetragen"])]
