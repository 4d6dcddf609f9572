"""Training: courses, their dates, and how many people of which office took part. Numbers, no names."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, Sum, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department
from usecases.models.keeping import VIEW, Kept, long_text
from usecases.rules.training import KINDS

if TYPE_CHECKING:
    from accounts.models import User

# Nobody trains longer than a month at a stretch, or sends more people of one office.
MOST_MINUTES, MOST_PEOPLE = 31 * 24 * 60, 100_000


class Course(Kept):
    """A training that the municipality offers to its people."""

    title = models.CharField(_("Titel"), max_length=150)
    kind = models.CharField(_("Thema"), max_length=10, choices=list(KINDS.items()))
    contents = long_text(_("Inhalte"), help_text=_("Was wird gelernt? Kurz genügt."))
    minutes = models.PositiveIntegerField(
        _("Dauer in Minuten"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)],
    )
    given_by = models.CharField(
        _("Wer schult?"), max_length=150, blank=True, help_text=_("Stelle oder Anbieter, zum Beispiel: KI-Team.")
    )
    since = models.DateField(_("Gibt es seit"))
    refresh_months = models.PositiveSmallIntegerField(
        _("Auffrischen nach Monaten"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Ihre eigene Vorgabe. Leer heißt: keine."),
    )

    class Meta:
        verbose_name = _("Schulung")
        verbose_name_plural = _("Schulungen")
        ordering = ["kind", "title", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "title"],
                name="course_title_unique",
                violation_error_message=_("Eine Schulung mit diesem Titel gibt es schon."),
            ),
            CheckConstraint(condition=Q(minutes__gte=1), name="course_takes_time"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("usecases:course", args=[self.uuid])


class CourseSessionQuerySet(models.QuerySet["CourseSession"]):
    def visible_to(self, user: User) -> CourseSessionQuerySet:
        here = permissions.municipality_ids(user, VIEW)
        return self.filter(course__municipality__in=here, course__municipality__is_active=True)

    def with_people(self) -> CourseSessionQuerySet:
        return self.annotate(people=Sum("participants__number"))


class CourseSession(models.Model):
    """One date of a course. Numbers are given once it is over."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, verbose_name=_("Schulung"), on_delete=models.PROTECT, related_name="sessions")
    held_on = models.DateField(_("Termin"))
    place = models.CharField(
        _("Ort oder Weg"), max_length=150, blank=True, help_text=_("Zum Beispiel: Rathaus, online.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CourseSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Termin einer Schulung")
        verbose_name_plural = _("Termine von Schulungen")
        ordering = ["-held_on", "-pk"]
        constraints = [
            UniqueConstraint(
                fields=["course", "held_on", "place"],
                name="session_once",
                violation_error_message=_("Diesen Termin gibt es schon."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.course} am {self.held_on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("usecases:session", args=[self.uuid])

    @property
    def is_over(self) -> bool:
        return self.held_on <= timezone.localdate()

    @property
    def audit_stream(self) -> str:
        return self.course.audit_stream


class Participants(models.Model):
    """How many people of one office took part; for an office above others it counts for all of them."""

    session = models.ForeignKey(CourseSession, on_delete=models.CASCADE, related_name="participants")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("Teilnahmen"))

    class Meta:
        verbose_name = _("Teilnahmen eines Amtes")
        verbose_name_plural = _("Teilnahmen der Ämter")
        ordering = [F("department__sort_key").asc(), "pk"]
        constraints = [
            UniqueConstraint(fields=["session", "department"], name="participants_once"),
            CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_PEOPLE), name="participants_are_people"),
        ]
