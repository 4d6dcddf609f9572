"""The public edition: frozen documents that are public now, and the Meldestand as the municipality shows it. Nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sized
from datetime import date
from typing import Any

from accounts.models import Municipality
from register import selectors_public
from usecases.council import systems
from usecases.council.parts import chapter, day, table
from usecases.council.systems import NOT_GIVEN, NOT_RELEASED, Beside, Data, said

STATES = {"reported": "gemeldet", "none": "Fehlanzeige", "open": "noch offen"}


def chapters(municipality: Municipality, *, since: date, until: date) -> list[dict[str, Any]]:
    rows = selectors_public.documents().filter(municipality=municipality, kind="system").order_by("sort_key", "pk")
    found = {pk: json.loads(text) for pk, text in rows.values_list("pk", "document")}
    documents: list[Data] = list(found.values())
    used = [one for one in documents if systems.is_used(one)]
    resting = {pk: one for pk, one in found.items() if systems.is_suspended(one)}
    begun = [one for one in documents if one["status"] in systems.PLANNED]
    over = [one for one in documents if systems.ended_between(one, since.isoformat(), until.isoformat())]
    return [
        chapter("Auf einen Blick", facts=_numbers(used, resting, begun, over)),
        chapter("KI-Systeme im Einsatz", systems.in_use((one, _beside(one)) for one in used)),
        chapter("Ausgesetzt", systems.suspended(_suspended(resting))),
        chapter("Geplant", systems.planned(begun)),
        chapter("Beendet oder verworfen", systems.ended(over)),
        chapter(
            "Vorfälle und Rügen",
            _incidents([*used, *resting.values()]),
            nothing="Zu keinem System ist eine Zahl veröffentlicht.",
        ),
        _coverage(municipality),
    ]


def _numbers(used: list[Data], resting: Sized, begun: list[Data], over: list[Data]) -> list[tuple[str, object]]:
    return [
        ("Veröffentlichte KI-Systeme im Einsatz", len(used)),
        ("davon mit Wirkung auf Entscheidungen über Menschen", sum(one.get("affects_people") == "yes" for one in used)),
        ("Veröffentlichte ausgesetzte KI-Systeme", len(resting)),
        ("Veröffentlichte geplante KI-Systeme", len(begun)),
        ("Im Zeitraum beendet oder verworfen", len(over)),
    ]


def _suspended(resting: dict[int, Data]) -> Iterable[tuple[Data, Beside]]:
    """The day of the version that said so first; why is told to nobody outside."""
    days = selectors_public.status_days(resting)
    for pk, one in resting.items():
        yield one, Beside(suspended=[f"Ausgesetzt, veröffentlicht am {day(days[pk])}" if pk in days else "Ausgesetzt"])


def _beside(document: Data) -> Beside:
    block = document.get("blocks", {}).get("assessment") or {}
    found = Beside(assessed={block["ai_act_class"]: block["day"]} if block.get("ai_act_class") else {})
    names = [one["name"] for one in document.get("recipients", []) if one["kind"] == "processor"]
    if names:
        found.contracts = [f"Auftragsverarbeiter: {', '.join(names)}"]
    # The evaluation itself belongs to the use case, of which nothing is published.
    if (planned := said(document, "evaluation_date")) not in (NOT_GIVEN, NOT_RELEASED):
        found.evaluated.append(f"Auswertung des Piloten am: {planned}; Ergebnis {NOT_RELEASED}")
    else:
        found.evaluated.append(f"Auswertung: {NOT_RELEASED}")
    if (told := said(document, "performance")) not in (NOT_GIVEN, NOT_RELEASED):
        found.evaluated.append(f"Güte und Fehlerraten: {told}")
    return found


def _incidents(used: list[Data]) -> dict[str, Any]:
    headings = (("System", "b60"), ("Zahl seit Beginn", "b40"))
    rows = [[one["name"], said(one, "incidents")] for one in used if one.get("incidents") not in (None, "")]
    return table("Vorfälle und Rügen je System", headings, rows)


def _coverage(municipality: Municipality) -> dict[str, Any]:
    found = selectors_public.coverage(municipality)
    if not found:
        return chapter("Meldestand der Ämter", nothing="Die Kommune veröffentlicht ihren Meldestand nicht.")
    facts = [(label, sum(line.state == code for line in found)) for code, label in STATES.items()]
    headings = (("Amt", "b50"), ("Stand", "b25"), ("Gemeldet am", "b25"))
    rows = [[one.name, STATES[one.state], day(one.stated_on)] for one in found if one.name]
    return chapter("Meldestand der Ämter", table("Was die Ämter gemeldet haben", headings, rows), facts=facts)
