"""Writes about municipalities and their departments."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CoatOfArms, Department, Membership, Municipality, MunicipalityVersion, User
from accounts.rules import authorities, coats, keys
from accounts.services.checks import locked, require, require_own_department, validated
from core import audit
from core.errors import Conflict

# How its citizens' pages look and what they say; for those too who keep the register.
PUBLIC_PAGE = ("accent", "own_host", "unpublished_note")
# What the municipality itself keeps up to date; its key, slug and Land belong to the operator.
EDITABLE = (
    "name",
    "kind",
    "size",
    "website",
    "mailbox",
    "open_data_licence",
    "controller_name",
    "controller_address",
    "controller_phone",
    "controller_email",
    "joint_controller",
    "representative",
    "dpo_name",
    "dpo_external",
    "dpo_address",
    "dpo_phone",
    "dpo_email",
    "supervisory_authority",
    "supervisory_authority_address",
    "supervisory_authority_url",
    *PUBLIC_PAGE,
)


@transaction.atomic
def create_municipality(*, by: User | None, ars: str, name: str, slug: str, **values: Any) -> Municipality:
    """A new tenant. `by=None` is the command line of the operator."""
    require(by, "platform.manage")
    ars = keys.clean_ars(ars)
    proposed = authorities.for_land(keys.land_of(ars))
    municipality = Municipality(ars=ars, name=name, slug=slug, land=keys.land_of(ars), **{**proposed, **values})
    municipality.full_clean()
    municipality.save()
    _keep(municipality)
    audit.record("accounts.municipality.created", municipality, by=by, data={"ars": ars, "name": name})
    return municipality


@transaction.atomic
def update_municipality(
    municipality: Municipality, *, by: User | None, changes: Mapping[str, Any], version: int
) -> Municipality:
    """Change the data of the municipality; `version` is the one the person has seen."""
    require(by, "public_page.manage" if changes.keys() <= set(PUBLIC_PAGE) else "settings.manage", municipality)
    current = locked(municipality)
    if current.version != version:
        raise Conflict()
    changed = [name for name in EDITABLE if name in changes and getattr(current, name) != changes[name]]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, changes[name])
    current.version += 1
    current.full_clean()
    current.save()
    _keep(current)
    audit.record("accounts.municipality.changed", current, by=by, data={"fields": changed})
    return current


def _keep(municipality: Municipality) -> None:
    """Append how the municipality reads from now on. Its row is locked or new."""
    content = {key: getattr(municipality, key) for key in EDITABLE}
    MunicipalityVersion.objects.create(
        municipality=municipality, number=municipality.version, content=content, at=timezone.now()
    )


@transaction.atomic
def set_coat(municipality: Municipality, *, by: User | None, content: bytes | None) -> Municipality:
    """Another coat of arms on the public pages; `None` takes it away. Raises ValidationError on an unfit picture."""
    require(by, "public_page.manage", municipality)
    current = locked(municipality)
    if content is None:
        CoatOfArms.objects.filter(municipality=current).delete()
        current.coat_digest = current.coat_type = ""
    else:
        try:
            picture = coats.clean(content)
        except coats.UnfitPicture as error:
            raise ValidationError({"file": str(error)}) from error
        CoatOfArms.objects.update_or_create(municipality=current, defaults={"content": picture.content})
        current.coat_digest = hashlib.sha256(picture.content).hexdigest()
        current.coat_type = picture.media_type
    # The public pages change with the version.
    current.version += 1
    current.save(update_fields=["coat_digest", "coat_type", "version"])
    _keep(current)
    audit.record("accounts.municipality.coat_set", current, by=by, data={"sha256": current.coat_digest})
    return current


@transaction.atomic
def set_municipality_active(municipality: Municipality, *, by: User | None, active: bool) -> Municipality:
    """Switch a tenant off (nobody works in it any more; what is published stays) or on again."""
    require(by, "platform.manage")
    current = locked(municipality)
    if current.is_active == active:
        return current
    current.is_active = active
    current.save(update_fields=["is_active"])
    audit.record(f"accounts.municipality.{'activated' if active else 'deactivated'}", current, by=by)
    return current


@transaction.atomic
def create_department(
    municipality: Municipality, *, by: User | None, name: str, parent: Department | None = None, mailbox: str = ""
) -> Department:
    require(by, "settings.manage", municipality)
    require_own_department(parent, municipality)
    department = Department(municipality=municipality, name=name, parent=parent, mailbox=mailbox)
    validated(department)
    department.save()
    department.path = f"{parent.path if parent else '/'}{department.pk}/"
    department.save(update_fields=["path"])
    audit.record("accounts.department.created", department, by=by, data={"name": name})
    return department


@transaction.atomic
def update_department(
    department: Department, *, by: User | None, name: str, parent: Department | None, mailbox: str = ""
) -> Department:
    """Rename a department or move it with everything below it."""
    require(by, "settings.manage", department.municipality_id)
    municipality = locked(department.municipality_id)
    current = Department.objects.get(pk=department.pk)
    parent = Department.objects.get(pk=parent.pk) if parent is not None else None
    require_own_department(parent, municipality)
    if parent is not None and parent.path.startswith(current.path):
        raise Conflict(_("Ein Amt kann nicht zu sich selbst oder zu einem Amt darunter gehören."))
    moved = current.parent_id != (parent.pk if parent else None)
    before = {"name": current.name, "parent": current.parent_id}
    current.name, current.parent, current.mailbox = name, parent, mailbox
    validated(current)
    current.save()
    if moved:
        _move_branch(current, f"{parent.path if parent else '/'}{current.pk}/")
    after = {"name": name, "parent": current.parent_id}
    audit.record("accounts.department.changed", current, by=by, data={"before": before, "after": after})
    return current


def _move_branch(department: Department, path: str) -> None:
    old = department.path
    branch = Department.objects.filter(municipality_id=department.municipality_id, path__startswith=old)
    branch.update(path=Concat(Value(path), Substr(F("path"), len(old) + 1)))
    department.path = path


@transaction.atomic
def set_department_active(department: Department, *, by: User | None, active: bool) -> Department:
    """Close a department for new entries and people, or open it again. What it holds stays."""
    require(by, "settings.manage", department.municipality_id)
    locked(department.municipality_id)
    current = Department.objects.get(pk=department.pk)
    if current.is_active == active:
        return current
    if not active and Membership.objects.active().filter(department__path__startswith=current.path).exists():
        raise Conflict(
            _("In diesem Amt oder darunter haben noch Personen eine Rolle. Ändern oder beenden Sie diese zuerst.")
        )
    if not active and current.children.filter(is_active=True).exists():
        raise Conflict(_("Unter diesem Amt gibt es noch offene Ämter. Schließen Sie diese zuerst."))
    current.is_active = active
    current.save(update_fields=["is_active"])
    audit.record(f"accounts.department.{'opened' if active else 'closed'}", current, by=by)
    return current
