"""The guideline for working with AI: a draft, versions that never change, and how many people of an office know one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality
from usecases.models.keeping import VIEW, Kept, long_text
from usecases.models.training import MOST_PEOPLE

if TYPE_CHECKING:
    from accounts.models import User

MOST = 40_000


class GuidelineDraft(Kept):
    """The text that somebody works on; its building blocks are still open."""

    title = models.CharField(_("Titel"), max_length=150)
    body = long_text(_("Text"), most=MOST)

    class Meta:
        verbose_name = _("Entwurf der KI-Richtlinie")
        verbose_name_plural = _("Entwürfe der KI-Richtlinie")
        constraints = [UniqueConstraint(fields=["municipality"], name="guideline_one_draft")]


class GuidelineVersionQuerySet(models.QuerySet["GuidelineVersion"]):
    def visible_to(self, user: User) -> GuidelineVersionQuerySet:
        return self.filter(municipality__in=permissions.municipality_ids(user, VIEW), municipality__is_active=True)


class GuidelineVersion(models.Model):
    """One version as it was put in force, building blocks filled. Append-only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="guidelines")
    number = models.PositiveIntegerField(_("Fassung"))
    title = models.CharField(_("Titel"), max_length=150)
    body = long_text(_("Text"), most=4 * MOST)
    enacted_on = models.DateField(_("In Kraft ab"))
    signed_by = models.CharField(
        _("In Kraft gesetzt durch"), max_length=150, help_text=_("Zum Beispiel: die Bürgermeisterin.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    objects = GuidelineVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Fassung der KI-Richtlinie")
        verbose_name_plural = _("Fassungen der KI-Richtlinie")
        ordering = ["-number"]
        constraints = [UniqueConstraint(fields=["municipality", "number"], name="guideline_number_unique")]

    def __str__(self) -> str:
        return f"{self.title}, Fassung {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("usecases:guideline-version", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class GuidelineReaders(models.Model):
    """How many people of an office know a version; a number, no names."""

    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="readers")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("Kenntnisnahmen"))

    class Meta:
        verbose_name = _("Kenntnisnahmen eines Amtes")
        verbose_name_plural = _("Kenntnisnahmen der Ämter")
        ordering = [F("department__sort_key").asc(), "pk"]
        constraints = [
            UniqueConstraint(fields=["guideline", "department"], name="guideline_readers_once"),
            CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_PEOPLE), name="guideline_readers_are_people"),
        ]
