"""Job rows: nothing is lost and nothing is done twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from core import jobs
from core.errors import LeaseLost
from core.jobs import documents, work
from core.models import Job, StoredDocument
from tests.core import job_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def ask(log, key="one", **data) -> Job:
    return jobs.enqueue("test-document", key, data={"log": str(log), **data})


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def expire_the_lease(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


class TestAsking:
    def test_asking_twice_gives_one_job(self, log):
        assert ask(log).pk == ask(log).pk

    def test_a_done_job_is_returned_as_it_is(self, log):
        job = ask(log)
        jobs.run(job.pk)
        assert ask(log).state == Job.State.DONE

    def test_a_failed_job_starts_over(self):
        job = jobs.enqueue("test-impossible", "one")
        jobs.run(job.pk)
        again = jobs.enqueue("test-impossible", "one")
        assert (again.pk, again.state, again.attempts, again.error) == (job.pk, Job.State.PENDING, 0, "")

    def test_a_rolled_back_wish_leaves_no_job(self, log):
        with transaction.atomic():
            ask(log)
            transaction.set_rollback(True)
        assert not Job.objects.exists()

    def test_the_bell_rings_only_after_the_commit(self, log, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as callbacks:
            ask(log)
        assert len(callbacks) == 1

    def test_a_person_sees_the_own_jobs_only(self, anna, bert):
        jobs.enqueue("test-note", "one", by=anna)
        assert (Job.objects.visible_to(anna).count(), Job.objects.visible_to(bert).count()) == (1, 0)

    def test_a_second_person_who_asks_for_the_same_sees_it_too(self, anna, bert):
        for person in (anna, bert):
            jobs.enqueue("test-note", "one", by=person)
        assert (Job.objects.visible_to(bert).count(), Job.objects.count()) == (1, 1)

    def test_an_unknown_visitor_sees_none(self, anna):
        jobs.enqueue("test-note", "one", by=anna)
        assert not Job.objects.visible_to(None).exists()


class TestRunning:
    def test_a_job_stores_its_document(self, log):
        job = ask(log)
        jobs.run(job.pk)
        assert fresh(job).result.file.read() == b"attempt 1"

    def test_a_message_delivered_twice_does_the_work_once(self, log):
        job = ask(log)
        for _delivery in range(2):
            jobs.run(job.pk)
        assert log.read_text() == "start 1\n"

    def test_a_message_without_a_job_does_nothing(self):
        jobs.run("00000000-0000-0000-0000-000000000000")

    def test_the_same_content_is_stored_once_for_two_jobs(self, log):
        first = jobs.store("same", b"x", filename="a.txt", media_type="text/plain")
        second = jobs.store("same", b"x", filename="a.txt", media_type="text/plain")
        assert documents.keep(first).pk == documents.keep(second).pk

    def test_a_file_torn_by_a_kill_is_written_again(self, files):
        whole = jobs.store("one", b"whole content", filename="a.txt", media_type="text/plain")
        (files / whole.file.name).write_bytes(b"whole")
        again = jobs.store("one", b"whole content", filename="a.txt", media_type="text/plain")
        assert default_storage.open(again.file.name).read() == b"whole content"

    def test_a_foreseen_failure_tells_the_reader_why(self):
        job = jobs.enqueue("test-impossible", "one")
        jobs.run(job.pk)
        assert (fresh(job).state, fresh(job).error) == (Job.State.FAILED, "Die Vorlage fehlt.")

    def test_an_unforeseen_error_waits_for_another_try(self):
        job = jobs.enqueue("test-broken", "one")
        jobs.run(job.pk)
        assert (fresh(job).state, fresh(job).ring_at > timezone.now()) == (Job.State.PENDING, True)

    def test_after_three_tries_the_job_has_failed_in_german(self):
        job = jobs.enqueue("test-broken", "one")
        for _delivery in range(5):
            jobs.run(job.pk)
        assert (fresh(job).attempts, fresh(job).error[:38]) == (3, "Der Auftrag ist wegen eines technische")

    def test_a_kind_nobody_knows_is_tried_again_after_an_update(self):
        job = jobs.enqueue("test-unheard-of", "one")
        jobs.run(job.pk)
        assert fresh(job).state == Job.State.PENDING

    def test_done_is_called_once(self):
        job_kinds.done_calls.clear()
        job = jobs.enqueue("test-note", "one")
        for _delivery in range(2):
            jobs.run(job.pk)
        assert job_kinds.done_calls == ["one"]

    def test_progress_is_seen_by_the_waiting_person(self, log):
        job = work._claim(ask(log).pk)
        jobs.progress(job, stage="Inhalt wird gesetzt", percent=40)
        assert (fresh(job).stage, fresh(job).percent) == ("Inhalt wird gesetzt", 40)


class TestLease:
    def test_a_running_job_is_not_given_to_a_second_worker(self, log):
        job = ask(log)
        work._claim(job.pk)
        assert work._claim(job.pk) is None

    def test_a_job_whose_lease_ran_out_is_given_to_another(self, log):
        job = ask(log)
        work._claim(job.pk)
        expire_the_lease(job)
        assert work._claim(job.pk).attempts == 2

    def test_a_worker_that_comes_back_too_late_stores_nothing(self, log):
        late = work._claim(ask(log).pk)
        expire_the_lease(late)
        work._claim(late.pk)
        document = jobs.store("late", b"late", filename="a.txt", media_type="text/plain")
        with pytest.raises(LeaseLost):
            work._finish(late, document, None)
        assert not StoredDocument.objects.exists()

    def test_a_worker_that_comes_back_too_late_learns_it_from_progress(self, log):
        late = work._claim(ask(log).pk)
        expire_the_lease(late)
        work._claim(late.pk)
        with pytest.raises(LeaseLost):
            jobs.progress(late, percent=50)

    def test_a_job_that_lost_every_worker_fails(self, log):
        job = ask(log)
        for _attempt in range(3):
            work._claim(job.pk)
            expire_the_lease(job)
        jobs.sweep()
        assert (fresh(job).state, "unterbrochen" in fresh(job).error) == (Job.State.FAILED, True)


@pytest.mark.django_db(transaction=True)
def test_twenty_simultaneous_wishes_give_one_job(log):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _number: _in_own_connection(lambda: ask(log).pk), range(20)))
    assert (len(found), Job.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_simultaneous_deliveries_do_the_work_once(log):
    pk = ask(log).pk
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: _in_own_connection(lambda: jobs.run(pk)), range(16)))
    assert (log.read_text(), StoredDocument.objects.count()) == ("start 1\n", 1)


@pytest.mark.django_db(transaction=True)
def test_a_handler_in_a_long_transaction_tells_how_far_it_is(log):
    job = ask(log)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1)
    with transaction.atomic(), jobs.Pulse(fresh(job)) as pulse:
        pulse.say(40)
        seen = _awaited(lambda: fresh(job).percent, 40)
    assert seen == 40


@pytest.mark.django_db(transaction=True)
def test_a_pulse_keeps_the_lease(log, settings):
    settings.JOB_LEASE_SECONDS = 3
    job = ask(log)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempts=1, lease_until=None)
    with jobs.Pulse(fresh(job)):
        kept = _awaited(lambda: fresh(job).lease_until is not None, True)
    assert kept


def _awaited(ask_again, wanted):
    """What is answered within half a minute."""
    for _ in range(300):
        if (found := ask_again()) == wanted:
            break
        time.sleep(0.1)
    return found


def _in_own_connection(act):
    try:
        return act()
    finally:
        connection.close()
