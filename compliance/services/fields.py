"""The fields of a processing activity as a table, so that an importer or a form needs no model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from compliance.models import ProcessingActivity
from compliance.rules import vocabulary

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
        "joint_agreement",
        "joint_essence",
        "joint_essence_place",
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
    "protection": ("retention", "security_measures", "dpia_state", "dpia_reason", "dpia_reference"),
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


# Of a sheet about processing for others: Art. 30 Abs. 2 DSGVO asks for less.
_COMMISSIONED = {
    "title",
    "department",
    "contact_person",
    "contact_phone",
    "contact_email",
    "procedure_name",
    "introduced_on",
    "last_changed_on",
    "recipients_external",
    "third_country",
    "third_country_details",
    "third_country_documentation",
    "security_measures",
    "external_reference",
    "external_url",
}
_OTHER_WORDS = {
    "recipients_external": ("Weitere Auftragsverarbeiter", "Mit Aufgabe und Sitz (Art. 28 Abs. 2, 4 DSGVO)."),
}


def _commissioned(info: FieldInfo) -> FieldInfo:
    label, hint = _OTHER_WORDS.get(
        info.key, (info.label, info.hint.replace("Art. 30 Abs. 1 Buchst. e", "Art. 30 Abs. 2 Buchst. c"))
    )
    return replace(info, label=label, hint=hint.replace("Art. 30 Abs. 1 Buchst. g", "Art. 30 Abs. 2 Buchst. d"))


COMMISSIONED_FIELDS = tuple(_commissioned(info) for info in ACTIVITY_FIELDS if info.key in _COMMISSIONED)


def fields_of(activity: ProcessingActivity) -> tuple[FieldInfo, ...]:
    return COMMISSIONED_FIELDS if activity.role == vocabulary.PROCESSOR else ACTIVITY_FIELDS
