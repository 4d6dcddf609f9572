"""Funding programmes as the municipality itself keeps them. Nothing here is fetched from anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from register.rules.vocabulary import FIELDS_OF_ACTION, STATUS
from usecases.models.keeping import Kept, KeptQuerySet, long_text

ENDS_SOON = timedelta(days=90)


class FundingProgrammeQuerySet(KeptQuerySet):
    def running(self) -> Any:
        """Without a deadline, or before it."""
        return self.filter(Q(deadline__isnull=True) | Q(deadline__gte=timezone.localdate()), ended_on__isnull=True)


class FundingProgramme(Kept):
    """One programme: who pays for what, how much, until when, and who helps to apply."""

    name = models.CharField(_("Name"), max_length=150)
    funder = models.CharField(_("Fördergeber"), max_length=150)
    purpose = long_text(_("Was wird gefördert?"), most=1000)
    rate = models.PositiveSmallIntegerField(
        _("Förderquote in Prozent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Leer heißt: nicht bekannt."),
    )
    deadline = models.DateField(
        _("Antragsfrist"), null=True, blank=True, help_text=_("Leer heißt: laufend oder nicht bekannt.")
    )
    url = models.URLField(_("Link"), max_length=500, blank=True, help_text=_("Beginnt mit https://."))
    guide = models.CharField(
        _("Förderlotse"),
        max_length=200,
        blank=True,
        help_text=_("Wer hilft beim Antrag? Stelle und dienstliche Angaben."),
    )
    # Keys of FIELDS_OF_ACTION and STATUS; an empty list means all.
    fields = models.JSONField(_("Handlungsfelder"), default=list, blank=True)
    stages = models.JSONField(_("Stufen"), default=list, blank=True)
    # The last stage of days before the deadline at which somebody was told.
    reminded_days = models.PositiveSmallIntegerField(null=True, editable=False)
    ended_on = models.DateField(null=True, editable=False)

    objects = FundingProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Förderprogramm")
        verbose_name_plural = _("Förderprogramme")
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "name"],
                condition=Q(ended_on__isnull=True),
                name="funding_name_unique",
                violation_error_message=_("Ein Förderprogramm mit diesem Namen gibt es schon."),
            ),
            CheckConstraint(condition=Q(rate__isnull=True) | Q(rate__range=(1, 100)), name="funding_rate_is_percent"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("usecases:funding-edit", args=[self.uuid])

    @property
    def field_labels(self) -> list[str]:
        return [FIELDS_OF_ACTION[key] for key in self.fields if key in FIELDS_OF_ACTION]

    @property
    def stage_labels(self) -> list[str]:
        return [STATUS[key] for key in self.stages if key in STATUS]

    @property
    def ends_soon(self) -> bool:
        return self.deadline is not None and self.deadline <= timezone.localdate() + ENDS_SOON
