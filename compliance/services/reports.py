"""Asking for the Verarbeitungsverzeichnis as a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Municipality, User
from accounts.selectors import end_of, municipality_on
from compliance import reports
from compliance.models import ActivityVersion, DeclarationVersion, ProcessingActivity, VvtDeclaration, VvtReport
from compliance.rules.vocabulary import CONTROLLER
from compliance.services import access, snapshots
from core import audit, canonical, jobs
from core.errors import NotAllowed
from core.models import Job
from register.models import PublicationLog

KIND = "vvt-pdf"
COMPLETE_TITLE = "Verzeichnis von Verarbeitungstätigkeiten"
EXTRACT_TITLE = "Verzeichnis von Verarbeitungstätigkeiten – Auszug KI"
COMMISSIONED_TITLE = "Verzeichnis der Verarbeitungen im Auftrag"
START = "0" * 64


FRONT_KEYS = (
    "name", "website", "controller_name", "controller_address", "controller_phone", "controller_email",
    "joint_controller", "representative", "dpo_name", "dpo_external", "dpo_address", "dpo_phone", "dpo_email",
    "supervisory_authority", "supervisory_authority_address", "supervisory_authority_url",
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Which sheets a document holds: all of one register, those of one office, or a single one."""

    municipality: Municipality
    role: str
    department: Department | None = None
    activity: ProcessingActivity | None = None

    @property
    def name(self) -> str:
        if self.activity:
            return f"nur {self.activity.reference}"
        return f"{self.department.name} mit nachgeordneten Stellen" if self.department else ""

    def check(self, by: User) -> None:
        if self.activity and self.activity.municipality_id != self.municipality.pk:
            raise NotAllowed()
        office = self.activity.department if self.activity else self.department
        access.require_in(by, "vvt.report", self.municipality, office)

    def holds(self, version: ActivityVersion) -> bool:
        """By the office of that day; what was kept before offices were kept goes by the office of today."""
        if self.department is None:
            return True
        path = snapshots.content_in(version)["department_path"]
        if path is None:
            office = version.activity.department
            path = office.path if office else ""
        return str(path).startswith(self.department.path)


@transaction.atomic
def request_vvt(
    municipality: Municipality,
    *,
    by: User,
    as_of: date | None = None,
    department: Department | None = None,
    activity: ProcessingActivity | None = None,
    role: str = CONTROLLER,
) -> Job:
    """Fix the content of the document and ask a worker to set it. The same content is the same job.

    The versions are pinned here, so a worker that is killed or comes late prints exactly what was asked for.
    """
    scope = Scope(municipality, activity.role if activity else role, department, activity)
    scope.check(by)
    day = as_of or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"as_of": "Der Stichtag liegt in der Zukunft."})
    declaration = access.locked_declaration(municipality)
    versions = _versions(scope, day)
    if not versions:
        raise ValidationError("Zu diesem Stichtag gibt es keine Verarbeitungstätigkeit. Es gäbe nichts zu drucken.")
    front = _front(scope, declaration, day)
    digest = canonical.sha256({"front": front, "versions": [v.sha256 for v in versions], "look": reports.look()})
    report = VvtReport.objects.filter(municipality=municipality, content_sha256=digest).select_related("job").first()
    if report is not None:
        # Adds the person to those who wait; a failed job starts over with what it had.
        return jobs.enqueue(KIND, report.job.key, by=by, data=report.job.data, scope=report.job.scope)
    report = VvtReport(
        municipality=municipality,
        role=scope.role,
        department=department,
        activity=activity,
        title=front["title"],
        as_of=day,
        activity_count=len(versions),
        content_sha256=digest,
        requested_by=by,
    )
    content = {"front": front, "versions": [version.pk for version in versions]}
    return _new_report(report, declaration, content, by=by)


def _versions(scope: Scope, day: date) -> list[ActivityVersion]:
    everything = ProcessingActivity.objects.of(scope.municipality).filter(role=scope.role).order_by("number")
    if scope.activity:
        everything = everything.filter(pk=scope.activity.pk)
    if day < timezone.localdate():
        return [version for version in snapshots.versions_on(everything, day) if scope.holds(version)]
    if scope.department:
        everything = everything.filter(department__path__startswith=scope.department.path)
    # What the linked systems say may have changed since the sheet was last saved: keep it now.
    list(everything.select_for_update(of=("self",)).values_list("pk", flat=True))
    return snapshots.keep_all(everything, by=None)


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


def _front(scope: Scope, declaration: VvtDeclaration, day: date) -> dict[str, Any]:
    """The facts of the Vorblatt (Art. 30 Abs. 1 or 2, each Buchst. a) as they stood at the end of the day."""
    town = scope.municipality
    told: dict[str, Any] = {}
    known_since: date | None = None
    is_complete, declared_at = declaration.is_complete, declaration.declared_at
    if day < timezone.localdate():
        told, known_since = municipality_on(town, day)
        said = DeclarationVersion.objects.filter(municipality=town, at__lt=end_of(day)).first()
        is_complete, declared_at = (said.is_complete, said.at) if said else (False, None)
    is_own = scope.role == CONTROLLER
    title = COMPLETE_TITLE if is_complete else EXTRACT_TITLE
    return {
        "title": title if is_own else COMMISSIONED_TITLE,
        "role": scope.role,
        "is_complete": is_complete and is_own,
        "declared_on": timezone.localdate(declared_at).isoformat() if declared_at and is_own else "",
        "scope": scope.name,
        "as_of": day.isoformat(),
        "known_since": known_since.isoformat() if known_since else "",
        "slug": town.slug,
        "ars": town.ars,
        **{key: told.get(key, getattr(town, key)) for key in FRONT_KEYS},
    }
