"""One rule set file: read, checked against the schema and for sense, hashed."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from compliance.rules.law import source
from compliance.rules.law.conditions import atoms

FOLDER = Path(__file__).resolve().parents[2] / "rulesets"
DRAFT = "draft_interpretation"


class BadRuleset(ValueError):
    """The file cannot be used; the message names the file and the place in it."""


@dataclass(frozen=True)
class Ruleset:
    id: str
    version: str
    sha256: str
    data: dict[str, Any]

    @property
    def valid_from(self) -> str:
        return self.data["valid_from"]

    def reference(self) -> dict[str, str]:
        return {"id": self.id, "version": self.version, "sha256": self.sha256}


def load(path: Path) -> Ruleset:
    """A file of the program; its name says what is in it."""
    found = read(path.read_bytes(), name=path.name)
    if path.as_posix().endswith(f"{found.id}.v{found.version}.yaml"):
        return found
    raise BadRuleset(f"{path.name}: Kennung {found.id} und Version {found.version} passen nicht zum Dateinamen.")


def read(content: bytes, *, name: str) -> Ruleset:
    """Checked against the schema and for sense; raises BadRuleset with the place."""
    try:
        data = source.read(content.decode("utf-8"), name=name)
    except UnicodeDecodeError as error:
        raise BadRuleset(f"{name}: Byte {error.start + 1}: Die Datei ist kein Text in UTF-8.") from error
    except source.BadSource as error:
        raise BadRuleset(str(error)) from error
    try:
        problem = next(iter(_schema().iter_errors(data)), None)
    except RecursionError as error:
        raise BadRuleset(f"{name}: zu tief verschachtelt.") from error
    if problem is not None:
        raise BadRuleset(f"{name}: {_place(data, problem)}: {_said(problem)}")
    for complaint in _complaints(data):
        raise BadRuleset(f"{name}: {complaint}")
    return Ruleset(data["id"], data["version"], hashlib.sha256(content).hexdigest(), data)


def _said(problem: jsonschema.ValidationError) -> str:
    """What is wrong, in German for what people get wrong most."""
    value = str(problem.instance)[:60]
    said = {
        "required": f"Es fehlt: {', '.join(sorted(set(_names(problem)) - set(problem.instance)))}."
        if isinstance(problem.instance, dict)
        else "",
        "pattern": f"„{value}“ hat nicht die erwartete Form.",
        "enum": f"„{value}“ ist hier nicht erlaubt. Erlaubt: {', '.join(map(str, _names(problem)))}.",
        "type": f"„{value}“ ist von der falschen Art.",
        "additionalProperties": "Ein Schlüssel ist hier nicht erlaubt.",
        "minLength": "Der Text fehlt.",
        "minItems": "Die Liste ist leer.",
        "uniqueItems": "Etwas steht zweimal in der Liste.",
    }.get(str(problem.validator), "")
    return said or problem.message[:200]


def _names(problem: jsonschema.ValidationError) -> list[Any]:
    return list(problem.validator_value) if isinstance(problem.validator_value, list) else []


@cache
def _schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((FOLDER / "ruleset.schema.json").read_text(encoding="utf-8")))


def _place(data: Any, problem: jsonschema.ValidationError) -> str:
    """The way to the place, with the id of a rule instead of its position."""
    names: list[str] = []
    here = data
    for step in problem.absolute_path:
        here = here[step]
        name = here.get("id", step) if isinstance(here, dict) else step
        names.append(str(name))
    return " > ".join(names) or "oben"


def _complaints(data: dict[str, Any]) -> Iterator[str]:
    for kind in ("rules", "duties", "contradictions"):
        twice = [name for name, count in Counter(row["id"] for row in data.get(kind, [])).items() if count > 1]
        if twice:
            yield f"{kind}: Die Kennung {twice[0]} gibt es zweimal."
    for name, day in _days(data):
        if not _is_day(day):
            yield f"{name}: {day} ist kein Tag."
    for name, rule in data.get("dates", {}).items():
        order = [rule[key] for key in ("cutoff", "start", "authorities_until") if key in rule]
        if order != sorted(order):
            yield f"dates > {name}: Die Tage stehen nicht in ihrer Reihenfolge."
        if rule["kind"] == "transition" and rule["then"] < rule["on"]:
            yield f"dates > {name}: Der Übergang endet vor dem Beginn."
    yield from _unknown_dues(data)
    yield from _unused(data)


def _unknown_dues(data: dict[str, Any]) -> Iterator[str]:
    for duty in [*data["duties"], *data["outcomes"]]:
        due = duty.get("due", duty.get("applies_from", []))
        known = data.get("regimes", {}) if isinstance(due, str) else data.get("dates", {})
        for name in [due] if isinstance(due, str) else [one["date"] for one in due]:
            if name not in known:
                yield f"{duty.get('id', duty.get('class'))}: Die Frist {name} gibt es nicht."

    for regime, rows in data.get("regimes", {}).items():
        for row in rows:
            if row["date"] not in data.get("dates", {}):
                yield f"regimes > {regime}: Die Frist {row['date']} gibt es nicht."


def _days(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "valid_from", data["valid_from"]
    yield "checked_on", data["checked_on"]
    for row in data.get("days", []):
        yield f"days > {row['name']}", row["before"]
    for name, rule in data.get("dates", {}).items():
        for key in ("on", "placed_before", "then", "start", "cutoff", "authorities_until"):
            if key in rule:
                yield f"dates > {name}", rule[key]


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unused(data: dict[str, Any]) -> Iterator[str]:
    """A flag that nothing sets, and a section that no question belongs to."""
    set_names = {name for rule in data["rules"] for name in rule.get("sets", ())}
    for flag in data["flags"]:
        if flag not in set_names:
            yield f"flags: {flag} setzt keine Regel."
    sections = {question["section"] for question in data["questions"]}
    for rule in data["rules"]:
        for name in rule.get("names", ()):
            if name not in sections:
                yield f"rules > {rule['id']}: Den Abschnitt {name} gibt es nicht."


def conditions(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every condition of a rule set that reads facts for a result."""
    for row in [*data["rules"], *data["duties"], *data["outcomes"]]:
        yield row["when"]
        due = row.get("due", row.get("applies_from", []))
        for inner in [*row.get("variants", ()), *([] if isinstance(due, str) else due)]:
            if "when" in inner:
                yield inner["when"]


def facts_in_conditions(data: dict[str, Any]) -> set[str]:
    return {key for one in conditions(data) for key, _, _ in atoms(one)} - {"conclusion"}
