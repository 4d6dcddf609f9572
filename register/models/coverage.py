"""Which department has said whether it uses AI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality

if TYPE_CHECKING:
    from accounts.models import User


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def visible_to(self, user: User) -> CoverageQuerySet:
        return self.filter(permissions.scope(user, "entry.view"))


class Coverage(models.Model):
    """What a department said last, and when it was last reminded. Earlier statements stand in the audit chain."""

    class State(models.TextChoices):
        REPORTED = "reported", _("gemeldet")
        NONE = "none", _("Fehlanzeige")

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="coverage")
    department = models.OneToOneField(
        Department, verbose_name=_("Amt"), on_delete=models.CASCADE, related_name="coverage"
    )
    state = models.CharField(_("Meldung"), max_length=10, choices=State, blank=True)
    stated_on = models.DateField(_("gemeldet am"), null=True, blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("gemeldet von"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reminded_on = models.DateField(_("erinnert am"), null=True, blank=True)
    # The last time a statement was taken back: whoever finds the department open again reads why.
    reopened_on = models.DateField(_("zurückgenommen am"), null=True, blank=True, editable=False)
    reopened_reason = models.CharField(
        _("Warum ist die Meldung hinfällig?"),
        max_length=300,
        blank=True,
        help_text=_("Zum Beispiel: Ein Sachgebiet wurde vergessen. Der Grund bleibt vermerkt."),
    )

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("Meldestand eines Amts")
        verbose_name_plural = _("Meldestand der Ämter")
        constraints = [
            CheckConstraint(
                condition=Q(state="", stated_on__isnull=True, stated_by__isnull=True)
                | (~Q(state="") & Q(stated_on__isnull=False, stated_by__isnull=False)),
                name="coverage_dated_and_signed",
                violation_error_message=_("Eine Meldung braucht Datum und Person."),
            )
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class CoverageRules(models.Model):
    """How often departments of a municipality report, and what citizens see of it."""

    class Period(models.IntegerChoices):
        HALF_YEAR = 6, _("halbjährlich")
        YEAR = 12, _("jährlich")

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="coverage_rules")
    months = models.PositiveSmallIntegerField(
        _("Wie oft melden die Ämter?"), choices=Period, default=Period.YEAR, help_text=_("So lange gilt eine Meldung.")
    )
    due_on = models.DateField(
        _("Nächster Stichtag"),
        help_text=_("Vier Wochen davor werden die offenen Ämter erinnert. Danach wiederholt er sich von selbst."),
    )
    is_public = models.BooleanField(
        _("Meldestand öffentlich zeigen"),
        default=False,
        help_text=_("Zahlen auf der öffentlichen Seite, keine Personen."),
    )
    shows_names = models.BooleanField(
        _("Namen der Ämter öffentlich nennen"), default=False, help_text=_("Sonst erscheinen nur die Zahlen.")
    )

    class Meta:
        verbose_name = _("Regeln zum Meldestand")
        verbose_name_plural = _("Regeln zum Meldestand")

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
