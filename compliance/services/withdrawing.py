"""Taking back sheets that came from a list and never counted: in no list, no document and no count any more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from compliance.models import ProcessingActivity
from compliance.rules import vocabulary
from compliance.selectors import is_in_a_document
from compliance.services import access, rights
from core import audit
from core.errors import Conflict
from register.models import Entry


@transaction.atomic
def withdraw_activity(activity: ProcessingActivity, *, by: User, version: int | None = None) -> ProcessingActivity:
    """The sheet was never real. Its versions are append-only, so row and number stay, but nothing shows them."""
    activity = access.locked_for_edit(activity, by=by, version=version)
    if not activity.import_reference:
        raise Conflict("Zurücknehmen lässt sich nur, was aus einer Liste übernommen wurde.")
    if is_in_a_document(activity):
        raise Conflict("Die Verarbeitungstätigkeit steht schon in einer Fassung des Verarbeitungsverzeichnisses.")
    entries = [link.entry for link in activity.system_links.select_related("entry").order_by("entry_id")]
    _require_free(entries, by=by)
    activity.system_links.all().delete()
    for entry in entries:
        rights.set_rights(entry, by=by)
    activity.state, activity.ended_on = vocabulary.WITHDRAWN, None
    activity.version += 1
    activity.changed_by, activity.changed_at = by, timezone.now()
    activity.save()
    audit.record("compliance.activity.withdrawn", activity, by=by, data={"reference": activity.reference})
    return activity


def _require_free(entries: Iterable[Entry], *, by: User) -> None:
    for entry in entries:
        if not rights.can_take_blocks(entry, by=by):
            raise Conflict(
                f"Das KI-System „{entry.name}“ ist in Prüfung oder gehört einem anderen Amt. Solange lässt sich die "
                "Verknüpfung nicht lösen."
            )
