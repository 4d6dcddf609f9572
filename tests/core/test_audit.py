"""The audit chain: what is written stays written, and every forgery shows."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from core import audit
from core.audit import keys
from core.models import AuditActor, AuditCheckpoint, AuditRecord, AuditStream
from tests.append_only import paused
from tests.core import forgery

pytestmark = pytest.mark.django_db

LENGTH = 9
ROUNDS = 14  # times 15 forgeries: 210


def chain(key: str, length: int, by=None) -> AuditStream:
    for number in range(length):
        audit.record("test.action", by=by, data={"number": number, "name": "Öl"}, stream=key)
    return AuditStream.objects.get(key=key)


@pytest.fixture
def stream(anna) -> AuditStream:
    return chain("municipality:1", LENGTH, by=anna)


def first_bad_places() -> list[tuple[str, int | None]]:
    return [(finding.stream, finding.seq) for finding in audit.verify()]


class TestWriting:
    def test_the_sequence_has_no_gap(self, stream):
        assert list(stream.records.order_by("seq").values_list("seq", flat=True)) == list(range(1, LENGTH + 1))

    def test_each_record_follows_the_one_before(self, stream):
        rows = list(stream.records.order_by("seq"))
        assert [row.previous for row in rows[1:]] == [row.hmac for row in rows[:-1]]

    def test_a_target_without_stream_goes_to_the_instance(self, anna):
        assert audit.record("test.action", anna, by=anna).stream.key == "instance"

    def test_a_target_names_its_stream(self, anna):
        anna.audit_stream = "municipality:7"
        assert audit.record("test.action", anna, by=anna).stream.key == "municipality:7"

    def test_the_acting_person_stands_beside_the_record(self, anna):
        assert audit.record("test.action", by=anna).actor.name == "Anna Berg"

    def test_no_person_means_the_program_itself(self, db):
        assert audit.record("test.action", by=None).actor.name == "System"

    def test_nothing_of_the_person_is_in_the_chained_columns(self, anna):
        row = audit.record("test.action", by=anna)
        chained = [getattr(row, field.attname) for field in AuditRecord._meta.concrete_fields]
        assert "Anna" not in str(chained)

    def test_a_rolled_back_action_leaves_no_gap(self, stream):
        with transaction.atomic():
            audit.record("test.action", by=None, stream=stream.key)
            transaction.set_rollback(True)
        assert audit.record("test.action", by=None, stream=stream.key).seq == LENGTH + 1

    def test_many_records_at_once_form_the_same_chain(self, anna):
        groups = [(Group.objects.create(name=f"g{number}"), {"number": number}) for number in range(5)]
        audit.record_many("test.imported", groups, by=anna, stream="municipality:1")
        assert (audit.head("municipality:1")[0], audit.verify()) == (5, [])

    def test_the_history_of_an_object_is_newest_first(self, anna, bert):
        for action in ("test.first", "test.second"):
            audit.record(action, anna, by=bert)
        audit.record("test.other", bert, by=bert)
        assert [row.action for row in audit.actions_of(anna)] == ["test.second", "test.first"]

    def test_a_history_costs_one_query(self, anna, django_assert_num_queries):
        audit.record("test.first", anna, by=anna)
        audit.record("test.second", anna, by=anna)
        with django_assert_num_queries(1):
            assert [row.actor.name for row in audit.actions_of(anna)] == ["Anna Berg"] * 2

    def test_the_head_of_an_unknown_stream_is_zero(self):
        assert audit.head("nobody") == (0, "0" * 64)


class TestAppendOnly:
    @pytest.mark.parametrize("model", [AuditRecord, AuditCheckpoint, AuditActor, AuditStream])
    def test_nothing_can_be_deleted(self, stream, model):
        audit.checkpoint()
        with pytest.raises(IntegrityError, match="nur zum Anfügen"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")

    @pytest.mark.parametrize("model", [AuditRecord, AuditCheckpoint])
    def test_nothing_can_be_changed(self, stream, model):
        audit.checkpoint()
        with pytest.raises(IntegrityError, match="nur zum Anfügen"):
            model.objects.update(key_id="0")

    @pytest.mark.parametrize("model", [AuditRecord, AuditCheckpoint, AuditActor, AuditStream])
    def test_nothing_can_be_emptied(self, db, model):
        with pytest.raises(IntegrityError, match="nur zum Anfügen"), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")

    def test_a_name_cannot_be_replaced(self, stream):
        with pytest.raises(IntegrityError, match="nur löschen, nicht ändern"):
            AuditActor.objects.update(name="Carla")


class TestErasure:
    def test_an_erased_person_is_gone_and_the_chain_is_sound(self, stream, anna, bert):
        audit.erase_person(anna.pk, by=bert, reason="Art. 17 DSGVO")
        assert (AuditActor.objects.filter(name="Anna Berg").count(), audit.verify()) == (0, [])

    def test_the_erasure_goes_through_the_trigger_and_says_how_many(self, stream, anna, bert):
        assert audit.erase_person(anna.pk, by=bert, reason="Art. 17 DSGVO") == LENGTH

    def test_other_people_keep_their_names(self, stream, anna, bert):
        audit.record("test.action", by=bert, stream=stream.key)
        audit.erase_person(anna.pk, by=bert, reason="Art. 17 DSGVO")
        assert AuditActor.objects.filter(name="Bert Thal").count() == 2


class TestForgery:
    @pytest.mark.parametrize("forge", forgery.FORGERIES, ids=lambda forge: forge.__name__)
    def test_every_random_forgery_is_found_at_its_place(self, stream, forge):
        connection.check_constraints()
        missed = []
        with paused():
            for number in range(ROUNDS):
                with transaction.atomic():
                    expected = forge(AuditStream.objects.get(pk=stream.pk), Random(number))
                    if (stream.key, expected) not in first_bad_places():
                        missed.append((number, expected, audit.verify()))
                    transaction.set_rollback(True)
        assert missed == []

    @pytest.mark.parametrize("number", range(20))
    def test_a_true_chain_raises_no_alarm(self, number, anna, bert):
        random = Random(number)
        for _step in range(random.randint(1, 15)):
            audit.record(f"test.{random.random()}", by=random.choice([anna, bert, None]), data={"ü": random.random()})
            if random.random() < 0.2:
                audit.checkpoint()
        audit.erase_person(anna.pk, by=bert, reason="Art. 17 DSGVO")
        audit.checkpoint()
        assert audit.verify() == []

    def test_the_reason_is_german_and_names_what_happened(self, stream):
        with paused():
            stream.records.filter(seq=4).update(action="forged.action")
        assert audit.verify()[0].reason == "Der Eintrag wurde verändert oder ohne den Schlüssel geschrieben."

    def test_other_streams_stay_sound(self, stream):
        chain("municipality:2", 3)
        with paused():
            stream.records.filter(seq=4).update(action="forged.action")
        assert audit.verify("municipality:2") == []


class TestCheckpoints:
    def test_a_checkpoint_is_written_only_when_the_stream_moved(self, stream):
        assert [audit.checkpoint(), audit.checkpoint()] == [1, 0]

    def test_the_file_outside_the_database_names_number_and_head(self, stream, checkpoint_file):
        audit.checkpoint()
        line = json.loads(checkpoint_file.read_text())
        assert (line["stream"], line["seq"], line["head"]) == (stream.key, LENGTH, stream.head)

    def test_cutting_off_with_an_old_genuine_seal_shows_in_the_file(self, stream):
        older = AuditStream.objects.filter(pk=stream.pk).values("last_seq", "head", "seal").get()
        chain(stream.key, 3)
        audit.checkpoint()
        with paused():
            forgery.remove_newer(AuditStream.objects.get(pk=stream.pk), LENGTH)
            AuditStream.objects.filter(pk=stream.pk).update(**older)
            forgery.empty_the_checkpoint_table()
        assert first_bad_places() == [(stream.key, LENGTH + 1)]

    def test_computing_anew_with_the_stolen_key_shows_in_the_file(self, stream):
        audit.checkpoint()
        with paused():
            stream.records.filter(seq=3).update(action="forged.action")
            forgery.compute_anew(stream, keys.current(), start=3)
            forgery.empty_the_checkpoint_table()
        assert "neu berechnet" in audit.verify()[0].reason

    def test_the_removal_of_a_whole_stream_shows_in_the_file(self, stream):
        audit.checkpoint()
        with paused():
            forgery.remove_newer(stream, 0)
            forgery.empty_the_checkpoint_table()
            stream.delete()
        assert first_bad_places() == [(stream.key, 1)]

    def test_a_missing_file_is_noticed(self, stream, checkpoint_file):
        audit.checkpoint()
        checkpoint_file.unlink()
        assert "steht nicht in der Datei" in audit.verify()[0].reason

    def test_a_forged_line_is_noticed(self, stream, checkpoint_file):
        audit.checkpoint()
        checkpoint_file.write_text(checkpoint_file.read_text().replace('"seq":9', '"seq":8'))
        assert any("Unterschrift" in finding.reason for finding in audit.verify())

    def test_an_unreadable_line_is_named(self, stream, checkpoint_file):
        audit.checkpoint()
        checkpoint_file.write_text(checkpoint_file.read_text() + "Unsinn\n")
        assert audit.verify()[0].reason == "Zeile 2 der Datei checkpoints.jsonl ist kein Kontrollpunkt."

    def test_half_a_line_after_a_power_cut_is_no_alarm(self, stream, checkpoint_file):
        audit.checkpoint()
        checkpoint_file.write_text(checkpoint_file.read_text() + '{"at":"2026')
        chain(stream.key, 1)
        audit.checkpoint()
        assert audit.verify() == []


class TestKeys:
    def test_a_new_key_goes_on_where_the_old_one_ended(self, stream, settings):
        audit.checkpoint()
        settings.AUDIT_KEY = "a new key of sufficient length, set later"
        chain(stream.key, 3)
        assert (stream.records.values("key_id").distinct().count(), audit.verify()) == (2, [])

    def test_a_replaced_key_is_still_known_as_fallback(self, settings):
        settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = "old key", []
        chain("municipality:1", 2)
        settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = "new key", ["old key"]
        assert audit.verify() == []

    def test_a_lost_key_is_called_a_lost_key(self, stream, settings):
        settings.SECRET_KEY = "another secret"
        assert audit.verify()[0].reason == "Der Schlüssel dieses Eintrags ist nicht hinterlegt."


@pytest.mark.django_db(transaction=True)
def test_people_who_write_at_the_same_moment_leave_one_sound_chain():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(_write_in_own_connection, range(40)))
    assert (audit.head("instance")[0], audit.verify()) == (40, [])


@pytest.mark.django_db(transaction=True)
def test_a_gathering_transaction_keeps_nobody_from_writing():
    with ThreadPoolExecutor(1) as pool, transaction.atomic(), audit.gathered():
        audit.record("test.long", by=None)
        pool.submit(_write_in_own_connection, 1).result(timeout=30)
    actions = list(AuditRecord.objects.order_by("seq").values_list("action", flat=True))
    assert (actions, audit.verify()) == (["test.action", "test.long"], [])


@pytest.mark.django_db
def test_what_a_savepoint_took_back_leaves_no_record_in_a_gathering():
    with audit.gathered():
        audit.record("test.first", by=None)
        with transaction.atomic():
            audit.record("test.taken_back", by=None)
            transaction.set_rollback(True)
        audit.record("test.last", by=None)
    actions = list(AuditRecord.objects.order_by("seq").values_list("action", flat=True))
    assert (actions, audit.verify()) == (["test.first", "test.last"], [])


@pytest.mark.django_db
def test_a_gathering_that_fails_leaves_no_record():
    with suppress(ZeroDivisionError), audit.gathered():
        audit.record("test.first", by=None)
        raise ZeroDivisionError
    assert not AuditRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_checking_while_people_write_raises_no_false_alarm():
    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(_write_in_own_connection, number) for number in range(60)]
        found = []
        while not all(future.done() for future in writing):
            found += audit.verify()
    assert found == []


def _write_in_own_connection(number: int) -> None:
    try:
        audit.record("test.action", by=None, data={"number": number})
        if number % 10 == 0:
            audit.checkpoint()
    finally:
        connection.close()
