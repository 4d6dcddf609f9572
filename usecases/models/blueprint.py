"""Use cases frozen as blueprints, and use cases that began with one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from usecases.models.use_case import UseCase, person

if TYPE_CHECKING:
    from accounts.models import User


class BlueprintQuerySet(models.QuerySet["Blueprint"]):
    def visible_to(self, user: User) -> BlueprintQuerySet:
        """Those of the person's municipalities, and what others have opened for all of the instance."""
        own = permissions.municipality_ids(user, "usecase.view")
        rows = self.filter(municipality__is_active=True)
        return rows.filter(Q(municipality__in=own) | Q(shared=True)) if own else self.none()


class Blueprint(models.Model):
    """One version of a use case without local or personal details. Only who may see it can change."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="blueprints")
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="blueprints")
    number = models.PositiveIntegerField(_("Fassung"))
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    shared = models.BooleanField(_("für andere Kommunen sichtbar"), default=False)
    by = person()
    at = models.DateTimeField()

    objects = BlueprintQuerySet.as_manager()

    class Meta:
        verbose_name = _("Blaupause")
        verbose_name_plural = _("Blaupausen")
        ordering = ["-at", "-pk"]
        constraints = [UniqueConstraint(fields=["use_case", "number"], name="blueprint_number_unique")]

    def __str__(self) -> str:
        return str(self.document["title"])

    def get_absolute_url(self) -> str:
        return reverse("usecases:blueprint", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class Adoption(models.Model):
    """A use case that began with a blueprint. `document` is what the municipality has of it, part by part."""

    use_case = models.OneToOneField(UseCase, on_delete=models.PROTECT, related_name="adoption")
    # The key of a template in the catalogue, or the version of a municipality.
    template = models.SlugField(max_length=50, blank=True)
    source = models.ForeignKey(Blueprint, on_delete=models.PROTECT, null=True, related_name="adoptions")
    document = models.JSONField()
    # The source as somebody last compared it with the document.
    source_sha256 = models.CharField(max_length=64)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Übernahme einer Blaupause")
        verbose_name_plural = _("Übernahmen von Blaupausen")
        constraints = [
            CheckConstraint(
                condition=Q(template="", source__isnull=False) | ~Q(template="") & Q(source__isnull=True),
                name="adoption_has_one_source",
            )
        ]

    def __str__(self) -> str:
        return str(self.document["title"])
