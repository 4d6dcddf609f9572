"""A document with its steps, as JSON gives it away and paper shows it: one shape for drafts, versions and assessments."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from compliance.legal.content import SCHEMA_VERSION, Content
from compliance.legal.known import ORIGINS
from compliance.models import LegalDocument, LegalDocumentVersion
from compliance.rules.legal_kinds import ASSESSMENT
from core import canonical

DRAFT, SUBMITTED, APPROVED, RETURNED = "draft", "submitted", "approved", "returned"
# An assessment is not approved, it is reviewed.
UNREVIEWED, REVIEWED, OBJECTED = "unreviewed", "reviewed", "objected"
MARKS = {
    DRAFT: "ENTWURF",
    SUBMITTED: "ENTWURF, zur Entscheidung vorgelegt",
    APPROVED: "GENEHMIGT",
    RETURNED: "ENTWURF, zurückgegeben",
    UNREVIEWED: "ENTWURF, noch nicht von einer zweiten Person geprüft",
    REVIEWED: "GEPRÜFT von einer zweiten Person",
    OBJECTED: "ENTWURF, beanstandet",
}
DISCLAIMER = (
    "Selbsteinschätzung, keine Rechtsberatung. Die Texte sind eigene Kurzfassungen, nicht der amtliche Wortlaut."
)
# Records with more columns are set one below the other.
MOST_COLUMNS = 4
# A text that is longer asks for no wider column.
LONGEST = 120
Printable = dict[str, Any]


def of_draft(document: LegalDocument, content: Content) -> Printable:
    steps = [step("Erstellt", document.changed_by, document.changed_at)]
    if document.definition.needs_advice:
        steps.append(open_step("Rat der oder des Datenschutzbeauftragten"))
    steps.append(open_step("Entscheidung des Verantwortlichen"))
    return printable(content, DRAFT, number=None, at=document.changed_at, steps=steps)


def of_version(version: LegalDocumentVersion) -> Printable:
    """Everything comes from the record, nothing is worked out anew."""
    advice, decision = getattr(version, "advice", None), getattr(version, "decision", None)
    state = SUBMITTED if decision is None else APPROVED if decision.approves else RETURNED
    steps = [step("Erstellt", version.by, version.at)]
    if version.unchanged_because:
        first = step("Unverändert bestätigt", version.by, version.at)
        steps = [{**first, "note": version.unchanged_because}]
    if advice is not None:
        said = step("Rat der oder des Datenschutzbeauftragten", advice.signature, advice.at)
        steps.append({**said, "result": advice.get_result_display(), "note": advice.text})
    elif version.document.definition.needs_advice:
        steps.append(open_step("Rat der oder des Datenschutzbeauftragten"))
    if decision is not None:
        said = step("Entscheidung des Verantwortlichen", decision.by, decision.at)
        steps.append({**said, "result": "genehmigt" if decision.approves else "zurückgegeben", "note": decision.note})
    else:
        steps.append(open_step("Entscheidung des Verantwortlichen"))
    at = decision.at if decision else version.at
    return printable(version.content, state, number=version.number, at=at, steps=steps)


def step(role: str, who: Any, at: Any) -> dict[str, str]:
    return {"role": role, "name": str(who), "day": timezone.localtime(at).date().isoformat(), "result": "", "note": ""}


def open_step(role: str) -> dict[str, str]:
    return {"role": role, "name": "", "day": "", "result": "", "note": ""}


def printable(content: Content, state: str, *, number: int | None, at: Any, steps: list[dict[str, str]]) -> Printable:
    return {
        "schema_version": SCHEMA_VERSION,
        "state": state,
        "number": number,
        "as_of": timezone.localtime(at).date().isoformat(),
        "sha256": canonical.sha256(content),
        "content": content,
        "steps": steps,
    }


def for_paper(document: Printable) -> dict[str, Any]:
    """What the template needs beside the document: the mark, days as people write them, names of the origins."""
    content = document["content"]
    return {
        "document": document,
        "content": content,
        "sections": [
            {**section, "fields": [for_reading(row) for row in section["fields"]]} for section in content["sections"]
        ],
        "mark": MARKS[document["state"]],
        "short_mark": MARKS[document["state"]].split()[0].strip(","),
        "is_approved": document["state"] in (APPROVED, REVIEWED),
        "version": _version(document),
        "as_of": _german(document["as_of"]),
        "stand": _german(content["stand"]),
        "steps": [{**one, "day": _german(one["day"])} for one in document["steps"]],
        "disclaimer": DISCLAIMER,
    }


def _version(document: Printable) -> str:
    number = document["number"]
    if document["content"]["kind"] == ASSESSMENT:
        return f"Bewertung {number}"
    return f"Fassung {number}" if number else "Entwurf"


def for_reading(field: Content) -> Content:
    """A field with its cells beside their headings. Records of many columns read better one below the other."""
    cells = [
        [{"label": label, "text": text} for label, text in zip(field["columns"], row, strict=True)]
        for row in field["rows"]
    ]
    in_blocks = field["value"] is not None and len(field["columns"]) > MOST_COLUMNS
    return {
        **field,
        "heads": _heads(field),
        "cells": cells,
        "in_blocks": in_blocks,
        "mark": ORIGINS.get(field["origin"], ""),
    }


def _heads(field: Content) -> list[dict[str, str]]:
    """The heads of a table; each column but the last as wide as its texts are long, in steps of five percent."""
    columns = field["columns"]
    widths = _widths([columns, *field["rows"]]) if len(columns) > 2 else [0] * len(columns)
    return [{"text": text, "css": f"b{width}" if width else ""} for text, width in zip(columns, widths, strict=True)]


def _widths(rows: list[list[str]]) -> list[int]:
    longest = [min(max(map(len, column)), LONGEST) for column in zip(*rows, strict=True)]
    share = [5 * round(20 * (length + 12) / sum(part + 12 for part in longest)) for length in longest]
    # A date must fit into its line; the padding of each cell comes on top of its width.
    widths = [min(50, max(10 if length <= 10 else 15, part)) for length, part in zip(longest, share, strict=True)]
    while sum(widths) > 100 - 2 * len(widths):
        # Of the widest the last one: what stands in front matters more.
        widest = max(range(len(widths)), key=lambda at: (widths[at], at))
        widths[widest] -= 5
    return [*widths[:-1], 0]


def _german(day: str) -> str:
    return ".".join(reversed(day.split("-"))) if day else ""


def title_of(document: Printable) -> str:
    content = document["content"]
    return f"{content['title']}: {content['system']['name']}"


def filename_of(document: Printable, slug: str, suffix: str) -> str:
    number = document["number"]
    part = f"fassung-{number}" if number else "entwurf"
    return f"{document['content']['kind']}-{slug}-{part}-{document['as_of']}.{suffix}"
