"""Records of single people: only while an agreement with the works council runs, and only until their day of deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from usecases.models.guideline import GuidelineVersion
from usecases.models.keeping import Kept, KeptQuerySet
from usecases.models.training import CourseSession

if TYPE_CHECKING:
    from accounts.models import User


class StaffAgreementQuerySet(KeptQuerySet):
    def running(self) -> StaffAgreementQuerySet:
        return self.filter(ended_at__isnull=True)


class StaffAgreement(Kept):
    """What was agreed with the works council about records of single people. Without a running one there are none."""

    title = models.CharField(_("Titel"), max_length=200, help_text=_("Zum Beispiel: Dienstvereinbarung zu Schulungen."))
    concluded_on = models.DateField(_("Geschlossen am"))
    reference = models.CharField(_("Aktenzeichen"), max_length=100, blank=True)
    url = models.URLField(_("Link in die E-Akte"), max_length=500, blank=True, help_text=_("Beginnt mit https://."))
    keep_months = models.PositiveSmallIntegerField(
        _("Löschen nach Monaten"),
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("So lange darf ein Eintrag zu einer Person bleiben. Danach löscht ihn das Programm."),
    )
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = StaffAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("Vereinbarung mit der Personalvertretung")
        verbose_name_plural = _("Vereinbarungen mit der Personalvertretung")
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(
                fields=["municipality"], condition=Q(ended_at__isnull=True), name="staff_agreement_one_running"
            ),
            CheckConstraint(
                condition=~Q(reference="", url=""),
                name="staff_agreement_is_somewhere",
                violation_error_message=_("Nennen Sie das Aktenzeichen oder den Link in die E-Akte."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OwnRecord(models.Model):
    """What a person put on record of themselves."""

    agreement = models.ForeignKey(StaffAgreement, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    delete_on = models.DateField(_("Wird gelöscht am"), db_index=True)

    class Meta:
        abstract = True


class TrainingRecordQuerySet(models.QuerySet["TrainingRecord"]):
    def visible_to(self, user: User) -> TrainingRecordQuerySet:
        """Nobody but the person."""
        return self.filter(user=user.pk)


class TrainingRecord(OwnRecord):
    session = models.ForeignKey(CourseSession, on_delete=models.PROTECT, related_name="records")

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("Teilnahme einer Person")
        verbose_name_plural = _("Teilnahmen von Personen")
        constraints = [UniqueConstraint(fields=["session", "user"], name="training_record_once")]


class AcknowledgementQuerySet(models.QuerySet["GuidelineAcknowledgement"]):
    def visible_to(self, user: User) -> AcknowledgementQuerySet:
        """Nobody but the person."""
        return self.filter(user=user.pk)


class GuidelineAcknowledgement(OwnRecord):
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="acknowledgements")

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("Kenntnisnahme einer Person")
        verbose_name_plural = _("Kenntnisnahmen von Personen")
        constraints = [UniqueConstraint(fields=["guideline", "user"], name="acknowledgement_once")]
