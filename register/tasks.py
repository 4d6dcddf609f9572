"""What the clock does for the register."""

from __future__ import annotations

from datetime import date

from celery import shared_task
from django.utils import timezone

from accounts.models import Municipality
from core import jobs
from core.models import Job, StoredDocument
from register import evidence_files, services
from register.models import BulkRun
from register.services import bulk
from register.services.dpo_report import KIND as DPO_REPORT

REVIEWS = "review-reminders"


@shared_task(name="register.remind_departments", ignore_result=True)
def remind_departments() -> None:
    services.remind_all_departments()


@shared_task(name="register.remind_of_deficiencies", ignore_result=True)
def remind_of_deficiencies() -> None:
    services.remind_of_deficiencies()


@shared_task(name="register.remind_of_reviews", ignore_result=True)
def remind_of_reviews() -> None:
    """Once a day, one job a municipality; the key makes a second bell of the same day harmless."""
    today = timezone.localdate()
    for pk in Municipality.objects.active().values_list("pk", flat=True):
        jobs.enqueue(REVIEWS, f"{pk}:{today}", data={"municipality": pk, "today": today.isoformat()})


@jobs.handler(REVIEWS)
def remind(job: Job) -> None:
    municipality = Municipality.objects.get(pk=job.data["municipality"])
    services.remind_of_reviews(municipality, today=date.fromisoformat(job.data["today"]))


@jobs.handler(DPO_REPORT, done=services.dpo_report_finished)
def dpo_report(job: Job) -> StoredDocument:
    return services.build_dpo_report(job)


@jobs.handler(bulk.JOB_KIND)
def change_many(job: Job) -> None:
    run = BulkRun.objects.select_related("by", "municipality").get(uuid=job.key)
    for percent in bulk.carry_out(run):
        jobs.progress(job, stage="Einträge werden geändert", percent=percent)


@shared_task(name="register.remind_contracts", ignore_result=True)
def remind_contracts() -> None:
    services.remind_of_contracts()


@shared_task(name="register.remind_of_evidence", ignore_result=True)
def remind_of_evidence() -> None:
    services.remind_of_evidence()


@shared_task(name="register.sweep_evidence", ignore_result=True)
def sweep_evidence() -> None:
    evidence_files.sweep()


@shared_task(name="register.forget_old_input", ignore_result=True)
def forget_old_input() -> None:
    services.forget_old_input()


@shared_task(name="register.remind_of_decommissions", ignore_result=True)
def remind_of_decommissions() -> None:
    services.remind_of_decommissions()
