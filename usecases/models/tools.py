"""Whom to ask, and which tools an office may use under which conditions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from register.models import Entry
from usecases.models.keeping import Kept, KeptQuerySet, long_text
from usecases.models.training import Course


class AiContact(Kept):
    """The AI team, or the Digitallotse of an office. Official details only."""

    class Role(models.TextChoices):
        TEAM = "team", _("KI-Team")
        GUIDE = "guide", _("Digitallotsin oder Digitallotse")

    role = models.CharField(_("Aufgabe"), max_length=10, choices=Role)
    department = models.ForeignKey(
        Department,
        verbose_name=_("Für welches Amt?"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Leer heißt: für alle Ämter."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Nur mit Konto in Ihrer Kommune. Sonst nennen Sie die Stelle."),
    )
    function = models.CharField(
        _("Name oder Stelle"), max_length=150, blank=True, help_text=_("Zum Beispiel: Digitallotsin Bürgerservice.")
    )
    email = models.EmailField(
        _("E-Mail"), blank=True, help_text=_("Dienstliche Adresse oder Funktionspostfach, keine private.")
    )
    phone = models.CharField(_("Telefon"), max_length=40, blank=True, help_text=_("Dienstlich."))

    class Meta:
        verbose_name = _("Ansprechstelle für KI")
        verbose_name_plural = _("Ansprechstellen für KI")
        ordering = ["-role", F("department__sort_key").asc(nulls_first=True), "pk"]
        constraints = [
            CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(function=""),
                name="ai_contact_is_somebody",
                violation_error_message=_("Nennen Sie eine Person oder eine Stelle."),
            ),
            CheckConstraint(
                condition=~Q(email="", phone=""),
                name="ai_contact_can_be_reached",
                violation_error_message=_("Nennen Sie eine E-Mail-Adresse oder eine Telefonnummer."),
            ),
        ]

    def __str__(self) -> str:
        who = str(self.person) if self.person else ""
        return ", ".join(filter(None, (who, self.function)))

    def get_absolute_url(self) -> str:
        return reverse("usecases:contact-edit", args=[self.uuid])

    @property
    def reach(self) -> str:
        return ", ".join(filter(None, (self.email, self.phone)))


class ApprovedToolQuerySet(KeptQuerySet):
    def running(self) -> Any:
        return self.filter(ended_on__isnull=True)


class ApprovedTool(Kept):
    """A tool that offices may use: for what, with which data not, after which training, and whom to ask."""

    name = models.CharField(_("Name"), max_length=120)
    entry = models.ForeignKey(
        Entry,
        verbose_name=_("KI-System im Register"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approved_tools",
    )
    purpose = long_text(_("Wofür?"), most=1000, help_text=_("Wofür das Werkzeug zugelassen ist."))
    forbidden_data = long_text(
        _("Verbotene Daten"), most=1000, help_text=_("Was niemand eingeben darf, zum Beispiel: Sozialdaten.")
    )
    departments = models.ManyToManyField(
        Department,
        verbose_name=_("Für welche Ämter?"),
        blank=True,
        related_name="+",
        help_text=_("Ohne Auswahl gilt die Zulassung für alle Ämter."),
    )
    courses = models.ManyToManyField(
        Course,
        verbose_name=_("Verlangte Schulungen"),
        blank=True,
        related_name="tools",
        help_text=_("Ein Amt darf das Werkzeug nutzen, wenn es sie besucht hat."),
    )
    contact = models.ForeignKey(
        AiContact, verbose_name=_("Ansprechstelle"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField(_("Zugelassen am"))
    ended_on = models.DateField(_("Zulassung beendet am"), null=True, blank=True, editable=False)

    objects = ApprovedToolQuerySet.as_manager()

    class Meta:
        verbose_name = _("zugelassenes Werkzeug")
        verbose_name_plural = _("zugelassene Werkzeuge")
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality", "name"],
                condition=Q(ended_on__isnull=True),
                name="approved_tool_name_unique",
                violation_error_message=_("Ein Werkzeug mit diesem Namen ist schon zugelassen."),
            ),
            CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("approved_on")),
                name="approved_tool_ends_after_start",
                violation_error_message=_("Das Ende liegt vor der Zulassung."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("usecases:tool-edit", args=[self.uuid])
