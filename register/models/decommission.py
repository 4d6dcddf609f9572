"""Taking a system out of operation: proposed by one person with every point answered, confirmed by another."""

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
from register.rules.decommission import ANSWERS, NOT_APPLICABLE, OPEN, POINTS, Point

if TYPE_CHECKING:
    from accounts.models import User


class DecommissionQuerySet(models.QuerySet["Decommission"]):
    def visible_to(self, user: User) -> DecommissionQuerySet:
        return self.filter(entry__in=Entry.objects.visible_to(user))

    def waiting(self) -> DecommissionQuerySet:
        return self.filter(state=Decommission.State.WAITING)


class Decommission(models.Model):
    """One proposal and what became of it. The database keeps it as it was decided."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet auf Bestätigung")
        CONFIRMED = "confirmed", _("bestätigt")
        RETURNED = "returned", _("zurückgegeben")

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="decommissions")
    ended_on = models.DateField(_("Letzter Tag im Betrieb"), help_text=_("TT.MM.JJJJ"))
    reason = models.TextField(
        _("Warum endet der Einsatz?"),
        max_length=1000,
        blank=True,
        validators=[MaxLengthValidator(1000)],
        help_text=_("Bleibt intern."),
    )
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    note = models.TextField(
        _("Anmerkung"),
        max_length=1000,
        blank=True,
        validators=[MaxLengthValidator(1000)],
        help_text=_("Zum Zurückgeben nötig: Was fehlt noch?"),
    )

    objects = DecommissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Außerbetriebnahme")
        verbose_name_plural = _("Außerbetriebnahmen")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            UniqueConstraint(fields=["entry"], condition=Q(state="waiting"), name="decommission_once_waiting"),
            CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="decommission_decided_and_dated",
            ),
            CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by=F("proposed_by")),
                name="decommission_by_second_person",
                violation_error_message=_("Das bestätigt eine andere Person als die, die es vorgeschlagen hat."),
            ),
            CheckConstraint(
                condition=~Q(state="returned") | ~Q(note=""),
                name="decommission_return_has_reason",
                violation_error_message=_("Bitte schreiben Sie, was noch fehlt."),
            ),
        ]

    def __str__(self) -> str:
        return f"Außerbetriebnahme: {self.entry}"

    def get_absolute_url(self) -> str:
        return reverse("register:decommission", args=[self.pk])


class DecommissionPointQuerySet(models.QuerySet["DecommissionPoint"]):
    def still_open(self) -> DecommissionPointQuerySet:
        """Open points of systems that are out of operation."""
        return self.filter(answer=OPEN, done_at__isnull=True, decommission__state=Decommission.State.CONFIRMED)


class DecommissionPoint(models.Model):
    """The answer to one point; what was open names who settles it until when."""

    decommission = models.ForeignKey(Decommission, on_delete=models.CASCADE, related_name="points")
    key = models.CharField(max_length=20, choices=[(key, point.label) for key, point in POINTS.items()])
    answer = models.CharField(_("Antwort"), max_length=14, choices=list(ANSWERS.items()))
    reason = models.CharField(_("Begründung"), max_length=500, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Verantwortliche Person"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    due = models.DateField(_("Frist"), null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)

    objects = DecommissionPointQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(fields=["decommission", "key"], name="decommission_point_once"),
            CheckConstraint(condition=~Q(answer=NOT_APPLICABLE) | ~Q(reason=""), name="decommission_point_has_reason"),
            CheckConstraint(
                condition=~Q(answer=OPEN) | Q(responsible__isnull=False, due__isnull=False),
                name="decommission_point_has_person_and_day",
            ),
        ]
        indexes = [models.Index(fields=["due"], name="decommission_point_due", condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return self.about.label

    @property
    def about(self) -> Point:
        return POINTS[self.key]

    @property
    def is_open(self) -> bool:
        return self.answer == OPEN and self.done_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due is not None and self.due < timezone.localdate()
