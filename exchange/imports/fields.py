"""What a column of a list can become: the fields of the register and the few that need a step of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from compliance.services import ACTIVITY_FIELDS
from compliance.services.fields import SECTIONS
from register import selectors_import as register

SYSTEM, ACTIVITY = "system", "activity"
KINDS = {SYSTEM: "KI-Systeme", ACTIVITY: "Verarbeitungstätigkeiten"}
NAME = {SYSTEM: "name", ACTIVITY: "title"}


@dataclass(frozen=True)
class Target:
    """`kind` is text, choice, choices, date, month, email, url, department, number, words,
    records, names or ars."""

    key: str
    label: str
    kind: str
    max_length: int | None = None
    choices: dict[str, str] = field(default_factory=dict)
    group: str = "Verknüpfungen"


NAMES_LENGTH = {
    "storage": 120,
    "recipients": 200,
    "processors": 200,
    "datasets": 100,
    "training_data": 100,
    "systems": 100,
}
ARS = Target("ars", "Regionalschlüssel oder Gemeindeschlüssel (wird nur geprüft)", "ars", group="Prüfung")


def _from(info: Any) -> Target:
    return Target(info.key, info.label, info.kind, info.max_length, info.choices, info.section)


def _names(key: str, label: str) -> Target:
    return Target(key, label, "names", NAMES_LENGTH[key])


@cache
def targets(kind: str) -> dict[str, Target]:
    """Key -> target, in the order in which people choose from it."""
    found = _system_targets() if kind == SYSTEM else _activity_targets()
    return {target.key: target for target in found}


def _system_targets() -> list[Target]:
    return [
        *(_from(info) for info in register.system_fields()),
        _names("datasets", "Datenbestände (im Betrieb genutzt)"),
        _names("training_data", "Datenbestände (zum Training genutzt)"),
        _names("storage", "Speicherorte"),
        Target("storage_kind", "Art des Speicherorts", "choice", None, register.storage_field("kind"), "Verknüpfungen"),
        Target(
            "storage_country",
            "Land des Speicherorts",
            "choice",
            None,
            register.storage_field("country"),
            "Verknüpfungen",
        ),
        _names("processors", "Auftragsverarbeiter"),
        _names("recipients", "Empfänger"),
        ARS,
    ]


def _activity_targets() -> list[Target]:
    return [*(_activity_target(info) for info in ACTIVITY_FIELDS), _names("systems", "Eingesetzte KI-Systeme"), ARS]


def _activity_target(info: Any) -> Target:
    target = _from(info)
    return Target(target.key, target.label, target.kind, target.max_length, target.choices, SECTIONS[target.group])
