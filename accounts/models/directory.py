"""Master data of the instance: the official list, tenants to be made from a list, and how far a set-up is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.municipalities import Municipality
from core.models import Job


class OfficialMunicipality(models.Model):
    """One line of the official list of municipalities. Filled by `gemeinden_laden`; everything works without."""

    ars = models.CharField(_("Regionalschlüssel (ARS)"), max_length=12, unique=True)
    name = models.CharField(_("amtlicher Name"), max_length=120)
    kind = models.CharField(_("Art"), max_length=20, choices=Municipality.Kind)
    as_of = models.DateField(_("Stand"))

    class Meta:
        verbose_name = _("Zeile des Gemeindeverzeichnisses")
        verbose_name_plural = _("Gemeindeverzeichnis")

    def __str__(self) -> str:
        return self.name


class TenantList(models.Model):
    """A list of municipalities that an operator wants to create together."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rows = models.JSONField(_("Zeilen"), default=list)
    report = models.JSONField(_("Ergebnis"), default=dict, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("hochgeladen von"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("hochgeladen am"), auto_now_add=True)
    job = models.ForeignKey(Job, verbose_name=_("Auftrag"), on_delete=models.SET_NULL, null=True, blank=True)
    done_at = models.DateTimeField(_("angelegt am"), null=True, blank=True)

    class Meta:
        verbose_name = _("Liste neuer Kommunen")
        verbose_name_plural = _("Listen neuer Kommunen")

    def get_absolute_url(self) -> str:
        return reverse("accounts:tenant-list", args=[self.uuid])


class SetupStep(models.Model):
    """What the Verwaltung has ticked off or put aside while setting up; the rest is seen from the data."""

    class State(models.TextChoices):
        DONE = "done", _("Erledigt")
        SKIPPED = "skipped", _("Zurückgestellt")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="setup_steps")
    key = models.CharField(_("Schritt"), max_length=20)
    state = models.CharField(_("Stand"), max_length=10, choices=State)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("von"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("am"), auto_now=True)

    class Meta:
        verbose_name = _("Schritt der Einrichtung")
        verbose_name_plural = _("Schritte der Einrichtung")
        constraints = [UniqueConstraint(fields=["municipality", "key"], name="setup_step_once")]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
