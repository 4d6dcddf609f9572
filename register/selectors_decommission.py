"""Which systems wait to be taken out of operation, and what is left to do for those that are."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts import permissions
from accounts.models import Municipality, User
from register.models import Decommission, DecommissionPoint


def waiting_for(user: User, municipality: Municipality) -> QuerySet[Decommission]:
    """Proposals of others that this person may confirm."""
    scope = permissions.scope(
        user, "entry.retire", municipality="entry__municipality_id", department="entry__department"
    )
    rows = Decommission.objects.waiting().filter(scope, entry__municipality=municipality).exclude(proposed_by=user)
    return rows.select_related("entry", "proposed_by").order_by("proposed_at", "pk")


def points_left_to(user: User, municipality: Municipality) -> QuerySet[DecommissionPoint]:
    """Open points of this person, the most urgent first."""
    rows = DecommissionPoint.objects.still_open().filter(responsible=user)
    visible = Decommission.objects.visible_to(user).filter(entry__municipality=municipality)
    return rows.filter(decommission__in=visible).select_related("decommission__entry").order_by("due", "pk")
