"""Whom to ask, and which tools are approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Department, Municipality, User
from core import audit
from core.errors import Conflict
from register.models import Entry
from register.services import access
from usecases.models import AiContact, ApprovedTool, Course
from usecases.models.keeping import VIEW
from usecases.services.keeping import changed, locked, own_departments, require


@transaction.atomic
def create_contact(municipality: Municipality, *, by: User, **values: Any) -> AiContact:
    require(by, municipality)
    _check_contact(municipality.pk, values)
    contact = changed(AiContact(municipality=municipality), values)
    audit.record("usecases.contact.created", contact, by=by, data={"role": contact.role})
    return contact


@transaction.atomic
def update_contact(contact: AiContact, *, by: User, version: int | None = None, **values: Any) -> AiContact:
    contact = locked(contact, by=by, version=version)
    _check_contact(contact.municipality_id, values)
    contact = changed(contact, values)
    audit.record("usecases.contact.changed", contact, by=by, data={"role": contact.role})
    return contact


@transaction.atomic
def remove_contact(contact: AiContact, *, by: User) -> None:
    """Gone for good: it names a person, and tools that named it name nobody any more."""
    contact = locked(contact, by=by)
    audit.record("usecases.contact.removed", contact, by=by, data={"role": contact.role})
    contact.delete()


def _check_contact(municipality_id: int, values: dict[str, Any]) -> None:
    person, department = values.get("person"), values.get("department")
    if person is not None and municipality_id not in permissions.municipality_ids(person, VIEW):
        raise ValidationError({"person": "Diese Person hat in Ihrer Kommune keine Rolle."})
    if department is not None:
        own_departments([department], municipality_id, name="department")


@transaction.atomic
def create_tool(
    municipality: Municipality,
    *,
    by: User,
    departments: Iterable[Department] = (),
    courses: Iterable[Course] = (),
    **values: Any,
) -> ApprovedTool:
    require(by, municipality)
    access.one_at_a_time(municipality)
    tool = _saved(ApprovedTool(municipality=municipality), departments, courses, by, values)
    audit.record("usecases.tool.approved", tool, by=by, data={"name": tool.name})
    return tool


@transaction.atomic
def update_tool(
    tool: ApprovedTool,
    *,
    by: User,
    version: int | None = None,
    departments: Iterable[Department] = (),
    courses: Iterable[Course] = (),
    **values: Any,
) -> ApprovedTool:
    tool = locked(tool, by=by, version=version)
    _check_running(tool)
    tool = _saved(tool, departments, courses, by, values)
    audit.record("usecases.tool.changed", tool, by=by, data={"name": tool.name})
    return tool


@transaction.atomic
def end_tool(tool: ApprovedTool, *, by: User) -> ApprovedTool:
    """From today on nobody may use it; the row stays, so that the guideline of then can be read."""
    tool = locked(tool, by=by)
    _check_running(tool)
    tool = changed(tool, {"ended_on": timezone.localdate()})
    audit.record("usecases.tool.ended", tool, by=by, data={"name": tool.name})
    return tool


def _check_running(tool: ApprovedTool) -> None:
    if tool.ended_on is not None:
        raise Conflict("Die Zulassung ist schon beendet.")


def _saved(
    tool: ApprovedTool,
    departments: Iterable[Department],
    courses: Iterable[Course],
    by: User,
    values: dict[str, Any],
) -> ApprovedTool:
    here = tool.municipality_id
    offices, wanted = own_departments(departments, here), list(courses)
    if any(course.municipality_id != here for course in wanted):
        raise ValidationError({"courses": "Diese Schulung kennen wir hier nicht."})
    contact, entry = values.get("contact"), values.get("entry")
    if contact is not None and contact.municipality_id != here:
        raise ValidationError({"contact": "Diese Ansprechstelle kennen wir hier nicht."})
    if entry is not None and not _may_name(entry, here, by):
        raise ValidationError({"entry": "Dieses KI-System kennen wir hier nicht."})
    approved_on: date = values["approved_on"]
    if approved_on > timezone.localdate():
        raise ValidationError({"approved_on": "Die Zulassung liegt in der Zukunft."})
    same = ApprovedTool.objects.running().filter(municipality=here, name=values["name"].strip()).exclude(pk=tool.pk)
    if same.exists():
        raise ValidationError({"name": "Ein Werkzeug mit diesem Namen ist schon zugelassen."})
    tool = changed(tool, values)
    tool.departments.set(offices)
    tool.courses.set(wanted)
    return tool


def _may_name(entry: Entry, municipality_id: int, by: User) -> bool:
    is_system = entry.municipality_id == municipality_id and entry.kind == Entry.Kind.SYSTEM
    return is_system and Entry.objects.visible_to(by).filter(pk=entry.pk).exists()
