"""What a person changes about their own account, and the ways back in."""

from __future__ import annotations

from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.services.checks import validated
from core import audit, jobs

# One mail per account in this time, however often somebody asks.
_RESET_WINDOW_SECONDS = 300


@transaction.atomic
def update_account(
    user: User, *, by: User, first_name: str, last_name: str, position: str, mail_notifications: bool
) -> User:
    assert user.pk == by.pk, "people change their own account only"
    values = {
        "first_name": first_name,
        "last_name": last_name,
        "position": position,
        "mail_notifications": mail_notifications,
    }
    changed = [name for name, value in values.items() if getattr(user, name) != value]
    if changed:
        for name in changed:
            setattr(user, name, values[name])
        user.clean_fields(exclude=["password"])
        user.save(update_fields=changed)
        audit.record("accounts.person.changed", user, by=by, data={"fields": changed})
    return user


@transaction.atomic
def create_person(email: str, *, by: None) -> tuple[User, bool]:
    """The command line's way to the first person; everybody else comes by invitation. False if known already."""
    email = email.strip().lower()
    validate_email(email)
    known = User.objects.filter(username__iexact=email).first()
    if known is not None:
        return known, False
    user = User(username=email, email=email)
    user.set_unusable_password()
    validated(user, without=("password",))
    user.save()
    audit.record("accounts.person.created", user, by=by, data={"person": str(user.uuid)})
    return user, True


@transaction.atomic
def set_password(user: User, *, by: User, password: str) -> None:
    """A new password. Its hash is part of every session's seal, so all other sessions end."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("accounts.password.changed", user, by=by)


def local_account(login: str) -> User | None:
    """The person who signs in with this name or e-mail address and a password here.

    People of a sign-in service are left out: an address that their service claims proves nothing.
    """
    login = login.strip()
    if not login:
        return None
    # What set_unusable_password() stores begins with an exclamation mark.
    found = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).exclude(password__startswith="!")  # noqa: S106
    people = list(found.order_by("pk")[:3])
    by_name = [user for user in people if user.username.lower() == login.lower()]
    candidates = by_name or people
    return candidates[0] if len(candidates) == 1 else None


@transaction.atomic
def request_password_reset(login: str) -> None:
    """Ask for the mail. Known or not, the same work is done, so neither answer nor time tells."""
    user = local_account(login)
    window = int(timezone.now().timestamp()) // _RESET_WINDOW_SECONDS
    key = sha256(f"{login.strip().lower()}:{window}".encode()).hexdigest()
    jobs.enqueue("password-reset-mail", key, data={"user": user.pk if user and user.is_active else None})
