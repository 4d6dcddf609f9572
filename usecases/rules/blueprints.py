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
    "facts": "Typische Angaben zur KI-VO-Bewertung",
    "open_questions": "Offene Fragen",
    "cost_class": "Kostenklasse",
}
LEVELS = {"low": "gering", "medium": "mittel", "high": "hoch"}
GRADES = {"effort": "Aufwand", "risk": "Risiko", "gain": "Nutzen"}
# What a draft of the register takes from `entry`, besides the description.
ENTRY_KEYS = {
    "description_short", "impact", "affects_people", "decision_effect", "algorithm_type", "personal_data_level",
    "data_subjects", "data_categories", "human_intervention",
}  # fmt: skip
TO_CLARIFY = "zu klären"
# A start set shown where nothing has begun yet.
SHOWN_AT_START = 5


class BadBlueprint(ValueError):
    """This is no blueprint; the message names the place."""


def check(document: Document) -> None:
    """Raises BadBlueprint: a part that is unknown, missing or of the wrong kind."""
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
        return [_fact(key, answer) for key, answer in value.items()]
    return list(value) if isinstance(value, list) else [value] if value else []


def _fact(key: str, answer: Any) -> str:
    question = questionnaire.question(key)
    words = (TO_CLARIFY if word == questionnaire.UNSURE_LABEL else word for word in question.said(answer))
    return f"{question.label}: {', '.join(words)}"


def rows(document: Document) -> list[dict[str, Any]]:
    """For components/summary_list.html."""
    shown = [(part, said(part, document[part])) for part in LABELS if part != "title" and part in document]
    return [
        {"label": LABELS[part], **({"list": lines} if len(lines) > 1 else {"value": lines[0]})}
        for part, lines in shown
        if lines
    ]


def entry_values(document: Document) -> dict[str, Any]:
    """What a draft of the register begins with."""
    return {**document.get("entry", {}), "description": document["architecture"]}
