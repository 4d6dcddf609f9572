"""People, and what they are told."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accounts.models.municipalities import Municipality


def new_nonce() -> str:
    return secrets.token_hex(16)


class User(AbstractUser):
    """A person. What the person may do stands in the memberships, never here."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.CharField(
        _("Dienstbezeichnung"), max_length=120, blank=True, help_text=_("Zum Beispiel: Sachbearbeitung Wohngeld.")
    )
    mail_notifications = models.BooleanField(
        _("Benachrichtigungen auch per E-Mail"),
        default=True,
        help_text=_("Sie sehen jede Benachrichtigung auch nach der Anmeldung."),
    )
    # Part of every session's seal: a new value ends all sessions of the person at once.
    session_nonce = models.CharField(max_length=32, default=new_nonce, editable=False)

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("Personen")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def signs_in_locally(self) -> bool:
        return self.has_usable_password()

    def get_session_auth_hash(self) -> str:
        return self._session_seal(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_seal(secret)

    def _session_seal(self, secret: str | None) -> str:
        value = f"{self.password}:{self.session_nonce}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> NotificationQuerySet:
        """The person's own, while the person still has a role where they come from: they name entries."""
        from accounts import permissions

        if not user.pk:
            return self.none()
        here = Q(municipality__isnull=True) | Q(municipality_id__in=permissions.municipality_ids(user))
        return self.filter(here, user_id=user.pk)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """A stored message to one person; e-mail is a copy of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Benachrichtigung")
        verbose_name_plural = _("Benachrichtigungen")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notification_unread")]


class ObjectGrantBase(UserObjectPermissionBase):
    """Base of direct foreign-key permission rows: a room adds `content_object`; rows vanish with their object."""

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
