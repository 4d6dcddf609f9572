"""The fields of a processing activity as a table, so that an importer or a form needs no model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from compliance.models import ProcessingActivity

# Sections of the Hauptblatt, in the order of the data-protection authorities' form.
SECTIONS = {
    "basics": "Grunddaten",
    "purpose": "Zweck und Rechtsgrundlage",
    "people": "Betroffene und Daten",
    "recipients": "Empfänger und Drittland",
    "protection": "Löschung und Schutz",
    "reference": "Weitere Angaben",
}

_ORDER = {
    "basics": (
        "title",
        "department",
        "contact_person",
        "contact_phone",
        "contact_email",
        "procedure_name",
        "introduced_on",
        "last_changed_on",
        "joint_controller",
    ),
    "purpose": ("purposes", "gdpr_basis", "legal_basis"),
    "people": ("data_subjects", "data_categories", "special_categories", "special_categories_reason"),
    "recipients": (
        "recipients_internal",
        "recipients_external",
        "third_country",
        "third_country_details",
        "third_country_documentation",
    ),
    "protection": ("retention", "security_measures"),
    "reference": ("bias_data_reason", "external_reference", "external_url"),
}


@dataclass(frozen=True)
class FieldInfo:
    """One field: `kind` is text, choice, choices (a list of keys), date, email, url or department."""

    key: str
    label: str
    hint: str
    section: str
    kind: str
    max_length: int | None = None
    choices: dict[str, str] = field(default_factory=dict)
    required: bool = False
    multiline: bool = False


def _info(key: str, section: str) -> FieldInfo:
    column: Any = ProcessingActivity._meta.get_field(key)
    base = column.base_field if isinstance(column, ArrayField) else column
    return FieldInfo(
        key=key,
        label=str(column.verbose_name),
        hint=str(column.help_text),
        section=section,
        kind=_kind(column),
        max_length=None if column.choices or isinstance(column, ArrayField) else getattr(column, "max_length", None),
        choices={value: str(label) for value, label in base.choices or ()},
        required=not column.blank,
        multiline=isinstance(column, models.TextField),
    )


def _kind(column: Any) -> str:
    if isinstance(column, ArrayField):
        return "choices"
    if column.choices:
        return "choice"
    kinds = (
        (models.ForeignKey, "department"),
        (models.DateField, "date"),
        (models.EmailField, "email"),
        (models.URLField, "url"),
    )
    return next((name for kind, name in kinds if isinstance(column, kind)), "text")


ACTIVITY_FIELDS: tuple[FieldInfo, ...] = tuple(_info(key, section) for section, keys in _ORDER.items() for key in keys)
