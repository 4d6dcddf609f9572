"""What reviewing leaves behind: submissions, comments, Stellungnahmen, releases, after-the-fact reviews."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from register.models.entry import Entry
from register.models.product_opinion import ProductOpinion
from register.rules import checklist


class Submission(models.Model):
    """An entry as it was handed in: the hashes bind everything that follows to this content."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    privacy_sha256 = models.CharField(max_length=64)
    needs_opinion = models.BooleanField(default=True)
    note = models.TextField(_("Hinweis für die Prüfung"), max_length=1000, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(max_length=2500, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [UniqueConstraint(fields=["entry", "number"], name="submission_number_unique")]


class FieldComment(models.Model):
    """A remark at one field (or at the entry as a whole, then `field` is empty), and how it was settled.

    Open until the editors say it is done (`resolved_*`) or a reviewer finds it acceptable (`accepted_*`).
    """

    class Verdict(models.TextChoices):
        TO_CORRECT = "to_correct", _("zu korrigieren")
        IMPROVABLE = "improvable", _("verbesserungsfähig")
        ACCEPTABLE = "acceptable", _("akzeptabel")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="comments")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="comments")
    field = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(_("Urteil"), max_length=10, choices=Verdict, default=Verdict.IMPROVABLE)
    text = models.TextField(_("Kommentar"), max_length=2500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("Antwort"), max_length=2500, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            CheckConstraint(
                condition=Q(verdict="acceptable") | ~Q(text=""),
                name="comment_says_what_to_do",
                violation_error_message=_("Schreiben Sie, was zu ändern ist."),
            )
        ]


class Checklist(models.Model):
    """What the Datenschutzbeauftragte went through for one submission; kept with it."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="checklist")
    source = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    @property
    def summary(self) -> str:
        return checklist.summary(self.answers)

    @property
    def denied(self) -> list[dict[str, str]]:
        """What the list says "nein" to, with what was written beside it."""
        return checklist.denied(self.answers)


class Opinion(models.Model):
    """The dated Stellungnahme of the Datenschutzbeauftragte (Art. 39 DSGVO). It advises, it does not decide."""

    class Result(models.TextChoices):
        AGREES = "agrees", _("zustimmend")
        WITH_REMARKS = "with_remarks", _("zustimmend mit Hinweisen")
        REJECTS = "rejects", _("ablehnend")
        NOT_NEEDED = "not_needed", _("nicht erforderlich")

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="opinions")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="opinions")
    result = models.CharField(_("Ergebnis"), max_length=12, choices=Result)
    text = models.TextField(_("Stellungnahme"), max_length=10000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deputy_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    privacy_sha256 = models.CharField(max_length=64)
    based_on = models.ForeignKey(ProductOpinion, on_delete=models.PROTECT, null=True, related_name="confirmations")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            CheckConstraint(
                condition=Q(result__in=["agrees", "not_needed"]) | ~Q(text=""),
                name="opinion_gives_its_reasons",
                violation_error_message=_("Hinweise und Ablehnung brauchen eine Begründung."),
            )
        ]

    @property
    def signature(self) -> str:
        """Who signed, as pages and documents name it."""
        return f"{self.by}, in Vertretung für {self.deputy_for}" if self.deputy_for else str(self.by)


class EntryEditor(models.Model):
    """Who has edited an entry, and when last. The database writes these rows itself, so no way round a service
    escapes them; what a person edited since the last release, that person gives no Stellungnahme on."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="editors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["entry", "user"], name="entry_editor_once")]


class Release(models.Model):
    """The controller's decision, bound to a content. Nobody releases what they last edited."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="releases")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="releases")
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, null=True, related_name="releases")
    editorial = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    last_edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content_sha256 = models.CharField(max_length=64)
    privacy_sha256 = models.CharField(max_length=64)
    deviates = models.BooleanField(default=False)
    deviation_reason = models.TextField(_("Grund der Abweichung"), max_length=2500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            CheckConstraint(
                condition=~Q(by=F("last_edited_by")),
                name="release_by_another_person",
                violation_error_message=_("Wer zuletzt bearbeitet hat, kann nicht selbst freigeben."),
            ),
            CheckConstraint(
                condition=Q(editorial=True) | Q(opinion__isnull=False),
                name="release_after_opinion",
                violation_error_message=_("Die Stellungnahme des Datenschutzes fehlt."),
            ),
            CheckConstraint(
                condition=Q(deviates=False) | ~Q(deviation_reason=""),
                name="release_deviation_has_reason",
                violation_error_message=_("Bitte begründen Sie, warum Sie von der Stellungnahme abweichen."),
            ),
        ]


class AfterReview(models.Model):
    """A measure one person took at once (withdraw, suspend), looked at afterwards by another."""

    class Measure(models.TextChoices):
        WITHDRAW = "withdraw", _("zurückgezogen")
        SUSPEND = "suspend", _("ausgesetzt")

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="after_reviews")
    measure = models.CharField(max_length=10, choices=Measure)
    reason = models.TextField(_("Grund"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("Ergebnis der Prüfung"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("by")),
                name="after_review_by_another_person",
                violation_error_message=_("Die nachträgliche Prüfung macht eine andere Person."),
            )
        ]
