"""A finished assessment in the shape of the legal documents. Everything comes from the record."""

from __future__ import annotations

from typing import Any

from compliance.legal.content import SCHEMA_VERSION, Content
from compliance.legal.printing import OBJECTED, REVIEWED, UNREVIEWED, Printable, open_step, printable, step
from compliance.models import Assessment
from compliance.rules.assessment_text import NOTHING_ELSE
from compliance.rules.legal_kinds import ASSESSMENT

TITLE = "Risikobewertung nach der KI-Verordnung"
ARTICLE = "VO (EU) 2024/1689"


def of_assessment(assessment: Assessment, page: dict[str, Any]) -> Printable:
    """`page` is the stored result in words (views/assessment_pages.py): paper and page say the same."""
    review = getattr(assessment, "review", None)
    state = UNREVIEWED if review is None else REVIEWED if review.agrees else OBJECTED
    steps = [step("Bewertet", assessment.author, assessment.finished_at)]
    if review is None:
        steps.append(open_step("Prüfung durch eine zweite Person"))
    else:
        said = {"result": "bestätigt" if review.agrees else "beanstandet", "note": review.note}
        steps.append({**step("Prüfung durch eine zweite Person", review.by, review.at), **said})
    at = review.at if review else assessment.finished_at
    return printable(_content(assessment, page), state, number=assessment.number, at=at, steps=steps)


def _content(assessment: Assessment, page: dict[str, Any]) -> Content:
    entry = assessment.entry
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": ASSESSMENT,
        "title": TITLE,
        "article": ARTICLE,
        "stand": max(one["checked_on"] for one in assessment.rulesets),
        "municipality": {"ars": entry.municipality.ars, "name": entry.municipality.name},
        "system": {"uuid": str(entry.uuid), "name": entry.name},
        "assessment": {"number": assessment.number, "day": assessment.day.isoformat()},
        "notes": [],
        "sections": [
            _section("result", "Ergebnis", _result(assessment, page)),
            _section("reasons", "Gründe", [_reasons(group) for group in page["reasons"]]),
            _section("duties", "Pflichten und Termine", [_duties(page)]),
            _section("changes", "Was würde das Ergebnis ändern?", _changes(page)),
            _section(
                "answers", "Alle Angaben", [_answers(number, one) for number, one in enumerate(page["sections"], 1)]
            ),
            _section("law", "Rechtsstand", [_law(assessment), _reading(assessment)]),
        ],
    }


def _section(key: str, title: str, fields: list[Content]) -> Content:
    return {"key": key, "title": title, "article": "", "fields": fields}


def _field(
    key: str, label: str, *, lines: list[str] | None = None, columns: list[str] | None = None, rows: Any = ()
) -> Content:
    shown, table = lines or [], [list(row) for row in rows]
    missing = not shown and not table
    return {
        "key": key,
        "label": label,
        "article": "",
        "origin": "",
        "needed": False,
        "missing": missing,
        "lines": shown,
        "columns": columns or [],
        "rows": table,
        "value": None,
    }


def _result(assessment: Assessment, page: dict[str, Any]) -> list[Content]:
    lines = [page["class_label"], page["sentence"], page["disclaimer"]]
    if page["applies_from"]:
        lines.append(f"{page['begins']} {page['applies_from']}.")
    open_points = [*page["points"], *(f"Nicht geklärt: {text}" for text in page["unsure"])]
    return [
        _field("class", "Klasse", lines=lines),
        _field("points", "Offene Punkte und Hinweise", lines=open_points or ["Keine."]),
    ]


def _reasons(group: dict[str, Any]) -> Content:
    """The names of the rules are for machines: they stand in the JSON, beside the lines of the table."""
    rows = [[one["article"], one["stand"], "\n".join([_with_status(one), *one["facts"]])] for one in group["rows"]]
    found = _field(
        f"reasons-{group['key']}", group["title"], columns=["Fundstelle", "Stand", "Grund und Angaben"], rows=rows
    )
    return {**found, "value": [one["rule"] for one in group["rows"]]}


def _with_status(one: dict[str, Any]) -> str:
    return f"{one['text']} ({one['status']})" if one["status"] else one["text"]


def _duties(page: dict[str, Any]) -> Content:
    rows = [
        [one["id"], _with_status(one), one["article"], one["due"] or "–", one["timing"], one["evidence"] or "–"]
        for one in page["duties"]
    ]
    return _field(
        "duties", "Pflichten", columns=["Nr.", "Pflicht", "Fundstelle", "Gilt ab", "Zeitpunkt", "Nachweis"], rows=rows
    )


def _changes(page: dict[str, Any]) -> list[Content]:
    found = [_field(f"change-{at}", one["label"], lines=one["rows"]) for at, one in enumerate(page["changes"], 1)]
    return found or [_field("change", "Eine einzelne andere Antwort", lines=[NOTHING_ELSE])]


def _answers(number: int, section: dict[str, Any]) -> Content:
    rows = [[row["label"], "\n".join(row["list"]), row["hint"] or "–"] for row in section["rows"]]
    return _field(f"answers-{number}", section["title"], columns=["Frage", "Antwort", "Herkunft"], rows=rows)


def _law(assessment: Assessment) -> Content:
    rows = [
        [f"{one['title']} ({one['id']})", one["legal_state"], str(one["version"]), one["sha256"]]
        for one in assessment.rulesets
    ]
    return _field(
        "rulesets", "Regelwerke", columns=["Regelwerk", "Rechtsstand", "Version", "Prüfsumme (SHA-256)"], rows=rows
    )


def _reading(assessment: Assessment) -> Content:
    drafts = "Entwürfe von Auslegungen sind berücksichtigt und als solche bezeichnet."
    without = "Entwürfe von Auslegungen sind nicht berücksichtigt."
    lists = "Die Liste der Aufsichtsbehörde des Landes ist geladen."
    missing = "Landesliste nicht geprüft: Die Liste der Aufsichtsbehörde (Art. 35 Abs. 4 DSGVO) ist nicht geladen."
    lines = [drafts if assessment.with_drafts else without, lists if assessment.list_checked else missing]
    return _field("reading", "Wie gelesen wurde", lines=lines)
