"""The only way to the public: one append-only, hash-chained log per municipality."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from core import audit, canonical
from core.errors import Conflict, NotAllowed
from register import content, public_columns, workflow
from register.models import AfterReview, Entry, Publication, PublicationLog, PublicDocument, Release
from register.rules.vocabulary import ENDED
from register.services import access
from register.services.checks import current_release
from register.services.deficiencies import reevaluate
from register.services.steps import require_step

Op = Publication.Op


@transaction.atomic
def publish(entry: Entry, *, by: User) -> Publication:
    """Freeze what was released as the next version."""
    entry = access.locked(entry)
    require_step(entry, "publish", by=by)
    release = current_release(entry)
    if release is None:
        raise Conflict("Ohne Freigabe keine Veröffentlichung.")
    at, number = timezone.now(), _last_number(entry) + 1
    document = content.document_of(entry, content.content_of(entry), opinion=release.opinion, number=number, at=at)
    row = append(
        entry,
        Op.PUBLISH,
        by=by,
        at=at,
        number=number,
        document=canonical.dumps(document),
        reason=entry.change_note,
        release=release,
    )
    show(entry, row, document)
    entry.review_state = workflow.PUBLISHED
    entry.version += 1
    entry.save(update_fields=["review_state", "version"])
    audit.record("register.entry.published", entry, by=by, data=logged(row))
    return row


@transaction.atomic
def withdraw(entry: Entry, *, by: User, reason: str) -> Publication:
    """Take an entry off the public page at once; another person looks at it afterwards."""
    entry = access.locked(entry)
    access.require(by, "entry.withdraw", entry)
    public = _public_or_conflict(entry)
    measure = _measure(entry, AfterReview.Measure.WITHDRAW, by=by, reason=reason)
    row = append(
        entry,
        Op.WITHDRAW,
        by=by,
        at=measure.at,
        number=public.number,
        document="",
        reason=measure.reason[:500],
        after_review=measure,
    )
    public.delete()
    entry.review_state = workflow.WITHDRAWN
    entry.version += 1
    entry.save(update_fields=["review_state", "version"])
    audit.record("register.entry.withdrawn", entry, by=by, data=logged(row))
    _tell_reviewers(entry, f"„{entry.name}“ wurde sofort zurückgezogen. Bitte prüfen Sie das nachträglich.", by=by)
    return row


@transaction.atomic
def suspend(entry: Entry, *, by: User, reason: str) -> Entry:
    """Mark a system as suspended at once, in the register and, where it is public, there too.

    The public document changes in nothing but the status; unreviewed edits stay out of it.
    """
    entry = access.locked(entry)
    access.require(by, "entry.suspend", entry)
    if entry.kind != Entry.Kind.SYSTEM or entry.status in ("suspended", *ENDED):
        raise Conflict("Aussetzen lässt sich nur ein System, das geplant oder in Betrieb ist.")
    measure = _measure(entry, AfterReview.Measure.SUSPEND, by=by, reason=reason)
    entry.status = "suspended"
    entry.last_edited_by, entry.last_edited_at = by, measure.at
    entry.version += 1
    if entry.review_state == workflow.IN_REVIEW:
        # What was handed in no longer describes the system.
        entry.review_state = workflow.RETURNED
    if entry.review_state == workflow.RELEASED:
        entry.review_state = workflow.DRAFT
    entry.save(update_fields=["status", "last_edited_by", "last_edited_at", "version", "review_state"])
    row = _publish_status(entry, measure, by=by)
    reevaluate(entry, by=by)
    audit.record("register.entry.suspended", entry, by=by, data=logged(row) if row else {})
    _tell_reviewers(entry, f"„{entry.name}“ wurde sofort ausgesetzt. Bitte prüfen Sie das nachträglich.", by=by)
    return entry


def _publish_status(entry: Entry, measure: AfterReview, *, by: User) -> Publication | None:
    public = PublicDocument.objects.filter(entry=entry).first()
    if public is None:
        return None
    number = _last_number(entry) + 1
    document = json.loads(public.document) | {
        "status": entry.status,
        "number": number,
        "publication_date": timezone.localdate(measure.at).isoformat(),
        "change_note": "System ausgesetzt",
    }
    row = append(
        entry,
        Op.PUBLISH,
        by=by,
        at=measure.at,
        number=number,
        document=canonical.dumps(document),
        reason="System ausgesetzt",
        after_review=measure,
    )
    show(entry, row, document)
    return row


@transaction.atomic
def redact(entry: Entry, *, number: int, by: User, reason: str) -> Publication:
    """Empty one published version for good (erasure by law). Hash, date and reason stay, so the chain verifies."""
    entry = access.locked(entry)
    access.require(by, "entry.redact", entry)
    if not reason.strip():
        raise ValidationError("Bitte nennen Sie den Grund der Schwärzung.")
    log = _locked_log(entry)
    target = Publication.objects.select_for_update().filter(entry=entry, number=number, op=Op.PUBLISH).first()
    if target is None:
        raise Conflict("Diese Fassung gibt es nicht.")
    if not target.document:
        raise Conflict("Diese Fassung ist schon geschwärzt.")
    if PublicDocument.objects.filter(publication=target).exists():
        raise Conflict(
            "Diese Fassung ist gerade öffentlich. Ziehen Sie sie zuerst zurück oder veröffentlichen Sie eine neue."
        )
    row = append(
        entry, Op.REDACT, by=by, at=timezone.now(), number=number, document="", reason=reason.strip()[:500], log=log
    )
    with connection.cursor() as cursor:
        # The trigger lets exactly this change pass, and only while this setting names the row.
        cursor.execute("SELECT set_config('offenlage.redact', %s, true)", [str(target.pk)])
        cursor.execute("UPDATE register_publication SET document = '' WHERE id = %s", [target.pk])
        cursor.execute("SELECT set_config('offenlage.redact', '', true)")
    audit.record("register.publication.redacted", entry, by=by, data=logged(row))
    return row


@transaction.atomic
def confirm_measure(measure: AfterReview, *, by: User, note: str = "") -> AfterReview:
    """The second pair of eyes on a withdrawal or suspension."""
    entry = access.locked(measure.entry)
    access.require(by, "entry.after_review", entry)
    measure = AfterReview.objects.select_for_update().get(pk=measure.pk)
    if measure.by_id == by.pk:
        raise NotAllowed("Die nachträgliche Prüfung macht eine andere Person als die, die gehandelt hat.")
    if measure.reviewed_at is not None:
        raise Conflict("Diese Sofortmaßnahme ist schon geprüft.")
    measure.reviewed_by, measure.reviewed_at, measure.note = by, timezone.now(), note.strip()
    access.validated(measure)
    measure.save(update_fields=["reviewed_by", "reviewed_at", "note"])
    audit.record("register.measure.reviewed", entry, by=by, data={"measure": measure.measure})
    return measure


# The records that name a line of the log; `register.verification` compares the two.
LOGGED = (
    "register.entry.published",
    "register.entry.withdrawn",
    "register.entry.suspended",
    "register.publication.redacted",
)


def logged(row: Publication) -> dict[str, Any]:
    """What the audit trail keeps of a line: its hash there is keyed, so the log cannot be computed anew unseen."""
    return {"number": row.number, "seq": row.seq, "sha256": row.sha256}


def chain_sha256(row: Publication) -> str:
    """Hash of one line of the log; ARCHITECTURE: frozen document. `at` is ISO 8601 in UTC with microseconds."""
    return canonical.sha256(
        {
            "seq": row.seq,
            "op": row.op,
            "entry": str(row.entry.uuid),
            "number": row.number,
            "schema_version": row.schema_version,
            "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "document_sha256": row.document_sha256,
            "previous_sha256": row.previous_sha256,
        }
    )


def append(
    entry: Entry,
    op: str,
    *,
    by: User,
    at: Any,
    number: int,
    document: str,
    reason: str,
    release: Release | None = None,
    after_review: AfterReview | None = None,
    log: PublicationLog | None = None,
) -> Publication:
    """Write the next line while the head of the municipality's log is locked."""
    log = log or _locked_log(entry)
    row = Publication(
        municipality_id=entry.municipality_id,
        seq=log.seq + 1,
        op=op,
        entry=entry,
        number=number,
        document=document,
        document_sha256=hashlib.sha256(document.encode()).hexdigest(),
        previous_sha256=log.head,
        schema_version=content.SCHEMA_VERSION,
        reason=reason,
        release=release,
        after_review=after_review,
        by=by,
        at=at,
    )
    row.sha256 = chain_sha256(row)
    row.save(force_insert=True)
    log.seq, log.head = row.seq, row.sha256
    log.save(update_fields=["seq", "head"])
    return row


def _locked_log(entry: Entry) -> PublicationLog:
    PublicationLog.objects.get_or_create(municipality_id=entry.municipality_id)
    return PublicationLog.objects.select_for_update().get(municipality_id=entry.municipality_id)


def _last_number(entry: Entry) -> int:
    numbers = (
        Publication.objects.filter(entry=entry, op=Op.PUBLISH).order_by("-number").values_list("number", flat=True)
    )
    return numbers.first() or 0


def _public_or_conflict(entry: Entry) -> PublicDocument:
    public = PublicDocument.objects.filter(entry=entry).first()
    if public is None:
        raise Conflict("Der Eintrag ist nicht veröffentlicht.")
    return public


def _measure(entry: Entry, kind: str, *, by: User, reason: str) -> AfterReview:
    if not reason.strip():
        raise ValidationError("Bitte nennen Sie den Grund.")
    measure = AfterReview(entry=entry, measure=kind, reason=reason.strip(), by=by, at=timezone.now())
    access.validated(measure).save()
    return measure


def _tell_reviewers(entry: Entry, text: str, *, by: User) -> None:
    people = permissions.holders("entry.after_review", entry.municipality_id)
    others = [person for person in people if person.pk != by.pk]
    notify(others, text, url=entry.get_absolute_url(), municipality=entry.municipality)


def show(entry: Entry, row: Publication, document: dict[str, Any]) -> None:
    """Make the new version the public one, with the columns that lists and search need."""
    before = PublicDocument.objects.filter(entry=entry).first()
    values = {
        "publication": row,
        "uuid": entry.uuid,
        "municipality_id": entry.municipality_id,
        "kind": entry.kind,
        "slug": entry.slug,
        "document": row.document,
        "document_sha256": row.document_sha256,
        "number": row.number,
        "seq": row.seq,
        "first_published_at": before.first_published_at if before else _first_time(entry, row),
        "published_at": row.at,
        **public_columns.of(document),
    }
    PublicDocument.objects.update_or_create(entry=entry, defaults=values)


def _first_time(entry: Entry, row: Publication) -> Any:
    first = Publication.objects.filter(entry=entry, op=Op.PUBLISH).order_by("number").first()
    return first.at if first else row.at
