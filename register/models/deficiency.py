"""What is unlawful today and recorded: a Mangel found by the table of contradictions, and what is done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from register.models.entry import Entry

if TYPE_CHECKING:
    from accounts.models import User


class DeficiencyQuerySet(models.QuerySet["Deficiency"]):
    def visible_to(self, user: User) -> DeficiencyQuerySet:
        return self.filter(entry__in=Entry.objects.visible_to(user))

    def active(self) -> DeficiencyQuerySet:
        return self.filter(state__in=Deficiency.ACTIVE)

    def overdue(self) -> DeficiencyQuerySet:
        return self.active().filter(due__lt=timezone.localdate())


class Deficiency(models.Model):
    """One rule that an entry breaks, from the day it was seen until the facts change or a second person lets it go."""

    class State(models.TextChoices):
        OPEN = "open", _("offen")
        IN_WORK = "in_work", _("in Arbeit")
        REMEDIED = "remedied", _("behoben")
        NOT_APPLICABLE = "not_applicable", _("nicht anwendbar")

    ACTIVE = (State.OPEN, State.IN_WORK)

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="deficiencies")
    rule = models.CharField(max_length=40)
    # As they were when it was found: the table may change.
    title = models.CharField(max_length=120)
    says = models.TextField(max_length=2500)
    article = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    state = models.CharField(_("Stand"), max_length=16, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    measure = models.TextField(
        _("Maßnahme"),
        max_length=2500,
        blank=True,
        validators=[MaxLengthValidator(2500)],
        help_text=_("Was tun Sie, damit der Mangel wegfällt?"),
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Verantwortliche Person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Sie wird an die Frist erinnert."),
    )
    due = models.DateField(_("Frist"), null=True, blank=True, help_text=_("Bis wann ist das erledigt? TT.MM.JJJJ"))
    reminded_on = models.DateField(null=True, editable=False)
    dismissal_reason = models.TextField(
        _("Warum der Mangel hier nicht zutrifft"),
        max_length=2500,
        blank=True,
        validators=[MaxLengthValidator(2500)],
        help_text=_("Eine zweite Person prüft Ihre Begründung."),
    )
    dismissal_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    dismissal_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closing_note = models.TextField(_("Anmerkung"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DeficiencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Mangel")
        verbose_name_plural = _("Mängel")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            UniqueConstraint(
                fields=["entry", "rule"], condition=Q(state__in=["open", "in_work"]), name="deficiency_once_active"
            ),
            CheckConstraint(
                condition=Q(state__in=["open", "in_work"], closed_at__isnull=True)
                | Q(state__in=["remedied", "not_applicable"], closed_at__isnull=False),
                name="deficiency_closed_has_date",
            ),
            CheckConstraint(
                condition=~Q(state="not_applicable")
                | (Q(dismissal_by__isnull=False) & ~Q(dismissal_reason="") & ~Q(closed_by=F("dismissal_by"))),
                name="deficiency_let_go_by_second_person",
                violation_error_message=_("Das entscheidet eine andere Person als die, die es vorgeschlagen hat."),
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="deficiency_due")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("register:deficiency", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def is_overdue(self) -> bool:
        return self.is_active and self.due is not None and self.due < timezone.localdate()

    @property
    def waits_for_second_person(self) -> bool:
        return self.is_active and self.dismissal_by_id is not None
