"""A sheet takes over what its AI systems say: asked for by a person, marked with where it comes from."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from compliance.models import ProcessingActivity
from compliance.offers import linked_systems, offers_for
from compliance.services import access
from compliance.services.activities import saved, set_values
from core.errors import Conflict
from register.models import Entry
from register.services.access import validated


@transaction.atomic
def take_over_from_systems(
    activity: ProcessingActivity, *, by: User, topic: str, digest: str, version: int | None = None
) -> ProcessingActivity:
    """`digest` stands for what the person was shown; when the register says something else by now, it is a Conflict."""
    activity = access.locked_for_edit(activity, by=by, version=version)
    readable = Entry.objects.visible_to(by).filter(activity_links__activity=activity)
    offer = next((one for one in offers_for(activity, linked_systems(readable)) if one.topic == topic), None)
    if offer is None or offer.digest != digest:
        raise Conflict("Das Register sagt inzwischen etwas anderes. Bitte sehen Sie sich die Angaben noch einmal an.")
    changed = [key for key, value in offer.values.items() if getattr(activity, key) != value]
    set_values(activity, offer.values, by=by)
    mark = {"systems": offer.systems, "on": timezone.localdate().isoformat()}
    activity.taken_from = {**activity.taken_from, **dict.fromkeys(changed, mark)}
    activity.last_changed_on = timezone.localdate()
    validated(activity)
    data = {"fields": sorted(changed), "systems": offer.systems}
    return saved(activity, by=by, action="compliance.activity.taken_over", data=data)
