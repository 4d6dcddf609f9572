"""Kinds of jobs that only the tests know. A worker takes them with `celery worker -I tests.core.job_kinds`."""

import time
from pathlib import Path

from core import jobs
from core.errors import JobFailed
from core.models import Job, StoredDocument


@jobs.handler("test-document")
def document(job: Job) -> StoredDocument:
    """Writes each start into a file and takes as long as it is told: long enough to be killed."""
    with Path(job.data["log"]).open("a") as log:
        log.write(f"start {job.attempts}\n")
    if job.attempts <= job.data.get("slow_attempts", 0):
        jobs.progress(job, stage="Inhalt wird gesetzt", percent=40)
        time.sleep(60)
    return jobs.store(job.key, f"attempt {job.attempts}".encode(), filename="a.txt", media_type="text/plain")


@jobs.handler("test-impossible")
def impossible(job: Job) -> None:
    raise JobFailed("Die Vorlage fehlt.")


@jobs.handler("test-broken")
def broken(job: Job) -> None:
    raise ZeroDivisionError


done_calls: list[str] = []


@jobs.handler("test-note", done=lambda job: done_calls.append(job.key))
def note(job: Job) -> None:
    return None
