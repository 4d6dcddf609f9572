"""Work in the background: the row is the truth, the broker only rings the bell."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StoredDocument(models.Model):
    """A file somebody made once. Found by the hash of what went into it, so it is made only once."""

    key = models.CharField(
        _("Schlüssel"), max_length=200, unique=True, help_text=_("Prüfwert des Inhalts, vom Ersteller gewählt.")
    )
    sha256 = models.CharField(_("SHA-256 der Datei"), max_length=64, db_index=True)
    media_type = models.CharField(_("Dateityp"), max_length=100)
    filename = models.CharField(_("Dateiname"), max_length=200, help_text=_("So heißt die Datei beim Herunterladen."))
    size = models.BigIntegerField(_("Größe in Byte"))
    file = models.FileField(_("Datei"), max_length=200)
    scope = models.CharField(_("Bereich"), max_length=120, blank=True, db_index=True)
    created_at = models.DateTimeField(_("erstellt am"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("abgelegtes Dokument")
        verbose_name_plural = _("abgelegte Dokumente")

    def __str__(self) -> str:
        return self.filename


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> "JobQuerySet":
        """The jobs this person asked for. An unknown person sees none."""
        if user is None or user.pk is None:
            return self.none()
        asked = JobRequest.objects.filter(job=models.OuterRef("pk"), user=user)
        return self.filter(models.Exists(asked))


class Job(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", _("wartet")
        RUNNING = "running", _("läuft")
        DONE = "done", _("fertig")
        FAILED = "failed", _("fehlgeschlagen")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("Art"), max_length=60)
    key = models.CharField(
        _("Schlüssel"), max_length=200, help_text=_("Je Art gibt es einen Auftrag mit diesem Schlüssel.")
    )
    data = models.JSONField(_("Angaben"), default=dict, blank=True)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("Versuche"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("höchstens so viele Versuche"), default=3)
    # The sweeper rings for every unfinished job whose ring_at has passed.
    ring_at = models.DateTimeField(_("nächstes Anstoßen"))
    lease_until = models.DateTimeField(_("vergeben bis"), null=True, blank=True)
    worker = models.CharField(_("bearbeitet von"), max_length=120, blank=True)
    stage = models.CharField(_("Abschnitt"), max_length=200, blank=True)
    percent = models.PositiveSmallIntegerField(_("Fortschritt in Prozent"), default=0)
    error = models.TextField(_("Grund"), blank=True, help_text=_("Für die Person, die wartet."))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("zuerst angefordert von"),
    )
    scope = models.CharField(_("Bereich"), max_length=120, blank=True, db_index=True)
    created_at = models.DateTimeField(_("angefordert am"))
    started_at = models.DateTimeField(_("begonnen am"), null=True, blank=True)
    finished_at = models.DateTimeField(_("beendet am"), null=True, blank=True)
    result = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("Ergebnis"),
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("Auftrag")
        verbose_name_plural = _("Aufträge")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_kind_and_key"),
            models.CheckConstraint(
                condition=models.Q(percent__lte=100),
                name="job_percent_to_100",
                violation_error_message=_("Der Fortschritt reicht von 0 bis 100 Prozent."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ring_at"],
                name="job_to_ring",
                condition=models.Q(state__in=["pending", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


class JobRequest(models.Model):
    """Who asked for a job: a second person who asks for the same work waits for the same row."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="requests", verbose_name=_("Auftrag"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("Person")
    )
    at = models.DateTimeField(_("angefordert am"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("Anforderung")
        verbose_name_plural = _("Anforderungen")
        constraints = [models.UniqueConstraint(fields=["job", "user"], name="jobrequest_once_per_person")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.user_id}"
