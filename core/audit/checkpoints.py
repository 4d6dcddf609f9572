"""Signed checkpoints, in the database and as JSON lines in a file outside it."""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import canonical
from core.audit import keys, seals
from core.audit.chain import locked_stream
from core.models import AuditCheckpoint, AuditStream


@dataclass(frozen=True)
class Mark:
    """A checkpoint as it was found, in the database or in the file."""

    stream: str
    seq: int
    head: str
    at: str
    key: str
    signature: str

    def is_genuine(self) -> bool | None:
        """None if the key is not known here."""
        found = keys.find(self.key)
        if found is None:
            return None
        text = seals.checkpoint_text(stream=self.stream, seq=self.seq, head=self.head, at=self.at, key_id=self.key)
        try:
            found.signing.public_key().verify(bytes.fromhex(self.signature), text)
        except (InvalidSignature, ValueError):
            return False
        return True


def checkpoint() -> int:
    """Sign the head of every stream that moved since its last checkpoint; returns how many."""
    streams = AuditStream.objects.order_by("key").values_list("key", flat=True)
    return sum(_checkpoint_stream(key) for key in streams)


# durable: the file must never hold the head of a transaction that is rolled back later.
@transaction.atomic(durable=True)
def _checkpoint_stream(key: str) -> int:
    stream = locked_stream(key)
    newest = stream.checkpoints.order_by("-seq").values_list("seq", flat=True).first()
    if stream.last_seq == (newest or 0):
        return 0
    current, now = keys.current(), timezone.now()
    text = seals.checkpoint_text(stream=key, seq=stream.last_seq, head=stream.head, at=now, key_id=current.id)
    signature = current.signing.sign(text).hex()
    mark = Mark(key, stream.last_seq, stream.head, canonical.timestamp(now), current.id, signature)
    # The file first: a checkpoint that is only in the file is still a valid statement, one that is
    # only in the database would look like a line that somebody removed.
    append_to_file(mark)
    AuditCheckpoint.objects.create(
        stream=stream, seq=mark.seq, head=mark.head, at=now, key_id=mark.key, signature=signature
    )
    return 1


def checkpoint_file() -> Path:
    configured = getattr(settings, "CHECKPOINT_FILE", None)
    return Path(configured) if configured else Path(settings.BASE_DIR) / "var" / "checkpoints.jsonl"


def append_to_file(mark: Mark) -> None:
    path = checkpoint_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        # Streams are locked one by one, so two processes may be here; closing the file unlocks it.
        fcntl.flock(file, fcntl.LOCK_EX)
        _drop_unfinished_line(file)
        file.write(canonical.dump_bytes(vars(mark)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def marks_in_database(stream: str | None = None) -> list[Mark]:
    rows = AuditCheckpoint.objects.select_related("stream").order_by("id")
    if stream is not None:
        rows = rows.filter(stream__key=stream)
    return [
        Mark(row.stream.key, row.seq, row.head, canonical.timestamp(row.at), row.key_id, row.signature) for row in rows
    ]


def lines_in_file() -> Iterator[tuple[int, Mark | None]]:
    """Line number and checkpoint; None for a line that cannot be read."""
    path = checkpoint_file()
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            # Without its line end it was never completely written: the program died, nobody forged.
            if line.endswith(b"\n"):
                yield number, _read_mark(line)


def _read_mark(line: bytes) -> Mark | None:
    try:
        value: Any = json.loads(line)
        return Mark(**{**value, "seq": int(value["seq"])})
    except (ValueError, TypeError, KeyError):
        return None


def _drop_unfinished_line(file: Any) -> None:
    """A power cut may have left half a line; the next one must not be glued to it."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return
    file.seek(size - 1)
    if file.read(1) != b"\n":
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
