"""What the worker and the clock call. The clock's table is CELERY_BEAT_SCHEDULE in the settings."""

from celery import shared_task

from core import audit, jobs


@shared_task(name="core.run_job", ignore_result=True)
def run_job(pk: str) -> None:
    jobs.run(pk)


@shared_task(name="core.sweep", ignore_result=True)
def sweep() -> None:
    jobs.sweep()


@shared_task(name="core.checkpoint", ignore_result=True)
def checkpoint() -> None:
    audit.checkpoint()
