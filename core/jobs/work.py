"""The worker's side: claim, run, store. Every write asks whether the lease is still ours."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import JobFailed, LeaseLost
from core.jobs.documents import keep
from core.jobs.queue import seconds
from core.models import Job, StoredDocument

logger = logging.getLogger(__name__)

Build = Callable[[Job], StoredDocument | None]
Done = Callable[[Job], None]

_handlers: dict[str, tuple[Build, Done | None]] = {}


def handler(kind: str, *, done: Done | None = None) -> Callable[[Build], Build]:
    """Register the function that does jobs of this kind.

    `done(job)` runs in the transaction that stores the result: for the audit record and the
    notification, which must happen exactly once.
    """

    def register(build: Build) -> Build:
        known = _handlers.get(kind)
        if known is not None and known[0].__qualname__ != build.__qualname__:
            raise ValueError(f"two handlers for jobs of kind {kind!r}")
        _handlers[kind] = (build, done)
        return build

    return register


def progress(job: Job, *, stage: str = "", percent: int | None = None) -> None:
    """Tell the waiting person how far it is, and keep the lease. Raises LeaseLost."""
    until = timezone.now() + seconds("JOB_LEASE_SECONDS", 180)
    changes: dict[str, Any] = {"lease_until": until, "ring_at": until}
    if stage:
        changes["stage"] = stage[:200]
    if percent is not None:
        changes["percent"] = min(max(percent, 0), 100)
    if not _ours(job).update(**changes):
        raise LeaseLost(str(job.pk))
    for name, value in changes.items():
        setattr(job, name, value)


class Pulse:
    """Keeps the lease of a job while its handler is in one long transaction, on a connection of its own.

    `say` is shown within seconds, though nothing else of the transaction can be seen before its end.
    """

    def __init__(self, job: Job) -> None:
        self._job = Job(pk=job.pk, attempts=job.attempts)
        self._said: dict[str, Any] = {}
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job {job.pk}", daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._wake.set()
        self._thread.join()

    def say(self, percent: int) -> None:
        if percent != self._said.get("percent"):
            self._said = {"percent": percent}
            self._wake.set()

    def _beat(self) -> None:
        pause = seconds("JOB_LEASE_SECONDS", 180).total_seconds() / 3
        try:
            while not self._ended.is_set():
                self._wake.wait(timeout=pause)
                self._wake.clear()
                if self._ended.is_set():
                    return
                progress(self._job, percent=self._said.get("percent"))
                self._ended.wait(timeout=1)
        except LeaseLost:
            logger.warning("job %s was taken over by another worker", self._job.pk)
        except DatabaseError as error:
            # The handler goes on; at worst the lease runs out and the fence stops the second one to finish.
            logger.warning("the lease of job %s is not kept: %s", self._job.pk, error)
        finally:
            connection.close()


def run(pk: UUID | str) -> None:
    """Do the job, if it is there to be done. Called by the worker, any number of times."""
    job = _claim(pk)
    if job is None:
        return
    try:
        build, done = _handlers[job.kind]
        _finish(job, build(job), done)
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job.pk)
    except JobFailed as failure:
        logger.info("job %s (%s) cannot succeed: %s", job.pk, job.kind, failure.message)
        _fail(job, failure.message)
    except Exception:
        logger.exception("job %s (%s), attempt %d failed", job.pk, job.kind, job.attempts)
        _try_again_later(job)


@transaction.atomic
def _claim(pk: UUID | str) -> Job | None:
    now = timezone.now()
    abandoned = Q(state=Job.State.RUNNING, lease_until__lte=now)
    free = Job.objects.filter(Q(state=Job.State.PENDING) | abandoned, pk=pk, attempts__lt=F("max_attempts"))
    job = free.select_for_update(skip_locked=True).first()
    if job is None:
        return None
    job.state = Job.State.RUNNING
    job.attempts += 1
    job.lease_until = job.ring_at = now + seconds("JOB_LEASE_SECONDS", 180)
    job.worker = f"{socket.gethostname()}:{os.getpid()}"[:120]
    job.started_at = now
    job.stage, job.percent, job.error = "", 0, ""
    job.save()
    return job


def _ours(job: Job) -> Any:
    """The row, as long as this attempt is the newest: the number of the attempt is the fence."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


@transaction.atomic
def _finish(job: Job, document: StoredDocument | None, done: Done | None) -> None:
    if _ours(job).select_for_update().first() is None:
        raise LeaseLost(str(job.pk))
    job.result = keep(document) if document is not None else None
    job.state, job.percent = Job.State.DONE, 100
    job.finished_at, job.lease_until = timezone.now(), None
    job.save(update_fields=["result", "state", "percent", "finished_at", "lease_until"])
    if done is not None:
        done(job)


def _fail(job: Job, message: str) -> None:
    _ours(job).update(state=Job.State.FAILED, error=message, finished_at=timezone.now(), lease_until=None)


def _try_again_later(job: Job) -> None:
    if job.attempts >= job.max_attempts:
        _fail(
            job,
            _(
                "Der Auftrag ist wegen eines technischen Fehlers gescheitert. Bitte wenden Sie sich an die Verwaltung des Registers, wenn es wieder geschieht."
            ),
        )
        return
    # 10 s, 40 s, 90 s: the sweeper rings when the time has come.
    wait = seconds("JOB_RETRY_SECONDS", 10) * job.attempts**2
    _ours(job).update(state=Job.State.PENDING, lease_until=None, ring_at=timezone.now() + wait)
