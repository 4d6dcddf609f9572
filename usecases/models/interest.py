"""Looking for others: what a municipality shows of a use case to the others of the instance, and what they answer.

Others read `CooperationWish` and `InterestCall`, never the use case itself.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from usecases.models.keeping import long_text
from usecases.models.use_case import UseCase, person
from usecases.rules.vocabulary import REJECTED, RETIRED

if TYPE_CHECKING:
    from accounts.models import User

VIEW = "usecase.view"
CONTACT_HINT = _("Stelle mit Funktionspostfach oder Telefon, kein Name.")


class WishQuerySet(models.QuerySet["CooperationWish"]):
    def visible_to(self, user: User) -> WishQuerySet:
        """One's own, and what another municipality shows; for those who work with use cases somewhere."""
        towns = permissions.municipality_ids(user, VIEW)
        if not towns:
            return self.none()
        rows = self.filter(use_case__municipality__is_active=True)
        return rows.filter(Q(use_case__municipality__in=towns) | self._shown())

    def shown(self) -> WishQuerySet:
        return self.filter(self._shown())

    @staticmethod
    def _shown() -> Q:
        return Q(is_shown=True) & ~Q(use_case__stage__in=(RETIRED, REJECTED))


class CooperationWish(models.Model):
    """The wish to work with others on a use case, in words written for them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    use_case = models.OneToOneField(UseCase, on_delete=models.PROTECT, related_name="wish", editable=False)
    title = models.CharField(_("Titel für andere"), max_length=120)
    summary = long_text(_("Worum geht es?"), most=1000, help_text=_("Für Leserinnen und Leser anderer Kommunen."))
    wanted = long_text(
        _("Was suchen Sie?"), most=1000, help_text=_("Zum Beispiel: Erfahrungen, gemeinsame Beschaffung, Mitnutzung.")
    )
    contact = models.CharField(_("Ansprechstelle"), max_length=200, help_text=CONTACT_HINT)
    is_shown = models.BooleanField(
        _("Anderen Kommunen zeigen"),
        default=False,
        help_text=_("Alle Kommunen dieser Instanz lesen dann diese Angaben, Handlungsfeld und Stufe. Sonst nichts."),
    )
    shown_since = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("Kooperationswunsch")
        verbose_name_plural = _("Kooperationswünsche")
        ordering = ["-shown_since", "-pk"]
        constraints = [
            CheckConstraint(condition=Q(is_shown=False) | Q(shown_since__isnull=False), name="wish_shown_since")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("usecases:wish", args=[self.uuid])


class InterestCall(models.Model):
    """A call for interest: open from a day to a day, then decided once, for all who answered."""

    wish = models.ForeignKey(CooperationWish, on_delete=models.PROTECT, related_name="calls", editable=False)
    text = long_text(
        _("Wofür rufen Sie auf?"),
        most=1000,
        help_text=_("Was bieten Sie, was erwarten Sie, und wonach wählen Sie aus?"),
    )
    opens_on = models.DateField(_("Beginn"))
    closes_on = models.DateField(_("Ende"), help_text=_("Letzter Tag."))
    places = models.PositiveSmallIntegerField(_("Plätze"), null=True, blank=True, help_text=_("Leer heißt: offen."))
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = person(null=True, editable=False)

    class Meta:
        verbose_name = _("Aufruf zur Interessenbekundung")
        verbose_name_plural = _("Aufrufe zur Interessenbekundung")
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(fields=["wish"], condition=Q(decided_at__isnull=True), name="call_runs_once"),
            CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="call_ends_after_start",
                violation_error_message=_("Das Ende liegt vor dem Beginn."),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.decided_at is None and self.opens_on <= timezone.localdate() <= self.closes_on

    @property
    def is_closed(self) -> bool:
        return self.closes_on < timezone.localdate()


class Interest(models.Model):
    """What another municipality says to a wish, and what was answered, with the reason."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet auf Antwort")
        SELECTED = "selected", _("ausgewählt")
        DECLINED = "declined", _("nicht ausgewählt")
        WITHDRAWN = "withdrawn", _("zurückgenommen")

    wish = models.ForeignKey(CooperationWish, on_delete=models.PROTECT, related_name="interests", editable=False)
    call = models.ForeignKey(
        InterestCall, on_delete=models.PROTECT, null=True, related_name="interests", editable=False
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", editable=False)
    text = long_text(_("Was interessiert Sie, und was bringen Sie ein?"), most=1000)
    contact = models.CharField(_("Ansprechstelle"), max_length=200, help_text=CONTACT_HINT)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.WAITING, editable=False)
    reason = models.CharField(_("Begründung"), max_length=200, blank=True, editable=False)
    by = person(editable=False)
    at = models.DateTimeField(editable=False)
    decided_by = person(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("Interessenbekundung")
        verbose_name_plural = _("Interessenbekundungen")
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(fields=["wish", "municipality"], condition=Q(state="waiting"), name="interest_waits_once"),
            CheckConstraint(
                condition=~Q(state__in=("selected", "declined"))
                | ~Q(reason="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="interest_decided_with_reason",
                violation_error_message=_("Bitte schreiben Sie, warum."),
            ),
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
