"""Asking for work, ringing for it, and ringing again for what nobody took."""

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Job, JobRequest

logger = logging.getLogger(__name__)

RUN_TASK = "core.run_job"
_SWEEP_LIMIT = 500
_silent_since = float("-inf")
_FRESH = {
    "state": Job.State.PENDING,
    "attempts": 0,
    "error": "",
    "stage": "",
    "percent": 0,
    "worker": "",
    "lease_until": None,
    "started_at": None,
    "finished_at": None,
}


def seconds(name: str, default: float) -> timedelta:
    """A duration from the settings: JOB_LEASE_SECONDS, JOB_RING_SECONDS, JOB_RETRY_SECONDS, JOB_SILENCE_SECONDS."""
    return timedelta(seconds=float(getattr(settings, name, default)))


@transaction.atomic
def enqueue(kind: str, key: Any, *, by: Any = None, data: Mapping[str, Any] | None = None, scope: str = "") -> Job:
    """The job for (kind, key): the one that exists, or a new one. A failed one starts over."""
    now = timezone.now()
    draft = Job(
        kind=kind,
        key=str(key),
        data=dict(data or {}),
        scope=scope,
        requested_by=by,
        created_at=now,
        ring_at=now + seconds("JOB_RING_SECONDS", 20),
    )
    # Two people at the same moment: the second waits for the first one's commit and finds its row.
    Job.objects.bulk_create([draft], ignore_conflicts=True)
    job = Job.objects.select_for_update().get(kind=kind, key=draft.key)
    if by is not None:
        JobRequest.objects.bulk_create([JobRequest(job=job, user=by)], ignore_conflicts=True)
    if job.state == Job.State.FAILED:
        _start_over(job, draft)
    elif job.pk != draft.pk:
        return job
    transaction.on_commit(lambda: _ring_unless_silent(job.pk))
    return job


def sweep() -> int:
    """Ring for jobs that nobody took and for those whose worker died; returns how many."""
    now = timezone.now()
    _give_up_on_lost(now)
    due = Job.objects.filter(state__in=[Job.State.PENDING, Job.State.RUNNING], ring_at__lte=now)
    rung = 0
    for pk in list(due.order_by("ring_at").values_list("pk", flat=True)[:_SWEEP_LIMIT]):
        if not ring(pk):
            break
        due.filter(pk=pk).update(ring_at=now + 3 * seconds("JOB_RING_SECONDS", 20))
        rung += 1
    return rung


def ring(pk: UUID) -> bool:
    """Tell a worker. The row is safe whatever happens here, so a silent broker is only a log line."""
    try:
        current_app.send_task(RUN_TASK, args=[str(pk)], retry=False, ignore_result=True)
    # kombu and its transports raise errors of many kinds; none of them may reach the reader.
    except Exception as error:
        logger.warning("broker did not take job %s: %s; the sweeper will ring again", pk, error)
        return False
    return True


def _ring_unless_silent(pk: UUID) -> None:
    """A broker that hangs costs seconds per bell; a page with a hundred jobs pays for one only."""
    global _silent_since
    if time.monotonic() - _silent_since >= seconds("JOB_SILENCE_SECONDS", 10).total_seconds() and not ring(pk):
        _silent_since = time.monotonic()


def _start_over(job: Job, draft: Job) -> None:
    for name, value in {**_FRESH, "data": draft.data, "ring_at": draft.ring_at}.items():
        setattr(job, name, value)
    job.save(update_fields=[*_FRESH, "data", "ring_at"])


def _give_up_on_lost(now: Any) -> None:
    """The worker died in every attempt: trying on would only kill the next one."""
    lost = Job.objects.filter(state=Job.State.RUNNING, lease_until__lte=now, attempts__gte=F("max_attempts"))
    count = lost.update(
        state=Job.State.FAILED,
        finished_at=now,
        error=_("Der Auftrag wurde mehrmals unterbrochen. Bitte fordern Sie ihn später noch einmal an."),
    )
    if count:
        logger.error("%d jobs lost their worker in every attempt", count)
