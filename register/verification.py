"""Proof that the publication log is what it was: every line, its document, and that nothing is missing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from accounts.models import Municipality
from core import audit
from core.models import AuditRecord
from register.models import Publication, PublicationLog
from register.services.publishing import LOGGED, chain_sha256

START = "0" * 64


@dataclass(frozen=True)
class Fault:
    """The first bad place of a log, and what is wrong there in German."""

    municipality: str
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"{self.municipality}, Veröffentlichung {self.seq}: {self.reason}"


def verify_publications(municipality: Municipality) -> list[Fault]:
    """Check one municipality's log; an empty list means sound, else it names the first bad line."""
    # One snapshot: what is published while we read raises no false alarm.
    with audit.frozen_view():
        return _verify(municipality)


def _verify(municipality: Municipality) -> list[Fault]:
    recorded = _recorded(municipality)
    redacted = set(
        Publication.objects.filter(municipality=municipality, op=Publication.Op.REDACT).values_list(
            "entry_id", "number"
        )
    )
    rows = Publication.objects.filter(municipality=municipality).select_related("entry").order_by("seq").iterator(2000)
    seq, head = 0, START
    for row in rows:
        reason = _fault(row, seq + 1, head, redacted) or _contradiction(row, recorded)
        if reason:
            return [Fault(str(municipality), row.seq, reason)]
        seq, head = row.seq, row.sha256
    log = PublicationLog.objects.filter(municipality=municipality).first()
    expected = (log.seq, log.head) if log else (0, START)
    if (seq, head) != expected:
        return [Fault(str(municipality), seq + 1, "Das Ende des Protokolls fehlt oder wurde neu berechnet.")]
    return []


def _recorded(municipality: Municipality) -> dict[int, str]:
    """Line -> its hash, as the keyed audit trail has it."""
    rows = AuditRecord.objects.filter(stream__key=municipality.audit_stream, action__in=LOGGED).order_by("seq")
    found: dict[int, str] = {}
    for payload in rows.values_list("payload", flat=True).iterator(2000):
        data = json.loads(payload)
        if "sha256" in data:
            found.setdefault(data["seq"], data["sha256"])
    return found


def _contradiction(row: Publication, recorded: dict[int, str]) -> str:
    if row.seq not in recorded:
        return "Im Protokoll der Vorgänge steht diese Veröffentlichung nicht."
    if recorded[row.seq] != row.sha256:
        return "Die Kette wurde neu berechnet: Das Protokoll der Vorgänge nennt einen anderen Prüfwert."
    return ""


def _fault(row: Publication, seq: int, head: str, redacted: set[tuple[int, int]]) -> str:
    if row.seq != seq:
        return f"Die Nummer {seq} fehlt."
    if row.previous_sha256 != head:
        return "Die Zeile schließt nicht an die vorige an."
    if row.sha256 != chain_sha256(row):
        return "Die Angaben der Zeile passen nicht zu ihrem Prüfwert."
    is_redacted = row.op == Publication.Op.PUBLISH and not row.document and (row.entry_id, row.number) in redacted
    if not is_redacted and hashlib.sha256(row.document.encode()).hexdigest() != row.document_sha256:
        return "Der Inhalt passt nicht zu seinem Prüfwert."
    return ""
