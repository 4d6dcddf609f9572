"""What people keep for their own work: filters, half-typed input, changes of many entries."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from core.text import format_moment
from register.models.entry import Entry

if TYPE_CHECKING:
    from accounts.models import User


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User) -> SavedFilterQuerySet:
        """One's own, and those shared in a municipality in which the person reads entries."""
        places = permissions.municipality_ids(user, "entry.view")
        return self.filter(Q(owner_id=user.pk) | Q(shared=True), municipality_id__in=places)


class SavedFilter(models.Model):
    """A list as somebody likes to look at it: the part of its address behind the question mark."""

    class List(models.TextChoices):
        SYSTEMS = "systems", _("KI-Systeme")
        DATASETS = "datasets", _("Datenbestände")
        STORAGE = "storage-list", _("Speicherorte")
        RECIPIENTS = "recipient-list", _("Empfänger")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="saved_filters")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    list = models.CharField(_("Liste"), max_length=20, choices=List)
    name = models.CharField(_("Name des Filters"), max_length=60)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(
        _("Für alle in der Kommune"), default=False, help_text=_("Alle, die hier Einträge lesen, sehen den Filter.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("gespeicherter Filter")
        verbose_name_plural = _("gespeicherte Filter")
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "owner", "list", "name"],
                name="saved_filter_name_unique",
                violation_error_message=_("Einen Filter mit diesem Namen haben Sie schon."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class UnsavedInput(models.Model):
    """What somebody has typed into a section and not saved: no part of the entry, read by nobody else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="unsaved_inputs")
    section = models.CharField(max_length=20)
    data = models.JSONField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("nicht gespeicherte Eingabe")
        verbose_name_plural = _("nicht gespeicherte Eingaben")
        constraints = [UniqueConstraint(fields=["user", "entry", "section"], name="unsaved_input_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.section}"

    @property
    def said(self) -> str:
        return _("Sie stammen vom %(at)s. Prüfen Sie die Angaben und speichern Sie, oder verwerfen Sie sie.") % {
            "at": format_moment(self.saved_at)
        }


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, user: User) -> BulkRunQuerySet:
        places = permissions.municipality_ids(user, "entry.view")
        return self.filter(by_id=user.pk, municipality_id__in=places)


class BulkRun(models.Model):
    """One change of many entries: chosen, looked at, then done."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("Vorschau")
        RUNNING = "running", _("läuft")
        DONE = "done", _("erledigt")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="bulk_runs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Entry.Kind)
    action = models.CharField(max_length=20)
    value = models.CharField(max_length=40, blank=True)
    # Entry and the version that was shown, in the order of the list.
    entries = ArrayField(models.BigIntegerField())
    versions = ArrayField(models.IntegerField())
    state = models.CharField(max_length=8, choices=State, default=State.PREVIEW)
    results = models.JSONField(default=list)
    at = models.DateTimeField()

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("Sammeländerung")
        verbose_name_plural = _("Sammeländerungen")
        constraints = [
            CheckConstraint(
                condition=Q(entries__len=models.F("versions__len")),
                name="bulk_run_knows_every_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("register:bulk", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
