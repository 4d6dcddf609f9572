"""Rule sets that the instance has loaded, and the re-assessment of many systems after a change of law."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality
from compliance.models.assessment import Assessment
from register.models import Entry

if TYPE_CHECKING:
    from accounts.models import User


class LoadedRuleset(models.Model):
    """A rule set file that the operator has loaded. Append-only: what it says, and who brought it when."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    law = models.CharField(_("Gesetz"), max_length=60)
    version = models.PositiveIntegerField(_("Version"))
    title = models.CharField(_("Titel"), max_length=300)
    legal_state = models.CharField(_("Rechtsstand"), max_length=500)
    checked_on = models.DateField(_("Stand"))
    valid_from = models.DateField(_("gilt ab"))
    filename = models.CharField(_("Dateiname"), max_length=200)
    content = models.TextField(_("Inhalt"))
    sha256 = models.CharField(_("Prüfsumme"), max_length=64, unique=True)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("geladenes Regelwerk")
        verbose_name_plural = _("geladene Regelwerke")
        ordering = ["law", "version", "pk"]

    def __str__(self) -> str:
        return f"{self.law} Version {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:ruleset", args=[self.uuid])


class RulesetUse(models.Model):
    """The decision to decide by a loaded rule set from its day on. Append-only: there is no way back, only a next version."""

    ruleset = models.OneToOneField(LoadedRuleset, on_delete=models.PROTECT, related_name="use")
    law = models.CharField(_("Gesetz"), max_length=60)
    version = models.PositiveIntegerField(_("Version"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Ingebrauchnahme eines Regelwerks")
        verbose_name_plural = _("Ingebrauchnahmen von Regelwerken")
        constraints = [UniqueConstraint(fields=["law", "version"], name="ruleset_version_in_use_once")]


class LawRunQuerySet(models.QuerySet["LawRun"]):
    def visible_to(self, user: User) -> LawRunQuerySet:
        """Whoever may read one of its systems; the page shows each of them only to those who may read it."""
        items = LawRunItem.objects.filter(run=OuterRef("pk"), entry__in=Entry.objects.visible_to(user))
        return self.filter(Exists(items))


class LawRun(models.Model):
    """One re-assessment of many systems under the rule sets in force."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="law_runs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Id, version and sha256 of each rule set.
    rulesets = models.JSONField()
    day = models.DateField(_("Tag der Bewertung"))
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = LawRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("Neubewertung nach Rechtsänderung")
        verbose_name_plural = _("Neubewertungen nach Rechtsänderung")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"Neubewertung vom {self.day:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:law-run", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def scope(self) -> str:
        """Under which its jobs are found."""
        return f"law-run:{self.uuid}"


class LawRunItem(models.Model):
    """What became of one system of a run."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("wartet")
        DONE = "done", _("neu bewertet")
        PERSON = "person", _("braucht eine Person")
        SKIPPED = "skipped", _("ausgelassen")

    run = models.ForeignKey(LawRun, on_delete=models.CASCADE, related_name="items")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    before = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+", null=True)
    outcome = models.CharField(_("Ergebnis"), max_length=8, choices=Outcome, default=Outcome.WAITING)
    # Keys of rules/law_effect.KINDS.
    kinds = ArrayField(models.CharField(max_length=10), default=list)
    note = models.CharField(_("Hinweis"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("System einer Neubewertung")
        verbose_name_plural = _("Systeme einer Neubewertung")
        constraints = [UniqueConstraint(fields=["run", "entry"], name="law_run_entry_once")]
        indexes = [models.Index(fields=["run", "outcome"], name="law_run_outcome")]
