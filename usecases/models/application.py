"""Applications for funding of a use case: what was asked for, what was granted, and what is to be proved by when."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from usecases.models.funding import FundingProgramme
from usecases.models.use_case import UseCase

NOT_NEGATIVE = _("Der Betrag darf nicht negativ sein. Tragen Sie 0 oder mehr ein, oder lassen Sie das Feld leer.")


def money(label: Any, **more: Any) -> models.DecimalField[Any, Any]:
    checks = [MinValueValidator(Decimal(0), message=NOT_NEGATIVE)]
    return models.DecimalField(label, max_digits=12, decimal_places=2, validators=checks, null=True, blank=True, **more)


class FundingApplication(models.Model):
    """One application for one programme. It runs until it is settled, refused or given up."""

    class State(models.TextChoices):
        PLANNED = "planned", _("geplant")
        SUBMITTED = "submitted", _("beantragt")
        GRANTED = "granted", _("bewilligt")
        REJECTED = "rejected", _("abgelehnt")
        SETTLED = "settled", _("abgerechnet")
        WITHDRAWN = "withdrawn", _("nicht weiter verfolgt")

    HANDED_IN = (State.SUBMITTED, State.GRANTED, State.REJECTED, State.SETTLED)
    WITH_MONEY = (State.GRANTED, State.SETTLED)
    RUNNING = (State.PLANNED, State.SUBMITTED, State.GRANTED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="applications", editable=False)
    programme = models.ForeignKey(
        FundingProgramme, verbose_name=_("Förderprogramm"), on_delete=models.PROTECT, related_name="applications"
    )
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.PLANNED)
    asked = money(_("Beantragt in Euro"), help_text=_("Leer heißt: noch nicht bekannt."))
    granted = money(_("Bewilligt in Euro"), help_text=_("Erst, wenn der Bescheid da ist."))
    granted_note = models.CharField(
        _("Warum mehr als beantragt?"),
        max_length=300,
        blank=True,
        help_text=_("Nur nötig, wenn mehr bewilligt als beantragt ist."),
    )
    submitted_on = models.DateField(_("Beantragt am"), null=True, blank=True)
    decided_on = models.DateField(_("Bescheid vom"), null=True, blank=True)
    proof_due = models.DateField(_("Verwendungsnachweis bis"), null=True, blank=True)
    note = models.CharField(
        _("Anmerkung"), max_length=300, blank=True, help_text=_("Zum Beispiel Aktenzeichen oder Auflagen.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("Förderantrag")
        verbose_name_plural = _("Förderanträge")
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(
                fields=["use_case", "programme"],
                condition=Q(state__in=("planned", "submitted", "granted")),
                name="application_runs_once",
                violation_error_message=_("Für dieses Programm läuft zu diesem Vorhaben schon ein Antrag."),
            ),
            CheckConstraint(
                condition=(Q(asked__isnull=True) | Q(asked__gte=0)) & (Q(granted__isnull=True) | Q(granted__gte=0)),
                name="application_not_negative",
                violation_error_message=NOT_NEGATIVE,
            ),
            CheckConstraint(
                condition=Q(granted__isnull=True)
                | Q(asked__isnull=True)
                | Q(granted__lte=F("asked"))
                | ~Q(granted_note=""),
                name="application_more_than_asked_has_reason",
                violation_error_message=_("Es ist mehr bewilligt als beantragt. Bitte schreiben Sie, warum."),
            ),
            CheckConstraint(
                condition=Q(granted__isnull=False, state__in=("granted", "settled"))
                | Q(granted__isnull=True) & ~Q(state__in=("granted", "settled")),
                name="application_granted_has_amount",
                violation_error_message=_("Ein bewilligter Betrag gehört zu „bewilligt“ und „abgerechnet“."),
            ),
        ]

    def __str__(self) -> str:
        return self.programme.name

    def get_absolute_url(self) -> str:
        return reverse("usecases:application", args=[self.use_case.uuid, self.uuid])
