"""Links with which people without an account report a tool in five answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts import services as accounts
from accounts.models import Department, User
from core import audit
from core.errors import Conflict, NotAllowed
from register.models import Entry, ReportLink, ToolReport
from register.services import entries

VALID_FOR = timedelta(days=365)
# What a busy department never reaches and a leaked link soon does.
REPORTS_A_DAY = 20


@transaction.atomic
def make_report_link(department: Department, *, by: User) -> ReportLink:
    """A link for this department; drafts that come in through it are its maker's."""
    if not permissions.has(by, "entry.edit", municipality=department.municipality_id, department=department):
        raise NotAllowed()
    # Two clicks at once must not leave two open links.
    Department.objects.select_for_update().get(pk=department.pk)
    if ReportLink.objects.open().filter(department=department).exists():
        raise Conflict(
            "Für dieses Amt gibt es schon einen Link. Schließen Sie ihn zuerst, wenn Sie einen neuen brauchen."
        )
    link = ReportLink.objects.create(
        municipality_id=department.municipality_id,
        department=department,
        made_by=by,
        valid_until=timezone.localdate() + VALID_FOR,
    )
    data = {"department": department.pk, "until": link.valid_until.isoformat()}
    audit.record("register.report_link.made", link, by=by, data=data)
    return link


@transaction.atomic
def close_report_link(link: ReportLink, *, by: User) -> None:
    """From now on nobody can report through it. What came in stays."""
    link = ReportLink.objects.select_for_update(of=("self",)).select_related("department").get(pk=link.pk)
    if not permissions.has(by, "entry.edit", municipality=link.municipality_id, department=link.department):
        raise NotAllowed()
    if link.closed_at is not None:
        raise Conflict("Dieser Link ist schon geschlossen.")
    link.closed_at = timezone.now()
    link.save(update_fields=["closed_at"])
    audit.record("register.report_link.closed", link, by=by, data={"department": link.department_id})


@transaction.atomic
def report_tool(link: ReportLink, *, number: UUID, name: str, values: Mapping[str, Any]) -> Entry:
    """A draft from five answers of somebody without an account. The same `number` again gives the same draft."""
    link = (
        ReportLink.objects.select_for_update(of=("self",))
        .select_related("municipality", "department", "made_by")
        .get(pk=link.pk)
    )
    if not link.is_valid:
        raise Conflict("Dieser Link gilt nicht mehr. Bitte fragen Sie in Ihrem Amt nach einem neuen.")
    if known := link.reports.filter(uuid=number).select_related("entry").first():
        return known.entry
    if link.reports.filter(at__date=timezone.localdate()).count() >= REPORTS_A_DAY:
        raise Conflict("Über diesen Link kamen heute schon sehr viele Meldungen. Bitte versuchen Sie es morgen wieder.")
    entry = entries.create_system(
        link.municipality,
        by=link.made_by,
        name=name,
        department=link.department,
        values=values,
        origin={"report_link": str(link.uuid)},
    )
    ToolReport.objects.create(uuid=number, link=link, entry=entry)
    people = permissions.holders("entry.edit", link.municipality, department=link.department)
    text = (
        f"Über den Meldelink kam ein Werkzeug: „{entry.name}“ ({link.department.name}). Bitte ergänzen Sie den Entwurf."
    )
    accounts.notify(people, text, url=entry.get_absolute_url(), municipality=link.municipality)
    return entry
