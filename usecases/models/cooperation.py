"""Working together: the partners of a municipality, and which of them take part in a use case."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from usecases.models.keeping import Kept, KeptQuerySet
from usecases.models.use_case import UseCase

NOT_NEGATIVE = _("Der Anteil darf nicht negativ sein. Tragen Sie 0 oder mehr ein; leer heißt: nicht erhoben.")


class PartnerQuerySet(KeptQuerySet):
    def running(self) -> Any:
        return self.filter(ended_on__isnull=True)


class Partner(Kept):
    """Somebody to work with, as the municipality keeps it; no private person."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Kommune")
        IT_PROVIDER = "it_provider", _("IT-Dienstleister")
        UNIVERSITY = "university", _("Hochschule")
        COMPANY = "company", _("Unternehmen")
        ASSOCIATION = "association", _("Verband oder Verein")
        OTHER = "other", _("andere Stelle")

    name = models.CharField(_("Name"), max_length=150)
    kind = models.CharField(_("Art"), max_length=12, choices=Kind)
    contact = models.CharField(
        _("Ansprechstelle"),
        max_length=200,
        blank=True,
        help_text=_("Stelle oder Funktion mit dienstlichen Angaben, kein Name."),
    )
    url = models.URLField(_("Link"), max_length=500, blank=True, help_text=_("Beginnt mit https://."))
    ended_on = models.DateField(null=True, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Partner")
        verbose_name_plural = _("Partner")
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "name"],
                condition=Q(ended_on__isnull=True),
                name="partner_name_unique",
                violation_error_message=_("Einen Partner mit diesem Namen gibt es schon."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("usecases:partner", args=[self.uuid])


class UseCasePartner(models.Model):
    """A partner in a use case: asked, agreed or declined; in which form and role, and what it bears of the costs."""

    class State(models.TextChoices):
        ASKED = "asked", _("gefragt")
        AGREED = "agreed", _("vereinbart")
        DECLINED = "declined", _("abgesagt")
        ENDED = "ended", _("beendet")

    class Form(models.TextChoices):
        AGREEMENT = "agreement", _("Zweckvereinbarung")
        AEG = "aeg", _("AEG")
        EFA = "efa", _("EfA")
        INFORMAL = "informal", _("informell")

    class Role(models.TextChoices):
        LEAD = "lead", _("federführend")
        MEMBER = "member", _("beteiligt")
        SUPPLIER = "supplier", _("liefert oder betreibt")
        ADVISER = "adviser", _("berät oder begleitet")

    class Unit(models.TextChoices):
        EURO = "euro", _("Euro")
        PERCENT = "percent", _("Prozent")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="partners", editable=False)
    partner = models.ForeignKey(
        Partner, verbose_name=_("Partner"), on_delete=models.PROTECT, related_name="use_case_partners"
    )
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.ASKED)
    asked_on = models.DateField(_("Gefragt am"))
    form = models.CharField(
        _("Form"), max_length=10, choices=Form, blank=True, help_text=_("Nötig, sobald etwas vereinbart ist.")
    )
    role = models.CharField(_("Rolle"), max_length=10, choices=Role)
    share = models.DecimalField(
        _("Anteil an den Kosten"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0), message=NOT_NEGATIVE)],
        help_text=_("Leer heißt: nicht erhoben."),
    )
    share_unit = models.CharField(_("Einheit des Anteils"), max_length=8, choices=Unit, default=Unit.PERCENT)
    note = models.CharField(
        _("Anmerkung"), max_length=300, blank=True, help_text=_("Zum Beispiel: Was kam bei der Anfrage heraus?")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("Partner eines Vorhabens")
        verbose_name_plural = _("Partner von Vorhaben")
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(fields=["use_case", "partner"], name="use_case_partner_once"),
            CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0),
                name="use_case_partner_share_not_negative",
                violation_error_message=NOT_NEGATIVE,
            ),
            CheckConstraint(
                condition=~Q(share_unit="percent") | Q(share__isnull=True) | Q(share__lte=100),
                name="use_case_partner_share_at_most_all",
                violation_error_message=_("Ein Anteil ist höchstens 100 Prozent."),
            ),
            CheckConstraint(
                condition=~Q(state="agreed") | ~Q(form=""),
                name="use_case_partner_agreed_has_form",
                violation_error_message=_("Bitte wählen Sie, in welcher Form Sie zusammenarbeiten."),
            ),
        ]

    def __str__(self) -> str:
        return self.partner.name

    def get_absolute_url(self) -> str:
        return reverse("usecases:use-case-partner", args=[self.use_case.uuid, self.uuid])
