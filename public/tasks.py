"""Work in the background of the citizens' pages."""

from celery import shared_task

from core import jobs
from core.models import Job, StoredDocument
from public import made, open_data, prints  # noqa: F401 - the two that make files


@jobs.handler(made.KIND)
def public_file(job: Job) -> StoredDocument:
    return made.build(job)


@shared_task(name="public.forget_old_files", ignore_result=True)
def forget_old_files() -> None:
    made.forget_old()
