"""Datasets, storage locations and recipients, and how systems use them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import CheckConstraint, ExpressionWrapper, F, Func, Q, UniqueConstraint
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality
from core.searching import german_vector
from core.sorting import german_sort_key
from register.models.entry import Entry
from register.models.system import AISystem
from register.rules import vocabulary

if TYPE_CHECKING:
    from accounts.models import User


class Dataset(models.Model):
    """A body of data that systems use; an entry of its own."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="dataset")
    personal_data_level = models.CharField(
        _("Personenbezug"), max_length=12, blank=True, choices=list(vocabulary.PERSONAL_DATA_LEVELS.items())
    )
    data_categories = models.TextField(
        _("Datenkategorien"), max_length=2500, blank=True, help_text=_("Welche Angaben enthält der Datenbestand?")
    )
    data_subjects = models.TextField(
        _("Betroffene Personen"), max_length=1000, blank=True, help_text=_("Um wessen Daten geht es?")
    )
    special_categories = ArrayField(
        models.CharField(max_length=30, choices=list(vocabulary.SPECIAL_CATEGORIES.items())),
        verbose_name=_("Besondere Kategorien"),
        default=list,
        blank=True,
        help_text=_("Art. 9 Abs. 1 DSGVO."),
    )
    special_categories_reason = models.TextField(
        _("Warum die besonderen Kategorien nötig sind"),
        max_length=2500,
        blank=True,
        help_text=_("Mit der Ausnahme aus Art. 9 Abs. 2 DSGVO."),
    )
    origin = models.CharField(
        _("Herkunft"), max_length=300, blank=True, help_text=_("Woher kommen die Daten, zum Beispiel: Melderegister.")
    )
    quality = models.TextField(
        _("Qualität der Daten"),
        max_length=2500,
        blank=True,
        help_text=_("Wie vollständig, richtig und aktuell sind sie? Wer prüft das?"),
    )
    data_bias = models.TextField(
        _("Verzerrungen in den Daten"),
        max_length=2500,
        blank=True,
        help_text=_("Welche Gruppen fehlen oder sind zu stark vertreten?"),
    )
    retention = models.CharField(_("Löschfrist"), max_length=300, blank=True)
    open_data_url = models.URLField(_("Offene Daten"), blank=True, max_length=500)
    search = models.GeneratedField(
        expression=german_vector("data_categories", "origin"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        verbose_name = _("Datenbestand")
        verbose_name_plural = _("Datenbestände")
        indexes = [GinIndex(fields=["search"], name="dataset_search")]

    def __str__(self) -> str:
        return self.entry.name


class MasterDataQuerySet(models.QuerySet):
    """Rows of a municipality that everybody with a role there may choose from."""

    def visible_to(self, user: User) -> MasterDataQuerySet:
        return self.filter(municipality_id__in=permissions.municipality_ids(user, "entry.view"))

    def of(self, municipality: Municipality | None) -> MasterDataQuerySet:
        return self.filter(municipality=municipality)

    def active(self) -> MasterDataQuerySet:
        return self.filter(is_active=True)

    def processors(self) -> MasterDataQuerySet:
        """Art. 28 DSGVO, of recipients only."""
        return self.active().filter(kind="processor")


class StorageLocation(models.Model):
    """Where data lie. Country and kind are public, the rest stays inside."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="storage_locations")
    name = models.CharField(_("Name"), max_length=120, help_text=_("Bleibt intern, zum Beispiel: RZ Nord, Saal 2."))
    operator = models.CharField(_("Betreiber"), max_length=200, blank=True, help_text=_("Bleibt intern."))
    kind = models.CharField(_("Art"), max_length=20, choices=list(vocabulary.STORAGE_KINDS.items()))
    country = models.CharField(_("Land"), max_length=2, choices=list(vocabulary.COUNTRIES.items()), default="DE")
    third_country_basis = models.CharField(
        _("Grundlage der Übermittlung in ein Drittland"),
        max_length=12,
        blank=True,
        choices=[item for item in vocabulary.THIRD_COUNTRY_BASES.items() if item[0]],
        help_text=_("Art. 44 bis 49 DSGVO. Nur außerhalb von EU und EWR."),
    )
    certificates = models.CharField(_("Zertifikate"), max_length=300, blank=True)
    sub_processors = models.TextField(
        _("Unterauftragnehmer"), max_length=2500, blank=True, help_text=_("Name, Land und Aufgabe, je Zeile einer.")
    )
    is_active = models.BooleanField(_("aktiv"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    sort_key = models.GeneratedField(
        expression=german_sort_key("name"), output_field=models.CharField(max_length=240), db_persist=True
    )
    search = models.GeneratedField(
        expression=german_vector("name", "operator", "certificates"), output_field=SearchVectorField(), db_persist=True
    )

    objects = MasterDataQuerySet.as_manager()

    class Meta:
        verbose_name = _("Speicherort")
        verbose_name_plural = _("Speicherorte")
        ordering = ["sort_key", "pk"]
        indexes = [GinIndex(fields=["search"], name="storage_search")]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "name"],
                name="storage_name_unique",
                violation_error_message=_("Einen Speicherort mit diesem Namen gibt es schon."),
            ),
            CheckConstraint(
                condition=Q(country__in=sorted(vocabulary.EEA)) | ~Q(third_country_basis=""),
                name="storage_third_country_has_basis",
                violation_error_message=_(
                    "Der Speicherort liegt in einem Drittland. Bitte nennen Sie die Grundlage (Art. 44 bis 49 DSGVO) "
                    "oder wählen Sie „noch keine Grundlage“."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def is_third_country(self) -> bool:
        return vocabulary.is_third_country(self.country)


def months_before(day: str, months: str) -> Combinable:
    """The day so many months earlier, as PostgreSQL counts them; immutable, so a generated column may use it."""
    span = Func(
        Coalesce(F(months), 0), template="make_interval(months => %(expressions)s)", output_field=models.DurationField()
    )
    moment = ExpressionWrapper(F(day) - span, output_field=models.DateTimeField())
    return Cast(moment, output_field=models.DateField())


class Recipient(models.Model):
    """Who receives data: inside, as processor (Art. 28 DSGVO) or as a third party."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="recipients")
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Art"), max_length=12, choices=list(vocabulary.RECIPIENT_KINDS.items()))
    address = models.TextField(_("Anschrift"), max_length=500, blank=True)
    country = models.CharField(_("Land"), max_length=2, choices=list(vocabulary.COUNTRIES.items()), default="DE")
    third_country_basis = models.CharField(
        _("Grundlage der Übermittlung in ein Drittland"),
        max_length=12,
        blank=True,
        choices=[item for item in vocabulary.THIRD_COUNTRY_BASES.items() if item[0]],
        help_text=_("Art. 44 bis 49 DSGVO. Nur außerhalb von EU und EWR."),
    )
    contract_date = models.DateField(
        _("Vertrag zur Auftragsverarbeitung vom"), null=True, blank=True, help_text=_("Art. 28 Abs. 3 DSGVO.")
    )
    contract_end = models.DateField(
        _("Vertrag endet am"), null=True, blank=True, help_text=_("Leer heißt: unbefristet oder noch nicht angegeben.")
    )
    notice_months = models.PositiveSmallIntegerField(
        _("Kündigungsfrist in Monaten"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(60)],
        help_text=_("So lange vor dem Ende müssen Sie kündigen, sonst verlängert er sich."),
    )
    # The last day on which something can still be done about the end of the contract.
    act_by = models.GeneratedField(
        expression=months_before("contract_end", "notice_months"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    reminded_days = models.PositiveSmallIntegerField(null=True, editable=False)
    department = models.ForeignKey(
        Department,
        verbose_name=_("Zuständiges Amt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recipients",
        help_text=_("Wird mit CDO/IT erinnert, bevor der Vertrag endet."),
    )
    training_excluded = models.CharField(
        _("Training mit Ihren Eingaben vertraglich ausgeschlossen"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Steht im Vertrag, dass der Auftragsverarbeiter Ihre Daten nicht für eigene Zwecke nutzt?"),
    )
    processing_place = models.CharField(
        _("Ort der Verarbeitung"), max_length=300, blank=True, help_text=_("Zum Beispiel: Rechenzentrum Frankfurt.")
    )
    sub_processors = models.TextField(
        _("Unterauftragnehmer"), max_length=2500, blank=True, help_text=_("Name, Land und Aufgabe, je Zeile einer.")
    )
    is_active = models.BooleanField(_("aktiv"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    sort_key = models.GeneratedField(
        expression=german_sort_key("name"), output_field=models.CharField(max_length=400), db_persist=True
    )
    search = models.GeneratedField(
        expression=german_vector("name", "address"), output_field=SearchVectorField(), db_persist=True
    )

    objects = MasterDataQuerySet.as_manager()

    class Meta:
        verbose_name = _("Empfänger")
        verbose_name_plural = _("Empfänger")
        ordering = ["sort_key", "pk"]
        indexes = [
            GinIndex(fields=["search"], name="recipient_search"),
            models.Index(fields=["municipality", "act_by"], name="recipient_ending"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "name", "kind"],
                name="recipient_unique",
                violation_error_message=_("Diesen Empfänger gibt es schon."),
            ),
            CheckConstraint(
                condition=Q(country__in=sorted(vocabulary.EEA)) | ~Q(third_country_basis=""),
                name="recipient_third_country_has_basis",
                violation_error_message=_(
                    "Der Empfänger sitzt in einem Drittland. Bitte nennen Sie die Grundlage (Art. 44 bis 49 DSGVO) "
                    "oder wählen Sie „noch keine Grundlage“."
                ),
            ),
            CheckConstraint(
                condition=Q(contract_end__isnull=True)
                | Q(contract_date__isnull=True)
                | Q(contract_end__gte=F("contract_date")),
                name="recipient_contract_in_order",
                violation_error_message=_("Das Ende des Vertrags liegt vor seinem Beginn."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def is_third_country(self) -> bool:
        return vocabulary.is_third_country(self.country)


class SystemDataset(models.Model):
    """A system uses a dataset in one role (several roles are several rows)."""

    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="dataset_links")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="system_links")
    role = models.CharField(_("Rolle"), max_length=10, choices=list(vocabulary.DATASET_ROLES.items()))

    class Meta:
        ordering = ["dataset__entry__sort_key", "role"]
        constraints = [UniqueConstraint(fields=["system", "dataset", "role"], name="system_dataset_once")]


class SystemStorage(models.Model):
    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="storage_links")
    storage = models.ForeignKey(StorageLocation, on_delete=models.PROTECT, related_name="system_links")

    class Meta:
        ordering = ["storage__sort_key"]
        constraints = [UniqueConstraint(fields=["system", "storage"], name="system_storage_once")]


class SystemRecipient(models.Model):
    system = models.ForeignKey(AISystem, on_delete=models.CASCADE, related_name="recipient_links")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="system_links")

    class Meta:
        ordering = ["recipient__sort_key"]
        constraints = [UniqueConstraint(fields=["system", "recipient"], name="system_recipient_once")]
