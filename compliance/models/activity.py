"""A processing activity (Art. 30 Abs. 1 DSGVO), its AI systems, and how it read on earlier days."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality
from compliance.rules import vocabulary
from core.sorting import german_sort_key
from register.models import Entry
from register.rules import vocabulary as register_vocabulary

if TYPE_CHECKING:
    from accounts.models import User


def _text(label: Any, length: int, hint: Any) -> models.TextField:
    """Long text whose limit also holds outside of forms: very long values make a PDF slow."""
    return models.TextField(
        label, blank=True, max_length=length, validators=[MaxLengthValidator(length)], help_text=hint
    )


def _keys(label: Any, table: dict[str, str], hint: Any) -> ArrayField:
    choices = list(table.items())
    return ArrayField(
        models.CharField(max_length=30, choices=choices), verbose_name=label, default=list, blank=True, help_text=hint
    )


class ActivityQuerySet(models.QuerySet["ProcessingActivity"]):
    def visible_to(self, user: User) -> ActivityQuerySet:
        return self.filter(permissions.scope(user, "vvt.view"), municipality__is_active=True)

    def of(self, municipality: Municipality | None) -> ActivityQuerySet:
        return self.filter(municipality=municipality)

    def own(self) -> ActivityQuerySet:
        """Sheets of the controller, Art. 30 Abs. 1 DSGVO."""
        return self.filter(role=vocabulary.CONTROLLER)

    def commissioned(self) -> ActivityQuerySet:
        """Sheets of the processor, Art. 30 Abs. 2 DSGVO."""
        return self.filter(role=vocabulary.PROCESSOR)

    def active(self) -> ActivityQuerySet:
        return self.filter(state="active")


class ActivityManager(models.Manager.from_queryset(ActivityQuerySet)):  # type: ignore[misc]
    """Sheets that were taken back are left out everywhere; only Django's own `_base_manager` finds them."""

    def get_queryset(self) -> ActivityQuerySet:
        rows: ActivityQuerySet = super().get_queryset().exclude(state=vocabulary.WITHDRAWN)
        return rows


class ProcessingActivity(models.Model):
    """One sheet of the Verarbeitungsverzeichnis. Empty means "not said yet", never "does not exist"."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, verbose_name=_("Kommune"), on_delete=models.PROTECT, related_name="activities"
    )
    role = models.CharField(
        _("Rolle der Kommune"),
        max_length=10,
        choices=list(vocabulary.ROLES.items()),
        default=vocabulary.CONTROLLER,
        editable=False,
    )
    number = models.PositiveIntegerField(_("laufende Nummer"), editable=False)
    title = models.CharField(
        _("Bezeichnung"),
        max_length=200,
        help_text=_("Wie heißt die Tätigkeit im Alltag? Zum Beispiel: Wohngeld bearbeiten."),
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("Verantwortliches Amt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        help_text=_("Welches Amt ist fachlich zuständig?"),
    )
    contact_person = models.CharField(
        _("Ansprechstelle"), max_length=200, blank=True, help_text=_("Funktion oder Person, die Auskunft geben kann.")
    )
    contact_phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    contact_email = models.EmailField(_("E-Mail"), blank=True, help_text=_("Am besten ein Funktionspostfach."))
    procedure_name = models.CharField(
        _("Eingesetztes Verfahren"),
        max_length=200,
        blank=True,
        help_text=_("Name der Software oder des Fachverfahrens."),
    )
    introduced_on = models.DateField(_("Eingeführt am"), null=True, blank=True)
    last_changed_on = models.DateField(
        _("Zuletzt geändert am"), null=True, blank=True, help_text=_("Tag der letzten inhaltlichen Änderung.")
    )
    joint_controller = _text(
        _("Gemeinsam Verantwortliche"),
        1000,
        _("Name und Kontakt, nur wenn es sie gibt (Art. 26, Art. 30 Abs. 1 Buchst. a DSGVO)."),
    )
    joint_agreement = _text(
        _("Vereinbarung der gemeinsam Verantwortlichen"),
        1000,
        _("Datum und Aktenzeichen oder Adresse (Art. 26 Abs. 1 Satz 2 DSGVO)."),
    )
    joint_essence = models.CharField(
        _("Das Wesentliche der Vereinbarung ist zugänglich"),
        max_length=10,
        blank=True,
        choices=list(vocabulary.ESSENCE.items()),
        help_text=_("Für die betroffenen Personen (Art. 26 Abs. 2 Satz 2 DSGVO)."),
    )
    joint_essence_place = models.CharField(
        _("Fundstelle des Wesentlichen"),
        max_length=500,
        blank=True,
        help_text=_("Internetadresse oder Stelle, die Auskunft gibt."),
    )
    purposes = _text(_("Zwecke"), 5000, _("Wofür verarbeiten Sie die Daten? Art. 30 Abs. 1 Buchst. b DSGVO."))
    gdpr_basis = _keys(
        _("Rechtsgrundlage nach der DSGVO"),
        register_vocabulary.LEGAL_BASES,
        _("Art. 6 Abs. 1 DSGVO. Bei öffentlichen Aufgaben meist Buchst. e."),
    )
    legal_basis = _text(
        _("Gesetz oder Satzung"),
        2500,
        _("Mit Paragraf. Nötig bei Buchst. c und e (Art. 6 Abs. 3 DSGVO)."),
    )
    data_subjects = _text(_("Betroffene Personen"), 2500, _("Gruppen von Menschen. Art. 30 Abs. 1 Buchst. c DSGVO."))
    data_categories = _text(
        _("Datenkategorien"), 5000, _("Zum Beispiel: Name, Anschrift, Antragsdaten. Art. 30 Abs. 1 Buchst. c DSGVO.")
    )
    special_categories = _keys(
        _("Besondere Kategorien"),
        register_vocabulary.SPECIAL_CATEGORIES,
        _("Art. 9 Abs. 1 DSGVO. Nichts ankreuzen, wenn es keine gibt."),
    )
    special_categories_reason = _text(
        _("Warum die besonderen Kategorien nötig sind"), 2500, _("Mit der Ausnahme aus Art. 9 Abs. 2 DSGVO.")
    )
    recipients_internal = _text(_("Empfänger innerhalb der Verwaltung"), 2500, _("Art. 30 Abs. 1 Buchst. d DSGVO."))
    recipients_external = _text(
        _("Empfänger außerhalb der Verwaltung"),
        2500,
        _("Auch Auftragsverarbeiter (Art. 28 DSGVO) und andere Behörden. Art. 30 Abs. 1 Buchst. d DSGVO."),
    )
    third_country = models.CharField(
        _("Übermittlung in ein Drittland"),
        max_length=12,
        blank=True,
        choices=list(vocabulary.THIRD_COUNTRY.items()),
        help_text=_("Außerhalb von EU und EWR, auch durch Fernzugriff. Art. 30 Abs. 1 Buchst. e DSGVO."),
    )
    third_country_details = _text(
        _("Empfänger, Land und Garantie"),
        2500,
        _("Nur bei Übermittlung: wer, in welches Land, auf welcher Grundlage (Art. 44 bis 49 DSGVO)?"),
    )
    third_country_documentation = _text(
        _("Dokumentation der Garantien"), 2500, _("Nur bei einer Übermittlung nach Art. 49 Abs. 1 Unterabs. 2 DSGVO.")
    )
    retention = _text(_("Löschfristen"), 2500, _("Je Datenkategorie, wenn möglich. Art. 30 Abs. 1 Buchst. f DSGVO."))
    # One mapping a line: categories, period, start, basis. Filled in a form of its own.
    retention_rules = models.JSONField(
        _("Löschregeln"), default=list, blank=True, help_text=_("Je Datenkategorie: Frist, Beginn und Grundlage.")
    )
    # Only of a processor. One mapping a line: name, contact, representative, dpo, categories.
    commissioners = models.JSONField(
        _("Verantwortliche, für die verarbeitet wird"),
        default=list,
        blank=True,
        help_text=_("Art. 30 Abs. 2 Buchst. a und b DSGVO."),
    )
    security_measures = _text(
        _("Technische und organisatorische Maßnahmen"),
        5000,
        _("Allgemeine Beschreibung, wenn möglich. Art. 30 Abs. 1 Buchst. g, Art. 32 Abs. 1 DSGVO."),
    )
    bias_data_reason = _text(
        _("Begründung zu Daten gegen Verzerrungen"),
        2500,
        _("Nur, wenn besondere Kategorien genutzt werden, um Verzerrungen zu finden (Art. 4a Abs. 1 Buchst. f KI-VO)."),
    )
    dpia_state = models.CharField(
        _("Datenschutz-Folgenabschätzung"),
        max_length=10,
        blank=True,
        choices=list(register_vocabulary.DPIA_STATES.items()),
        help_text=_("Stand der Schwellwertanalyse oder der DSFA (Art. 35 DSGVO)."),
    )
    dpia_reason = _text(
        _("Ergebnis der Schwellwertanalyse"),
        2500,
        _("Warum die DSFA nötig oder nicht nötig ist (Art. 35 Abs. 1, 3 DSGVO)."),
    )
    dpia_reference = models.CharField(
        _("Fundstelle der DSFA oder Schwellwertanalyse"),
        max_length=300,
        blank=True,
        help_text=_("Aktenzeichen oder Adresse in der E-Akte."),
    )
    external_reference = models.CharField(
        _("Nummer im anderen Verzeichnis"),
        max_length=200,
        blank=True,
        help_text=_("Wenn die Tätigkeit in einem anderen Verarbeitungsverzeichnis ausführlich steht."),
    )
    external_url = models.URLField(
        _("Adresse im anderen Verzeichnis"), max_length=500, blank=True, help_text=_("Beginnt mit https://.")
    )
    # Field -> the systems whose entries said it, and the day: {"systems": [...], "on": "2026-11-27"}.
    taken_from = models.JSONField(_("Aus dem Register übernommen"), default=dict, blank=True, editable=False)
    state = models.CharField(
        _("Stand"), max_length=10, choices=list(vocabulary.ALL_STATES.items()), default="active", editable=False
    )
    ended_on = models.DateField(_("Beendet am"), null=True, blank=True, editable=False)
    systems = models.ManyToManyField(
        Entry, through="ActivitySystem", related_name="activities", verbose_name=_("KI-Systeme")
    )

    version = models.PositiveIntegerField(default=1, editable=False)
    import_reference = models.CharField(max_length=100, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(editable=False)
    sort_key = models.GeneratedField(
        expression=german_sort_key("title"), output_field=models.CharField(max_length=400), db_persist=True
    )

    objects = ActivityManager()

    class Meta:
        verbose_name = _("Verarbeitungstätigkeit")
        verbose_name_plural = _("Verarbeitungstätigkeiten")
        ordering = ["number", "pk"]
        constraints = [
            UniqueConstraint(fields=["municipality", "role", "number"], name="activity_number_unique"),
            CheckConstraint(
                condition=Q(state__in=["active", vocabulary.WITHDRAWN], ended_on__isnull=True)
                | Q(state="ended", ended_on__isnull=False),
                name="activity_end_has_a_day",
                violation_error_message=_("Eine beendete Tätigkeit braucht das Datum, eine laufende hat keines."),
            ),
            CheckConstraint(
                condition=Q(introduced_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("introduced_on")),
                name="activity_days_in_order",
                violation_error_message=_("Das Ende liegt vor der Einführung."),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "role", "state", "number"], name="activity_list"),
            GinIndex(fields=["title"], name="activity_title_trgm", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:activity", args=[self.uuid])

    @property
    def reference(self) -> str:
        return f"{vocabulary.REFERENCES[self.role]}-{self.number:04d}"

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class ActivitySystem(models.Model):
    """A processing activity uses an AI system."""

    activity = models.ForeignKey(ProcessingActivity, on_delete=models.CASCADE, related_name="system_links")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="activity_links")
    # The register takes nothing while an entry is in review; what waits is handed down later.
    rights_pending = models.BooleanField(default=False)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["entry__sort_key", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["activity", "entry"],
                name="activity_system_once",
                violation_error_message=_("Dieses KI-System ist schon verknüpft."),
            )
        ]


class ActivityVersion(models.Model):
    """How an activity and its systems read at a moment: canonical JSON, append-only."""

    activity = models.ForeignKey(ProcessingActivity, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    # Empty: the program kept what a linked system said on that day.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["activity", "-number"]
        constraints = [UniqueConstraint(fields=["activity", "number"], name="activity_version_unique")]
        indexes = [models.Index(fields=["activity", "-at"], name="activity_version_by_day")]

    def __str__(self) -> str:
        return f"{self.activity_id}/{self.number}"
