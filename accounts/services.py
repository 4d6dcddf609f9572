"""Writes about people and municipalities. (Minimal start; grows with the pages.)"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Department, Membership, Municipality, Notification, User
from accounts.rules import keys
from core import audit, jobs
from core.errors import NotAllowed
from accounts import permissions


@transaction.atomic
def create_municipality(*, by: User | None, ars: str, name: str, slug: str, **values: object) -> Municipality:
    """A new tenant. `by=None` is the command line of the operator."""
    if by is not None and not permissions.has(by, "platform.manage"):
        raise NotAllowed()
    ars = keys.clean_ars(ars)
    municipality = Municipality(ars=ars, name=name, slug=slug, land=keys.land_of(ars), **values)
    municipality.full_clean()
    municipality.save()
    audit.record("accounts.municipality.created", municipality, by=by, data={"ars": ars, "name": name})
    return municipality


@transaction.atomic
def create_department(
    municipality: Municipality, *, by: User | None, name: str, parent: Department | None = None, mailbox: str = ""
) -> Department:
    if by is not None and not permissions.has(by, "settings.manage", municipality=municipality):
        raise NotAllowed()
    if parent is not None and parent.municipality_id != municipality.pk:
        raise NotAllowed("Das übergeordnete Amt gehört zu einer anderen Kommune.")
    department = Department(municipality=municipality, name=name, parent=parent, mailbox=mailbox)
    department.full_clean(exclude=["municipality", "parent"])
    department.save()
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save(update_fields=["path"])
    audit.record("accounts.department.created", department, by=by, data={"name": name})
    return department


@transaction.atomic
def give_role(
    user: User,
    *,
    by: User | None,
    municipality: Municipality | None,
    role: str,
    department: Department | None = None,
    **values: object,
) -> Membership:
    """Give a person a role. `by=None` is the command line of the operator."""
    if by is not None and not permissions.has(by, "people.manage", municipality=municipality):
        raise NotAllowed()
    if department is not None and department.municipality_id != getattr(municipality, "pk", None):
        raise NotAllowed("Das Amt gehört zu einer anderen Kommune.")
    membership = Membership(
        user=user, municipality=municipality, role=role, department=department, created_by=by, **values
    )
    membership.full_clean(exclude=["user", "municipality", "department", "created_by"])
    membership.save()
    permissions.forget(user)
    audit.record("accounts.role.given", membership, by=by, data={"person": str(user.uuid), "role": role})
    return membership


@transaction.atomic
def notify(
    users: Iterable[User], text: str, *, url: str = "", municipality: Municipality | None = None
) -> list[Notification]:
    """Store one message for each person; a worker mails a copy to those who want it."""
    people = {user.pk: user for user in users if user.is_active}
    rows = Notification.objects.bulk_create(
        Notification(user=user, municipality=municipality, text=text[:300], url=url) for user in people.values()
    )
    for row in rows:
        if people[row.user_id].mail_notifications and people[row.user_id].email:
            jobs.enqueue("notification-mail", str(row.uuid))
    return rows
