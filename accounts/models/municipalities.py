"""Tenants and their departments."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Concat, Substr
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules import coats, colours, hosts, keys
from accounts.rules.licences import OPEN_DATA_LICENCES
from accounts.rules.sizes import SIZES
from core.sorting import german_sort_key

if TYPE_CHECKING:
    from accounts.models.people import User


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


def validate_accent(value: str) -> None:
    if not colours.is_colour(value):
        raise ValidationError(_("Schreiben Sie die Farbe als # und sechs Zeichen aus 0 bis 9 und a bis f."))
    if colours.lowest(value, colours.LIGHT) < colours.ENOUGH:
        raise ValidationError(
            _(
                "Auf hellem Grund ist %(colour)s zu schwach (Kontrast unter 4,5 zu 1). Nehmen Sie zum Beispiel %(other)s."
            ),
            params={"colour": value, "other": colours.nearest(value, colours.LIGHT)},
        )


def validate_own_host(value: str) -> None:
    if not hosts.is_host(value):
        raise ValidationError(_("Schreiben Sie nur den Rechnernamen, zum Beispiel ki-register.neustadt.de."))
    if value in {urlsplit(settings.BASE_URL).hostname, *settings.ALLOWED_HOSTS}:
        raise ValidationError(_("Unter diesem Rechnernamen läuft schon das ganze Register. Wählen Sie einen eigenen."))


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
    size = models.CharField(
        _("Größenklasse"),
        max_length=10,
        choices=list(SIZES.items()),
        blank=True,
        help_text=_("Freiwillig. Andere Kommunen dieser Instanz finden damit Vorhaben von ähnlich großen."),
    )
    land = models.CharField(_("Land"), max_length=2, choices=list(keys.LAENDER.items()))
    website = models.URLField(_("Internetseite"), blank=True)
    open_data_licence = models.CharField(
        _("Lizenz der offenen Daten"),
        max_length=12,
        choices=[(key, title) for key, (title, _url) in OPEN_DATA_LICENCES.items()],
        default="dl-zero-de",
        help_text=_("Steht bei den Dateien zum Herunterladen. Wappen und Texte von Anbietern sind ausgenommen."),
    )
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
    accent = models.CharField(
        _("Farbe der öffentlichen Seite"),
        max_length=7,
        blank=True,
        validators=[validate_accent],
        help_text=_("Zum Beispiel #0b5a3c. Leer: die Farbe des Programms. Für dunkle Bildschirme wird sie aufgehellt."),
    )
    own_host = models.CharField(
        _("Eigener Rechnername der öffentlichen Seite"),
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_own_host],
        help_text=_("Zum Beispiel ki-register.neustadt.de. Der Betrieb muss ihn einrichten, bevor er wirkt."),
        error_messages={"unique": _("Diesen Rechnernamen hat schon eine andere Kommune.")},
    )
    unpublished_note = models.TextField(
        _("Was wir nicht veröffentlichen und warum"),
        max_length=3000,
        blank=True,
        validators=[MaxLengthValidator(3000)],
        help_text=_(
            "Steht auf der öffentlichen Seite vor dem, was das Register selbst weiß. Keine Angaben zu Personen."
        ),
    )
    # Of the picture in CoatOfArms; empty without one.
    coat_digest = models.CharField(max_length=64, blank=True, editable=False)
    coat_type = models.CharField(max_length=20, blank=True, editable=False)
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
    def coat_url(self) -> str:
        """Address of the coat of arms; another one after every change. Empty without one."""
        if not self.coat_digest:
            return ""
        return reverse("public:coat", args=[self.slug, self.coat_digest[:16], coats.SUFFIXES[self.coat_type]])

    @property
    def stylesheet_url(self) -> str:
        """Address of the colours; empty where they are those of the program."""
        return reverse("public:theme", args=[self.slug, self.accent[1:]]) if self.accent else ""

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.pk}"


class CoatOfArms(models.Model):
    """The picture of a municipality's coat of arms, as this program has written it anew."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="coat")
    content = models.BinaryField(_("Bild"))

    class Meta:
        verbose_name = _("Wappen")
        verbose_name_plural = _("Wappen")

    def __str__(self) -> str:
        return str(self.municipality)


class MunicipalityVersion(models.Model):
    """What a municipality said about itself from a moment on; append-only. Documents about earlier days need it."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["municipality", "-number"]
        constraints = [UniqueConstraint(fields=["municipality", "number"], name="municipality_version_unique")]

    def __str__(self) -> str:
        return f"{self.municipality_id}/{self.number}"


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
