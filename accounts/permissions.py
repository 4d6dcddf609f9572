"""One answer to the question "may this person do that here?"

A person's active roles are read once per user object (one request, one task), so lists need no further query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, PlatformGrant
from accounts.rules import roles

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Department, Municipality, User

_CACHE = "_active_rights"
_ENTERED = "_entered_municipalities"


@dataclass(frozen=True)
class Right:
    """What one membership gives: permissions in a municipality, for a branch of departments or for all."""

    municipality_id: int | None
    permissions: dict[str, str]
    department_path: str | None
    role: str


def rights(user: User | AnonymousUser) -> list[Right]:
    """The rights of a person today; empty for strangers and for people who were switched off."""
    if not user.is_authenticated or not user.is_active:
        return []
    cached: list[Right] | None = getattr(user, _CACHE, None)
    if cached is None:
        cached = _load(user)
        setattr(user, _CACHE, cached)
    return cached


def forget(user: User) -> None:
    """Drop what was read, after a change of roles inside the same request."""
    if hasattr(user, _CACHE):
        delattr(user, _CACHE)


def preload(users: Iterable[User]) -> None:
    """Read the rights of many people in one query, before asking for each of them."""
    people = [user for user in users if user.is_active and not hasattr(user, _CACHE)]
    rows: dict[int, list[Membership]] = {user.pk: [] for user in people}
    for row in _active_memberships().filter(user__in=rows):
        rows[row.user_id].append(row)
    for user in people:
        setattr(user, _CACHE, _rights_of(user, rows[user.pk]))


def _active_memberships() -> QuerySet[Membership]:
    return Membership.objects.active().select_related("department", "municipality")


def _load(user: User) -> list[Right]:
    return _rights_of(user, _active_memberships().filter(user=user))


def _rights_of(user: User, rows: Iterable[Membership]) -> list[Right]:
    found = []
    is_operator = False
    for row in rows:
        if row.municipality is not None and not row.municipality.is_active:
            continue
        is_operator = is_operator or row.role == roles.PLATTFORM
        table = roles.DELEGABLE if row.is_delegation else roles.ROLES[row.role]
        path = row.department.path if row.department else None
        found.append(Right(row.municipality_id, table, path, row.role))
    entered: frozenset[int] = getattr(user, _ENTERED, frozenset())
    if is_operator and entered:
        grants = PlatformGrant.objects.active().filter(operator=user, municipality__is_active=True)
        found += [
            Right(pk, roles.GRANTED_TO_OPERATOR, None, roles.PLATTFORM)
            for pk in set(grants.values_list("municipality_id", flat=True))
            if pk in entered
        ]
    return found


def has_grant(user: User | AnonymousUser, municipality: Municipality | int) -> bool:
    """True if the municipality lets this operator read its contents today."""
    pk = municipality if isinstance(municipality, int) else municipality.pk
    if not any(right.role == roles.PLATTFORM for right in rights(user)):
        return False
    return PlatformGrant.objects.active().filter(operator_id=user.pk, municipality_id=pk).exists()


def enter(user: User, *municipalities: Municipality | int) -> None:
    """From here on the grants count. A grant alone shows nothing: entering is an act, and it is on record."""
    pks = {m if isinstance(m, int) else m.pk for m in municipalities}
    setattr(user, _ENTERED, frozenset(getattr(user, _ENTERED, frozenset()) | pks))
    forget(user)


def has(
    user: User | AnonymousUser,
    permission: str,
    *,
    municipality: Municipality | int | None = None,
    department: Department | None = None,
) -> bool:
    """True if the person holds the permission there. Without a department an OWN right counts for the municipality."""
    assert permission in roles.PERMISSIONS, permission
    wanted = municipality if isinstance(municipality, int) or municipality is None else municipality.pk
    for right in rights(user):
        scope = right.permissions.get(permission)
        if scope is None or right.municipality_id != wanted:
            continue
        if scope == roles.ALL:
            return True
        if right.department_path and (department is None or department.path.startswith(right.department_path)):
            return True
    return False


def on(user: User | AnonymousUser, permission: str, obj: object) -> bool:
    """The same for an object with `municipality_id` and, where it has one, `department`."""
    department = getattr(obj, "department", None)
    if department is None and hasattr(obj, "department"):
        # Nobody's department: only a right over the whole municipality reaches it.
        return has_all(user, permission, obj.municipality_id)  # type: ignore[attr-defined]
    return has(user, permission, municipality=obj.municipality_id, department=department)  # type: ignore[attr-defined]


def has_all(user: User | AnonymousUser, permission: str, municipality: int) -> bool:
    """True if the person holds the permission in the whole municipality."""
    return any(
        right.municipality_id == municipality and right.permissions.get(permission) == roles.ALL
        for right in rights(user)
    )


def municipality_ids(user: User | AnonymousUser, permission: str | None = None) -> set[int]:
    """The municipalities in which the person holds the permission (or any role)."""
    return {
        right.municipality_id
        for right in rights(user)
        if right.municipality_id is not None and (permission is None or permission in right.permissions)
    }


def left(user: User | AnonymousUser) -> QuerySet[Membership, dict[str, Any]]:
    """The municipalities in which the person once had a role and has none any more, for use in a query."""
    over = Q(ended_at__isnull=False) | Q(valid_until__lt=timezone.localdate())
    rows = Membership.objects.filter(over, user_id=user.pk, municipality__isnull=False)
    return rows.exclude(municipality_id__in=municipality_ids(user)).values("municipality_id")


def scope(
    user: User | AnonymousUser,
    permission: str,
    *,
    municipality: str = "municipality_id",
    department: str = "department",
) -> Q:
    """Filter of the rows on which the person holds the permission; start of every `visible_to`."""
    whole: set[int] = set()
    query = Q(pk__in=[])
    for right in rights(user):
        given = right.permissions.get(permission)
        if given is None or right.municipality_id is None:
            continue
        if given == roles.ALL:
            whole.add(right.municipality_id)
        elif right.department_path:
            query |= Q(
                **{municipality: right.municipality_id, f"{department}__path__startswith": right.department_path}
            )
    return query | Q(**{f"{municipality}__in": whole}) if whole else query


def holders(permission: str, municipality: Municipality | int, *, department: Department | None = None) -> list[User]:
    """Active people who hold the permission there, e.g. to tell them that something waits."""
    pk = municipality if isinstance(municipality, int) else municipality.pk
    names = [role for role, table in roles.ROLES.items() if permission in table]
    delegable = permission in roles.DELEGABLE
    rows = (
        Membership.objects.active()
        .filter(municipality_id=pk, user__is_active=True)
        .filter(Q(role__in=names, delegated_by__isnull=True) | Q(delegated_by__isnull=not delegable))
        .select_related("user", "department")
        .order_by("user_id")
    )
    people = {}
    for row in rows:
        table = roles.DELEGABLE if row.is_delegation else roles.ROLES[row.role]
        given = table.get(permission)
        in_branch = row.department and department and department.path.startswith(row.department.path)
        if given == roles.ALL or (given == roles.OWN and in_branch):
            people[row.user_id] = row.user
    return list(people.values())


def ever_held(permission: str, municipality: Municipality | int) -> set[int]:
    """The people who hold the permission there by a role of their own or as deputies, or once did."""
    pk = municipality if isinstance(municipality, int) else municipality.pk
    names = [role for role, table in roles.ROLES.items() if permission in table]
    rows = Membership.objects.filter(municipality_id=pk, role__in=names, delegated_by__isnull=True)
    return set(rows.values_list("user_id", flat=True))


def stands_in_for(user: User, permission: str, municipality: Municipality | int) -> User | None:
    """The colleague in whose place the person holds a permission there; None for somebody who holds it themselves."""
    pk = municipality if isinstance(municipality, int) else municipality.pk
    names = [role for role, table in roles.ROLES.items() if permission in table]
    rows = Membership.objects.active().filter(user=user, municipality_id=pk, role__in=names, delegated_by__isnull=True)
    held = list(rows.select_related("deputy_for__user").order_by("pk"))
    if not held or any(row.deputy_for is None for row in held):
        return None
    return held[0].deputy_for.user  # type: ignore[union-attr]
