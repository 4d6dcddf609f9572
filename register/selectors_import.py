"""What an importer has to know about the register: its fields, and what is there already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Department
from register import publication
from register.content import holder_of
from register.models import AISystem, Dataset, Entry, PrivacyClassification, Recipient, StorageLocation
from register.rules.records import COLUMNS

if TYPE_CHECKING:
    from accounts.models import Municipality, User

_MODELS: dict[str, type[models.Model]] = {
    publication.ENTRY: Entry,
    publication.SYSTEM: AISystem,
    publication.PRIVACY: PrivacyClassification,
    publication.DATASET: Dataset,
}
_MASTER_DATA: dict[str, type[models.Model]] = {"storage": StorageLocation, "recipient": Recipient}
# The first has services of its own, the second tells of a later change, the third is a person.
_NOT_IMPORTED = {"withheld", "change_note", "owner_person", "deputy_person"}
_KINDS = (
    (models.DateTimeField, ""),
    (models.BooleanField, "yes_no"),
    (models.IntegerField, "number"),
    (models.DateField, "date"),
    (models.EmailField, "email"),
    (models.URLField, "url"),
)
_MONTHS = {"begin_date", "end_date"}


@dataclass(frozen=True)
class FieldInfo:
    """One field: `kind` is text, choice, choices (a list of keys), date, month, email, url, yes_no, number, department,
    words (a list of free words) or records (`rules/records.py`)."""

    key: str
    label: str
    hint: str
    section: str
    kind: str
    max_length: int | None = None
    choices: dict[str, str] = field(default_factory=dict)
    required: bool = False


def fields_of(kind: str) -> tuple[FieldInfo, ...]:
    """The fields of a system, a dataset, a storage location or a recipient that a list can fill."""
    if kind in _MASTER_DATA:
        columns: list[tuple[Any, str]] = [(column, "Angaben") for column in _own_columns(_MASTER_DATA[kind])]
    else:
        rows = [row for row in publication.rows_of(kind) if row.model in _MODELS and row.key not in _NOT_IMPORTED]
        columns = [(_MODELS[row.model]._meta.get_field(row.key), publication.SECTIONS[row.section]) for row in rows]
    return tuple(_info(column, section) for column, section in columns if _kind(column))


def _own_columns(model: type[models.Model]) -> list[Any]:
    return [
        column
        for column in model._meta.concrete_fields
        if column.editable and not column.primary_key and not column.is_relation
    ]


def _info(column: Any, section: str) -> FieldInfo:
    base = column.base_field if isinstance(column, ArrayField) else column
    return FieldInfo(
        key=column.name,
        label=str(column.verbose_name),
        hint=str(column.help_text),
        section=section,
        kind=_kind(column),
        max_length=None if base.choices else getattr(column, "max_length", None),
        choices={value: str(label) for value, label in base.choices or () if value},
        required=not column.blank and not column.has_default(),
    )


def _kind(column: Any) -> str:
    """Empty for what a cell cannot say, such as a link to another row."""
    if column.is_relation:
        return "department" if column.related_model is Department else ""
    if isinstance(column, ArrayField):
        return "choices" if column.base_field.choices else "words"
    if isinstance(column, models.JSONField):
        return "records" if column.name in COLUMNS else ""
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


@dataclass(frozen=True)
class Record:
    """A row of the register as it stands now; `links` holds what a system is linked with."""

    obj: Any
    values: dict[str, Any]
    links: dict[str, list[Any]] = field(default_factory=dict)


def visible_entries(user: User, municipality: Municipality, kind: str) -> QuerySet[Entry]:
    return Entry.objects.visible_to(user).of(municipality).filter(kind=kind)


def visible_master_data(user: User, municipality: Municipality, kind: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = _MASTER_DATA[kind].objects.visible_to(user).of(municipality)  # type: ignore[attr-defined]
    return rows


def records(kind: str, rows: QuerySet[Any]) -> list[Record]:
    """Everything that `fields_of` names, in a constant number of queries."""
    keys = [info.key for info in fields_of(kind)]
    if kind in _MASTER_DATA:
        return [Record(row, {key: getattr(row, key) for key in keys}) for row in rows.order_by("sort_key", "pk")]
    rows = rows.select_related("municipality", "department", "last_edited_by", "system__privacy", "dataset")
    if kind == Entry.Kind.SYSTEM:
        rows = rows.prefetch_related(
            "system__dataset_links__dataset__entry",
            "system__storage_links__storage",
            "system__recipient_links__recipient",
        )
    entries = rows.order_by("sort_key", "pk")
    return [Record(entry, {key: _value(entry, key) for key in keys}, _links(entry)) for entry in entries]


def _value(entry: Entry, key: str) -> Any:
    return getattr(holder_of(entry, publication.row(entry.kind, key).model), key)


def _links(entry: Entry) -> dict[str, list[Any]]:
    if entry.kind != Entry.Kind.SYSTEM:
        return {}
    return {
        "datasets": [(link.dataset, link.role) for link in entry.system.dataset_links.all()],
        "storage": [link.storage for link in entry.system.storage_links.all()],
        "recipients": [link.recipient for link in entry.system.recipient_links.all()],
    }


def versions_of(kind: str, uuids: Iterable[str]) -> dict[str, Any]:
    """uuid -> the row with its version and review state."""
    model: Any = _MASTER_DATA.get(kind, Entry)
    return {str(row.uuid): row for row in model.objects.filter(uuid__in=list(uuids))}


def worked_on(uuids: Iterable[str]) -> set[str]:
    """Entries and master data that somebody worked on beside their fields: a proof, a remark, a Mangel in hand."""
    wanted = list(uuids)
    work = {
        Entry: Q(evidence__isnull=False)
        | Q(comments__isnull=False)
        | Q(deficiencies__state="in_work")
        | Q(deficiencies__dismissal_by__isnull=False),
        StorageLocation: Q(evidence__isnull=False),
        Recipient: Q(evidence__isnull=False),
    }
    rows = (model.objects.filter(held, uuid__in=wanted).values_list("uuid", flat=True) for model, held in work.items())
    return {str(uuid) for found in rows for uuid in found}


def rows_for_links(key: str, uuids: Iterable[str]) -> dict[str, Any]:
    """uuid -> dataset, storage location or recipient, whatever a system's link `key` holds."""
    if key == "datasets":
        rows = Dataset.objects.filter(entry__uuid__in=list(uuids)).select_related("entry")
        return {str(dataset.entry.uuid): dataset for dataset in rows}
    return versions_of("storage" if key == "storage" else "recipient", uuids)
