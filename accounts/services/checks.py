"""What every service of this room begins with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Department, Membership, Municipality, User
from accounts.rules import roles
from core.errors import Conflict, NotAllowed


def require(by: User | None, permission: str, municipality: Municipality | int | None = None) -> None:
    """`by=None` is the command line of the operator, which asks nobody."""
    if by is not None and not permissions.has(by, permission, municipality=municipality):
        raise NotAllowed()


def require_own_department(department: Department | None, municipality: Municipality | None) -> None:
    if department is not None and department.municipality_id != getattr(municipality, "pk", None):
        raise NotAllowed(_("Das Amt gehört zu einer anderen Kommune."))


def locked(municipality: Municipality | int) -> Municipality:
    """The municipality's row, locked: two administrators cannot remove each other at the same moment."""
    pk = municipality if isinstance(municipality, int) else municipality.pk
    return Municipality.objects.select_for_update().get(pk=pk)


def keep_an_administrator(municipality_id: int, *, without: list[int]) -> None:
    """Somebody must be left who can manage people, without an end date and without being a deputy."""
    left = (
        Membership.objects.active()
        .filter(municipality_id=municipality_id, role=roles.VERWALTUNG, user__is_active=True)
        .filter(valid_until__isnull=True, deputy_for__isnull=True, delegated_by__isnull=True)
        .exclude(pk__in=without)
    )
    if not left.exists():
        raise Conflict(
            _(
                "Das ist die letzte Person mit der Rolle Verwaltung. Geben Sie diese Rolle zuerst einer zweiten Person, "
                "unbefristet."
            )
        )


def validated(obj: models.Model, *, without: tuple[str, ...] = ()) -> None:
    """Fields, uniqueness and constraints, with German messages. That relations exist the services have checked;
    leaving them out of full_clean() would leave out every constraint that names one."""
    relations = [field.name for field in obj._meta.fields if field.is_relation]
    obj.clean_fields(exclude=[*relations, *without])
    obj.validate_unique(exclude=[*relations, *without])
    obj.validate_constraints()
