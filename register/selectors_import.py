"""What an importer has to know about the register: its fields, and what is there already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from register import publication
from register.models import AISystem, Dataset, Entry, PrivacyClassification, Recipient, StorageLocation

if TYPE_CHECKING:
    from accounts.models import Municipality

_MODELS: dict[str, type[models.Model]] = {
    publication.ENTRY: Entry,
    publication.SYSTEM: AISystem,
    publication.PRIVACY: PrivacyClassification,
}
# The first has services of its own, the second tells of a later change, the third is a person.
_NOT_IMPORTED = {"withheld", "change_note", "owner_person", "deputy_person"}
_KINDS = (
    (models.ForeignKey, "department"),
    (models.DateField, "date"),
    (models.EmailField, "email"),
    (models.URLField, "url"),
    (models.IntegerField, "number"),
    (models.JSONField, "records"),
)
_MONTHS = {"begin_date", "end_date"}


@dataclass(frozen=True)
class FieldInfo:
    """One field: `kind` is text, choice, choices (a list of keys), date, month, email, url, department, number, words
    (a list of free words) or records (`rules/records.py`)."""

    key: str
    label: str
    hint: str
    section: str
    kind: str
    max_length: int | None = None
    choices: dict[str, str] = field(default_factory=dict)
    required: bool = False


def system_fields() -> tuple[FieldInfo, ...]:
    """The fields of an AI system that a list can fill, in the order of the release table."""
    rows = publication.rows_of(Entry.Kind.SYSTEM)
    return tuple(_info(row) for row in rows if row.model in _MODELS and row.key not in _NOT_IMPORTED)


def _info(row: publication.Row) -> FieldInfo:
    column: Any = _MODELS[row.model]._meta.get_field(row.key)
    base = column.base_field if isinstance(column, ArrayField) else column
    return FieldInfo(
        key=row.key,
        label=str(column.verbose_name),
        hint=str(column.help_text),
        section=publication.SECTIONS[row.section],
        kind=_kind(column),
        max_length=None if base.choices else getattr(column, "max_length", None),
        choices={value: str(label) for value, label in base.choices or () if value},
        required=row.key == "name",
    )


def _kind(column: Any) -> str:
    if isinstance(column, ArrayField):
        return "choices" if column.base_field.choices else "words"
    if column.choices:
        return "choice"
    if column.name in _MONTHS:
        return "month"
    return next((name for kind, name in _KINDS if isinstance(column, kind)), "text")


def storage_field(name: str) -> dict[str, str]:
    """Key and label of what a storage location's field may hold."""
    column: Any = StorageLocation._meta.get_field(name)
    return {value: str(label) for value, label in column.choices if value}


def entries_of(municipality: Municipality, kind: str) -> Iterable[Entry]:
    return Entry.objects.filter(municipality=municipality, kind=kind).only("name", "uuid", "kind", "municipality_id")


def datasets_of(municipality: Municipality) -> Iterable[Dataset]:
    return Dataset.objects.filter(entry__municipality=municipality).select_related("entry")


def storage_of(municipality: Municipality) -> Iterable[StorageLocation]:
    return StorageLocation.objects.of(municipality)


def recipients_of(municipality: Municipality) -> Iterable[Recipient]:
    return Recipient.objects.of(municipality)
