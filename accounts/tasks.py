"""Mails of this room. Every job asks again, at the time of sending, whether the person may still be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts import permissions, services
from accounts.models import Invitation, Notification, TenantList, User
from accounts.services.invitations import VALID_DAYS, token_of
from accounts.services.tenant_lists import KIND as TENANT_LIST
from core import jobs
from core.errors import JobFailed, Refusal
from core.models import Job


def absolute(path: str) -> str:
    """Links in mails come from the configured address alone, and only lead to ourselves."""
    own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return f"{settings.BASE_URL}{path}" if own else str(settings.BASE_URL)


def password_link(user: User) -> str:
    """A one-time link to set a password: used once, or too old, it leads nowhere."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return absolute(reverse("accounts:new-password", args=[uid, default_token_generator.make_token(user)]))


def _send(subject: str, template: str, to: str, **context: object) -> None:
    text = render_to_string(f"accounts/mail/{template}.txt", {**context, "base_url": settings.BASE_URL})
    send_mail(" ".join(subject.split()), text.strip() + "\n", None, [to])


@jobs.handler("notification-mail")
def mail_notification(job: Job) -> None:
    with transaction.atomic():
        rows = Notification.objects.select_for_update(of=("self",)).select_related("user", "municipality")
        row = rows.filter(uuid=job.key, mailed_at__isnull=True).first()
        if row is None or not _may_be_told(row):
            return
        _send(row.text, "notification", row.user.email, notification=row, link=absolute(row.url))
        row.mailed_at = timezone.now()
        row.save(update_fields=["mailed_at"])


def _may_be_told(row: Notification) -> bool:
    user = row.user
    if not (user.is_active and user.email and user.mail_notifications):
        return False
    return row.municipality_id is None or row.municipality_id in permissions.municipality_ids(user)


@jobs.handler("invitation-mail")
def mail_invitation(job: Job) -> None:
    with transaction.atomic():
        rows = Invitation.objects.open().filter(municipality__is_active=True, mailed_at__isnull=True)
        wanted = rows.filter(uuid=job.key).first()
        if wanted is None:
            return
        # Whoever serves many municipalities gets one message for all of them, from the first job that runs.
        rows = rows.filter(email=wanted.email, invited_by=wanted.invited_by_id)
        rows = rows.select_for_update(of=("self",)).select_related("municipality", "department", "invited_by")
        together = list(rows.order_by("pk"))
        if not together:
            return
        links = [absolute(reverse("accounts:invitation", args=[token_of(row)])) for row in together]
        context = {"invitations": list(zip(together, links, strict=True)), "by": wanted.invited_by, "days": VALID_DAYS}
        _send(_invited_to(together), "invitation", wanted.email, **context)
        rows.model.objects.filter(pk__in=[row.pk for row in together]).update(mailed_at=timezone.now())


def _invited_to(invitations: list[Invitation]) -> str:
    towns = {row.municipality_id: row.municipality.name for row in invitations}
    if len(towns) == 1:
        return _("Einladung in das KI-Register: %(name)s") % {"name": next(iter(towns.values()))}
    return _("Einladung in das KI-Register: %(number)d Kommunen") % {"number": len(towns)}


@jobs.handler("password-reset-mail")
def mail_password_reset(job: Job) -> None:
    """Without a person behind it the job does nothing: it was asked for so that nobody can tell."""
    user = User.objects.filter(pk=job.data.get("user"), is_active=True).first()
    if user is None or not user.email or not user.has_usable_password():
        return
    _send(_("Neues Kennwort für das KI-Register"), "password_reset", user.email, user=user, link=password_link(user))


@jobs.handler(TENANT_LIST)
def create_tenants(job: Job) -> None:
    # One transaction follows, which shows nothing of itself until it is over.
    jobs.progress(job, stage=_("Kommunen werden angelegt"), percent=20)
    try:
        found = TenantList.objects.get(uuid=job.key)
        services.create_tenants(found, by=User.objects.get(pk=job.data["by"]))
    except Refusal as refusal:
        raise JobFailed(refusal.message) from refusal
