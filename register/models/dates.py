"""How often entries are reviewed, and who was reminded of it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality
from register.models.entry import Entry
from register.rules import review_dates


def _within_limits() -> Q:
    allowed = Q()
    for code, interval in review_dates.INTERVALS.items():
        allowed |= Q(risk_class=code, months__gte=interval.least, months__lte=interval.most)
    return allowed


class ReviewInterval(models.Model):
    """What a municipality has chosen instead of the proposed months."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="review_intervals")
    risk_class = models.CharField(
        _("Risikoklasse"), max_length=8, blank=True, choices=list(review_dates.LABELS.items())
    )
    months = models.PositiveSmallIntegerField(_("Monate"))

    class Meta:
        constraints = [
            UniqueConstraint(fields=["municipality", "risk_class"], name="review_interval_once"),
            CheckConstraint(
                condition=_within_limits(),
                name="review_interval_within_limits",
                violation_error_message=_("Diese Zahl der Monate liegt außerhalb der Grenzen."),
            ),
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class ReviewReminder(models.Model):
    """One stage of reminding of one due day was reached; so nobody is told twice."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="reminders")
    due = models.DateField()
    stage = models.CharField(max_length=10, choices=[(s.name, s.name) for s in review_dates.STAGES])
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["entry", "due", "stage"], name="review_reminder_once")]
