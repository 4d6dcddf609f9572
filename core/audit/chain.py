"""Writing and reading the chain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from core import canonical
from core.audit import keys, seals
from core.models import AuditActor, AuditRecord, AuditStream
from core.models.audit import START

INSTANCE = "instance"
NOBODY = "System"
_BATCH = 1000


@dataclass(frozen=True)
class Draft:
    """A record before it has its place in the chain."""

    action: str
    target: models.Model | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def record(
    action: str,
    target: models.Model | None = None,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    stream: str | None = None,
) -> AuditRecord:
    """Append one record in the caller's transaction. `by=None` is the program itself."""
    key = stream or getattr(target, "audit_stream", None) or INSTANCE
    return _append(key, [Draft(action, target, data or {})], by=by)[0]


def record_many(
    action: str,
    targets: Iterable[tuple[models.Model, Mapping[str, Any]]],
    *,
    by: Any,
    stream: str,
) -> list[AuditRecord]:
    """The same action on many targets of one stream: one lock, few statements (imports, seeding)."""
    return _append(stream, [Draft(action, target, data) for target, data in targets], by=by)


def head(stream: str) -> tuple[int, str]:
    """Number and value of the last record, for the footer of a document."""
    found = AuditStream.objects.filter(key=stream).values_list("last_seq", "head").first()
    return found or (0, START)


def actions_of(target: models.Model) -> models.QuerySet[AuditRecord]:
    """What happened to this object, newest first, with the acting person."""
    return (
        AuditRecord.objects.filter(object_type=target._meta.label_lower, object_id=str(target.pk))
        .select_related("actor")
        .order_by("-at", "-id")
    )


def locked_stream(key: str) -> AuditStream:
    """The stream's row, locked until the transaction ends; made if it is the first record."""
    rows = AuditStream.objects.select_for_update()
    stream = rows.filter(key=key).first()
    if stream is None:
        AuditStream.objects.bulk_create([AuditStream(key=key)], ignore_conflicts=True)
        stream = rows.get(key=key)
    return stream


@transaction.atomic
def _append(key: str, drafts: list[Draft], *, by: Any) -> list[AuditRecord]:
    if not drafts:
        return []
    current = keys.current()
    user_id, name = _who(by)
    stream = locked_stream(key)
    records, actors = [], []
    for draft in drafts:
        actor = AuditActor(user_id=user_id, name=name, salt=seals.new_salt())
        row = _next_record(stream, draft, actor, current)
        stream.last_seq, stream.head = row.seq, row.hmac
        records.append(row)
        actors.append(actor)
    AuditRecord.objects.bulk_create(records, batch_size=_BATCH)
    for row, actor in zip(records, actors, strict=True):
        actor.record = row
    AuditActor.objects.bulk_create(actors, batch_size=_BATCH)
    stream.seal, stream.seal_key = seals.stream_seal(current, key, stream.last_seq, stream.head), current.id
    stream.save(update_fields=["last_seq", "head", "seal", "seal_key"])
    return records


def _next_record(stream: AuditStream, draft: Draft, actor: AuditActor, current: keys.Keys) -> AuditRecord:
    assert actor.salt is not None
    target = draft.target
    row = AuditRecord(
        stream=stream,
        seq=stream.last_seq + 1,
        at=timezone.now(),
        action=draft.action,
        object_type=target._meta.label_lower if target is not None else "",
        object_id=str(target.pk) if target is not None else "",
        payload=canonical.dumps(dict(draft.data)),
        actor_digest=seals.actor_digest(actor.salt, actor.user_id, actor.name),
        key_id=current.id,
        previous=stream.head,
    )
    row.hmac = seals.record_hmac(current, stream.key, row)
    return row


def _who(by: Any) -> tuple[str | None, str]:
    if by is None or by.pk is None:
        return None, NOBODY
    name = by.get_full_name() or by.get_username()
    return str(by.pk), name[:200]
