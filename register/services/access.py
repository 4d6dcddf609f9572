"""Checks that every service of the register begins with."""

from __future__ import annotations

from django.db import models

from accounts import permissions
from accounts.models import Municipality, User
from core.errors import Conflict, NotAllowed
from register import workflow
from register.models import Entry
from register.models.entry import valid_grants

EDIT_GRANT = "change_entry"


def allowed(user: User, permission: str, entry: Entry) -> bool:
    """By role, or for editing and reading also by a grant on the single entry."""
    if permissions.on(user, permission, entry):
        return True
    if permission not in ("entry.view", "entry.edit"):
        return False
    grants = valid_grants(user).filter(content_object=entry)
    if permission == "entry.edit":
        grants = grants.filter(permission__codename=EDIT_GRANT)
    return user.is_active and grants.exists()


def require(user: User, permission: str, entry: Entry) -> None:
    if not allowed(user, permission, entry):
        raise NotAllowed()


def locked(entry: Entry) -> Entry:
    """The entry as it is now in the database, locked until the transaction ends."""
    return (
        Entry.objects.select_for_update(of=("self",))
        .select_related("municipality", "department", "last_edited_by")
        .get(pk=entry.pk)
    )


def one_at_a_time(municipality: Municipality) -> None:
    """Whoever makes or renames something waits here, so that two of the same name meet in a sentence, not an error."""
    Municipality.objects.select_for_update(no_key=True).filter(pk=municipality.pk).values("pk").get()


def locked_for_edit(entry: Entry, *, by: User, version: int | None = None) -> Entry:
    """Locked, editable by this person, and still the version the person saw."""
    current = locked(entry)
    require(by, "entry.edit", current)
    if current.review_state not in workflow.EDITABLE:
        raise Conflict("Der Eintrag ist in Prüfung und deshalb gesperrt. Holen Sie ihn zuerst aus der Prüfung zurück.")
    if version is not None and current.version != version:
        raise Conflict(
            f"{current.last_edited_by} hat den Eintrag inzwischen geändert. Ihre Angaben wurden nicht gespeichert. "
            "Bitte vergleichen Sie und speichern Sie dann erneut."
        )
    return current


def validated(obj: models.Model) -> models.Model:
    """Check a row against its fields and constraints; raises ValidationError with German messages per field."""
    # Relations are checked by the services; one existence query each would be wasted here.
    obj.full_clean(exclude=[field.name for field in obj._meta.fields if field.is_relation])
    return obj
