"""Writing and reading the chain."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
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
    """A record before it has its place in the chain: what it says is fixed, as the caller had it."""

    action: str
    object_type: str
    object_id: str
    payload: str
    user_id: str | None
    name: str


def _draft(action: str, target: models.Model | None, data: Mapping[str, Any], *, by: Any) -> Draft:
    label = target._meta.label_lower if target is not None else ""
    return Draft(action, label, str(target.pk) if target is not None else "", canonical.dumps(dict(data)), *_who(by))


class _Waiting:
    """A record of a block of `gathered`. As a callback of the transaction it vanishes with a savepoint rolled back."""

    def __init__(self, block: object, key: str, draft: Draft) -> None:
        self.block, self.key, self.draft = block, key, draft

    def __call__(self) -> None:
        """Nothing is left to do once the transaction is over."""


_block: ContextVar[object | None] = ContextVar("audit_block", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Inside a transaction: its records get their places at the end of the block.

    The row of the stream is locked from the first record to the end of the transaction. Where that takes long (an
    import), everybody else of the municipality would wait with every write.
    """
    if _block.get() is not None:
        yield
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.gathered() needs a transaction")
    block = object()
    token = _block.set(block)
    try:
        yield
    finally:
        _block.reset(token)
    streams: dict[str, list[Draft]] = {}
    for entry in connection.run_on_commit:
        waiting = entry[1]
        if isinstance(waiting, _Waiting) and waiting.block is block:
            streams.setdefault(waiting.key, []).append(waiting.draft)
    for key in sorted(streams):
        _append(key, streams[key])


def record(
    action: str,
    target: models.Model | None = None,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    stream: str | None = None,
) -> AuditRecord | None:
    """Append one record in the caller's transaction. `by=None` is the program itself.

    In a block of `gathered` it has no place yet, and None comes back.
    """
    key = stream or getattr(target, "audit_stream", None) or INSTANCE
    placed = _place(key, [_draft(action, target, data or {}, by=by)])
    return placed[0] if placed else None


def record_many(
    action: str,
    targets: Iterable[tuple[models.Model, Mapping[str, Any]]],
    *,
    by: Any,
    stream: str,
) -> None:
    """The same action on many targets of one stream: one lock, few statements (imports, seeding)."""
    _place(stream, [_draft(action, target, data, by=by) for target, data in targets])


def _place(key: str, drafts: list[Draft]) -> list[AuditRecord]:
    block = _block.get()
    if block is None:
        return _append(key, drafts)
    for draft in drafts:
        transaction.on_commit(_Waiting(block, key, draft))
    return []


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
def _append(key: str, drafts: list[Draft]) -> list[AuditRecord]:
    if not drafts:
        return []
    current = keys.current()
    stream = locked_stream(key)
    records, actors = [], []
    for draft in drafts:
        actor = AuditActor(user_id=draft.user_id, name=draft.name, salt=seals.new_salt())
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
    row = AuditRecord(
        stream=stream,
        seq=stream.last_seq + 1,
        at=timezone.now(),
        action=draft.action,
        object_type=draft.object_type,
        object_id=draft.object_id,
        payload=draft.payload,
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
