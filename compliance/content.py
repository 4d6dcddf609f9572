"""A processing activity with its systems as plain data: what is kept, hashed and printed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from compliance.models import ActivitySystem, ProcessingActivity
from compliance.rules import vocabulary
from core import canonical
from register.models import Entry

Content = dict[str, Any]

SCHEMA_VERSION = "1.1"

# Everything a sheet of the Verarbeitungsverzeichnis says, in the order of the sheet.
FIELDS = (
    "title",
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
    "purposes",
    "gdpr_basis",
    "legal_basis",
    "data_subjects",
    "data_categories",
    "special_categories",
    "special_categories_reason",
    "recipients_internal",
    "recipients_external",
    "third_country",
    "third_country_details",
    "third_country_documentation",
    "retention",
    "retention_rules",
    "commissioners",
    "security_measures",
    "dpia_state",
    "dpia_reason",
    "dpia_reference",
    "bias_data_reason",
    "external_reference",
    "external_url",
    "state",
    "ended_on",
)

# What a version kept before these fields existed says about them: nothing.
_LATER: Content = {
    "role": vocabulary.CONTROLLER,
    "joint_agreement": "",
    "joint_essence": "",
    "joint_essence_place": "",
    "retention_rules": [],
    "commissioners": [],
    "dpia_state": "",
    "dpia_reason": "",
    "dpia_reference": "",
    "department_path": None,
}
RETENTION_KEYS = ("categories", "period", "start", "basis")
COMMISSIONER_KEYS = ("name", "contact", "representative", "dpo", "categories")

_SYSTEM_FIELDS = ("ai_act_class", "lawful_basis", "methods_and_models", "provider")
_PRIVACY_FIELDS = (
    "personal_data_level",
    "gdpr_basis",
    "national_norm",
    "special_categories",
    "special_categories_reason",
    "automated_decision",
    "dpia_state",
    "dpia_reason",
    "training_on_inputs",
)


def with_systems(activities: QuerySet[ProcessingActivity]) -> QuerySet[ProcessingActivity]:
    """Everything `content_of` reads, in a constant number of queries."""
    entries = Entry.objects.select_related("system__privacy").prefetch_related(
        "system__storage_links__storage", "system__recipient_links__recipient"
    )
    links = ActivitySystem.objects.order_by("entry__sort_key", "pk").prefetch_related(Prefetch("entry", entries))
    return activities.select_related("department").prefetch_related(Prefetch("system_links", links))


def content_of(activity: ProcessingActivity) -> Content:
    """What the sheet says now, the internal fields included, with what its systems say now."""
    found: Content = {"schema_version": SCHEMA_VERSION, "reference": activity.reference}
    for key in FIELDS:
        value = getattr(activity, key)
        found[key] = value.isoformat() if hasattr(value, "isoformat") else value
    found["role"] = activity.role
    # Only where there is one, so that no other sheet reads differently.
    if activity.taken_from:
        found["taken_from"] = activity.taken_from
    found["department"] = activity.department.name if activity.department else ""
    # Who asks for one office on an earlier day means the office of that day.
    found["department_path"] = activity.department.path if activity.department else ""
    found["systems"] = [system_content(link.entry) for link in activity.system_links.all()]
    return found


def system_content(entry: Entry) -> Content:
    """The facts of a system that belong beside its activity (accountability, Art. 5 Abs. 2 DSGVO)."""
    system = entry.system
    privacy = system.privacy
    return {
        "uuid": str(entry.uuid),
        "name": entry.name,
        "status": entry.status,
        # Only where there is one, so that no sheet of a running system reads differently.
        **({"end_date": system.end_date} if system.end_date else {}),
        **{key: getattr(system, key) for key in _SYSTEM_FIELDS},
        **{key: getattr(privacy, key) for key in _PRIVACY_FIELDS},
        "storage": [
            {"name": at.name, "kind": at.kind, "country": at.country, "third_country_basis": at.third_country_basis}
            for at in (link.storage for link in system.storage_links.all())
        ],
        "processors": [
            {
                "name": to.name,
                "country": to.country,
                "contract_date": to.contract_date.isoformat() if to.contract_date else "",
            }
            for to in (link.recipient for link in system.recipient_links.all())
            if to.kind == "processor"
        ],
    }


def read(text: str) -> Content:
    """A kept version, in the shape of today."""
    return {**_LATER, **json.loads(text)}


def text_and_hash(content: Content) -> tuple[str, str]:
    return canonical.dumps(content), canonical.sha256(content)


def sheet_fields_changed(before: Content, after: Content) -> list[str]:
    keys: Iterable[str] = (*FIELDS, "department")
    return [key for key in keys if before.get(key) != after.get(key)]
