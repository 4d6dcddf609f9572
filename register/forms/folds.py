"""What a section does not ask this entry for lies in folds: by subject where there are many fields, else in one.

Every field stays on the page and is saved with it, closed or open, with JavaScript or without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Subject:
    """A fold's fields. `asked` opens it by what is answered: field -> the answers that ask for more.

    `quiet` answers ask for nothing: the closed fold names them.
    """

    title: str
    keys: tuple[str, ...]
    note: str
    asked: Answers = field(default_factory=dict)
    quiet: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Fold:
    title: str
    note: str
    fields: list[forms.BoundField]
    is_open: bool
    # "name=value" of the answers that open it at once, where there is JavaScript.
    asked: str


REST = "Weitere Angaben"
SUBJECTS: dict[str, tuple[Subject, ...]] = {
    "privacy": (
        Subject(
            "Rechtsgrundlage und betroffene Personen",
            ("gdpr_basis", "national_norm", "data_subjects", "data_categories", "retention"),
            "nötig, sobald Daten von Menschen verarbeitet werden",
            {"personal_data_level": ("personal", "pseudonymous")},
        ),
        Subject(
            "Öffentliche Aufgabe",
            ("public_task",),
            "wichtig beim berechtigten Interesse",
            {"gdpr_basis": ("6-1-f",)},
        ),
        Subject(
            "Besondere Kategorien",
            (
                "has_special_categories",
                "special_categories",
                "special_categories_basis",
                "special_categories_reason",
            ),
            "Gesundheit, Religion, Herkunft und andere, Art. 9 DSGVO",
            {"has_special_categories": ("yes",)},
            {"has_special_categories": ("no",)},
        ),
        Subject(
            "Daten mit eigenen Regeln und Strafverfolgung",
            ("special_data_kinds", "criminal_data_authority", "ji_regime", "ji_norm"),
            "Sozialdaten, Beschäftigte, Kinder, Straftaten",
            quiet={"special_data_kinds": ("none",), "ji_regime": ("no",)},
        ),
        Subject(
            "Entscheidung ohne Menschen",
            (
                "automated_decision",
                "automated_decision_basis",
                "automated_decision_norm",
                "automated_decision_discretion",
            ),
            "Art. 22 DSGVO",
            quiet={"automated_decision": ("none",)},
        ),
        Subject(
            "Training mit Eingaben",
            ("training_on_inputs", "training_lawful_basis"),
            "Nutzt der Anbieter, was Sie eingeben?",
            quiet={"training_on_inputs": ("no",)},
        ),
        Subject(
            "Folgenabschätzung und Maßnahmen",
            ("dpia_state", "dpia_reason", "security_measures"),
            "Art. 32 und 35 DSGVO",
            {"dpia_state": ("not_needed", "needed", "done")},
        ),
    )
}


def folds_of(form: Any, further: Sequence[forms.BoundField]) -> list[Fold]:
    by_key = {one.name: one for one in further}
    found = []
    for subject in SUBJECTS.get(form.section, ()):
        if fields := [by_key.pop(key) for key in subject.keys if key in by_key]:
            found.append(_fold(form, subject, fields))
    if rest := list(by_key.values()):
        found.append(_fold(form, Subject(REST, (), f"freiwillig, {len(rest)}"), rest))
    return found


def _fold(form: Any, subject: Subject, fields: list[forms.BoundField]) -> Fold:
    asks = any(_given(form[key], answers) for key, answers in subject.asked.items() if key in form.fields)
    quiet = [one for one in fields if not one.errors and _only(one, subject.quiet.get(one.name, ()))]
    is_open = asks or any(_says_something(form, one) for one in fields if one not in quiet)
    note = "; ".join(_in_words(one) for one in quiet) if quiet and not is_open else subject.note
    asked = " ".join(f"{key}={answer}" for key, answers in subject.asked.items() for answer in answers)
    return Fold(subject.title, note, fields, is_open, asked)


def _given(one: forms.BoundField, answers: tuple[str, ...]) -> bool:
    value = one.value()
    return bool(set(value) & set(answers)) if isinstance(value, list) else value in answers


def _only(one: forms.BoundField, answers: tuple[str, ...]) -> bool:
    return _given(one, answers) and (not isinstance(one.value(), list) or set(one.value()) <= set(answers))


def _says_something(form: Any, one: forms.BoundField) -> bool:
    """A fold must not hide a mistake, nor what somebody has filled in; what the program presets is not filled in."""
    return bool(one.errors) or one.value() not in (None, "", [], form.presets.get(one.name))


def _in_words(one: forms.BoundField) -> str:
    value = one.value()
    labels = dict(one.field.choices)  # type: ignore[attr-defined]
    return ", ".join(str(labels.get(key, key)) for key in (value if isinstance(value, list) else [value]))
