"""The edition that is not for the public: all systems of the register, and what the council decides and watches."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import Municipality
from register import selectors_coverage
from usecases.council import reads, systems
from usecases.council.parts import chapter, day, number_of, table
from usecases.models import UseCase
from usecases.rules.vocabulary import FINANCES, STAGES
from usecases.selectors_money import Total, totals

COVERAGE = {"reported": "gemeldet", "none": "Fehlanzeige", "open": "noch offen"}


def chapters(municipality: Municipality, *, since: date, until: date) -> list[dict[str, Any]]:
    everything = reads.systems_of(municipality)
    used = [(data, beside) for data, beside in everything if systems.is_used(data)]
    resting = [(data, beside) for data, beside in everything if systems.is_suspended(data)]
    begun = [data for data, _ in everything if data["status"] in systems.PLANNED]
    over = [data for data, _ in everything if systems.ended_between(data, since.isoformat(), until.isoformat())]
    happened: dict[str, list[Any]] = {
        "resting": reads.suspended(municipality),
        "deficiencies": list(reads.deficiencies(municipality)),
        "evidence": list(reads.overdue_evidence(municipality)),
        "evaluations": list(reads.evaluations_in(municipality, since, until)),
        "ended": list(reads.ended_in(municipality, since, until)),
        "incidents": list(reads.incidents_in(municipality, since, until)),
        "lessons": list(reads.lessons_in(municipality, since, until)),
        "exceptions": list(reads.exceptions_in(municipality, since, until)),
    }
    offices = _coverage(municipality)
    return [
        chapter("Auf einen Blick", facts=_numbers(everything, over, happened, offices)),
        chapter("KI-Systeme im Einsatz", systems.in_use(used)),
        chapter("Ausgesetzt", systems.suspended(resting), _resting(happened["resting"])),
        chapter("Offene Mängel", _deficiencies(happened["deficiencies"]), text=[_DEFICIENCIES]),
        chapter("Überfällige Nachweise aus dem Bestand", _evidence(happened["evidence"])),
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
_DEFICIENCIES = (
    "Was nach den Angaben im Register dem Datenschutzrecht widerspricht, bei Systemen, die schon eingesetzt werden."
)
_EXCEPTIONS = (
    "Entscheidungen über Pilot oder Regelbetrieb, bei denen ein Punkt offen war, den kein Gesetz verlangt. Jede Ausnahme "
    "haben zwei Personen begründet entschieden."
)


def _numbers(everything: Any, over: Any, happened: dict[str, list[Any]], offices: Any) -> list[tuple[str, object]]:
    missing = sum(line.state == "open" for line in offices)
    used = [(data, beside) for data, beside in everything if systems.is_used(data)]
    unclassed = [beside.confirmed for data, beside in used if not data["ai_act_class"]]
    return [
        ("KI-Systeme im Einsatz", len(used)),
        ("davon mit Wirkung auf Entscheidungen über Menschen", sum(d["affects_people"] == "yes" for d, _ in used)),
        ("davon noch nicht bewertet", unclassed.count(False)),
        ("davon bewertet, Klasse noch nicht im Eintrag", unclassed.count(True)),
        ("Offene Mängel an Systemen im Einsatz", len(happened["deficiencies"])),
        ("Überfällige Nachweise aus dem Bestand", len(happened["evidence"])),
        ("Ausgesetzte KI-Systeme", sum(systems.is_suspended(d) for d, _ in everything)),
        ("Ausgesetzte Vorhaben", len(happened["resting"])),
        ("Geplante KI-Systeme", sum(d["status"] in systems.PLANNED for d, _ in everything)),
        ("Im Zeitraum beendete oder verworfene KI-Systeme", len(over)),
        ("Auswertungen im Zeitraum", len(happened["evaluations"])),
        ("Vorfälle im Zeitraum", len(happened["incidents"])),
        ("Ausnahmen im Zeitraum", len(happened["exceptions"])),
        ("Ämter ohne Meldung", f"{missing} von {len(offices)}"),
    ]


def _resting(found: list[tuple[UseCase, str]]) -> dict[str, Any]:
    headings = (("Vorhaben", "b25"), ("Ausgesetzt", "b35"), ("Grund", "b40"))
    rows = [
        [
            [row.title, _office(row)],
            [_since(row), f"vorher: {STAGES[row.stage_before]}"],
            reason or systems.NOT_GIVEN,
        ]
        for row, reason in found
    ]
    return table("Ausgesetzte Vorhaben", headings, rows)


def _since(use_case: UseCase) -> str:
    words = "als Bestand aufgenommen am" if use_case.is_as_found else "seit"
    return f"{words} {day(use_case.stage_since)}"


def _office(row: Any) -> str:
    return row.department.name if row.department else "ohne Amt"


def _deficiencies(rows: list[Any]) -> dict[str, Any]:
    headings = (("KI-System", "b25"), ("Mangel", "b35"), ("Artikel", "b20"), ("Frist", "b20"))
    return table(
        "Offene Mängel",
        headings,
        [
            [
                [row.entry.name, _office(row.entry)],
                [row.title, str(row.get_state_display())],
                row.article,
                [day(row.due) or "keine Frist gesetzt", "überschritten" if row.is_overdue else ""],
            ]
            for row in rows
        ],
    )


def _evidence(rows: list[Any]) -> dict[str, Any]:
    """A line for each use case and day, with all that was to be brought in by then."""
    headings = (("Vorhaben", "b35"), ("Was fehlt noch?", "b40"), ("War fällig am", "b25"))
    owed: dict[tuple[UseCase, Any], list[str]] = {}
    for row in rows:
        owed.setdefault((row.use_case, row.due), []).append(str(row.get_key_display()))
    return table(
        "Überfällige Nachweise aus dem Bestand",
        headings,
        [[[use_case.title, _office(use_case)], points, day(due)] for (use_case, due), points in owed.items()],
    )


def _ideas(municipality: Municipality) -> dict[str, Any]:
    rows = UseCase.objects.filter(municipality=municipality, stage__in=systems.PLANNED)
    headings = (("Vorhaben", "b25"), ("Stufe", "b20"), ("Szenario", "b35"), ("Finanzierung", "b20"))
    return table(
        "Vorhaben vor dem Einsatz",
        headings,
        [
            [
                [row.title, _office(row)],
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
            one.said,
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
