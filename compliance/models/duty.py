"""Duties as work: what an assessment asks of a system, who does it, until when, and what proves it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint, Value
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality
from compliance.models.assessment import Assessment
from register.models import Entry, Evidence
from register.rules.vocabulary import ENDED

if TYPE_CHECKING:
    from accounts.models import User

# Stands for "no day" where rows are put in order.
NEVER = date(9999, 12, 31)
# Nothing secret is stored: the address is the row's number with a signature.
SIGNER = Signer(salt="compliance.calendar-link")


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, user: User) -> DutyQuerySet:
        return self.filter(entry__in=Entry.objects.visible_to(user))

    def of(self, municipality: Municipality) -> DutyQuerySet:
        return self.filter(entry__municipality=municipality)

    def pending(self) -> DutyQuerySet:
        """What is still to be done; a system that has ended asks for nothing more."""
        return self.filter(state__in=Duty.PENDING).exclude(entry__status__in=ENDED)

    def without_day(self) -> DutyQuerySet:
        return self.filter(sort_day=NEVER)


class Duty(models.Model):
    """One duty of one system. The words and the day of the law come from the last assessment, never from a form."""

    class State(models.TextChoices):
        OPEN = "open", _("offen")
        IN_WORK = "in_work", _("in Arbeit")
        DONE = "done", _("erledigt")
        NOT_APPLICABLE = "not_applicable", _("nicht anwendbar")
        DROPPED = "dropped", _("entfällt")

    PENDING = (State.OPEN, State.IN_WORK)
    GONE = (State.DROPPED, State.NOT_APPLICABLE)
    # Said by the database where selectors_duties.with_law is asked: the assessment rests on law that is no longer in
    # force, and that law has moved the day.
    by_earlier_law = is_moved = False

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="duties")
    code = models.CharField(max_length=20)
    # As the assessment says it, so that an older rule set can still be read.
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="duties")
    text = models.TextField()
    article = models.CharField(max_length=200)
    timing = models.CharField(max_length=300, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    is_recommendation = models.BooleanField(default=False)
    due = models.DateField(null=True, blank=True)

    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Verantwortliche Person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Sie wird an die Frist erinnert. Sonst wird erinnert, wer für den Eintrag verantwortlich ist."),
    )
    target_day = models.DateField(_("Eigener Termin"), null=True, blank=True)
    sort_day = models.GeneratedField(
        expression=Coalesce(Least(F("due"), F("target_day")), Value(NEVER)),
        output_field=models.DateField(),
        db_persist=True,
    )
    state = models.CharField(_("Stand"), max_length=16, choices=State, default=State.OPEN)
    note = models.TextField(_("Notiz"), blank=True, max_length=2500, validators=[MaxLengthValidator(2500)])
    evidence = models.ManyToManyField(Evidence, verbose_name=_("Nachweise"), related_name="duties", blank=True)
    dismissal_reason = models.TextField(
        _("Warum die Pflicht nicht anwendbar ist"),
        blank=True,
        max_length=2500,
        validators=[MaxLengthValidator(2500)],
        help_text=_("Eine zweite Person prüft Ihre Begründung."),
    )
    dismissal_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    dropped_reason = models.CharField(max_length=300, blank=True)
    # The nearest stage of reminding that was said of the current day.
    reminded_stage = models.SmallIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pflicht")
        verbose_name_plural = _("Pflichten")
        ordering = ["sort_day", "pk"]
        constraints = [
            UniqueConstraint(fields=["entry", "code"], name="duty_once_for_entry"),
            CheckConstraint(
                condition=~Q(state="done") | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="duty_done_by_somebody",
            ),
            CheckConstraint(
                condition=~Q(state="not_applicable")
                | (Q(dismissal_by__isnull=False) & ~Q(dismissal_reason="") & ~Q(closed_by=F("dismissal_by"))),
                name="duty_let_go_by_second_person",
                violation_error_message=_("Das entscheidet eine andere Person als die, die es vorgeschlagen hat."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_day", "id"], name="duty_by_day"),
            models.Index(fields=["responsible", "state"], name="duty_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:duty", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return self.entry.audit_stream

    @property
    def day(self) -> date | None:
        """The day that counts: the own one where it is earlier than that of the law, or that has been moved."""
        if self.is_moved:
            return self.target_day
        return min((one for one in (self.due, self.target_day) if one), default=None)

    @property
    def is_pending(self) -> bool:
        return self.state in self.PENDING and self.entry.status not in ENDED

    @property
    def is_overdue(self) -> bool:
        return self.is_pending and self.day is not None and self.day < timezone.localdate()

    @property
    def has_ended(self) -> bool:
        """The system has ended, and what was open stays undone."""
        return self.state in self.PENDING and self.entry.status in ENDED

    @property
    def waits_for_second_person(self) -> bool:
        return self.state in self.PENDING and self.dismissal_by_id is not None


class DutyEvent(models.Model):
    """One line in the chronicle of a duty. Append-only."""

    class Kind(models.TextChoices):
        MADE = "made", _("Entstanden")
        MOVED = "moved", _("Frist geändert")
        DROPPED = "dropped", _("Entfallen")
        BACK = "back", _("Gilt wieder")
        PLANNED = "planned", _("Geplant")
        PROVED = "proved", _("Nachweis zugeordnet")
        UNPROVED = "unproved", _("Nachweis gelöst")
        DONE = "done", _("Erledigt")
        REOPENED = "reopened", _("Wieder geöffnet")
        PROPOSED = "proposed", _("Als nicht anwendbar vorgeschlagen")
        DECIDED = "decided", _("Über „nicht anwendbar“ entschieden")

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Vorgang einer Pflicht")
        verbose_name_plural = _("Vorgänge von Pflichten")
        ordering = ["-at", "-pk"]


class CalendarLinkQuerySet(models.QuerySet["CalendarLink"]):
    def open(self) -> CalendarLinkQuerySet:
        return self.filter(closed_at__isnull=True)

    def by_token(self, token: str) -> CalendarLink | None:
        """The open link of a token that was signed here; None for anything else."""
        try:
            number = uuid.UUID(SIGNER.unsign(token))
        except (BadSignature, ValueError):
            return None
        return self.open().select_related("user", "municipality").filter(uuid=number).first()


class CalendarLink(models.Model):
    """The secret address of one person's calendar of duties in one municipality, until it is closed."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_links")
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="calendar_links")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # How often it was fetched in the hour that began then.
    hour = models.DateTimeField(null=True)
    fetches = models.PositiveIntegerField(default=0)

    objects = CalendarLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("Kalenderadresse")
        verbose_name_plural = _("Kalenderadressen")
        constraints = [
            UniqueConstraint(
                fields=["user", "municipality"], condition=Q(closed_at__isnull=True), name="calendar_link_open_once"
            )
        ]

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def token(self) -> str:
        return SIGNER.sign(str(self.uuid))
