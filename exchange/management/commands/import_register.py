"""Import a list of AI systems or processing activities as drafts: exit 0 taken over (or sound), 2 bad input."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import selectors as accounts
from accounts.rules import keys
from core.errors import Refusal
from exchange import services
from exchange.imports import guards, mapping
from exchange.imports.errors import BadFile, FileTooBig
from exchange.imports.plan import summary
from exchange.models import ImportRun
from exchange.urls_of import url_of

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Übernimmt eine Liste (XLSX, CSV, JSON) als Entwürfe und gibt einen Bericht als JSON aus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--municipality", required=True, metavar="ARS", help="12 Ziffern")
        parser.add_argument("--dry-run", action="store_true", help="nur prüfen, nichts schreiben")
        parser.add_argument("--mapping", type=Path, metavar="FILE", help="Zuordnung der Spalten als JSON oder YAML")
        parser.add_argument("--by", metavar="USERNAME", help="im Namen dieser Person; sonst die erste, die es darf")
        parser.add_argument(
            "--unknown-departments-empty", action="store_true", help="unbekannte Ämter leer lassen statt abzulehnen"
        )

        parser.add_argument(
            "--existing",
            choices=ImportRun.OnConflict.values,
            default=ImportRun.OnConflict.SKIP,
            help="was mit Zeilen ohne Kennung geschieht, deren Namen es schon gibt",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report: dict[str, Any] = {"file": options["file"].name, "dry_run": options["dry_run"], "imported": False}
        try:
            report |= _run(options)
        except Refusal as refusal:
            report["errors"] = [
                {"sheet": "", "row": None, "column": "", "heading": "", "value": "", "message": refusal.message}
            ]
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        if report["errors"]:
            sys.exit(BAD_INPUT)


def _run(options: dict[str, Any]) -> dict[str, Any]:
    municipality = _municipality(options["municipality"])
    by = _person(options["by"], municipality)
    run, checked = services.import_at_once(
        municipality,
        by=by,
        filename=options["file"].name,
        content=_content(options["file"]),
        options=services.Options(
            mapping=mapping.from_file(_content(options["mapping"])) if options["mapping"] else None,
            unknown_departments_empty=options["unknown_departments_empty"],
            dry_run=options["dry_run"],
            on_conflict=options["existing"],
        ),
    )
    return {"municipality": municipality.ars, "by": by.username, **_report(run, checked)}


def _municipality(text: str) -> Any:
    try:
        ars = keys.clean_ars(text)
    except keys.InvalidKey as error:
        raise BadFile(str(error)) from error
    municipality = accounts.municipality_by_ars(ars)
    if municipality is None:
        raise BadFile(f"Zum Regionalschlüssel {ars} gibt es keine Kommune.")
    return municipality


def _person(username: str | None, municipality: Any) -> Any:
    person = accounts.person_by_username(username) if username else accounts.first_holder("import.run", municipality)
    if person is None:
        raise BadFile(
            f"Eine Person „{username}“ gibt es nicht."
            if username
            else "In dieser Kommune darf noch niemand Listen importieren. Geben Sie zuerst einer Person eine Rolle dafür."
        )
    return person


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > guards.MAX_BYTES:
            raise FileTooBig(f"Die Datei {path.name} ist größer als 10 MB.")
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"Die Datei {path.name} lässt sich nicht lesen.") from error


def _report(run: ImportRun | None, checked: services.Checked) -> dict[str, Any]:
    plan = checked.plan
    return {
        "imported": run is not None,
        "reference": str(run.uuid) if run else "",
        "counts": {**summary(plan), "faulty": len(plan.faulty)},
        "sheets": [
            {"name": sheet.name, "kind": layout.kind, "header_row": layout.header_row, "columns": _columns(layout)}
            for sheet, layout in zip(checked.book.sheets, checked.layouts, strict=True)
        ],
        "existing": [
            {"kind": row.kind, "name": row.name, "sheet": row.sheet_name, "row": row.number} for row in plan.existing
        ],
        "created": [_listed(made) for made in run.report["created"]] if run else [],
        "changed": [
            {
                "kind": row.kind,
                "name": row.name,
                "sheet": row.sheet_name,
                "row": row.number,
                "changes": [{"field": change.label, "old": change.old, "new": change.new} for change in row.changes],
            }
            for row in plan.changed
        ],
        "master_data": [row.described for row in plan.master_data.values()],
        "notes": plan.notes,
        "errors": [problem.as_json() for problem in plan.problems],
    }


def _columns(layout: Any) -> dict[str, str | None]:
    return {heading: key or None for heading, key in zip(layout.headings, layout.columns, strict=False) if heading}


def _listed(made: dict[str, Any]) -> dict[str, Any]:
    return {key: made[key] for key in ("kind", "uuid", "name", "sheet", "row")} | {"url": url_of(made)}
