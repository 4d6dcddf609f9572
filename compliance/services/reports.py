"""Asking for the Verarbeitungsverzeichnis as a PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Municipality, User
from compliance import reports
from compliance.models import ActivityVersion, ProcessingActivity, VvtDeclaration, VvtReport
from compliance.services import access, snapshots
from core import audit, canonical, jobs
from core.models import Job
from register.models import PublicationLog

KIND = "vvt-pdf"
COMPLETE_TITLE = "Verzeichnis von Verarbeitungstätigkeiten"
EXTRACT_TITLE = "Verzeichnis von Verarbeitungstätigkeiten – Auszug KI"
START = "0" * 64


@transaction.atomic
def request_vvt(
    municipality: Municipality, *, by: User, as_of: date | None = None, department: Department | None = None
) -> Job:
    """Fix the content of the document and ask a worker to set it. The same content is the same job.

    The versions are pinned here, so a worker that is killed or comes late prints exactly what was asked for.
    """
    access.require_in(by, "vvt.report", municipality, department)
    day = as_of or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"as_of": "Der Stichtag liegt in der Zukunft."})
    declaration = access.locked_declaration(municipality)
    versions = _versions(_in_scope(municipality, department), day, by=by)
    if not versions:
        raise ValidationError("Zu diesem Stichtag gibt es keine Verarbeitungstätigkeit. Es gäbe nichts zu drucken.")
    front = _front(municipality, declaration, department, day)
    digest = canonical.sha256({"front": front, "versions": [v.sha256 for v in versions], "look": reports.look()})
    report = VvtReport.objects.filter(municipality=municipality, content_sha256=digest).select_related("job").first()
    if report is not None:
        # Adds the person to those who wait; a failed job starts over with what it had.
        return jobs.enqueue(KIND, report.job.key, by=by, data=report.job.data, scope=report.job.scope)
    report = VvtReport(
        municipality=municipality,
        department=department,
        title=front["title"],
        as_of=day,
        activity_count=len(versions),
        content_sha256=digest,
        requested_by=by,
    )
    content = {"front": front, "versions": [version.pk for version in versions]}
    return _new_report(report, declaration, content, by=by)


def _in_scope(municipality: Municipality, department: Department | None) -> QuerySet[ProcessingActivity]:
    rows = ProcessingActivity.objects.of(municipality).order_by("number")
    return rows.filter(department__path__startswith=department.path) if department else rows


def _versions(activities: QuerySet[ProcessingActivity], day: date, *, by: User) -> list[ActivityVersion]:
    if day < timezone.localdate():
        return snapshots.versions_on(activities, day)
    # What the linked systems say may have changed since the sheet was last saved: keep it now.
    list(activities.select_for_update(of=("self",)).values_list("pk", flat=True))
    return snapshots.keep_all(activities, by=None)


def _new_report(report: VvtReport, declaration: VvtDeclaration, content: dict[str, Any], *, by: User) -> Job:
    """Number the edition, note who asked, and write where the chains stand after that."""
    declaration.last_report_number += 1
    declaration.save(update_fields=["last_report_number"])
    report.number = declaration.last_report_number
    data = {"number": report.number, "as_of": report.as_of, "sha256": report.content_sha256}
    audit.record("compliance.vvt.requested", declaration, by=by, data=data)
    order = {
        **content,
        "report": str(report.uuid),
        "title": str(report),
        # The page of the job leads there, where the rights are checked anew at every download.
        "result_url": reverse("compliance:vvt-download", args=[report.uuid]),
        "municipality": report.municipality_id,
        "number": report.number,
        "made_on": timezone.localdate().isoformat(),
        "heads": _heads(report.municipality),
    }
    key = f"{report.municipality_id}:{report.content_sha256}"
    report.job = jobs.enqueue(KIND, key, by=by, data=order, scope=f"vvt:{report.municipality_id}")
    report.save()
    return report.job


def _heads(municipality: Municipality) -> dict[str, Any]:
    """Where both hash chains stood: whoever holds the PDF can prove that nothing before it was rewritten."""
    audit_seq, audit_head = audit.head(municipality.audit_stream)
    log = PublicationLog.objects.filter(municipality=municipality).first()
    return {
        "audit": [audit_seq, audit_head],
        "publication": [log.seq, log.head] if log else [0, START],
    }


def _front(
    municipality: Municipality, declaration: VvtDeclaration, department: Department | None, day: date
) -> dict[str, Any]:
    """The facts of the Vorblatt (Art. 30 Abs. 1 Buchst. a DSGVO)."""
    keys = (
        "name",
        "slug",
        "ars",
        "website",
        "controller_name",
        "controller_address",
        "controller_phone",
        "controller_email",
        "joint_controller",
        "representative",
        "dpo_name",
        "dpo_external",
        "dpo_address",
        "dpo_phone",
        "dpo_email",
        "supervisory_authority",
        "supervisory_authority_address",
        "supervisory_authority_url",
    )
    return {
        "title": COMPLETE_TITLE if declaration.is_complete else EXTRACT_TITLE,
        "is_complete": declaration.is_complete,
        "declared_on": timezone.localdate(declaration.declared_at).isoformat() if declaration.declared_at else "",
        "department": department.name if department else "",
        "as_of": day.isoformat(),
        **{key: getattr(municipality, key) for key in keys},
    }
