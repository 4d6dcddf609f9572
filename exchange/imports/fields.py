"""What a column of a list can become: the fields of the register and the few that need a step of their own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from compliance.services import ACTIVITY_FIELDS
from compliance.services.fields import SECTIONS
from register import selectors_import as register

SYSTEM, ACTIVITY, DATASET, STORAGE, RECIPIENT = "system", "activity", "dataset", "storage", "recipient"
KINDS = {
    SYSTEM: "KI-Systeme",
    ACTIVITY: "Verarbeitungstätigkeiten",
    DATASET: "Datenbestände",
    STORAGE: "Speicherorte",
    RECIPIENT: "Empfänger",
}
ONE = {
    SYSTEM: "KI-System",
    ACTIVITY: "Verarbeitungstätigkeit",
    DATASET: "Datenbestand",
    STORAGE: "Speicherort",
    RECIPIENT: "Empfänger",
}
# What others refer to comes first.
ORDER = (STORAGE, RECIPIENT, DATASET, SYSTEM, ACTIVITY)
NAME = {SYSTEM: "name", ACTIVITY: "title", DATASET: "name", STORAGE: "name", RECIPIENT: "name"}
# Key of a column -> role of the datasets it names.
ROLES = {"datasets": "operation", "training_data": "training", "test_data": "test"}


@dataclass(frozen=True)
class Target:
    """`kind` is text, choice, choices, date, month, email, url, yes_no, number, words, records, department, names, ars,
    uuid or version."""

    key: str
    label: str
    kind: str
    max_length: int | None = None
    choices: dict[str, str] = field(default_factory=dict)
    group: str = "Verknüpfungen"
    required: bool = False
    # Stands for itself; others only help to read a list or to make new rows.
    exported: bool = True


NAMES_LENGTH = {
    "storage": 120,
    "recipients": 200,
    "processors": 200,
    "datasets": 100,
    "training_data": 100,
    "test_data": 100,
    "systems": 100,
}
ARS = Target(
    "ars", "Regionalschlüssel oder Gemeindeschlüssel (wird nur geprüft)", "ars", group="Prüfung", exported=False
)
RECOGNITION = (
    Target("uuid", "Kennung im Register", "uuid", group="Prüfung"),
    Target("version", "Bearbeitungsstand", "version", group="Prüfung"),
)


def _from(info: Any) -> Target:
    return Target(info.key, info.label, info.kind, info.max_length, info.choices, info.section, info.required)


def _names(key: str, label: str) -> Target:
    return Target(key, label, "names", NAMES_LENGTH[key])


@cache
def targets(kind: str) -> dict[str, Target]:
    """Key -> target, in the order in which people choose from it."""
    found = _activity_targets() if kind == ACTIVITY else [_from(info) for info in register.fields_of(kind)]
    found += _system_links() if kind == SYSTEM else []
    return {target.key: target for target in (*found, *RECOGNITION, ARS)}


def exported(kind: str) -> list[Target]:
    """The columns of an export: recognition first, then the name, then the rest."""
    rest = [target for target in targets(kind).values() if target.exported and target not in RECOGNITION]
    return [*RECOGNITION, *sorted(rest, key=lambda target: target.key != NAME[kind])]


def _system_links() -> list[Target]:
    kinds, countries = register.storage_field("kind"), register.storage_field("country")
    return [
        _names("datasets", "Datenbestände (im Betrieb genutzt)"),
        _names("training_data", "Datenbestände (zum Training genutzt)"),
        _names("test_data", "Datenbestände (zum Testen genutzt)"),
        _names("storage", "Speicherorte"),
        Target("storage_kind", "Art des Speicherorts", "choice", None, kinds, exported=False),
        Target("storage_country", "Land des Speicherorts", "choice", None, countries, exported=False),
        _names("processors", "Auftragsverarbeiter"),
        _names("recipients", "Empfänger"),
    ]


def _activity_targets() -> list[Target]:
    return [*(_activity_target(info) for info in ACTIVITY_FIELDS), _names("systems", "Eingesetzte KI-Systeme")]


def _activity_target(info: Any) -> Target:
    return replace(_from(info), group=SECTIONS[info.section])
