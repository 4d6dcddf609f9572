"""Work in the background of the citizens' pages."""

from celery import shared_task

from core import jobs
from core.models import Job, StoredDocument
from public import prints


@jobs.handler(prints.KIND)
def public_pdf(job: Job) -> StoredDocument:
    return prints.build(job)


@shared_task(name="public.forget_old_prints", ignore_result=True)
def forget_old_prints() -> None:
    prints.forget_old()
