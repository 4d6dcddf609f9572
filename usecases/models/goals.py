"""What a use case is measured by: goals with measurements, other figures, and the evaluation. "Nicht erhoben" is a value."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from usecases.models.use_case import UseCase, long_text, person
from usecases.rules import figures

NOT_NEGATIVE = _("Der Wert darf nicht negativ sein. Tragen Sie 0 oder mehr ein; leer heißt: nicht erhoben.")


def number(label: Any, **more: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=12, decimal_places=2, **more)


class Goal(models.Model):
    """Something that shall be reached, and how one sees whether it was."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="goals")
    title = models.CharField(_("Ziel"), max_length=150, help_text=_("Zum Beispiel: Anträge schneller zuordnen."))
    measure = models.CharField(
        _("Messgröße"), max_length=150, help_text=_("Zum Beispiel: Anteil der am selben Tag zugeordneten Anträge.")
    )
    unit = models.CharField(_("Einheit"), max_length=30, help_text=_("Zum Beispiel: Prozent, Minuten, Fälle."))
    baseline = number(_("Ausgangswert"), null=True, blank=True, help_text=_("Leer heißt: nicht erhoben."))
    target = number(_("Zielwert"))
    method = long_text(_("Wie wird gemessen?"), help_text=_("Wer misst, womit, und wie oft?"))
    created_by = person(editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("Ziel eines Vorhabens")
        verbose_name_plural = _("Ziele von Vorhaben")
        ordering = ["pk"]
        constraints = [UniqueConstraint(fields=["use_case", "title"], name="goal_title_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("usecases:goal", args=[self.use_case.uuid, self.uuid])


class StandingQuerySet(models.QuerySet[Any]):
    def standing(self) -> StandingQuerySet:
        """What counts: neither corrected nor withdrawn."""
        return self.filter(withdrawn=False, replaced_by__isnull=True)

    def told(self) -> StandingQuerySet:
        """Every value that somebody ever told, with what became of it."""
        return self.filter(withdrawn=False).select_related("by", "replaced_by__by")


class Corrected(models.Model):
    """Append-only, and yet it can be put right: a further row takes the place of one, or withdraws it, and says why."""

    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="replaced_by"
    )
    withdrawn = models.BooleanField(default=False, editable=False)
    reason = models.CharField(_("Grund"), max_length=300, blank=True, editable=False)

    objects: ClassVar[Any] = StandingQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            CheckConstraint(
                condition=Q(replaces__isnull=True, withdrawn=False) | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="%(class)s_replaced_with_reason",
                violation_error_message=_("Nennen Sie den Grund."),
            ),
            CheckConstraint(
                condition=Q(withdrawn=False) | Q(value__isnull=True),
                name="%(class)s_withdrawn_has_no_value",
            ),
        ]

    @property
    def verb(self) -> str:
        """What this row did to the one that it replaces."""
        return "zurückgezogen" if self.withdrawn else "korrigiert"


class Measurement(Corrected):
    """One value of a goal on a day; without a value it was not measured, and the note says why."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="measurements")
    day = models.DateField(_("Tag der Messung"))
    value = number(_("Wert"), null=True, blank=True)
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Messung")
        verbose_name_plural = _("Messungen")
        ordering = ["day", "pk"]
        constraints = [
            *Corrected.Meta.constraints,
            CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(note="") | Q(withdrawn=True),
                name="measurement_missing_has_reason",
                violation_error_message=_("Ohne Wert schreiben Sie bitte, warum nicht gemessen wurde."),
            ),
        ]


class Figure(Corrected):
    """A cost, a saving, a use or an error rate of a span of time; without a value it was not taken."""

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="figures")
    key = models.CharField(_("Was?"), max_length=16, choices=list(figures.LABELS.items()))
    since = models.DateField(_("Von"))
    until = models.DateField(_("Bis"))
    value = number(
        _("Wert"),
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0), message=NOT_NEGATIVE)],
        help_text=_("Leer heißt: nicht erhoben."),
    )
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Zahl zu einem Vorhaben")
        verbose_name_plural = _("Zahlen zu Vorhaben")
        ordering = ["-until", "-pk"]
        constraints = [
            *Corrected.Meta.constraints,
            CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="figure_not_negative",
                violation_error_message=NOT_NEGATIVE,
            ),
            CheckConstraint(
                condition=Q(until__gte=models.F("since")),
                name="figure_ends_after_start",
                violation_error_message=_("Das Ende liegt vor dem Beginn."),
            ),
        ]

    @property
    def unit(self) -> str:
        return figures.UNITS[self.key]


class Evaluation(models.Model):
    """What came out, what was learned, and what shall follow. Append-only; the newest one counts."""

    class Result(models.TextChoices):
        REACHED = "reached", _("Ziele erreicht")
        PARTLY = "partly", _("Ziele teilweise erreicht")
        MISSED = "missed", _("Ziele verfehlt")

    class Decision(models.TextChoices):
        OPERATE = "operate", _("In den Regelbetrieb")
        EXTEND = "extend", _("Weiter erproben")
        END = "end", _("Beenden")

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="evaluations")
    day = models.DateField(_("Tag der Auswertung"))
    result = models.CharField(_("Ergebnis"), max_length=8, choices=Result)
    text = long_text(_("Was wurde erreicht?"))
    lessons = long_text(_("Was haben Sie gelernt?"))
    decision = models.CharField(_("Empfehlung"), max_length=8, choices=Decision)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Auswertung")
        verbose_name_plural = _("Auswertungen")
        ordering = ["-at", "-pk"]
