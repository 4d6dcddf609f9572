"""What a municipality declares about the accessibility of its citizens' pages."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.municipalities import Municipality


def _text(label: Any, **more: Any) -> models.TextField[Any, Any]:
    return models.TextField(label, blank=True, max_length=3000, validators=[MaxLengthValidator(3000)], **more)


class AccessibilityStatement(models.Model):
    """The declaration as the form has it; nothing in it is filled in without somebody who answers for it."""

    class Conformity(models.TextChoices):
        FULL = "full", _("vollständig vereinbar")
        PARTIAL = "partial", _("teilweise vereinbar")
        NONE = "none", _("nicht vereinbar")

    class Method(models.TextChoices):
        SELF = "self", _("Selbstbewertung")
        EXTERNAL = "external", _("Bewertung durch eine andere Stelle")

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="accessibility")
    conformity = models.CharField(_("Stand der Vereinbarkeit"), max_length=10, choices=Conformity)
    law = models.CharField(
        _("Rechtsgrundlage"), max_length=300, blank=True, help_text=_("Nach dem Land vorgeschlagen. Bitte prüfen.")
    )
    incompatible = _text(
        _("Was ist mit den Vorgaben nicht vereinbar?"),
        help_text=_("Was geht nicht, und warum? Eine Barriere je Zeile."),
    )
    burden = _text(
        _("Was wäre eine unverhältnismäßige Belastung?"), help_text=_("Mit Grund. Leer, wenn es nichts gibt.")
    )
    outside = _text(_("Was fällt nicht unter die Vorgaben?"), help_text=_("Mit Grund. Leer, wenn es nichts gibt."))
    alternatives = _text(
        _("Wie kommt man trotzdem an die Inhalte?"), help_text=_("Zum Beispiel Telefon, Papier, ein Gespräch im Amt.")
    )
    made_on = models.DateField(_("Erstellt am"))
    checked_on = models.DateField(_("Zuletzt überprüft am"), help_text=_("Einmal im Jahr überprüfen."))
    method = models.CharField(_("Wie wurde bewertet?"), max_length=10, choices=Method)
    method_note = models.CharField(
        _("Genaueres zur Bewertung"),
        max_length=300,
        blank=True,
        help_text=_("Zum Beispiel, welche Stelle geprüft hat."),
    )
    contact_name = models.CharField(_("Stelle für Rückmeldungen"), max_length=200)
    contact_email = models.EmailField(_("E-Mail-Adresse der Stelle"), blank=True)
    contact_phone = models.CharField(_("Telefon der Stelle"), max_length=40, blank=True)
    feedback_days = models.PositiveSmallIntegerField(
        _("Antwort auf Rückmeldungen innerhalb von (Tagen)"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Das verspricht das Formular „Barriere melden“. Welche Frist in Ihrem Land gilt: bitte prüfen."),
    )
    enforcement_name = models.CharField(
        _("Durchsetzungs- oder Schlichtungsstelle"),
        max_length=200,
        blank=True,
        help_text=_("Nach dem Land vorgeschlagen, wo sie bekannt ist. Bitte prüfen."),
    )
    enforcement_address = models.TextField(_("Anschrift der Stelle"), max_length=500, blank=True)
    enforcement_url = models.URLField(_("Internetseite der Stelle"), blank=True)

    class Meta:
        verbose_name = _("Erklärung zur Barrierefreiheit")
        verbose_name_plural = _("Erklärungen zur Barrierefreiheit")
        constraints = [
            CheckConstraint(condition=Q(feedback_days__range=(1, 60)), name="accessibility_feedback_in_range"),
            CheckConstraint(
                condition=Q(conformity="full") | ~Q(incompatible="", burden="", outside=""),
                name="accessibility_barriers_named",
                violation_error_message=_(
                    "Wenn die Seiten nicht vollständig vereinbar sind, nennen Sie mindestens eine Barriere mit Grund."
                ),
            ),
            CheckConstraint(
                condition=Q(checked_on__gte=models.F("made_on")),
                name="accessibility_checked_after_made",
                violation_error_message=_("Überprüft wird nach dem Erstellen. Prüfen Sie die beiden Daten."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality}: {self.get_conformity_display()}"

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
