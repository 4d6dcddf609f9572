"""A document as plain data: each field with its value in words, where it comes from, and whether it is missing.

This shape is frozen in a version, printed, and given away as JSON; it stays readable when the files of the kinds change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.legal.known import OWN, Known, Shown
from compliance.rules.legal_kinds import CHOICE, CHOICES, DAY, RECORDS, Field, Kind, Section
from core import canonical
from register.rules import records

SCHEMA_VERSION = "1.0"
MISSING = "Noch nicht angegeben"
Content = dict[str, Any]


def values_of(kind: Kind, known: Known, answers: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """What is typed, else what is known: key -> value and origin."""
    found = {one.key: (answers[one.key], OWN) if one.key in answers else known.value(one) for one in kind.fields}
    plain = {key: value for key, (value, _) in found.items()}
    for one in kind.fields:
        if name := one.source.get("answers"):
            found[one.key] = (_FROM_ANSWERS[name](kind, plain), OWN)
    return found


def plain_values(kind: Kind, known: Known, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, (value, _) in values_of(kind, known, answers).items()}


def frozen_values(content: Content) -> dict[str, Any]:
    """The same out of a content that is written down."""
    return {row["key"]: row["value"] for section in content["sections"] for row in section["fields"]}


def content_of(kind: Kind, known: Known, answers: Mapping[str, Any]) -> Content:
    values = values_of(kind, known, answers)
    plain = {key: value for key, (value, _) in values.items()}
    entry, assessment = known.entry, known.assessment
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind.key,
        "title": kind.title,
        "article": kind.article,
        "stand": kind.stand,
        "municipality": {"ars": entry.municipality.ars, "name": entry.municipality.name},
        "system": {"uuid": str(entry.uuid), "name": entry.name},
        "assessment": {"number": assessment.number, "day": assessment.day.isoformat()} if assessment else None,
        "notes": list(kind.notes),
        "sections": [_section(section, values, plain) for section in kind.sections],
    }


def _section(section: Section, values: Mapping[str, tuple[Any, str]], plain: Mapping[str, Any]) -> Content:
    fields = [_field(one, *values[one.key], needed=one.is_needed(plain)) for one in section.fields]
    return {"key": section.key, "title": section.title, "article": section.article, "fields": fields}


def _field(one: Field, value: Any, origin: str, *, needed: bool) -> Content:
    shown = in_words(one, value)
    return {
        "key": one.key,
        "label": one.label,
        "article": one.article,
        "origin": origin if shown else "",
        "needed": needed,
        "missing": not shown,
        "lines": shown.lines,
        "columns": shown.columns,
        "rows": shown.rows,
        "value": None if isinstance(value, Shown) else value,
    }


def in_words(one: Field, value: Any) -> Shown:
    if isinstance(value, Shown):
        return value
    if one.kind == RECORDS:
        rows = [[records.said(column, row.get(column.key, "")) for column in one.columns] for row in value]
        return Shown([], [column.label for column in one.columns], rows) if rows else Shown()
    if one.kind == CHOICES:
        return Shown([one.choices[key] for key in value])
    if not value:
        return Shown()
    if one.kind == CHOICE:
        return Shown([one.choices[value]])
    if one.kind == DAY:
        return Shown([".".join(reversed(value.split("-")))])
    return Shown([line for line in value.splitlines() if line.strip()])


def missing_of(content: Content) -> list[dict[str, str]]:
    """What is needed and not there yet, in the order of the document."""
    return [
        {"key": row["key"], "label": row["label"], "section": section["key"]}
        for section in content["sections"]
        for row in section["fields"]
        if row["needed"] and row["missing"]
    ]


def basis_of(kind: Kind, known: Known) -> dict[str, str]:
    """A digest of everything that comes from elsewhere, to see later what has changed there."""
    return {
        one.key: canonical.sha256(_plain(known.rests_on(one)))[:16]
        for one in kind.fields
        if one.source and "answers" not in one.source
    }


def changed_since(kind: Kind, known: Known, basis: Mapping[str, str]) -> list[str]:
    """Labels of what register, assessment or another document say differently by now."""
    now = basis_of(kind, known)
    return [one.label for one in kind.fields if one.key in basis and one.key in now and basis[one.key] != now[one.key]]


def _plain(value: Any) -> Any:
    return [value.lines, value.columns, value.rows] if isinstance(value, Shown) else value


def _goals(kind: Kind, plain: Mapping[str, Any]) -> Shown:
    """The seven Gewährleistungsziele, each with the number of its risks: none is to be forgotten."""
    goals = next(column for column in kind.field("risks").columns if column.key == "goal").choices
    named = [row.get("goal", "") for row in plain["risks"]]
    rows = [[label, str(named.count(key)) if key in named else "kein Risiko genannt"] for key, label in goals.items()]
    return Shown([], ["Gewährleistungsziel", "Risiken"], rows)


_FROM_ANSWERS = {"goals": _goals}
