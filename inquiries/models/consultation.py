"""A use case asks residents for their view: the question, what came in, the summary and what became of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from inquiries.rules.vocabulary import LONGEST
from usecases.models import UseCase

if TYPE_CHECKING:
    from accounts.models import User

EDIT, DECIDE = "usecase.edit", "usecase.decide"
# What residents read, as two people have released it.
PUBLIC = ("title", "about", "question", "summary", "outcome")


def _text(label: Any, **more: Any) -> models.TextField[Any, Any]:
    return models.TextField(label, max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)], **more)


def _person(**more: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, user: User) -> ConsultationQuerySet:
        """Who works on the use case or decides about it; others read what is public."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = permissions.scope(user, EDIT, department="use_case__department")
        mine |= permissions.scope(user, DECIDE, department="use_case__department")
        return self.filter(mine, municipality__is_active=True)

    def public(self) -> ConsultationQuerySet:
        return self.filter(released_at__isnull=False, municipality__is_active=True)


class Consultation(models.Model):
    """Texts are written here and stay inside; `document` holds what a second person has released of them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", editable=False)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="consultations", editable=False)
    title = models.CharField(_("Titel"), max_length=120, help_text=_("Worum geht es? Ohne Produktnamen."))
    about = _text(_("Was ist geplant?"), help_text=_("Für Menschen, die das Vorhaben nicht kennen."))
    question = _text(_("Was möchten Sie wissen?"), help_text=_("Eine offene Frage an alle, die es betrifft."))
    opens_on = models.DateField(_("Beginn"), help_text=_("TT.MM.JJJJ"))
    closes_on = models.DateField(_("Letzter Tag"), help_text=_("TT.MM.JJJJ"))
    summary = _text(
        _("Was kam heraus?"), blank=True, help_text=_("Eine Zusammenfassung. Bitte nennen Sie keine Personen.")
    )
    outcome = _text(_("Was wurde daraus?"), blank=True, help_text=_("Was wird geändert, was nicht, und warum?"))
    changed_by = _person(editable=False)
    changed_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    document = models.JSONField(default=dict, blank=True, editable=False)
    open_from = models.DateField(null=True, blank=True, editable=False)
    open_until = models.DateField(null=True, blank=True, editable=False)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    released_by = _person(null=True, editable=False)
    # Who wrote what was released.
    released_text_by = _person(null=True, editable=False)
    received = models.PositiveIntegerField(default=0, editable=False)
    erase_on = models.DateField(null=True, blank=True, editable=False)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Beteiligung")
        verbose_name_plural = _("Beteiligungen")
        constraints = [
            CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="consultation_ends_after_start",
                violation_error_message=_("Der letzte Tag liegt vor dem Beginn."),
            ),
            CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True, document={})
                | Q(released_at__isnull=False, released_by__isnull=False, released_text_by__isnull=False)
                & ~Q(released_by=F("released_text_by")),
                name="consultation_released_by_another",
                violation_error_message=_("Eine Beteiligung gibt eine andere Person frei als die, die sie schrieb."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-open_until", "-id"], name="consultation_public")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("inquiries:consultation", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PUBLIC}

    @property
    def is_released_as_written(self) -> bool:
        return self.document == self.texts and (self.open_from, self.open_until) == (self.opens_on, self.closes_on)

    @property
    def phase(self) -> str:
        """coming, open or closed, for what is public."""
        today = timezone.localdate()
        if self.open_from is None or self.open_until is None or today < self.open_from:
            return "coming"
        return "open" if today <= self.open_until else "closed"


class Contribution(models.Model):
    """What one person wrote. No name, no address; gone some time after the summary is public."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="contributions")
    form_number = models.UUIDField(unique=True, editable=False)
    text = _text(_("Ihre Meinung"))
    at = models.DateTimeField(_("eingegangen am"))

    class Meta:
        verbose_name = _("Beitrag zu einer Beteiligung")
        verbose_name_plural = _("Beiträge zu Beteiligungen")
        ordering = ["-pk"]
