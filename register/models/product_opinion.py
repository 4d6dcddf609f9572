"""One Stellungnahme for a product sheet that several municipalities use; each of them confirms it for itself."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from register.models.product import Product

if TYPE_CHECKING:
    from accounts.models import User


class ProductOpinionQuerySet(models.QuerySet["ProductOpinion"]):
    def visible_to(self, user: User) -> ProductOpinionQuerySet:
        """Those given for one's own municipality; whoever advises reads what colleagues said on the same sheet."""
        own = Q(municipality_id__in=permissions.municipality_ids(user, "entry.view"))
        if permissions.municipality_ids(user, "entry.opine"):
            own |= Q(product__in=Product.objects.visible_to(user))
        return self.filter(own)


class ProductOpinion(models.Model):
    """Dated, signed, never changed. It speaks of the sheet as it was in version `number`, not of any deployment."""

    class Result(models.TextChoices):
        AGREES = "agrees", _("zustimmend")
        WITH_REMARKS = "with_remarks", _("zustimmend mit Hinweisen")
        REJECTS = "rejects", _("ablehnend")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="opinions")
    number = models.PositiveIntegerField(_("Fassung des Produktblatts"))
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(_("Ergebnis"), max_length=12, choices=Result)
    text = models.TextField(_("Stellungnahme"), max_length=8000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deputy_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = ProductOpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Stellungnahme zum Produktblatt")
        verbose_name_plural = _("Stellungnahmen zu Produktblättern")
        ordering = ["-at", "-pk"]
        constraints = [
            CheckConstraint(
                condition=~Q(text=""),
                name="product_opinion_says_something",
                violation_error_message=_(
                    "Bitte schreiben Sie, was Sie geprüft haben und zu welchem Ergebnis Sie kommen."
                ),
            )
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def signature(self) -> str:
        """Who signed, and for which municipality."""
        person = f"{self.by}, in Vertretung für {self.deputy_for}" if self.deputy_for else str(self.by)
        return f"{person} ({self.municipality.name})"
