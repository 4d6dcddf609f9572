"""Reads that pages of this room and other rooms share. Every list costs the same few queries, however long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import permissions
from accounts.models import (
    AccessibilityStatement,
    CoatOfArms,
    Department,
    Membership,
    Municipality,
    MunicipalityVersion,
    PlatformGrant,
    User,
)
from accounts.rules import conflicts, roles

# Four eyes need two people; with fewer the register stands still as soon as one is away.
ENOUGH_FOR_RELEASE = 2


@dataclass
class Person:
    user: User
    roles: list[Membership] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """One municipality in which a person may work; `granted`: an operator may enter it."""

    municipality: Municipality
    granted: bool = False


def municipality_by_ars(ars: str) -> Municipality | None:
    return Municipality.objects.active().filter(ars=ars).first()


def coat_of(municipality: Municipality) -> bytes | None:
    found = CoatOfArms.objects.filter(municipality=municipality).values_list("content", flat=True).first()
    return bytes(found) if found is not None else None


def accessibility_of(municipality: Municipality) -> AccessibilityStatement | None:
    return AccessibilityStatement.objects.filter(municipality=municipality).first()


def person_by_username(username: str) -> User | None:
    return User.objects.filter(username=username, is_active=True).first()


def first_holder(permission: str, municipality: Municipality) -> User | None:
    """Somebody in whose name the command line may act where it must name a person."""
    return next(iter(permissions.holders(permission, municipality)), None)


def open_departments(municipality: Municipality) -> Iterable[Department]:
    return Department.objects.active().filter(municipality=municipality).order_by("sort_key", "pk")


def lasting(municipality: Municipality) -> QuerySet[Membership]:
    """Roles that are held now or begin later, with everything a list shows of them."""
    open_end = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
    rows = Membership.objects.filter(open_end, municipality=municipality, ended_at__isnull=True)
    return rows.select_related("user", "department", "deputy_for__user", "delegated_by")


def people(municipality: Municipality) -> list[Person]:
    """Everybody with a role here, by name."""
    found: dict[int, Person] = {}
    for row in lasting(municipality).order_by("user__last_name", "user__first_name", "user__username", "pk"):
        found.setdefault(row.user_id, Person(row.user)).roles.append(row)
    return list(found.values())


def in_two_minds(found: Iterable[Person]) -> list[tuple[User, list[str]]]:
    """People whose roles contradict each other, with the reasons."""
    pairs = [(person.user, conflicts.conflicts(row.role for row in person.roles)) for person in found]
    return [(user, reasons) for user, reasons in pairs if reasons]


def conflicting_roles(user: User, municipality: Municipality) -> list[str]:
    """The reasons why the roles of a person here contradict each other, those of a deputy included."""
    return conflicts.conflicts(lasting(municipality).filter(user=user).values_list("role", flat=True))


def former_people(municipality: Municipality) -> list[User]:
    """People who once had a role here and have none any more."""
    once = Membership.objects.filter(municipality=municipality).values("user_id")
    still = lasting(municipality).values("user_id")
    users = User.objects.filter(pk__in=once).exclude(pk__in=still)
    return list(users.order_by("last_name", "first_name", "username"))


def describe(membership: Membership) -> str:
    """A role in one line: "Fachamt, Bürgerbüro, bis 31.12.2026, Vertretung für Anna Beispiel"."""
    parts = [str(membership.get_role_display())]
    if membership.delegated_by is not None:
        parts = [f"Freigabe übertragen von {membership.delegated_by}"]
    if membership.department is not None:
        parts.append(membership.department.name)
    if membership.valid_from and membership.valid_from > timezone.localdate():
        parts.append(f"ab {membership.valid_from:%d.%m.%Y}")
    if membership.valid_until:
        parts.append(f"bis {membership.valid_until:%d.%m.%Y}")
    if membership.deputy_for is not None:
        parts.append(f"Vertretung für {membership.deputy_for.user}")
    return ", ".join(parts)


def can_release(municipality: Municipality) -> int:
    """How many people could release an entry today."""
    return len(permissions.holders("entry.release", municipality))


def department_tree(municipality: Municipality) -> list[Department]:
    """All departments, each followed by those below it; `depth` and `indent` are set."""
    children: dict[int | None, list[Department]] = {}
    for department in Department.objects.filter(municipality=municipality).order_by("sort_key", "pk"):
        children.setdefault(department.parent_id, []).append(department)
    found: list[Department] = []

    def walk(parent: int | None, depth: int) -> None:
        for department in children.get(parent, []):
            department.depth, department.indent = depth, "–\u00a0" * depth  # type: ignore[attr-defined]
            found.append(department)
            walk(department.pk, depth + 1)

    walk(None, 0)
    return found


def municipality_choices(user: User) -> list[Choice]:
    """Where a person may work, and for an operator what may be entered with a grant."""
    member_of = {
        right.municipality_id
        for right in permissions.rights(user)
        if right.municipality_id is not None and right.role != roles.PLATTFORM
    }
    granted: set[int] = set()
    if any(right.role == roles.PLATTFORM for right in permissions.rights(user)):
        granted = set(PlatformGrant.objects.active().filter(operator=user).values_list("municipality_id", flat=True))
    rows = Municipality.objects.active().filter(pk__in=member_of | granted)
    return [Choice(row, row.pk not in member_of) for row in rows.order_by("sort_key", "pk")]


def end_of(day: date) -> datetime:
    """The first moment after a day, in German time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def municipality_on(municipality: Municipality, day: date) -> tuple[dict[str, Any], date | None]:
    """What the municipality said about itself at the end of a day.

    Where nothing is kept from so early a day: the oldest that is kept, with the day from which it is known.
    """
    rows = MunicipalityVersion.objects.filter(municipality=municipality)
    found = rows.filter(at__lt=end_of(day)).order_by("-number").first()
    if found is not None:
        return found.content, None
    oldest = rows.order_by("number").first()
    return (oldest.content, timezone.localdate(oldest.at)) if oldest else ({}, timezone.localdate())
