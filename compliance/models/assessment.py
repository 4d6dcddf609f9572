"""Assessments under the AI Act: the answers being given, the finished record, its review, and questions to others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.rules import questionnaire
from register.models import Entry
from register.rules.vocabulary import RISK_CLASSES

if TYPE_CHECKING:
    from accounts.models import User


class AssessmentDraft(models.Model):
    """The answers of an assessment that is not finished: one for an entry, everybody who may edit it works on the same."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="assessment_draft")
    facts = models.JSONField(default=dict)
    # Keys whose answer was read from the register and that nobody has touched.
    from_register = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1, editable=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Entwurf einer Bewertung")
        verbose_name_plural = _("Entwürfe von Bewertungen")


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> AssessmentQuerySet:
        return self.filter(entry__in=Entry.objects.visible_to(user))


class Assessment(models.Model):
    """A finished assessment. Append-only: what it says can be explained in five years."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField(_("Nummer"))
    day = models.DateField(_("Tag der Bewertung"))
    facts = models.JSONField()
    from_register = models.JSONField(default=list)
    # What the register said about purpose, model, provider, role, datasets and product sheet at that moment.
    basis = models.JSONField()
    # Id, version and sha256 of each rule set, and how it was read.
    rulesets = models.JSONField()
    with_drafts = models.BooleanField()
    list_checked = models.BooleanField()
    risk_class = models.CharField(_("Klasse"), max_length=10, choices=list(RISK_CLASSES.items()))
    result = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField()
    # After a change of law: whose answers were taken over as they were, without anybody answering again.
    carried_over_from = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Bewertung")
        verbose_name_plural = _("Bewertungen")
        ordering = ["entry", "-number"]
        constraints = [UniqueConstraint(fields=["entry", "number"], name="assessment_number_unique")]

    def __str__(self) -> str:
        return f"Bewertung {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:assessment", args=[self.entry.uuid, self.number])

    @property
    def audit_stream(self) -> str:
        return self.entry.audit_stream


class AssessmentReview(models.Model):
    """A second person has looked at an assessment. Append-only; the database keeps the four eyes too."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="review")
    agrees = models.BooleanField()
    note = models.TextField(_("Begründung"), blank=True, max_length=2500, validators=[MaxLengthValidator(2500)])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Prüfung einer Bewertung")
        verbose_name_plural = _("Prüfungen von Bewertungen")
        constraints = [
            CheckConstraint(
                condition=Q(agrees=True) | ~Q(note=""),
                name="assessment_objection_has_reason",
                violation_error_message=_("Bitte begründen Sie, was nicht stimmt."),
            )
        ]


class ClarificationQuerySet(models.QuerySet["Clarification"]):
    def visible_to(self, user: User) -> ClarificationQuerySet:
        """Who was asked, and everybody who may read the entry."""
        return self.filter(entry__in=Entry.objects.visible_to(user))

    def open(self) -> ClarificationQuerySet:
        return self.filter(answered_at__isnull=True)


class Clarification(models.Model):
    """A question of the assessment that somebody could not answer, and the person who is asked to."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="clarifications")
    fact = models.CharField(max_length=40)
    note = models.TextField(_("Hinweis"), blank=True, max_length=1000, validators=[MaxLengthValidator(1000)])
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clarifications")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Klärungsaufgabe")
        verbose_name_plural = _("Klärungsaufgaben")
        ordering = ["asked_at", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["entry", "fact"], condition=Q(answered_at__isnull=True), name="clarification_open_once"
            )
        ]
        indexes = [models.Index(fields=["person", "answered_at"], name="clarification_of_person")]

    def get_absolute_url(self) -> str:
        return reverse("compliance:clarification", args=[self.uuid])

    @property
    def question_text(self) -> str:
        return questionnaire.question(self.fact).question

    @property
    def audit_stream(self) -> str:
        return self.entry.audit_stream


class ReassessmentNotice(models.Model):
    """Somebody was told that the register has changed since an assessment; once for each new state of the register."""

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="notice")
    basis = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Hinweis auf eine Neubewertung")
        verbose_name_plural = _("Hinweise auf Neubewertungen")
