"""The operating status as it follows from a decision that was taken elsewhere. Publishing is another step."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.errors import Refusal
from register import content, workflow
from register.models import Entry
from register.services import access
from register.services.checks import current_release
from register.services.deficiencies import reevaluate
from register.services.review import release, submit


@transaction.atomic
def set_status(entry: Entry, *, by: User, status: str, second: User | None = None, note: str = "") -> Entry:
    """Set the status that was decided; with a `second` person the decision is its review, and of nothing else.

    Where everything else stands as it was released, the entry is released again and waits to be published. Else the
    new status goes the normal way with the rest.
    """
    entry = access.locked(entry)
    access.require(by, "entry.edit", entry)
    was_released = _stands_as_released(entry)
    entry.status = status
    entry.last_edited_by, entry.last_edited_at = by, timezone.now()
    entry.version += 1
    if entry.review_state == workflow.IN_REVIEW:
        # What was handed in no longer describes the system.
        entry.review_state = workflow.RETURNED
    elif entry.review_state in workflow.NEEDS_REVIEW_AGAIN:
        entry.review_state = workflow.DRAFT
    access.validated(entry).save()
    data = {"status": status, "version": entry.version, **({"second": str(second.uuid)} if second else {})}
    audit.record("register.entry.status_set", entry, by=by, data=data)
    reevaluate(entry, by=by)
    if was_released and second is not None:
        _release(entry, by=by, second=second, note=note)
    return Entry.objects.select_related("municipality", "department").get(pk=entry.pk)


def _stands_as_released(entry: Entry) -> bool:
    if entry.review_state not in (workflow.RELEASED, workflow.PUBLISHED):
        return False
    last = current_release(entry)
    return last is not None and last.content_sha256 == content.content_sha256(content.content_of(entry))


def _release(entry: Entry, *, by: User, second: User, note: str) -> None:
    try:
        with transaction.atomic():
            submit(entry, by=by, note=note[:1000])
            release(entry, by=second)
    except Refusal:
        # Something is missing by today's rules, or needs the Stellungnahme: it stays a draft and goes the normal way.
        return
