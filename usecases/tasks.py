"""Work in the background, registered by kind."""

from __future__ import annotations

from datetime import date

from celery import shared_task
from django.utils import timezone

from accounts.models import Municipality
from core import jobs
from core.models import Job, StoredDocument
from usecases import services
from usecases.models import UseCase
from usecases.services.council_report import PAPER as COUNCIL
from usecases.services.guideline import PAPER as GUIDELINE
from usecases.services.training_proof import PAPER as TRAINING_PROOF

RECORDS = "personal-records"


@jobs.handler(TRAINING_PROOF.kind, done=services.training_proof_finished)
def training_proof(job: Job) -> StoredDocument:
    return services.build_training_proof(job)


@jobs.handler(GUIDELINE.kind, done=services.guideline_pdf_finished)
def guideline_pdf(job: Job) -> StoredDocument:
    return services.build_guideline_pdf(job)


@jobs.handler(COUNCIL.kind, done=services.council_report_finished)
def council_report(job: Job) -> StoredDocument:
    return services.build_council_report(job)


@shared_task(name="usecases.remind_of_funding", ignore_result=True)
def remind_of_funding() -> None:
    services.remind_of_funding()


@shared_task(name="usecases.delete_old_records", ignore_result=True)
def delete_old_records() -> None:
    """Every night, one job a municipality; the key makes a second bell of the same night harmless."""
    today = timezone.localdate()
    for pk in Municipality.objects.values_list("pk", flat=True):
        jobs.enqueue(RECORDS, f"{pk}:{today}", data={"municipality": pk, "today": today.isoformat()})


@jobs.handler(RECORDS)
def delete_records(job: Job) -> None:
    municipality = Municipality.objects.get(pk=job.data["municipality"])
    services.delete_old_records(municipality, today=date.fromisoformat(job.data["today"]))


@shared_task(name="usecases.settle_evidence", ignore_result=True)
def settle_evidence() -> None:
    """Every hour: what a Bestand owed and the facts show by now."""
    owing = UseCase.objects.filter(municipality__is_active=True, missing_evidence__settled_at__isnull=True)
    for use_case in owing.distinct().order_by("pk").iterator(chunk_size=200):
        services.settle_evidence(use_case)
