"""The row between an activity and a system, with the checks that belong to it."""

from __future__ import annotations

from accounts.models import User
from compliance.models import ActivitySystem, ProcessingActivity
from core import audit
from core.errors import Conflict, NotAllowed
from register.models import Entry


def attach(activity: ProcessingActivity, entry: Entry, *, by: User) -> ActivitySystem:
    """Link one system. The person must be able to read it; another municipality's is as good as missing."""
    if entry.municipality_id != activity.municipality_id:
        raise NotAllowed("Das KI-System gehört zu einer anderen Kommune.")
    if entry.kind != Entry.Kind.SYSTEM:
        raise NotAllowed("Verknüpft werden können nur KI-Systeme.")
    if not Entry.objects.visible_to(by).filter(pk=entry.pk).exists():
        raise NotAllowed()
    if ActivitySystem.objects.filter(activity=activity, entry=entry).exists():
        raise Conflict("Dieses KI-System ist schon verknüpft.")
    link = ActivitySystem.objects.create(activity=activity, entry=entry, linked_by=by)
    audit.record("compliance.activity.linked", activity, by=by, data={"system": str(entry.uuid)})
    return link
