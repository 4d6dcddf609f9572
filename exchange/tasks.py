"""What the worker and the clock do for the exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import shared_task

from core import jobs
from core.errors import JobFailed, Refusal
from exchange import services
from exchange.models import UNDO_KIND, ImportRun


@jobs.handler(services.JOB_KIND)
def take_over(job: Any) -> None:
    _do(job, "Entwürfe werden angelegt", services.take_over_waiting)


@jobs.handler(UNDO_KIND)
def undo(job: Any) -> None:
    _do(job, "Die Übernahme wird zurückgenommen", services.undo_waiting)


def _do(job: Any, stage: str, act: Callable[..., ImportRun]) -> None:
    """One transaction, which shows nothing of itself until it is over; the pulse tells how far it is."""
    jobs.progress(job, stage=stage, percent=0)
    try:
        with jobs.Pulse(job) as pulse:
            # The last moments belong to the commit.
            act(ImportRun.objects.get(uuid=job.data["run"]), tell=lambda percent: pulse.say(min(percent, 99)))
    except Refusal as refusal:
        raise JobFailed(refusal.message) from refusal


@shared_task(name="exchange.discard_expired_imports", ignore_result=True)
def discard_expired_imports() -> None:
    services.discard_expired()
