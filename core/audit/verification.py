"""Checking the chain: per stream the first place that is not as it was written, with the reason."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.audit import keys, seals
from core.audit.checkpoints import Mark, checkpoint_file, lines_in_file, marks_in_database
from core.audit.erasure import ERASED
from core.models import AuditActor, AuditRecord, AuditStream
from core.models.audit import START

_BATCH = 2000


@dataclass(frozen=True)
class Finding:
    """The first bad place of a stream. `seq` is None where no record can be named."""

    stream: str
    seq: int | None
    reason: str

    def __str__(self) -> str:
        place = _("Eintrag %(seq)s") % {"seq": self.seq} if self.seq is not None else _("ohne Nummer")
        return _("Protokoll %(stream)s, %(place)s: %(reason)s") % {
            "stream": self.stream,
            "place": place,
            "reason": self.reason,
        }


class _Broken(Exception):
    def __init__(self, seq: int | None, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


@dataclass
class _Walk:
    """What is known while walking along one stream."""

    stream: str
    marks: dict[int, list[Mark]]
    seq: int = 0
    head: str = START
    nameless: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)


def verify(stream: str | None = None) -> list[Finding]:
    """Check one stream or all of them, against the checkpoints of database and file. Empty is sound."""
    with frozen_view():
        findings, marks = _read_marks(stream)
        streams = {row.key: row for row in _streams(stream)}
        for key in sorted(streams.keys() | marks.keys()):
            try:
                _check_stream(key, streams.get(key), marks.get(key, []))
            except _Broken as broken:
                findings.append(Finding(key, broken.seq, broken.reason))
    return findings


@contextmanager
def frozen_view() -> Iterator[None]:
    """One snapshot for everything read, so that people who write meanwhile raise no false alarm."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _streams(stream: str | None) -> Iterator[AuditStream]:
    rows = AuditStream.objects.order_by("key")
    return (rows.filter(key=stream) if stream is not None else rows).iterator()


def _read_marks(stream: str | None) -> tuple[list[Finding], dict[str, list[Mark]]]:
    """Checkpoints by stream, and what is wrong with the file itself.

    The file is read before the snapshot of the database begins: a checkpoint in it then always has
    its record in the snapshot.
    """
    findings: list[Finding] = []
    marks: dict[str, list[Mark]] = defaultdict(list)
    for number, mark in lines_in_file():
        if mark is None:
            findings.append(Finding(stream or "", None, _unreadable(number)))
        elif stream is None or mark.stream == stream:
            marks[mark.stream].append(mark)
    in_file = {mark for found in marks.values() for mark in found}
    in_database = marks_in_database(stream)
    if in_database and not in_file.issuperset(in_database):
        # Some may have been written since the file was read a moment ago.
        in_file = {mark for _number, mark in lines_in_file() if mark is not None}
    for mark in in_database:
        marks[mark.stream].append(mark)
        if mark not in in_file:
            findings.append(Finding(mark.stream, mark.seq, _not_in_file()))
    return findings, marks


def _check_stream(key: str, stream: AuditStream | None, marks: list[Mark]) -> None:
    by_seq: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        _check_signature(mark)
        by_seq[mark.seq].append(mark)
    if stream is None:
        raise _Broken(1, _("Die ganze Kette fehlt, obwohl es einen Kontrollpunkt für sie gibt."))
    walk = _Walk(key, by_seq)
    for record in _records(stream):
        _check_record(walk, record)
    _check_end(walk, stream)
    if unnoted := walk.nameless - walk.erased:
        raise _Broken(min(unnoted), _("Die handelnde Person wurde entfernt, ohne dass eine Löschung vermerkt ist."))


def _records(stream: AuditStream) -> Iterator[AuditRecord]:
    rows = AuditRecord.objects.filter(stream=stream).select_related("actor").order_by("seq", "id")
    return rows.iterator(chunk_size=_BATCH)


def _check_record(walk: _Walk, record: AuditRecord) -> None:
    expected = walk.seq + 1
    if record.seq > expected:
        raise _Broken(expected, _("Der Eintrag fehlt."))
    if record.seq < expected:
        raise _Broken(record.seq, _("Die laufende Nummer kommt mehrfach vor."))
    if record.previous != walk.head:
        raise _Broken(expected, _("Der Eintrag schließt nicht an seinen Vorgänger an."))
    known = keys.find(record.key_id)
    if known is None:
        raise _Broken(expected, _("Der Schlüssel dieses Eintrags ist nicht hinterlegt."))
    if record.hmac != seals.record_hmac(known, walk.stream, record):
        raise _Broken(expected, _("Der Eintrag wurde verändert oder ohne den Schlüssel geschrieben."))
    walk.seq, walk.head = record.seq, record.hmac
    _check_actor(walk, record)
    for mark in walk.marks.get(record.seq, []):
        if mark.head != record.hmac:
            raise _Broken(expected, _("Die Kette wurde neu berechnet: Der Kontrollpunkt nennt einen anderen Wert."))


def _check_actor(walk: _Walk, record: AuditRecord) -> None:
    if record.action == ERASED:
        walk.erased.update(record.data["records"])
    actor: AuditActor | None = getattr(record, "actor", None)
    if actor is None:
        raise _Broken(record.seq, _("Die Angaben zur handelnden Person fehlen."))
    if actor.salt is None and actor.user_id is None and actor.name is None:
        walk.nameless.add(record.seq)
    elif actor.salt is None or record.actor_digest != seals.actor_digest(actor.salt, actor.user_id, actor.name):
        raise _Broken(record.seq, _("Die Angaben zur handelnden Person wurden verändert."))


def _check_end(walk: _Walk, stream: AuditStream) -> None:
    last_marked = max(walk.marks, default=0)
    if max(stream.last_seq, last_marked) > walk.seq:
        raise _Broken(walk.seq + 1, _("Die Kette wurde am Ende abgeschnitten: Ab hier fehlen Einträge."))
    if stream.last_seq < walk.seq:
        raise _Broken(stream.last_seq + 1, _("Ab hier stehen Einträge, die nicht ordentlich angefügt wurden."))
    if stream.head != walk.head:
        raise _Broken(walk.seq, _("Der gespeicherte Kettenkopf passt nicht zum letzten Eintrag."))
    if walk.seq and not _is_sealed(stream):
        raise _Broken(walk.seq, _("Das Siegel am Ende der Kette ist nicht echt."))


def _is_sealed(stream: AuditStream) -> bool:
    known = keys.find(stream.seal_key)
    if known is None:
        return False
    return stream.seal == seals.stream_seal(known, stream.key, stream.last_seq, stream.head)


def _check_signature(mark: Mark) -> None:
    genuine = mark.is_genuine()
    if genuine is None:
        raise _Broken(mark.seq, _("Der Schlüssel dieses Kontrollpunkts ist nicht hinterlegt."))
    if not genuine:
        raise _Broken(mark.seq, _("Die Unterschrift dieses Kontrollpunkts ist nicht echt."))


def _unreadable(number: int) -> str:
    values: dict[str, Any] = {"number": number, "file": checkpoint_file().name}
    return _("Zeile %(number)d der Datei %(file)s ist kein Kontrollpunkt.") % values


def _not_in_file() -> str:
    values = {"file": checkpoint_file().name}
    return _("Der Kontrollpunkt steht nicht in der Datei %(file)s außerhalb der Datenbank.") % values
