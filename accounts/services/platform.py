"""What operators of the platform do, what they may see, and who lets them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership, Municipality, PlatformGrant, User
from accounts.rules import roles
from accounts.services import invitations
from accounts.services.checks import require, validated
from accounts.services.municipalities import create_municipality
from core import audit
from core.errors import Conflict, NotAllowed


@transaction.atomic
def found_municipality(*, by: User, admin: str, ars: str, name: str, slug: str, kind: str) -> Municipality:
    """A new tenant and the invitation of its first administrator, who invites everybody else."""
    municipality = create_municipality(by=by, ars=ars, name=name, slug=slug, kind=kind)
    invitations.send(municipality, by=by, email=admin, role=roles.VERWALTUNG)
    return municipality


@transaction.atomic
def grant_platform_access(
    municipality: Municipality, *, by: User, operator: User, reason: str, valid_until: date
) -> PlatformGrant:
    """Let one operator of the platform read what is stored here, until a day."""
    require(by, "settings.manage", municipality)
    if not Membership.objects.active().filter(user=operator, role=roles.PLATTFORM, user__is_active=True).exists():
        raise Conflict(_("Diese Person gehört nicht zum Plattformbetrieb."))
    if valid_until < timezone.localdate():
        raise Conflict(_("Das Enddatum liegt in der Vergangenheit."))
    grant = PlatformGrant(
        municipality=municipality, operator=operator, reason=reason, granted_by=by, valid_until=valid_until
    )
    validated(grant)
    grant.save()
    data = {"operator": str(operator.uuid), "reason": reason, "until": valid_until.isoformat()}
    audit.record("accounts.platform_grant.given", grant, by=by, data=data)
    return grant


@transaction.atomic
def end_platform_access(grant: PlatformGrant, *, by: User) -> None:
    require(by, "settings.manage", grant.municipality_id)
    current = PlatformGrant.objects.select_for_update().get(pk=grant.pk)
    if current.ended_at is None:
        current.ended_at = timezone.now()
        current.save(update_fields=["ended_at"])
        audit.record("accounts.platform_grant.ended", current, by=by)


@transaction.atomic
def enter_granted(municipality: Municipality, *, by: User) -> None:
    """An operator opens a municipality that let them in. Every entering leaves a record there."""
    if not permissions.has_grant(by, municipality):
        raise NotAllowed()
    audit.record("accounts.platform.entered", municipality, by=by)
    permissions.enter(by, municipality)
