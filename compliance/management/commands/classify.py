"""Assess facts from a file: exit 0 decided, 3 undecided, 2 bad input (only the errors are printed)."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from compliance.rules import law
from compliance.rules.law import change, source

BAD_INPUT = 2
UNDECIDED = 3
_MOST_BYTES = 50_000_000


class Command(BaseCommand):
    help = "Stuft Angaben (facts) aus einer JSON- oder YAML-Datei ein und gibt das Ergebnis als JSON aus."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="eine Zuordnung oder eine Liste von Zuordnungen")
        parser.add_argument("--on", metavar="JJJJ-MM-TT", default="", help="Tag der Bewertung, sonst heute")
        parser.add_argument(
            "--ruleset",
            action="append",
            default=[],
            metavar="ID",
            help="Regelwerk in einer Version, zum Beispiel ai-act/classification@1; sonst das am Tag geltende",
        )
        parser.add_argument(
            "--without-drafts", action="store_true", help="Auslegungen aus dem Entwurf der Leitlinien abschalten"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = _day(options["on"])
            given = _read(options["file"])
            program = law.program_for(day, wanted=options["ruleset"], drafts=not options["without_drafts"])
        except (law.BadSource, law.UnknownRuleset) as error:
            self._refuse([str(error)])
        several = isinstance(given, list)
        results, problems = _assess(program, given if several else [given], day, numbered=several)
        if problems:
            self._refuse(problems)
        printed = results if several else results[0]
        self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=2))
        if not all(result["decided"] for result in results):
            sys.exit(UNDECIDED)

    def _refuse(self, problems: list[str]) -> None:
        for problem in problems:
            self.stderr.write(problem)
        sys.exit(BAD_INPUT)


def _assess(
    program: law.Program, given: list[Any], day: str, *, numbered: bool
) -> tuple[list[dict[str, Any]], list[str]]:
    results, problems = [], []
    for number, facts in enumerate(given, start=1):
        try:
            result = program.assess(facts, on=day)
        except law.BadFacts as error:
            problems += [f"Nr. {number}: {problem}" if numbered else problem for problem in error.problems]
            continue
        result.would_change = change.would_change(program, facts, on=day)
        results.append(result.as_json())
    return results, problems


def _day(text: str) -> str:
    if not text:
        return timezone.localdate().isoformat()
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise law.BadSource(f"--on: „{text[:40]}“ ist kein Tag im Format JJJJ-MM-TT.") from error


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise law.BadSource(f"Die Datei {path.name} ist größer als 50 MB.")
        return source.read(path.read_text(encoding="utf-8-sig"), name=path.name)
    except OSError as error:
        raise law.BadSource(f"Die Datei {path.name} lässt sich nicht lesen.") from error
    except UnicodeDecodeError as error:
        raise law.BadSource(f"Die Datei {path.name} ist nicht in UTF-8 geschrieben.") from error
