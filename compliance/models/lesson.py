"""Learning from mistakes: what a municipality tells itself of an incident, once a second person agrees."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from compliance.models.incident import HANDLE, LONG, REPORT, Incident

if TYPE_CHECKING:
    from accounts.models import User

HINT = _("Ohne Namen und ohne Schuld: Es geht um den Ablauf, nicht um Personen.")


class LessonQuerySet(models.QuerySet["Lesson"]):
    def visible_to(self, user: User) -> LessonQuerySet:
        """Released: everybody with a role in the municipality. Before that: who proposed it and who may release."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        here = permissions.municipality_ids(user, REPORT)
        handled = permissions.municipality_ids(user, HANDLE)
        readable = Q(state=Lesson.State.RELEASED) | Q(proposed_by=user.pk) | Q(municipality_id__in=handled)
        return self.filter(readable, municipality_id__in=here, municipality__is_active=True)

    def released(self) -> LessonQuerySet:
        return self.filter(state=Lesson.State.RELEASED)


class Lesson(models.Model):
    """A proposal and what became of it. Text and proposer never change; the database keeps that and the four eyes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet auf Freigabe")
        RELEASED = "released", _("freigegeben")
        RETURNED = "returned", _("zurückgegeben")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="lessons")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="lessons")
    title = models.CharField(_("Überschrift"), max_length=150)
    happened = models.TextField(
        _("Was ist passiert?"), max_length=LONG, validators=[MaxLengthValidator(LONG)], help_text=HINT
    )
    cause = models.TextField(_("Warum ist es passiert?"), max_length=LONG, validators=[MaxLengthValidator(LONG)])
    change = models.TextField(_("Was ändern wir?"), max_length=LONG, validators=[MaxLengthValidator(LONG)])
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    note = models.CharField(_("Anmerkung"), max_length=500, blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("Lehre aus einem Fehler")
        verbose_name_plural = _("Lehren aus Fehlern")
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(fields=["incident"], condition=~Q(state="returned"), name="lesson_once"),
            CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="lesson_decided_and_dated",
            ),
            CheckConstraint(
                condition=~Q(state="released") | ~Q(decided_by=F("proposed_by")),
                name="lesson_by_second_person",
                violation_error_message=_("Das gibt eine andere Person frei als die, die es vorgeschlagen hat."),
            ),
            CheckConstraint(
                condition=~Q(state="returned") | ~Q(note=""),
                name="lesson_return_has_reason",
                violation_error_message=_("Bitte schreiben Sie, was noch fehlt."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("compliance:lesson", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return self.municipality.audit_stream
