"""What the municipality says about its Verarbeitungsverzeichnis as a whole, and the documents made of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality
from compliance.models.activity import ProcessingActivity
from compliance.rules import vocabulary
from core.models import Job, StoredDocument

if TYPE_CHECKING:
    from accounts.models import User


class VvtDeclaration(models.Model):
    """Whether the register holds every processing activity. Its row is locked while a number is given."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.PROTECT, primary_key=True, related_name="vvt_declaration"
    )
    is_complete = models.BooleanField(
        _("Alle Verarbeitungstätigkeiten der Kommune stehen hier"),
        default=False,
        help_text=_("Sonst heißt das Dokument „Auszug KI“, weil Art. 30 DSGVO ein vollständiges Verzeichnis verlangt."),
    )
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField(null=True)
    last_commissioned_number = models.PositiveIntegerField(default=0, editable=False)
    last_activity_number = models.PositiveIntegerField(default=0, editable=False)
    last_report_number = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("Erklärung zum Verarbeitungsverzeichnis")
        verbose_name_plural = _("Erklärungen zum Verarbeitungsverzeichnis")

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class DeclarationVersion(models.Model):
    """What was declared from a moment on; append-only. Documents about earlier days need it."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="vvt_declarations")
    is_complete = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["municipality", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.at:%d.%m.%Y}"


class ReportQuerySet(models.QuerySet["VvtReport"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """A document about one office is open to who may read there; the whole only to who may read everything."""
        return self.filter(permissions.scope(user, "vvt.view"), municipality__is_active=True)

    def of(self, municipality: Municipality | None) -> ReportQuerySet:
        return self.filter(municipality=municipality)

    def ready(self) -> ReportQuerySet:
        return self.filter(document__isnull=False)


class VvtReport(models.Model):
    """One edition of the Verarbeitungsverzeichnis; the same content is the same edition."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="vvt_reports")
    department = models.ForeignKey(
        Department, verbose_name=_("Amt"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(
        _("Verzeichnis"), max_length=10, choices=list(vocabulary.REGISTERS.items()), default=vocabulary.CONTROLLER
    )
    # Set where the document is about one activity alone.
    activity = models.ForeignKey(
        ProcessingActivity,
        verbose_name=_("Tätigkeit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    number = models.PositiveIntegerField(_("Fassung"))
    title = models.CharField(_("Titel"), max_length=200)
    as_of = models.DateField(_("Stichtag"))
    activity_count = models.PositiveIntegerField(_("Verarbeitungstätigkeiten"))
    content_sha256 = models.CharField(max_length=64)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    spreadsheet = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    office_text = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Fassung des Verarbeitungsverzeichnisses")
        verbose_name_plural = _("Fassungen des Verarbeitungsverzeichnisses")
        ordering = ["-number"]
        constraints = [
            UniqueConstraint(fields=["municipality", "number"], name="vvt_report_number_unique"),
            UniqueConstraint(fields=["municipality", "content_sha256"], name="vvt_report_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, Fassung {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:vvt-report", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
