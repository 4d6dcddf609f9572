"""Where a use case comes from that began with a blueprint."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from usecases.models.use_case import UseCase, person


class Adoption(models.Model):
    """A use case that began with a blueprint. `document` is what the municipality has of it, part by part."""

    use_case = models.OneToOneField(UseCase, on_delete=models.PROTECT, related_name="adoption")
    # The key of a template in the catalogue.
    template = models.SlugField(max_length=50, blank=True)
    document = models.JSONField()
    # The source as somebody last compared it with the document.
    source_sha256 = models.CharField(max_length=64)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Übernahme einer Blaupause")
        verbose_name_plural = _("Übernahmen von Blaupausen")

    def __str__(self) -> str:
        return str(self.document["title"])
