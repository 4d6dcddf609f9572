"""A system in the words of the council's usual questions, from the content of an entry or from its frozen document.

Both have the same keys. What a document does not have was never released, or is withheld with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.legal.adopting import DONE
from compliance.rules.assessment_text import SHORT, disclaimer
from register import wording
from register.rules.vocabulary import COST_CLASSES, DPIA_STATES, IN_USE, RISK_CLASSES, STATUS
from usecases.council.parts import FOUR, table
from usecases.rules.vocabulary import SUSPENDED

Data = Mapping[str, Any]
NOT_GIVEN, NOT_RELEASED = "nicht angegeben", "nicht veröffentlicht"
SINCE_UNKNOWN = "Tag und Grund nicht eingetragen"
PLANNED = ("planned", "design", "development")
UNDATED = "Selbsteinschätzung; sagt nichts über die datenschutzrechtliche Zulässigkeit."


@dataclass
class Beside:
    """What the entry itself does not say."""

    # Class -> the day of the last assessment, which the entry may not have taken over.
    assessed: dict[str, str] = field(default_factory=dict)
    # Whether a second person has confirmed it.
    confirmed: bool = False
    contracts: list[str] = field(default_factory=list)
    # The state (a key of DPIA_STATES) that follows from the approved document, and the words for that document.
    approved: tuple[str, str] | None = None
    evaluated: list[str] = field(default_factory=list)
    # What the use case that leads the entry says: its stage with the day, and its costs.
    stage: tuple[str, str] | None = None
    costs: str = ""
    # Since when and why it is suspended.
    suspended: list[str] = field(default_factory=list)


def said(data: Data, key: str) -> str:
    if key in data:
        words = wording.said("system", key, data[key])
        text = words if isinstance(words, str) else ", ".join(words)
        return text or NOT_GIVEN
    reasons = [item["reason"] for item in data.get("withheld", []) if item["field"] == key]
    return f"{NOT_RELEASED} ({reasons[0]})" if reasons else NOT_RELEASED


def in_use(systems: Iterable[tuple[Data, Beside]]) -> dict[str, Any]:
    headings = zip(("System", "Anbieter, Ort, Kosten", "Datenschutz", "Risiko und Auswertung"), FOUR, strict=True)
    rows = [
        [_what(data, beside), _where(data, beside), _privacy(data, beside), _risk(data, beside)]
        for data, beside in systems
    ]
    return table("KI-Systeme im Einsatz", tuple(headings), rows)


def suspended(systems: Iterable[tuple[Data, Beside]]) -> dict[str, Any]:
    headings = (("System", "b25"), ("Ausgesetzt", "b35"), ("Zweck", "b40"))
    rows = [[_name(data), beside.suspended or [SINCE_UNKNOWN], said(data, "goal")] for data, beside in systems]
    return table("Ausgesetzte KI-Systeme", headings, rows)


def planned(systems: Iterable[Data]) -> dict[str, Any]:
    headings = (("System", "b25"), ("Stand", "b20"), ("Zweck", "b35"), ("Risikoklasse", "b20"))
    rows = [[_name(d), status_of(d), said(d, "goal"), said(d, "ai_act_class")] for d in systems]
    return table("Geplante KI-Systeme", headings, rows)


def ended(systems: Iterable[Data]) -> dict[str, Any]:
    headings = (("System", "b30"), ("Stand", "b20"), ("Ende", "b20"), ("Zweck", "b30"))
    rows = [[_name(d), status_of(d), said(d, "end_date"), said(d, "goal")] for d in systems]
    return table("Beendete oder verworfene KI-Systeme", headings, rows)


def is_used(data: Data) -> bool:
    return data["status"] in IN_USE


def is_suspended(data: Data) -> bool:
    return data["status"] == SUSPENDED


def ended_between(data: Data, since: str, until: str) -> bool:
    """The end is kept by month; an entry without one counts, so that nothing is left out."""
    month = data.get("end_date", "")
    return data["status"] in ("retired", "rejected") and (not month or since[:7] <= month <= until[:7])


def status_of(data: Data) -> str:
    return STATUS[data["status"]]


def _name(data: Data) -> list[str]:
    return [data["name"], data["department"] or "ohne Amt"]


def _what(data: Data, beside: Beside) -> list[str]:
    return [*_name(data), _since(data, beside), said(data, "goal")]


def _since(data: Data, beside: Beside) -> str:
    """The begin that the entry names, else the day of the stage that its use case has reached."""
    since = said(data, "begin_date")
    if since.startswith(NOT_RELEASED):
        return f"{status_of(data)}, Beginn {since}"
    if since != NOT_GIVEN:
        return f"{status_of(data)}, seit {since}"
    stage, words = beside.stage or ("", "")
    return f"{status_of(data)}, {words}" if stage == data["status"] else status_of(data)


def _where(data: Data, beside: Beside) -> list[str]:
    return [
        f"Anbieter: {said(data, 'provider')}",
        f"Ort der Daten: {said(data, 'storage')}",
        _costs(data, beside),
    ]


def _costs(data: Data, beside: Beside) -> str:
    cost = [text for key in ("cost_class", "cost") if (text := said(data, key)) not in (NOT_GIVEN, NOT_RELEASED)]
    if beside.costs and set(cost) <= {COST_CLASSES["not_recorded"]}:
        return f"Kosten laut Vorhaben: {beside.costs}"
    return f"Kosten: {'; '.join(cost) or said(data, 'cost_class')}"


def _privacy(data: Data, beside: Beside) -> list[str]:
    basis = [
        text for key in ("gdpr_basis", "national_norm") if (text := said(data, key)) not in (NOT_GIVEN, NOT_RELEASED)
    ]
    lines = [f"Daten: {said(data, 'personal_data_level')}"]
    if data.get("personal_data_level") != "none":
        lines.append(f"Rechtsgrundlage: {'; '.join(basis) or said(data, 'lawful_basis')}")
    if data.get("personal_data_level") != "none" or beside.approved:
        lines.append(f"Folgenabschätzung: {_dpia(data, beside)}")
    return [*lines, *beside.contracts]


def _dpia(data: Data, beside: Beside) -> str:
    """An approved document goes before what the entry says."""
    if beside.approved is None:
        return said(data, "dpia_state")
    state, words = beside.approved
    if data.get("dpia_state") in (state, DONE):
        return f"{said(data, 'dpia_state')}; {words}"
    result = "" if state == DONE else f": {DPIA_STATES[state]}"
    return f"{words}{result} (im Eintrag noch nicht nachgetragen)"


def _risk(data: Data, beside: Beside) -> list[str]:
    """The class of the entry, else that of an assessment it has not taken over yet; never without its sentence."""
    found = data.get("ai_act_class") or next(iter(beside.assessed), "")
    if not found:
        lines = [said(data, "ai_act_class")]
    elif not data.get("ai_act_class"):
        state = "Bewertet, noch nicht übernommen" if beside.confirmed else "Vorschlag, noch nicht geprüft"
        lines = [f"{state}: {SHORT[found]}", disclaimer(beside.assessed[found])]
    else:
        lines = [RISK_CLASSES[found], disclaimer(beside.assessed[found]) if found in beside.assessed else UNDATED]
    lines.append(f"Wirkt auf Entscheidungen über Menschen: {said(data, 'affects_people')}")
    return [*lines, *(beside.evaluated or ["Auswertung: keine eingetragen"])]
