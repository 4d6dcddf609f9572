"""What a municipality promises, and how often one address has written today."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality


def _days(label: str, least: int, most: int, **more: object) -> models.PositiveSmallIntegerField:
    limits = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(label, validators=limits, **more)  # type: ignore[arg-type]


class InquiryRules(models.Model):
    """Until when a municipality answers, and how long it keeps what people wrote. Without a row the defaults hold."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="inquiry_rules")
    answer_days = _days(
        _("Antwort innerhalb von (Tagen)"), 1, 60, default=14, help_text=_("Das verspricht die öffentliche Seite.")
    )
    keep_days = _days(
        _("Angaben löschen nach (Tagen)"),
        7,
        730,
        default=90,
        help_text=_("Gezählt ab der Antwort. Gelöscht werden Text, Antwort und E-Mail-Adresse."),
    )
    complaint_url = models.URLField(
        _("Internetadresse der Zentralen Beschwerdestelle"),
        blank=True,
        help_text=_("§ 8 KI-MIG. Bitte bei der Bundesnetzagentur prüfen; ohne Adresse steht dort nur der Name."),
    )

    class Meta:
        verbose_name = _("Regeln zu Anfragen")
        verbose_name_plural = _("Regeln zu Anfragen")
        constraints = [
            CheckConstraint(
                condition=Q(answer_days__range=(1, 60), keep_days__range=(7, 730)), name="inquiry_rules_in_range"
            )
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class InquiryAttempt(models.Model):
    """Somebody sent a form. The address is a keyed hash that nobody can turn back, and gone after a day."""

    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Absenden eines Formulars")
        verbose_name_plural = _("Absenden von Formularen")
        indexes = [models.Index(fields=["digest", "at"], name="inquiry_attempt")]
