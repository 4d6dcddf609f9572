"""What the worker and the clock do for the exchange."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from core import jobs
from core.errors import JobFailed, Refusal
from exchange import services
from exchange.models import ImportRun


@jobs.handler(services.JOB_KIND)
def take_over(job: Any) -> None:
    # The one transaction that follows shows nothing of itself until it is over.
    jobs.progress(job, stage="Entwürfe werden angelegt", percent=20)
    try:
        services.take_over_waiting(ImportRun.objects.get(uuid=job.data["run"]))
    except Refusal as refusal:
        raise JobFailed(refusal.message) from refusal


@shared_task(name="exchange.discard_expired_imports", ignore_result=True)
def discard_expired_imports() -> None:
    services.discard_expired()
