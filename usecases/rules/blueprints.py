"""The document of a blueprint: its parts, what may stand in it, and the catalogue of templates (blueprints/*.yaml)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from compliance.rules import questionnaire
from compliance.rules.law import BadFacts, source
from compliance.rules.law.shelf import vocabulary
from register.rules.vocabulary import COST_CLASSES, FIELDS_OF_ACTION

FOLDER = Path(__file__).resolve().parents[1] / "blueprints"
Document = dict[str, Any]

# The parts as people read them, in order.
LABELS = {
    "title": "Titel",
    "field": "Handlungsfeld",
    "purpose": "Zweck",
    "benefit": "Nutzen",
    "prerequisites": "Voraussetzungen",
    "data": "Benötigte Daten",
    "architecture": "Aufbau in einfachen Worten",
    "contract_points": "Vertragspunkte",
    "facts": "Angaben zur KI-VO-Bewertung",
    "open_questions": "Offene Fragen",
    "cost_class": "Kostenklasse",
    "goals": "Ziele",
    "result": "Was erreicht wurde",
    "lessons": "Was gelernt wurde",
    "publiccode": "Quellcode oder publiccode.yml",
}
# Codes instead of words of people.
CODED = {"field", "facts", "cost_class", "effort", "risk", "gain", "entry"}
NOT_TAKEN = "nicht erhoben"
LEVELS = {"low": "gering", "medium": "mittel", "high": "hoch"}
GRADES = {"effort": "Aufwand", "risk": "Risiko", "gain": "Nutzen"}
# What a draft of the register takes from `entry`, besides the description.
ENTRY_KEYS = {
    "description_short", "impact", "affects_people", "decision_effect", "algorithm_type", "personal_data_level",
    "data_subjects", "data_categories", "human_intervention",
}  # fmt: skip
# As many facts are shown one by one.
FEW_FACTS = 12
DENIALS: tuple[Any, ...] = ("no", "none", [])
TO_CLARIFY = "zu klären"
# A start set shown where nothing has begun yet.
SHOWN_AT_START = 5


class BadBlueprint(ValueError):
    """This is no blueprint; the message names the place."""


def says(document: Document, text: str) -> bool:
    """Whether it holds every word."""
    said = " ".join((document["title"], document["purpose"], document["architecture"])).casefold()
    return all(word in said for word in text.casefold().split())


def check(document: Document) -> None:
    """Raises BadBlueprint: a part that is unknown, missing or of the wrong kind."""
    if unknown := set(document) - _schema().schema["properties"].keys():
        raise BadBlueprint(f"„{min(unknown)}“ gehört nicht in eine Blaupause.")
    if missing := [LABELS[part] for part in required() if part not in document]:
        raise BadBlueprint(f"Es fehlt: {', '.join(missing)}.")
    problem = next(iter(_schema().iter_errors(document)), None)
    if problem is not None:
        place = " > ".join(map(str, problem.absolute_path)) or "oben"
        raise BadBlueprint(f"{place}: {problem.message[:200]}")
    if document["field"] not in FIELDS_OF_ACTION:
        raise BadBlueprint(f"field: „{document['field']}“ ist kein Handlungsfeld.")
    if document["cost_class"] not in COST_CLASSES:
        raise BadBlueprint(f"cost_class: „{document['cost_class']}“ ist keine Kostenklasse.")
    if unknown := set(document.get("entry", {})) - ENTRY_KEYS:
        raise BadBlueprint(f"entry: „{min(unknown)}“ gehört nicht in eine Blaupause.")
    try:
        vocabulary().read(document["facts"])
    except BadFacts as error:
        raise BadBlueprint(f"facts: {error}") from error


@cache
def _schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((FOLDER / "blueprint.schema.json").read_text(encoding="utf-8")))


def required() -> list[str]:
    return list(_schema().schema["required"])


@cache
def catalogue() -> Mapping[str, Document]:
    """The templates by their keys, in the order of their titles."""
    found: dict[str, Document] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for row in source.read(path.read_text(encoding="utf-8"), name=path.name):
            key = row.pop("key")
            if key in found:
                raise BadBlueprint(f"{path.name}: „{key}“ steht zweimal da.")
            try:
                check(row)
            except BadBlueprint as error:
                raise BadBlueprint(f"{path.name}: {key}: {error}") from error
            found[key] = row
    return dict(sorted(found.items(), key=lambda item: item[1]["title"].translate(_UMLAUTS).casefold()))


_UMLAUTS = str.maketrans("äöüÄÖÜ", "aouAOU")


def start_set() -> dict[str, Document]:
    """Little risk, much benefit, and not the hardest to begin with; the easiest first."""
    fit = {
        key: document
        for key, document in catalogue().items()
        if (document["risk"], document["gain"]) == ("low", "high") and document["effort"] != "high"
    }
    return dict(sorted(fit.items(), key=lambda item: item[1]["effort"] != "low"))


def graded(document: Document) -> str:
    """ "Aufwand gering, Risiko mittel, Nutzen hoch"; nothing where nobody judged it."""
    known = [f"{label} {LEVELS[document[key]]}" for key, label in GRADES.items() if key in document]
    return ", ".join(known)


def said(part: str, value: Any) -> list[str]:
    """A part in words, a line each."""
    if part == "field":
        return [FIELDS_OF_ACTION[value]]
    if part == "cost_class":
        return [COST_CLASSES[value]]
    if part == "facts":
        return _facts(value)
    if part == "goals":
        return [_goal(**goal) for goal in value]
    return list(value) if isinstance(value, list) else [value] if value else []


def _facts(facts: Mapping[str, Any]) -> list[str]:
    """In the order of the vocabulary; of a whole assessment, the denials are only counted."""
    known = [key for key in vocabulary().facts if key in facts]
    if len(known) <= FEW_FACTS:
        return [_fact(key, facts[key]) for key in known]
    telling = [key for key in known if facts[key] not in DENIALS]
    counted = f"Bei {len(known) - len(telling)} weiteren Angaben: nein oder nichts davon"
    return [*(_fact(key, facts[key]) for key in telling), counted]


def _fact(key: str, answer: Any) -> str:
    question = questionnaire.question(key)
    words = (TO_CLARIFY if word == questionnaire.UNSURE_LABEL else word for word in question.said(answer))
    return f"{question.label}: {', '.join(words)}"


def _goal(*, title: str, measure: str, unit: str, baseline: str, target: str, value: str) -> str:
    return f"{title} ({measure}, {unit}): vorher {baseline}, Ziel {target}, zuletzt {value}"


def rows(document: Document) -> list[dict[str, Any]]:
    """For components/summary_list.html."""
    found = []
    for part, label in LABELS.items():
        lines = said(part, document[part]) if part in document else []
        if lines and part != "title":
            row: dict[str, Any] = {"list": lines} if len(lines) > 1 else {"value": lines[0]}
            found.append({"label": label, **row, **({"url": lines[0]} if part == "publiccode" else {})})
    return found


def entry_values(document: Document) -> dict[str, Any]:
    """What a draft of the register begins with."""
    return {**document.get("entry", {}), "description": document["architecture"]}
