"""People, municipalities, departments, and who may do what where."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Concat, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accounts.rules import keys, roles
from core.sorting import german_sort_key


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


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def visible_to(self, user: User) -> MunicipalityQuerySet:
        from accounts import permissions

        return self.filter(pk__in=permissions.municipality_ids(user))

    def active(self) -> MunicipalityQuerySet:
        return self.filter(is_active=True)


def validate_ars(value: str) -> None:
    try:
        keys.clean_ars(value)
    except keys.InvalidKey as error:
        raise ValidationError(str(error)) from error


class Municipality(models.Model):
    """A tenant. Every row of the register belongs to exactly one."""

    class Kind(models.TextChoices):
        TOWN = "town", _("Stadt")
        MUNICIPALITY = "municipality", _("Gemeinde")
        ASSOCIATION = "association", _("Gemeindeverband")
        DISTRICT = "district", _("Landkreis")
        SPECIAL_PURPOSE = "special_purpose", _("Zweckverband")
        OTHER = "other", _("andere öffentliche Stelle")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ars = models.CharField(
        _("Regionalschlüssel (ARS)"),
        max_length=12,
        unique=True,
        validators=[validate_ars],
        help_text=_("12 Ziffern, die führende Null gehört dazu."),
        error_messages={"unique": _("Zu diesem Regionalschlüssel gibt es schon eine Kommune.")},
    )
    ags = models.GeneratedField(
        expression=Concat(Substr("ars", 1, 5), Substr("ars", 10, 3)),
        output_field=models.CharField(max_length=8),
        db_persist=True,
        verbose_name=_("Gemeindeschlüssel (AGS)"),
    )
    name = models.CharField(_("Name"), max_length=120, help_text=_("So, wie er öffentlich erscheinen soll."))
    slug = models.SlugField(
        _("Adresse im öffentlichen Register"),
        max_length=60,
        unique=True,
        help_text=_("Nach /k/, zum Beispiel neustadt."),
    )
    kind = models.CharField(_("Art"), max_length=20, choices=Kind, default=Kind.MUNICIPALITY)
    land = models.CharField(_("Land"), max_length=2, choices=list(keys.LAENDER.items()))
    website = models.URLField(_("Internetseite"), blank=True)
    mailbox = models.EmailField(
        _("Funktionspostfach"), blank=True, help_text=_("Keine persönliche Adresse; sie erscheint öffentlich.")
    )
    controller_name = models.CharField(
        _("Verantwortlicher"),
        max_length=200,
        blank=True,
        help_text=_(
            "Art. 4 Nr. 7 DSGVO: meist die Kommune, vertreten durch die Bürgermeisterin oder den Bürgermeister."
        ),
    )
    controller_address = models.TextField(_("Anschrift des Verantwortlichen"), max_length=500, blank=True)
    controller_phone = models.CharField(_("Telefon des Verantwortlichen"), max_length=40, blank=True)
    controller_email = models.EmailField(_("E-Mail des Verantwortlichen"), blank=True)
    joint_controller = models.TextField(
        _("gemeinsam Verantwortliche"),
        max_length=1000,
        blank=True,
        help_text=_("Art. 26 DSGVO. Nur, wenn es sie gibt."),
    )
    representative = models.TextField(
        _("Vertreter des Verantwortlichen"),
        max_length=1000,
        blank=True,
        help_text=_("Art. 4 Nr. 17 DSGVO. Bei Kommunen in aller Regel leer."),
    )
    dpo_name = models.CharField(
        _("Datenschutzbeauftragte/r"), max_length=200, blank=True, help_text=_("Name oder Stelle, intern oder extern.")
    )
    dpo_external = models.BooleanField(_("extern bestellt"), default=False)
    dpo_address = models.TextField(_("Anschrift des Datenschutzes"), max_length=500, blank=True)
    dpo_phone = models.CharField(_("Telefon des Datenschutzes"), max_length=40, blank=True)
    dpo_email = models.EmailField(_("E-Mail des Datenschutzes"), blank=True)
    supervisory_authority = models.CharField(
        _("Aufsichtsbehörde"),
        max_length=200,
        blank=True,
        help_text=_("Nach dem Land vorgeschlagen. Bitte prüfen und wenn nötig ändern."),
    )
    supervisory_authority_address = models.TextField(_("Anschrift der Aufsichtsbehörde"), max_length=500, blank=True)
    supervisory_authority_url = models.URLField(_("Internetseite der Aufsichtsbehörde"), blank=True)
    is_active = models.BooleanField(_("aktiv"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    sort_key = models.GeneratedField(
        expression=german_sort_key("name"), output_field=models.CharField(max_length=240), db_persist=True
    )

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("Kommune")
        verbose_name_plural = _("Kommunen")
        ordering = ["sort_key", "pk"]
        constraints = [
            CheckConstraint(
                condition=Q(ars__regex=r"^(0[1-9]|1[0-6])[0-9]{3}[059][0-9]{6}$"),
                name="municipality_ars_structure",
                violation_error_message=_("Der Regionalschlüssel (ARS) ist nicht richtig aufgebaut."),
            ),
            CheckConstraint(
                condition=Q(land=Substr("ars", 1, 2)),
                name="municipality_land_matches_ars",
                violation_error_message=_("Das Land passt nicht zum Regionalschlüssel (ARS)."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:municipality", args=[self.slug])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.pk}"


class DepartmentQuerySet(models.QuerySet["Department"]):
    def visible_to(self, user: User) -> DepartmentQuerySet:
        from accounts import permissions

        return self.filter(municipality_id__in=permissions.municipality_ids(user))

    def active(self) -> DepartmentQuerySet:
        return self.filter(is_active=True)


class Department(models.Model):
    """An office of the municipality; `path` holds the tree as /1/5/9/ so that one prefix test finds a branch."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="departments")
    parent = models.ForeignKey(
        "self", verbose_name=_("gehört zu"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(_("Name"), max_length=120)
    mailbox = models.EmailField(_("Funktionspostfach"), blank=True)
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)
    is_active = models.BooleanField(_("aktiv"), default=True)
    sort_key = models.GeneratedField(
        expression=german_sort_key("name"), output_field=models.CharField(max_length=240), db_persist=True
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Amt")
        verbose_name_plural = _("Ämter")
        ordering = ["sort_key", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "parent", "name"],
                nulls_distinct=False,
                name="department_name_unique_in_branch",
                violation_error_message=_("An dieser Stelle gibt es schon ein Amt mit diesem Namen."),
            ),
            CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="department_not_its_own_parent",
                violation_error_message=_("Ein Amt kann nicht zu sich selbst gehören."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


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


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> NotificationQuerySet:
        return self.filter(user_id=user.pk) if user.pk else self.none()

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
