"""Work in the background, registered by kind."""

from __future__ import annotations

from celery import shared_task

from compliance import services
from compliance.services.datamap import KIND as DATA_MAP
from compliance.services.reports import KIND
from core import jobs
from core.models import Job, StoredDocument


@jobs.handler(KIND, done=services.vvt_finished)
def vvt_pdf(job: Job) -> StoredDocument:
    return services.build_vvt(job)


@jobs.handler(DATA_MAP, done=services.datamap_finished)
def datamap_pdf(job: Job) -> StoredDocument:
    return services.build_datamap(job)


@shared_task(name="compliance.remind_of_reassessments", ignore_result=True)
def remind_of_reassessments() -> None:
    services.remind_of_reassessments()
