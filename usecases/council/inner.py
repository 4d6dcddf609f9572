"""The edition that is not for the public: all systems of the register, and what the council decides and watches."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import Municipality
from register import selectors_coverage
from usecases.council import reads, systems
from usecases.council.parts import chapter, day, number_of, table
from usecases.models import UseCase
from usecases.rules.vocabulary import FINANCES
from usecases.selectors_goals import said
from usecases.selectors_money import Total, totals

COVERAGE = {"reported": "gemeldet", "none": "Fehlanzeige", "open": "noch offen"}


def chapters(municipality: Municipality, *, since: date, until: date) -> list[dict[str, Any]]:
    everything = reads.systems_of(municipality)
    used = [(data, beside) for data, beside in everything if systems.is_used(data)]
    begun = [data for data, _ in everything if data["status"] in systems.PLANNED]
    over = [data for data, _ in everything if systems.ended_between(data, since.isoformat(), until.isoformat())]
    happened = {
        "evaluations": list(reads.evaluations_in(municipality, since, until)),
        "ended": list(reads.ended_in(municipality, since, until)),
        "incidents": list(reads.incidents_in(municipality, since, until)),
        "lessons": list(reads.lessons_in(municipality, since, until)),
        "exceptions": list(reads.exceptions_in(municipality, since, until)),
    }
    offices = _coverage(municipality)
    return [
        chapter("Auf einen Blick", facts=_numbers(used, begun, over, happened, offices)),
        chapter("KI-Systeme im Einsatz", systems.in_use(used)),
        chapter("Geplant", systems.planned(begun), _ideas(municipality)),
        chapter("Beendet oder verworfen", systems.ended(over), _ended(happened["ended"])),
        chapter("Auswertungen", _evaluations(happened["evaluations"])),
        chapter("Kosten und Nutzen", _money(totals(municipality, since=since, until=until)), text=[_MONEY]),
        chapter("Vorfälle", _incidents(happened["incidents"]), _lessons(happened["lessons"])),
        chapter("Ausnahmen", _exceptions(happened["exceptions"]), text=[_EXCEPTIONS]),
        chapter("Meldestand der Ämter", _missing(offices), facts=_states(offices), nothing="Noch kein Amt angelegt."),
    ]


_MONEY = (
    "Summen der Vorhaben für Zeiträume, die im Berichtszeitraum enden. Was nicht erhoben wurde, fehlt in der Summe; "
    "die letzte Spalte sagt, bei wie vielen Vorhaben."
)
_EXCEPTIONS = (
    "Entscheidungen über Pilot oder Regelbetrieb, bei denen ein Punkt offen war, den kein Gesetz verlangt. Jede Ausnahme "
    "haben zwei Personen begründet entschieden."
)


def _numbers(
    used: Any, begun: Any, over: Any, happened: dict[str, list[Any]], offices: Any
) -> list[tuple[str, object]]:
    missing = sum(line.state == "open" for line in offices)
    return [
        ("KI-Systeme im Einsatz", len(used)),
        ("davon mit Wirkung auf Entscheidungen über Menschen", sum(d["affects_people"] == "yes" for d, _ in used)),
        ("davon noch ohne Risikoklasse", sum(not d["ai_act_class"] for d, _ in used)),
        ("Geplante KI-Systeme", len(begun)),
        ("Im Zeitraum beendete oder verworfene KI-Systeme", len(over)),
        ("Auswertungen im Zeitraum", len(happened["evaluations"])),
        ("Vorfälle im Zeitraum", len(happened["incidents"])),
        ("Ausnahmen im Zeitraum", len(happened["exceptions"])),
        ("Ämter ohne Meldung", f"{missing} von {len(offices)}"),
    ]


def _ideas(municipality: Municipality) -> dict[str, Any]:
    rows = UseCase.objects.filter(municipality=municipality, stage__in=systems.PLANNED)
    headings = (("Vorhaben", "b25"), ("Stufe", "b20"), ("Szenario", "b35"), ("Finanzierung", "b20"))
    return table(
        "Vorhaben vor dem Einsatz",
        headings,
        [
            [
                [row.title, row.department.name if row.department else "ohne Amt"],
                f"{row.get_stage_display()}, seit {day(row.stage_since)}",
                row.problem or systems.NOT_GIVEN,
                FINANCES.get(row.finance, systems.NOT_GIVEN),
            ]
            for row in rows.select_related("department").order_by("sort_key", "pk")
        ],
    )


def _ended(events: list[Any]) -> dict[str, Any]:
    headings = (("Vorhaben", "b30"), ("Was?", "b20"), ("Grund", "b50"))
    rows = [[row.use_case.title, f"{row.get_target_display()} am {day(row.at)}", row.reason] for row in events]
    return table("Beendete oder verworfene Vorhaben", headings, rows)


def _evaluations(rows: list[Any]) -> dict[str, Any]:
    headings = (
        ("Vorhaben", "b25"),
        ("Ergebnis", "b20"),
        ("Was wurde erreicht?", "b30"),
        ("Was haben wir gelernt?", "b25"),
    )
    return table(
        "Auswertungen im Zeitraum",
        headings,
        [
            [
                [row.use_case.title, day(row.day)],
                [str(row.get_result_display()), f"Empfehlung: {row.get_decision_display()}"],
                row.text,
                row.lessons,
            ]
            for row in rows
        ],
    )


def _money(found: list[Total]) -> dict[str, Any]:
    headings = (("Was?", "b35"), ("Summe", "b25"), ("Vorhaben mit Angabe", "b20"), ("Im Einsatz, nicht erhoben", "b20"))
    rows = [
        [
            one.label,
            "nicht erhoben" if one.value is None else f"{said(one.value)} {one.unit}",
            str(one.told),
            str(one.without),
        ]
        for one in found
    ]
    return table("Kosten und Einsparungen der Vorhaben", headings, rows)


def _incidents(rows: list[Any]) -> dict[str, Any]:
    headings = (("Vorfall", "b20"), ("Art", "b25"), ("KI-System", "b30"), ("Stand", "b25"))
    return table(
        "Vorfälle im Zeitraum",
        headings,
        [
            [
                [row.reference, f"bemerkt am {day(row.aware_at)}"],
                str(row.get_kind_display()),
                row.entry.name if row.entry else "kein System genannt",
                ["offen" if row.is_open else f"abgeschlossen am {day(row.closed_at)}", _notices(row)],
            ]
            for row in rows
        ],
    )


def _notices(incident: Any) -> str:
    sent = list(incident.sent.all())
    return f"{number_of(len(sent), 'Meldung', 'Meldungen')} an Behörden" if sent else ""


def _lessons(rows: list[Any]) -> dict[str, Any]:
    headings = (("Lehre", "b25"), ("Was war?", "b25"), ("Warum?", "b25"), ("Was ändern wir?", "b25"))
    return table("Freigegebene Lehren aus Fehlern", headings, [[r.title, r.happened, r.cause, r.change] for r in rows])


def _exceptions(rows: list[Any]) -> dict[str, Any]:
    headings = (("Vorhaben", "b25"), ("Offener Punkt", "b25"), ("Grund", "b30"), ("Entschieden", "b20"))
    return table(
        "Ausnahmen im Zeitraum",
        headings,
        [
            [
                [row.use_case.title, f"Schritt: {row.get_target_display()}"],
                [str(point["label"]) for point in row.checklist if not point["met"]],
                row.exception_reason,
                [day(row.at), f"vorgelegt von {row.by}", f"entschieden von {row.second}" if row.second else ""],
            ]
            for row in rows
        ],
    )


def _coverage(municipality: Municipality) -> list[selectors_coverage.Line]:
    rules = selectors_coverage.rules_of(municipality)
    return selectors_coverage.lines(municipality, rules, selectors_coverage.reporting_departments(municipality))


def _states(offices: list[selectors_coverage.Line]) -> list[tuple[str, object]]:
    counts = selectors_coverage.counts(offices)
    return [(label, counts[code]) for code, label in COVERAGE.items()] if offices else []


def _missing(offices: list[selectors_coverage.Line]) -> dict[str, Any]:
    rows = [
        [
            line.department.name,
            f"Letzte Meldung {day(line.stated_on)}, nicht mehr aktuell" if line.stated_on else "noch nie gemeldet",
        ]
        for line in offices
        if line.state == "open"
    ]
    return table("Ämter, die noch fehlen", (("Amt", "b50"), ("Stand", "b50")), rows)
