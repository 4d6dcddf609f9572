"""A text of its own for every field that must not be seen, found by looking at the models.

`PUBLIC` fields reach citizens; of an entry that is not public they carry canaries all the same. `TECHNICAL` fields
hold no words of a person: codes, hashes, keys. Every other text field of the project carries a canary in every row,
so a new field is guarded before anybody thinks of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from accounts.models import Municipality, User
from register import publication
from register.models import AISystem, Dataset, Entry, PrivacyClassification, SystemDataset
from tests.append_only import paused

ROOMS = ("core", "accounts", "register", "compliance", "usecases", "inquiries", "exchange")
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField)
PATTERN = re.compile(rb"kanarie\d{5}x", re.IGNORECASE)

_RELEASED = {
    "register.Entry": publication.ENTRY,
    "register.AISystem": publication.SYSTEM,
    "register.PrivacyClassification": publication.PRIVACY,
    "register.Dataset": publication.DATASET,
}
# What goes down to the public entry as rights block (Art. 13 DSGVO), and what names the municipality.
PUBLIC: dict[str, set[str]] = {
    **{
        label: {row.key for row in publication.ROWS if row.model == model and row.level != publication.INTERNAL}
        for label, model in _RELEASED.items()
    },
    "register.EntryBlock": {"data"},
    "register.Recipient": {"name"},
    "register.Publication": {"document", "reason"},
    "register.PublicDocument": {"name", "description_short", "department", "provider", "document", "words"},
    "compliance.ProcessingActivity": {
        "title", "purposes", "legal_basis", "recipients_internal", "recipients_external", "third_country_details",
        "retention",
    },
    "accounts.Municipality": {
        "name", "website", "mailbox", "controller_name", "controller_address", "controller_phone", "controller_email",
        "dpo_address", "dpo_phone", "dpo_email", "supervisory_authority", "supervisory_authority_address",
        "supervisory_authority_url", "unpublished_note",
    },
    "accounts.AccessibilityStatement": {
        "law", "incompatible", "burden", "outside", "alternatives", "method_note", "contact_name", "contact_email",
        "contact_phone", "enforcement_name", "enforcement_address", "enforcement_url",
    },
    "accounts.Department": {"name"},
    "inquiries.Inquiry": {"public_text", "public_answer"},
    "inquiries.InquiryRules": {"complaint_url"},
    "inquiries.Consultation": {"document"},
    "accounts.SignInService": {"label"},
}  # fmt: skip
TECHNICAL: dict[str, set[str]] = {
    "core.AuditStream": {"key", "head", "seal", "seal_key"},
    "core.AuditRecord": {"action", "object_type", "object_id", "actor_digest", "key_id", "previous", "hmac"},
    "core.AuditActor": {"user_id", "salt"},
    "core.AuditCheckpoint": {"head", "key_id", "signature"},
    "core.StoredDocument": {"key", "sha256", "media_type", "file", "scope"},
    "core.Job": {"kind", "key", "worker", "scope"},
    "accounts.User": {"session_nonce"},
    "accounts.Municipality": {"ars", "slug", "accent", "own_host", "coat_digest", "coat_type"},
    "accounts.Department": {"path"},
    "accounts.OfficialMunicipality": {"ars", "name"},
    "accounts.SetupStep": {"key"},
    "accounts.TenantList": {"rows", "report"},
    "accounts.Invitation": {"token_digest"},
    "register.Entry": {"slug"},
    "register.EntryBlock": {"name"},
    "register.BulkRun": {"action", "value"},
    "register.SavedFilter": {"query"},
    "register.UnsavedInput": {"section"},
    "register.AISystem": {"begin_date", "end_date"},
    "register.Submission": {"content_sha256", "privacy_sha256"},
    "register.DecommissionPoint": {"key"},
    "register.Deficiency": {"rule"},
    "register.Evidence": {"file", "media_type", "sha256"},
    "register.FieldComment": {"field"},
    "register.Checklist": {"source", "answers"},
    "register.Opinion": {"privacy_sha256"},
    "register.Release": {"content_sha256", "privacy_sha256"},
    "register.PublicationLog": {"head"},
    "register.Publication": {"document_sha256", "previous_sha256", "sha256", "schema_version"},
    "register.PublicDocument": {
        "kind",
        "slug",
        "status",
        "risk_class",
        "affects_people",
        "personal_data_level",
        "document_sha256",
    },
    "compliance.ActivityVersion": {"sha256"},
    "compliance.VvtReport": {"content_sha256"},
    "compliance.AssessmentDraft": {"facts", "from_register"},
    "compliance.Assessment": {"facts", "from_register", "rulesets", "result"},
    "compliance.Clarification": {"fact"},
    "compliance.IncidentStep": {"key"},
    "compliance.IncidentEvent": {"once"},
    "compliance.Duty": {"code"},
    "compliance.LegalDocumentVersion": {"sha256", "basis"},
    "compliance.LoadedRuleset": {"law", "content", "sha256"},
    "compliance.RulesetUse": {"law"},
    "compliance.LawRun": {"rulesets"},
    "usecases.UseCase": {"stage_before"},
    "usecases.GateProposal": {"step"},
    "usecases.UseCaseEvent": {"step", "source"},
    "usecases.Blueprint": {"document", "sha256"},
    "usecases.Adoption": {"template", "document", "source_sha256"},
    "usecases.FundingProgramme": {"fields", "stages"},
    "inquiries.Inquiry": {"token_digest"},
    "inquiries.InquiryAttempt": {"digest"},
    "exchange.ImportRun": {"sha256", "file", "layouts"},
    "exchange.ImportMapping": {"fingerprint", "kind", "columns"},
    "exchange.ImportHeading": {"kind", "key"},
}


def text_fields() -> list[tuple[type[models.Model], models.Field]]:
    """Every field of the project that can hold words of a person; what has choices cannot."""
    return [
        (model, column)
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for column in model._meta.concrete_fields
        if isinstance(column, TEXTS) and not column.choices
    ]


def is_listed(table: dict[str, set[str]], model: type[models.Model], name: str) -> bool:
    return name in table.get(model._meta.label, set())


@dataclass
class Canaries:
    """Every canary by its text: where it was put, and whose it is (None: the instance's)."""

    places: dict[str, str] = field(default_factory=dict)
    towns: dict[str, int | None] = field(default_factory=dict)

    def new(self, place: str, town: int | None) -> str:
        text = f"kanarie{len(self.places) + 1:05d}x"
        self.places[text], self.towns[text] = place, town
        return text

    def found_in(self, *texts: bytes) -> set[str]:
        return {hit.decode().lower() for text in texts for hit in PATTERN.findall(text)}

    def named(self, hits: set[str]) -> list[str]:
        """The hits in words, for the message of a failing test."""
        return sorted({self.places.get(hit, hit) for hit in hits})

    def of_town(self, municipality: Municipality, hits: set[str]) -> set[str]:
        return {hit for hit in hits if self.towns.get(hit) == municipality.pk}

    def plant(self, *, to_be_shown: Iterable[Entry] = (), hidden: Iterable[Entry] = ()) -> None:
        """Put a canary into every field of every row that has none yet, past the services and their memory.

        Public fields stay as they are in entries that citizens see or will see, unless they are `hidden` changes.
        """
        shown = _shown_entries({entry.pk for entry in to_be_shown}) - {entry.pk for entry in hidden}
        with paused():
            for model in {model for model, _ in text_fields()}:
                for row in model._base_manager.all():
                    self._plant_row(row, shown)

    def _plant_row(self, row: models.Model, shown: set[int]) -> None:
        town = town_of(row)
        values = {}
        for column in row._meta.concrete_fields:
            if not isinstance(column, TEXTS) or column.choices or is_listed(TECHNICAL, type(row), column.name):
                continue
            if is_listed(PUBLIC, type(row), column.name) and _is_shown(row, shown):
                continue
            before = getattr(row, column.attname)
            if PATTERN.search(json.dumps(before, default=str).encode()):
                continue
            values[column.attname] = self._value(column, before, f"{row._meta.label}.{column.name}", town)
        if values:
            type(row)._base_manager.filter(pk=row.pk).update(**values)

    def _value(self, column: models.Field, before: Any, place: str, town: int | None) -> Any:
        if isinstance(column, models.JSONField):
            return self._in_json(before, place, town)
        if isinstance(before, str) and before.startswith("{"):
            return json.dumps(self._in_json(json.loads(before), place, town))
        text = self.new(place, town)
        if isinstance(column, models.EmailField):
            return f"{text}@example.org"
        return f"https://{text}.example/" if isinstance(column, models.URLField) else text

    def _in_json(self, value: Any, place: str, town: int | None) -> Any:
        """The same structure with canaries for the values that are named like a text field."""
        if isinstance(value, list):
            return [self._in_json(item, place, town) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: self._in_json(item, place, town) for key, item in value.items()}
        words = {key for key, item in value.items() if key in WORDS and isinstance(item, str)}
        return {**found, **{key: self.new(f"{place} {key}", town) for key in words}, "kanarie": self.new(place, town)}


WORDS = {
    column.name
    for model, column in text_fields()
    if not is_listed(TECHNICAL, model, column.name) and not isinstance(column, models.JSONField)
} - {"website", "contact_email", "document", "url"}


def _shown_entries(more: set[int]) -> set[int]:
    """Entries that citizens can read, and the datasets that their documents name."""
    public = more | set(Entry.objects.filter(public__isnull=False).values_list("pk", flat=True))
    return public | set(SystemDataset.objects.filter(system__in=public).values_list("dataset", flat=True))


def _is_shown(row: models.Model, shown: set[int]) -> bool:
    if isinstance(row, Entry | AISystem | PrivacyClassification | Dataset):
        return row.pk in shown
    if row._meta.label == "compliance.ProcessingActivity":
        return row.systems.exists()  # type: ignore[attr-defined]
    return True


def town_of(row: Any, depth: int = 4) -> int | None:
    """The municipality of a row: its own column, its scope, or that of the row it hangs on."""
    if isinstance(row, Municipality):
        return row.pk
    if isinstance(row, User):
        return row.memberships.values_list("municipality", flat=True).first()
    for name in ("municipality_id", "scope", "key"):
        value = getattr(row, name, None)
        if isinstance(value, int):
            return value
        if isinstance(value, str) and (found := re.match(r"(?:municipality|vvt|vvt-blatt):(\d+)", value)):
            return int(found[1])
    parents = [c for c in row._meta.concrete_fields if c.is_relation and c.related_model is not User]
    for column in parents if depth else []:
        parent = getattr(row, column.name)
        if parent is not None and (town := town_of(parent, depth - 1)) is not None:
            return town
    return town_of(row.user) if getattr(row, "user_id", None) and hasattr(row, "user") else None
