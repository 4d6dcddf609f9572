"""Invitations: the only way into a municipality."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Department, Invitation, Membership, Municipality, User
from accounts.rules import roles
from accounts.services.checks import require, require_own_department, validated
from accounts.services.people import give_role
from core import audit, jobs
from core.errors import Conflict, NotAllowed

VALID_DAYS = 14


class Closed(Conflict):
    """The link is unknown, used, withdrawn or too old; the reader learns only that it does not work."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            _("Diese Einladung gilt nicht mehr. Bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung.")
        )


def token_of(invitation: Invitation) -> str:
    """The secret part of the link. It is computed again for the mail and stored as a digest only."""
    return salted_hmac("accounts.invitation", str(invitation.uuid), algorithm="sha256").hexdigest()


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def find(token: str, *, lock: bool = False) -> Invitation:
    """The open invitation behind a link; raises Closed."""
    rows = Invitation.objects.open().filter(municipality__is_active=True)
    if lock:
        rows = rows.select_for_update(of=("self",))
    rows = rows.select_related("municipality", "department", "invited_by")
    invitation = rows.filter(token_digest=digest_of(token)).first()
    if invitation is None:
        raise Closed()
    return invitation


@transaction.atomic
def invite(
    municipality: Municipality,
    *,
    by: User,
    email: str,
    role: str,
    department: Department | None = None,
    valid_until: date | None = None,
) -> Invitation:
    require(by, "people.manage", municipality)
    return send(municipality, by=by, email=email, role=role, department=department, valid_until=valid_until)


def send(
    municipality: Municipality,
    *,
    by: User,
    email: str,
    role: str,
    department: Department | None = None,
    valid_until: date | None = None,
) -> Invitation:
    """Write the invitation and ask for the mail; who may do that was checked by the caller."""
    require_own_department(department, municipality)
    if role == roles.PLATTFORM:
        raise NotAllowed()
    email = email.strip().lower()
    if valid_until is not None and valid_until < timezone.localdate():
        raise Conflict(_("Das Enddatum liegt in der Vergangenheit."))
    if municipality.invitations.open().filter(email=email, role=role, department=department).exists():
        raise Conflict(_("Für diese Adresse und Rolle gibt es schon eine offene Einladung."))
    invitation = Invitation(
        municipality=municipality,
        email=email,
        role=role,
        department=department,
        valid_until=valid_until,
        invited_by=by,
        expires_at=timezone.now() + timedelta(days=VALID_DAYS),
    )
    invitation.token_digest = digest_of(token_of(invitation))
    validated(invitation)
    invitation.save()
    audit.record("accounts.invitation.sent", invitation, by=by, data={"role": role})
    jobs.enqueue("invitation-mail", str(invitation.uuid))
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User) -> None:
    require(by, "people.manage", invitation.municipality_id)
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if current.accepted_at is not None:
        raise Conflict(_("Diese Einladung ist schon angenommen. Beenden Sie stattdessen die Rolle."))
    if current.withdrawn_at is None:
        current.withdrawn_at = timezone.now()
        current.save(update_fields=["withdrawn_at"])
        audit.record("accounts.invitation.withdrawn", current, by=by)


@transaction.atomic
def accept_invitation(token: str, *, by: User) -> Membership:
    """A signed-in person takes the role. The address must be theirs: a forwarded link is not enough."""
    invitation = find(token, lock=True)
    if by.email.lower() != invitation.email.lower():
        raise NotAllowed(_("Diese Einladung gilt für eine andere E-Mail-Adresse als die Ihres Kontos."))
    return _take(invitation, by)


@transaction.atomic
def accept_as_new_person(token: str, *, first_name: str, last_name: str, password: str) -> User:
    """The invited person gets a local account; the e-mail address is the user name."""
    invitation = find(token, lock=True)
    if User.objects.filter(username__iexact=invitation.email).exists():
        raise Conflict(_("Zu dieser Adresse gibt es schon ein Konto. Bitte melden Sie sich an."))
    user = User(username=invitation.email, email=invitation.email, first_name=first_name, last_name=last_name)
    validate_password(password, user)
    user.set_password(password)
    _create(user, invitation)
    _take(invitation, user)
    return user


@transaction.atomic
def accept_with_identity(
    token: str, *, provider: str, subject: str, email: str, first_name: str = "", last_name: str = ""
) -> User:
    """The invited person gets an account that is bound to one issuer and subject, and to nothing else."""
    from allauth.socialaccount.models import SocialAccount

    invitation = find(token, lock=True)
    if email.lower() != invitation.email.lower():
        raise NotAllowed(_("Ihr Anmeldedienst nennt eine andere E-Mail-Adresse als die Einladung."))
    # The name tells nothing and never collides; people of a service do not sign in with it.
    name = f"dienst-{sha256(f'{provider} {subject}'.encode()).hexdigest()[:32]}"
    if SocialAccount.objects.filter(provider=provider, uid=subject).exists():
        raise Conflict(_("Zu dieser Anmeldung gibt es schon ein Konto. Bitte melden Sie sich an."))
    user = User(username=name, email=invitation.email, first_name=first_name[:150], last_name=last_name[:150])
    user.set_unusable_password()
    _create(user, invitation)
    SocialAccount.objects.create(user=user, provider=provider, uid=subject)
    _take(invitation, user)
    return user


def _create(user: User, invitation: Invitation) -> None:
    validated(user, without=("password",))
    user.save()
    data = {"person": str(user.uuid), "invitation": str(invitation.uuid)}
    audit.record("accounts.person.created", user, by=user, data=data, stream=invitation.audit_stream)


def _take(invitation: Invitation, user: User) -> Membership:
    here = Membership.objects.active().filter(user=user, municipality_id=invitation.municipality_id)
    if here.filter(role=invitation.role, department=invitation.department, delegated_by__isnull=True).exists():
        raise Conflict(_("Sie haben diese Rolle schon."))
    if invitation.valid_until is not None and invitation.valid_until < timezone.localdate():
        raise Closed()
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    # The right to give the role was checked when the invitation was sent; here the invited person acts.
    membership = give_role(
        user,
        by=None,
        municipality=invitation.municipality,
        role=invitation.role,
        department=invitation.department,
        valid_until=invitation.valid_until,
    )
    data = {"person": str(user.uuid), "role": invitation.role}
    audit.record("accounts.invitation.accepted", invitation, by=user, data=data)
    return membership
