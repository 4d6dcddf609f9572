"""Legal documents for tests: with everything that is needed, handed in, advised on, approved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from compliance import services
from compliance.legal.content import content_of, missing_of
from compliance.legal.known import read
from compliance.models import LegalDocument, LegalDocumentVersion
from compliance.rules.legal_kinds import CHOICE, CHOICES, DAY, PAST, RECORDS, URL, Field
from register.models import Entry
from tests.world import Town

RISK = {
    "risk": "Ein Antrag wird zu Unrecht als unvollständig gemeldet",
    "goal": "integrity",
    "severity": "limited",
    "likelihood": "minor",
    "measure": "Jeder Hinweis wird von der Sachbearbeitung bestätigt",
    "residual": "low",
}


def started(town: Town, entry: Entry, kind: str = "dpia", *, role: str = "fachamt") -> LegalDocument:
    return services.start_legal_document(entry, by=town[role], kind=kind)


def filled(town: Town, entry: Entry, kind: str = "dpia", *, role: str = "fachamt", **answers: Any) -> LegalDocument:
    """Everything that is still missing is answered somehow; `answers` go before."""
    document = started(town, entry, kind, role=role)
    document = services.save_legal_document(document, by=town[role], changes=answers)
    for _ in range(3):
        missing = missing_of(content_of(document.definition, read(entry), document.answers))
        fields = [document.definition.field(row["key"]) for row in missing]
        changes = {one.key: some(one) for one in fields if one.kind != "shown"}
        if not changes:
            break
        document = services.save_legal_document(document, by=town[role], changes=changes)
    return document


def some(one: Field) -> Any:
    if one.kind == RECORDS:
        return [{column.key: RISK.get(column.key, "") for column in one.columns if column.key != "right"}]
    if one.kind in (CHOICE, CHOICES):
        first = next(iter(one.choices))
        return first if one.kind == CHOICE else [first]
    if one.kind == URL:
        return "https://datenbank.example/eintrag/1"
    if one.kind == DAY:
        today = timezone.localdate()
        return (today if one.lies == PAST else today + timedelta(days=300)).isoformat()
    return f"Angabe zu {one.label}"


def submitted(town: Town, entry: Entry, kind: str = "dpia", **answers: Any) -> LegalDocumentVersion:
    return services.submit_legal_document(filled(town, entry, kind, **answers), by=town["fachamt"])


def advised(town: Town, entry: Entry, kind: str = "dpia", **advice: Any) -> LegalDocumentVersion:
    version = submitted(town, entry, kind)
    services.advise_on_document(version, by=town["dsb"], **{"result": "agrees", **advice})
    return LegalDocumentVersion.objects.get(pk=version.pk)


def approved(town: Town, entry: Entry, kind: str = "dpia", **answers: Any) -> LegalDocumentVersion:
    version = submitted(town, entry, kind, **answers)
    if version.document.definition.needs_advice:
        services.advise_on_document(version, by=town["dsb"], result="agrees")
    services.decide_on_document(version, by=town["leitung"], approves=True)
    return LegalDocumentVersion.objects.get(pk=version.pk)
