"""What somebody can do to the chain who owns the database but not the key. Triggers must be paused.

Each forgery takes the stream and a random source and returns the number of the first record that is
no longer as it was written.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from django.db import connection
from django.db.models import F

from core.audit import keys, seals
from core.models import AuditActor, AuditCheckpoint, AuditRecord, AuditStream

Forgery = Callable[[AuditStream, Random], int]

_FIELDS = ["action", "object_type", "object_id", "payload", "actor_digest", "previous", "hmac", "key_id"]
_APART = 1_000_000


def change_a_field(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    name = random.choice(_FIELDS)
    row = stream.records.filter(seq=seq)
    value = str(row.values_list(name, flat=True).get())
    row.update(**{name: value[:-1] + ("0" if value[-1:] != "0" else "1")})
    return seq


def change_the_time(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    stream.records.filter(seq=seq).update(at=F("at") + timedelta(microseconds=random.randint(1, 10**9)))
    return seq


def blame_somebody_else(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    changes = random.choice([{"name": "Carla Unbeteiligt"}, {"user_id": "999"}, {"salt": "0" * 32}, {"name": None}])
    AuditActor.objects.filter(record__stream=stream, record__seq=seq).update(**changes)
    return seq


def erase_the_person_silently(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    AuditActor.objects.filter(record__stream=stream, record__seq=seq).update(name=None, user_id=None, salt=None)
    return seq


def delete_the_person(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    AuditActor.objects.filter(record__stream=stream, record__seq=seq).delete()
    return seq


def delete_a_record(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    _remove(stream, seq, seq)
    return seq


def delete_and_close_the_gap(stream: AuditStream, random: Random) -> int:
    seq = random.randint(1, stream.last_seq - 1)
    _remove(stream, seq, seq)
    stream.records.filter(seq__gt=seq).update(seq=F("seq") + _APART)
    stream.records.filter(seq__gt=_APART).update(seq=F("seq") - _APART - 1)
    _point_at_the_last(stream)
    return seq


def append_a_record(stream: AuditStream, random: Random) -> int:
    seq = stream.last_seq + 1
    _forge(stream, seq, stream.head)
    _point_at_the_last(stream)
    return seq


def append_a_record_beside_the_stream(stream: AuditStream, random: Random) -> int:
    _forge(stream, stream.last_seq + 1, stream.head)
    return stream.last_seq + 1


def insert_a_record(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    stream.records.filter(seq__gte=seq).update(seq=F("seq") + _APART)
    stream.records.filter(seq__gt=_APART).update(seq=F("seq") - _APART + 1)
    before = stream.records.filter(seq=seq - 1).values_list("hmac", flat=True).first()
    _forge(stream, seq, before or "0" * 64)
    _point_at_the_last(stream)
    return seq


def swap_two_records(stream: AuditStream, random: Random) -> int:
    first, second = sorted(random.sample(range(1, stream.last_seq + 1), 2))
    stream.records.filter(seq=first).update(seq=_APART)
    stream.records.filter(seq=second).update(seq=first)
    stream.records.filter(seq=_APART).update(seq=second)
    return first


def cut_off_the_end(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    _remove(stream, seq, stream.last_seq)
    return seq


def cut_off_the_end_and_adjust_the_stream(stream: AuditStream, random: Random) -> int:
    seq = random.randint(2, stream.last_seq)
    _remove(stream, seq, stream.last_seq)
    _point_at_the_last(stream)
    # The seal still speaks of the old end, so the record before the cut is where it shows.
    return seq - 1


def compute_anew_without_the_key(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    stream.records.filter(seq=seq).update(action="forged.action")
    compute_anew(stream, replace(keys.current(), chain=b"a guess"), start=seq)
    return seq


def move_a_record_to_another_stream(stream: AuditStream, random: Random) -> int:
    seq = _any(stream, random)
    other = AuditStream.objects.create(key=f"aside {random.random()}")
    stream.records.filter(seq=seq).update(stream=other)
    return seq


FORGERIES: tuple[Forgery, ...] = (
    change_a_field,
    change_the_time,
    blame_somebody_else,
    erase_the_person_silently,
    delete_the_person,
    delete_a_record,
    delete_and_close_the_gap,
    append_a_record,
    append_a_record_beside_the_stream,
    insert_a_record,
    swap_two_records,
    cut_off_the_end,
    cut_off_the_end_and_adjust_the_stream,
    compute_anew_without_the_key,
    move_a_record_to_another_stream,
)


def compute_anew(stream: AuditStream, with_keys: keys.Keys, *, start: int) -> None:
    """Chain everything from `start` on again, the stream's head and seal included."""
    head = stream.records.filter(seq=start - 1).values_list("hmac", flat=True).first() or "0" * 64
    for row in stream.records.filter(seq__gte=start).order_by("seq"):
        row.previous = head
        head = row.hmac = seals.record_hmac(with_keys, stream.key, row)
        row.save()
    last = stream.records.order_by("seq").values_list("seq", flat=True).last()
    seal = seals.stream_seal(with_keys, stream.key, last, head)
    AuditStream.objects.filter(pk=stream.pk).update(last_seq=last, head=head, seal=seal)


def remove_newer(stream: AuditStream, seq: int) -> None:
    _remove(stream, seq + 1, stream.last_seq)


def empty_the_checkpoint_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditCheckpoint._meta.db_table}")


def _any(stream: AuditStream, random: Random) -> int:
    return random.randint(1, stream.last_seq)


def _remove(stream: AuditStream, first: int, last: int) -> None:
    rows = AuditRecord.objects.filter(stream=stream, seq__range=(first, last))
    AuditActor.objects.filter(record__in=rows).delete()
    rows.delete()


def _forge(stream: AuditStream, seq: int, previous: str) -> None:
    copy = stream.records.order_by("seq").first()
    assert copy is not None
    copy.pk, copy.seq, copy.previous = None, seq, previous
    salt = seals.new_salt()
    copy.actor_digest = seals.actor_digest(salt, None, "System")
    copy.hmac = seals.record_hmac(replace(keys.current(), chain=b"a guess"), stream.key, copy)
    copy.save()
    AuditActor.objects.create(record=copy, user_id=None, name="System", salt=salt)


def _point_at_the_last(stream: AuditStream) -> None:
    last = stream.records.order_by("seq").last()
    assert last is not None
    AuditStream.objects.filter(pk=stream.pk).update(last_seq=last.seq, head=last.hmac)
