"""What an approved DSFA or Schwellwertanalyse says about the state of a system, beside what the entry says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from compliance.legal.state import day_of
from compliance.models import LegalDocumentVersion
from register.models import Entry
from register.rules.vocabulary import DPIA_STATES

DPIA, THRESHOLD = "dpia", "threshold"
DONE = "done"


@dataclass(frozen=True)
class Approved:
    """The approved version that counts, and the state (a key of DPIA_STATES) that follows from it."""

    version: LegalDocumentVersion
    state: str

    @property
    def reference(self) -> str:
        version = self.version
        return f"{version.document.definition.short}, Fassung {version.number}, genehmigt am {day_of(version)}"

    @property
    def label(self) -> str:
        return DPIA_STATES[self.state]


def approved_in(entries: Iterable[Any]) -> dict[int, Approved]:
    """By entry; in one query. A DSFA says more than the analysis before it."""
    rows = LegalDocumentVersion.objects.filter(
        document__entry__in=entries, document__kind__in=(DPIA, THRESHOLD), decision__approves=True
    )
    rows = rows.select_related("document", "decision").order_by("document", "-number").distinct("document")
    found: dict[int, Approved] = {}
    for version in sorted(rows, key=lambda row: row.document.kind, reverse=True):
        if state := _state_of(version):
            found[version.document.entry_id] = Approved(version, state)
    return found


def _state_of(version: LegalDocumentVersion) -> str:
    if version.document.kind == DPIA:
        return DONE
    fields = (field for section in version.content["sections"] for field in section["fields"])
    return next((field["value"] for field in fields if field["key"] == "result"), "") or ""


def proposal_of(entry: Entry) -> Approved | None:
    """What the entry does not say yet. Whoever writes on since the approval is not asked any more."""
    found = approved_in([entry.pk]).get(entry.pk)
    now = entry.system.privacy.dpia_state
    if found is None or now in (found.state, DONE) or found.version.of_version != found.version.document.version:
        return None
    return found


def changes_for(entry: Entry, found: Approved) -> dict[str, str]:
    """Nothing that was written is lost: the reference goes below the reason that stands there."""
    changes = {"dpia_state": found.state}
    if found.version.document.kind == DPIA:
        reason = "\n".join(filter(None, [entry.system.privacy.dpia_reason, f"{found.reference}."]))
        if len(reason) <= entry.system.privacy._meta.get_field("dpia_reason").max_length:
            changes["dpia_reason"] = reason
    return changes


def behind(entries: QuerySet[Entry]) -> QuerySet[LegalDocumentVersion]:
    """Approved DSFA whose entries do not say so yet, the longest waiting first."""
    rows = LegalDocumentVersion.objects.filter(
        document__entry__in=entries,
        document__kind=DPIA,
        decision__approves=True,
        of_version=F("document__version"),
    )
    rows = rows.exclude(document__entry__system__privacy__dpia_state=DONE)
    return rows.select_related("document__entry", "decision").order_by("decision__at", "pk")
