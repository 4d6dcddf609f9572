"""Who may do what where, and the ways in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.municipalities import Department, Municipality
from accounts.rules import roles

if TYPE_CHECKING:
    from accounts.models.people import User


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        today = timezone.localdate()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            ended_at__isnull=True,
        )

    def visible_to(self, user: User) -> MembershipQuerySet:
        from accounts import permissions

        return self.filter(municipality_id__in=permissions.municipality_ids(user, "people.manage"))


class Membership(models.Model):
    """One role of one person in one municipality. Ended, never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(_("Rolle"), max_length=20, choices=list(roles.LABELS.items()))
    department = models.ForeignKey(
        Department, verbose_name=_("Amt"), on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    valid_from = models.DateField(_("gilt ab"), null=True, blank=True)
    valid_until = models.DateField(_("gilt bis"), null=True, blank=True)
    delegated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="delegations"
    )
    deputy_for = models.ForeignKey(
        "self",
        verbose_name=_("Vertretung für"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputies",
    )
    reason = models.CharField(_("Anlass"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("Rolle einer Person")
        verbose_name_plural = _("Rollen der Personen")
        constraints = [
            CheckConstraint(
                condition=Q(role=roles.PLATTFORM, municipality__isnull=True)
                | (~Q(role=roles.PLATTFORM) & Q(municipality__isnull=False)),
                name="membership_platform_has_no_municipality",
                violation_error_message=_("Nur der Plattformbetrieb gehört zu keiner Kommune."),
            ),
            CheckConstraint(
                condition=~Q(role=roles.FACHAMT) | Q(department__isnull=False),
                name="membership_fachamt_needs_department",
                violation_error_message=_("Für die Rolle Fachamt wählen Sie bitte ein Amt."),
            ),
            CheckConstraint(
                condition=Q(delegated_by__isnull=True, deputy_for__isnull=True) | Q(valid_until__isnull=False),
                name="membership_deputy_is_dated",
                violation_error_message=_("Eine Vertretung oder Übertragung braucht ein Enddatum."),
            ),
            CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="membership_dates_in_order",
                violation_error_message=_("Das Ende liegt vor dem Beginn."),
            ),
            CheckConstraint(
                condition=Q(delegated_by__isnull=True) | ~Q(delegated_by=F("user")),
                name="membership_not_delegated_to_self",
                violation_error_message=_("Sie können die Freigabe nicht sich selbst übertragen."),
            ),
            UniqueConstraint(
                fields=["user", "municipality", "role", "department"],
                condition=Q(ended_at__isnull=True, deputy_for__isnull=True, delegated_by__isnull=True),
                nulls_distinct=False,
                name="membership_once",
                violation_error_message=_("Diese Person hat diese Rolle schon."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}" if self.municipality_id else "instance"

    @property
    def is_delegation(self) -> bool:
        return self.delegated_by_id is not None


class PlatformGrantQuerySet(models.QuerySet["PlatformGrant"]):
    def active(self) -> PlatformGrantQuerySet:
        return self.filter(ended_at__isnull=True, valid_until__gte=timezone.localdate())

    def visible_to(self, user: User) -> PlatformGrantQuerySet:
        from accounts import permissions

        return self.filter(municipality_id__in=permissions.municipality_ids(user, "settings.manage"))


class PlatformGrant(models.Model):
    """A municipality lets one platform operator read its contents until a day."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="platform_grants")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="platform_grants")
    reason = models.CharField(_("Anlass"), max_length=300)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateField(_("gilt bis"))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PlatformGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("Einblick für den Plattformbetrieb")
        verbose_name_plural = _("Einblicke für den Plattformbetrieb")
        constraints = [
            CheckConstraint(
                condition=~Q(granted_by=F("operator")),
                name="platform_grant_by_another_person",
                violation_error_message=_("Einblick gewährt die Kommune, nicht der Plattformbetrieb selbst."),
            )
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> InvitationQuerySet:
        from accounts import permissions

        return self.filter(municipality_id__in=permissions.municipality_ids(user, "people.manage"))

    def open(self) -> InvitationQuerySet:
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gte=timezone.now())


class Invitation(models.Model):
    """The only way into a municipality: a role offered to an e-mail address, taken once."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("E-Mail-Adresse"))
    role = models.CharField(
        _("Rolle"), max_length=20, choices=[(k, v) for k, v in roles.LABELS.items() if k != roles.PLATTFORM]
    )
    department = models.ForeignKey(
        Department, verbose_name=_("Amt"), on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    valid_until = models.DateField(_("Rolle gilt bis"), null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Einladung")
        verbose_name_plural = _("Einladungen")
        constraints = [
            CheckConstraint(
                condition=~Q(role=roles.FACHAMT) | Q(department__isnull=False),
                name="invitation_fachamt_needs_department",
                violation_error_message=_("Für die Rolle Fachamt wählen Sie bitte ein Amt."),
            )
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class SignInService(models.Model):
    """OpenID Connect of one municipality. Identities are keyed by issuer and subject."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="sign_in_service")
    issuer = models.URLField(
        _("Aussteller (Issuer)"), max_length=300, help_text=_("Adresse Ihres Anmeldedienstes, beginnt mit https://.")
    )
    client_id = models.CharField(_("Client-Kennung"), max_length=200)
    # Sealed with the instance's key (accounts.vault), never shown again.
    client_secret = models.TextField(_("Client-Geheimnis"), max_length=2000, blank=True)
    label = models.CharField(_("Beschriftung der Anmeldung"), max_length=80, blank=True)
    is_active = models.BooleanField(_("eingeschaltet"), default=False)

    class Meta:
        verbose_name = _("Anmeldedienst")
        verbose_name_plural = _("Anmeldedienste")

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
