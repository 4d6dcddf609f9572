"""Lists on their way into the register."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions

if TYPE_CHECKING:
    from datetime import datetime


# The job that takes a long list back.
UNDO_KIND = "import-undo"


class ImportQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: Any) -> ImportQuerySet:
        """Only the person who uploaded a list sees it, and only where lists may be imported."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(
            uploaded_by_id=user.pk,
            municipality_id__in=permissions.municipality_ids(user, "import.run"),
            municipality__is_active=True,
        )

    def of(self, municipality: Any) -> ImportQuerySet:
        return self.filter(municipality=municipality)

    def open(self) -> ImportQuerySet:
        return self.filter(state__in=[ImportRun.State.STAGED, ImportRun.State.WAITING])

    def expired(self, before: datetime) -> ImportQuerySet:
        return self.open().filter(uploaded_at__lt=before)


class ImportRun(models.Model):
    """One uploaded list. Its file lives until the entries are made or a day has passed; the row stays as the record."""

    class State(models.TextChoices):
        STAGED = "staged", _("hochgeladen")
        WAITING = "waiting", _("wird übernommen")
        DONE = "done", _("übernommen")
        DISCARDED = "discarded", _("verworfen")
        UNDONE = "undone", _("zurückgenommen")

    class OnConflict(models.TextChoices):
        SKIP = "skip", _("Zeile übergehen, der Eintrag bleibt, wie er ist")
        UPDATE = "update", _("Eintrag mit den Angaben der Zeile aktualisieren")
        STOP = "stop", _("als Fehler melden und nichts übernehmen")

    uuid = models.UUIDField(_("Kennung"), default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        "accounts.Municipality", verbose_name=_("Kommune"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("hochgeladen von"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("hochgeladen am"))
    filename = models.CharField(_("Dateiname"), max_length=200)
    sha256 = models.CharField(_("SHA-256 der Datei"), max_length=64)
    size = models.PositiveIntegerField(_("Größe in Byte"))
    file = models.FileField(_("Datei"), max_length=200, blank=True)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.STAGED)
    layouts = models.JSONField(_("Zuordnung der Spalten"), default=list)
    unknown_departments_empty = models.BooleanField(
        _("Unbekannte Ämter leer lassen"),
        default=False,
        help_text=_("Einträge mit einem Amt, das es im Register nicht gibt, entstehen dann ohne Amt."),
    )
    on_conflict = models.CharField(
        _("Wenn es einen Namen schon gibt"),
        max_length=6,
        choices=OnConflict,
        default=OnConflict.SKIP,
        help_text=_("Gilt für Zeilen ohne Kennung aus dem Register. Leere Zellen ändern dabei nichts."),
    )
    # Counts every change, so that an old page cannot take over what it did not show.
    version = models.PositiveIntegerField(default=1)
    report = models.JSONField(_("Ergebnis"), default=dict)
    job = models.ForeignKey(
        "core.Job", verbose_name=_("Auftrag"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(_("abgeschlossen am"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Import")
        verbose_name_plural = _("Importe")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["municipality", "uploaded_by", "-uploaded_at"], name="import_of_person")]
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["staged", "waiting"], finished_at__isnull=True)
                | Q(state__in=["done", "discarded", "undone"], finished_at__isnull=False, file=""),
                name="import_finished_without_file",
                violation_error_message=_("Nach dem Abschluss wird die Datei gelöscht."),
            )
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("imports:run", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def is_being_undone(self) -> bool:
        return self.state == self.State.DONE and self.job is not None and self.job.kind == UNDO_KIND


class ImportMapping(models.Model):
    """What somebody has confirmed for lists with these headings: proposed again the next time."""

    municipality = models.ForeignKey("accounts.Municipality", on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    columns = models.JSONField(default=list)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("gemerkte Zuordnung")
        verbose_name_plural = _("gemerkte Zuordnungen")
        constraints = [UniqueConstraint(fields=["municipality", "fingerprint"], name="import_mapping_once")]


class ImportHeading(models.Model):
    """What somebody has chosen for one heading, for lists whose headings are not all the same."""

    municipality = models.ForeignKey("accounts.Municipality", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    heading = models.CharField(max_length=150)
    # Empty: not taken over.
    key = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("gemerkte Überschrift")
        verbose_name_plural = _("gemerkte Überschriften")
        constraints = [UniqueConstraint(fields=["municipality", "kind", "heading"], name="import_heading_once")]
