"""Work in the background, registered by kind."""

from __future__ import annotations

from datetime import date

from celery import shared_task
from django.utils import timezone

from accounts.models import Municipality
from compliance import services
from compliance.models import LawRun
from compliance.services.datamap import KIND as DATA_MAP
from compliance.services.incident_documents import KIND as INCIDENT_NOTICE
from compliance.services.law_effects import KIND as LAW_EFFECTS
from compliance.services.law_effects import build_effects, enqueue_effects, towns_without_effects
from compliance.services.lawchange import KIND as LAW_RUN
from compliance.services.legal_files import KIND as LEGAL
from compliance.services.reports import KIND
from compliance.services.rulesets import TRIAL
from core import jobs
from core.models import Job, StoredDocument

DAY = "vvt-day"
DUTIES = "duty-reminders"


@jobs.handler(KIND, done=services.vvt_finished)
def vvt_pdf(job: Job) -> StoredDocument:
    return services.build_vvt(job)


@jobs.handler(DATA_MAP, done=services.datamap_finished)
def datamap_pdf(job: Job) -> StoredDocument:
    return services.build_datamap(job)


@jobs.handler(INCIDENT_NOTICE, done=services.notice_finished)
def incident_notice(job: Job) -> StoredDocument:
    return services.build_notice(job)


@shared_task(name="compliance.remind_of_incidents", ignore_result=True)
def remind_of_incidents() -> None:
    services.remind_of_incidents()


@jobs.handler(LEGAL, done=services.legal_pdf_finished)
def legal_pdf(job: Job) -> StoredDocument:
    return services.build_legal_pdf(job)


@jobs.handler(LAW_RUN, done=services.law_run_part_done)
def law_run(job: Job) -> None:
    run = LawRun.objects.select_related("by", "municipality").get(uuid=job.data["run"])
    for percent in services.carry_on(run, first=job.data["first"], last=job.data["last"]):
        jobs.progress(job, stage="KI-Systeme werden neu bewertet", percent=percent)


@jobs.handler(LAW_EFFECTS)
def law_effects(job: Job) -> StoredDocument:
    return build_effects(job)


@jobs.handler(TRIAL)
def ruleset_trial(job: Job) -> StoredDocument:
    return services.build_trial(job)


@shared_task(name="compliance.remind_of_reassessments", ignore_result=True)
def remind_of_reassessments() -> None:
    services.remind_of_reassessments()
    for municipality in towns_without_effects():
        enqueue_effects(municipality, by=None)


@shared_task(name="compliance.keep_days", ignore_result=True)
def keep_days() -> None:
    """Late every evening, one job a municipality, so that the Verarbeitungsverzeichnis of any day can be made later."""
    today = timezone.localdate()
    for pk in Municipality.objects.active().values_list("pk", flat=True):
        jobs.enqueue(DAY, f"{pk}:{today}", data={"municipality": pk})


@jobs.handler(DAY)
def keep_day(job: Job) -> None:
    services.keep_day(Municipality.objects.get(pk=job.data["municipality"]))


@shared_task(name="compliance.remind_of_duties", ignore_result=True)
def remind_of_duties() -> None:
    """Once a day, one job a municipality; the key makes a second bell of the same day harmless."""
    today = timezone.localdate()
    for pk in Municipality.objects.active().values_list("pk", flat=True):
        jobs.enqueue(DUTIES, f"{pk}:{today}", data={"municipality": pk, "today": today.isoformat()})


@jobs.handler(DUTIES)
def remind(job: Job) -> None:
    municipality = Municipality.objects.get(pk=job.data["municipality"])
    services.remind_of_duties(municipality, today=date.fromisoformat(job.data["today"]))
