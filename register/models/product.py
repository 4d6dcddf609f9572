"""Product sheets: what the maker says of a product, kept by one municipality and used by several."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from core.sorting import german_sort_key
from register.rules import vocabulary

if TYPE_CHECKING:
    from accounts.models import User


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User) -> ProductQuerySet:
        """The sheets of one's own municipalities, and those that others share with everybody on the instance."""
        own = permissions.municipality_ids(user, "entry.view")
        if not own:
            return self.none()
        return self.filter(Q(municipality_id__in=own) | Q(is_shared=True))

    def usable_in(self, municipality: Municipality) -> ProductQuerySet:
        """What a municipality may choose for its systems."""
        return self.filter(Q(municipality=municipality) | Q(is_shared=True), is_active=True)


class Product(models.Model):
    """The maker's product. Its owner edits it; a deployment (AISystem) takes values over, one by one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, verbose_name=_("Gepflegt von"), on_delete=models.PROTECT, related_name="products"
    )
    name = models.CharField(
        _("Name des Produkts"),
        max_length=150,
        help_text=_("Wie der Hersteller es nennt, ohne Ihre eigene Bezeichnung."),
    )
    provider = models.CharField(
        _("Anbieter"), max_length=200, help_text=_("Wer entwickelt das Produkt und bietet es an (Art. 3 Nr. 3 KI-VO)?")
    )
    provider_register_number = models.CharField(
        _("Registernummer des Anbieters"),
        max_length=100,
        blank=True,
        help_text=_("Zum Beispiel: HRB 12345 B, Amtsgericht Charlottenburg."),
    )
    product_version = models.CharField(_("Version des Produkts"), max_length=60, blank=True)
    website = models.URLField(_("Seite des Produkts"), max_length=500, blank=True)
    algorithm_type = models.CharField(
        _("Art der Technik"), max_length=12, blank=True, choices=list(vocabulary.ALGORITHM_TYPES.items())
    )
    description = models.TextField(
        _("So funktioniert es"), max_length=10000, blank=True, help_text=_("Für interessierte Laien, ohne Werbung.")
    )
    methods_and_models = models.TextField(
        _("Methoden und Modelle"), max_length=5000, blank=True, help_text=_("Mit Version, soweit bekannt.")
    )
    general_purpose = models.CharField(
        _("Beruht auf einem KI-Modell mit allgemeinem Verwendungszweck"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Art. 3 Nr. 63 KI-VO, zum Beispiel ein großes Sprachmodell."),
    )
    general_purpose_model = models.CharField(
        _("Name dieses Modells"), max_length=150, blank=True, help_text=_("Mit Version und Anbieter des Modells.")
    )
    training_data = models.TextField(
        _("Trainingsdaten"), max_length=5000, blank=True, help_text=_("Was der Hersteller über seine Daten sagt.")
    )
    training_on_inputs = models.CharField(
        _("Eingaben werden zum Training genutzt"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Nutzt der Hersteller Eingaben, um sein Modell zu verbessern?"),
    )
    system_openness = models.CharField(
        _("Offenheit"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.SYSTEM_OPENNESS.items()),
        help_text=_("Ist der Quellcode einsehbar und frei nutzbar?"),
    )
    publiccode = models.URLField(
        _("Quellcode oder publiccode.yml"),
        max_length=500,
        blank=True,
        help_text=_("Die Adresse, unter der der Quellcode wirklich liegt, keine Produktseite."),
    )
    hosting = models.TextField(
        _("Betrieb"), max_length=1000, blank=True, help_text=_("Wo und wie bietet der Hersteller den Betrieb an?")
    )
    dpa_url = models.URLField(
        _("Vertragstext zur Auftragsverarbeitung"), max_length=500, blank=True, help_text=_("Art. 28 Abs. 3 DSGVO.")
    )
    dpia_url = models.URLField(
        _("Vorlage zur Datenschutz-Folgenabschätzung"), max_length=500, blank=True, help_text=_("Art. 35 DSGVO.")
    )
    instructions_url = models.URLField(
        _("Betriebsanleitung"), max_length=500, blank=True, help_text=_("Bei Hochrisiko-KI: Art. 13 KI-VO.")
    )
    # "Not known" is an answer; an empty field is none.
    unknown = ArrayField(
        models.CharField(max_length=30),
        verbose_name=_("Nicht bekannt"),
        default=list,
        blank=True,
        help_text=_("Kreuzen Sie an, was Sie gefragt und nicht erfahren haben. Leer heißt: noch nicht angegeben."),
    )
    is_shared = models.BooleanField(
        _("Für alle Kommunen dieser Instanz sichtbar"),
        default=False,
        help_text=_("Andere können das Produktblatt dann bei ihren Systemen auswählen. Bearbeiten können nur Sie es."),
    )
    is_active = models.BooleanField(_("aktiv"), default=True)
    number = models.PositiveIntegerField(_("Fassung"), default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    sort_key = models.GeneratedField(
        expression=german_sort_key("name"), output_field=models.CharField(max_length=300), db_persist=True
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("Produktblatt")
        verbose_name_plural = _("Produktblätter")
        ordering = ["sort_key", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "name", "provider"],
                name="product_unique",
                violation_error_message=_("Zu diesem Produkt gibt es schon ein Blatt."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("register:product", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class ProductVersion(models.Model):
    """One state of the sheet, kept for good: what a deployment was based on can still be read later."""

    class Kind(models.TextChoices):
        FIRST = "first", _("erste Fassung")
        EDITORIAL = "editorial", _("redaktionell")
        ESSENTIAL = "essential", _("wesentlich")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("Art der Änderung"), max_length=10, choices=Kind)
    reason = models.CharField(_("Grund der Änderung"), max_length=300, blank=True)
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            UniqueConstraint(fields=["product", "number"], name="product_version_unique"),
            CheckConstraint(
                condition=Q(kind="first") | ~Q(reason=""),
                name="product_version_has_reason",
                violation_error_message=_("Bitte nennen Sie den Grund der Änderung."),
            ),
        ]


class ProductCheckQuerySet(models.QuerySet["ProductCheck"]):
    def visible_to(self, user: User) -> ProductCheckQuerySet:
        return self.filter(municipality_id__in=permissions.municipality_ids(user, "entry.view"))

    def open(self) -> ProductCheckQuerySet:
        return self.filter(done_at__isnull=True)


class ProductCheck(models.Model):
    """ "Prüfung nötig": one for each municipality that uses a product whose sheet changed essentially.

    Every further change while it is open widens it: the difference runs from `from_number` to `to_number`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="checks")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="product_checks")
    from_number = models.PositiveIntegerField()
    to_number = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    note = models.TextField(_("Ergebnis der Prüfung"), max_length=2500, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ProductCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            UniqueConstraint(
                fields=["product", "municipality"], condition=Q(done_at__isnull=True), name="product_check_open_once"
            ),
            CheckConstraint(condition=Q(to_number__gt=F("from_number")), name="product_check_goes_forward"),
            CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(note="")),
                name="product_check_done_with_note",
                violation_error_message=_("Bitte nennen Sie das Ergebnis der Prüfung."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("register:product-check", args=[self.uuid])

    @property
    def span(self) -> str:
        """What is compared, in the same words wherever it is shown."""
        return _("von Fassung %(first)d bis Fassung %(last)d") % {"first": self.from_number, "last": self.to_number}

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
