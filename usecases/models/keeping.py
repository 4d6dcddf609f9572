"""What the things of this room have in common that a municipality keeps and its people read."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxLengthValidator
from django.db import models

from accounts import permissions
from accounts.models import Municipality

if TYPE_CHECKING:
    from accounts.models import User

VIEW, MANAGE, ENACT = "training.view", "training.manage", "guideline.enact"


def long_text(label: Any, *, most: int = 2000, **more: Any) -> models.TextField[Any, Any]:
    return models.TextField(label, max_length=most, validators=[MaxLengthValidator(most)], **more)


class KeptQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> KeptQuerySet:
        """Everybody with a role in the municipality."""
        return self.filter(municipality__in=permissions.municipality_ids(user, VIEW), municipality__is_active=True)


class Kept(models.Model):
    """One row of one municipality; `version` is what a person saw who changes it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
