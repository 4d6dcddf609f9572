"""A question, hint or complaint of somebody without an account, its answer, and what is public of both."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality
from inquiries.rules import clock
from inquiries.rules.vocabulary import CLOSINGS, KINDS, LONGEST, LONGEST_ANSWER, REQUEST_LABELS, REQUESTS
from register.models import Entry

if TYPE_CHECKING:
    from accounts.models import User

OPEN_STATES = ("open", "drafted")
VIEW, ROUTE, ANSWER = "inquiry.view", "inquiry.route", "inquiry.answer"
CHECK, MANAGE = "inquiry.check", "inquiry.manage"


def _text(label: Any, *, most: int, **more: Any) -> models.TextField[Any, Any]:
    return models.TextField(label, blank=True, max_length=most, validators=[MaxLengthValidator(most)], **more)


def _person(**more: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, **more)


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: User) -> InquiryQuerySet:
        """Whoever answers for the department that has it, and who watches over the whole municipality."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(permissions.scope(user, VIEW), municipality__is_active=True)

    def open(self) -> InquiryQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def public(self) -> InquiryQuerySet:
        """Question and answer that everybody may read."""
        return self.filter(released_at__isnull=False, municipality__is_active=True)


class Inquiry(models.Model):
    """One inquiry. An answer leaves the house only after a second person has looked at it."""

    class State(models.TextChoices):
        OPEN = "open", _("offen")
        DRAFTED = "drafted", _("Antwort wird geprüft")
        ANSWERED = "answered", _("beantwortet")
        CLOSED = "closed", _("ohne Antwort geschlossen")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="inquiries")
    number = models.PositiveIntegerField(_("Nummer"))
    # None where it is about the citizens' pages themselves.
    entry = models.ForeignKey(
        Entry, verbose_name=_("Eintrag"), on_delete=models.PROTECT, related_name="inquiries", null=True, blank=True
    )
    place = models.CharField(_("Auf welcher Seite?"), max_length=300, blank=True)
    department = models.ForeignKey(
        Department, verbose_name=_("Amt"), on_delete=models.PROTECT, null=True, blank=True, related_name="inquiries"
    )
    kind = models.CharField(_("Art"), max_length=10, choices=list(KINDS.items()))
    request = models.CharField(_("Antrag"), max_length=12, choices=list(REQUEST_LABELS.items()), blank=True)
    text = _text(_("Ihr Text"), most=LONGEST)
    email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    may_publish = models.BooleanField(_("Darf mit der Antwort veröffentlicht werden"), default=False)
    # From the form, so that a double click asks once; the address of the status page is made of it and our key.
    form_number = models.UUIDField(unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField(_("eingegangen am"))
    promised_on = models.DateField(_("Antwort zugesagt bis"))
    law_due_on = models.DateField(_("Gesetzliche Frist"), null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True, editable=False)
    extension_reason = _text(_("Gründe der Verlängerung"), most=1000)
    due_on = models.GeneratedField(
        expression=Least("promised_on", "law_due_on"), output_field=models.DateField(), db_persist=True
    )
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.OPEN)
    answer = _text(_("Antwort"), most=LONGEST_ANSWER)
    drafted_by = _person(verbose_name=_("geschrieben von"))
    drafted_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_by = _person(verbose_name=_("geprüft von"))
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    closing = models.CharField(_("Warum ohne Antwort?"), max_length=10, choices=list(CLOSINGS.items()), blank=True)
    closed_by = _person(verbose_name=_("geschlossen von"))
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    public_text = _text(_("Text für die Öffentlichkeit"), most=LONGEST)
    public_answer = _text(_("Antwort für die Öffentlichkeit"), most=LONGEST_ANSWER)
    released_by = _person(verbose_name=_("veröffentlicht von"))
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    escalated_at = models.DateTimeField(null=True, blank=True, editable=False)
    erase_on = models.DateField(_("Angaben werden gelöscht am"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Anfrage")
        verbose_name_plural = _("Anfragen")
        constraints = [
            UniqueConstraint(fields=["municipality", "number"], name="inquiry_number_unique"),
            CheckConstraint(
                condition=~Q(state="answered")
                | Q(drafted_by__isnull=False, checked_by__isnull=False, answered_at__isnull=False)
                & ~Q(checked_by=F("drafted_by")),
                name="inquiry_answer_checked_by_another",
                violation_error_message=_("Eine Antwort prüft eine andere Person als die, die sie geschrieben hat."),
            ),
            CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True, public_text="", public_answer="")
                | Q(released_at__isnull=False, released_by__isnull=False, may_publish=True, state="answered")
                & ~Q(released_by=F("drafted_by"))
                & ~Q(public_text="")
                & ~Q(public_answer=""),
                name="inquiry_released_with_consent",
                violation_error_message=_("Öffentlich wird nur, was beantwortet ist und wozu es eine Zustimmung gibt."),
            ),
            CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(text="", email="", answer="", place="", extension_reason=""),
                name="inquiry_erased_is_empty",
            ),
            CheckConstraint(
                condition=Q(entry__isnull=False) & ~Q(kind="barrier") | Q(entry__isnull=True, kind="barrier"),
                name="inquiry_about_entry_or_pages",
                violation_error_message=_("Eine Barriere betrifft die Seiten selbst, alles andere einen Eintrag."),
            ),
            CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closing="") & ~Q(state="closed")
                | Q(closed_at__isnull=False, closed_by__isnull=False, state="closed") & ~Q(closing=""),
                name="inquiry_closed_with_reason",
                violation_error_message=_("Ohne Antwort geschlossen wird mit einem Grund."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "due_on", "id"], name="inquiry_open", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(fields=["municipality", "-released_at", "-id"], name="inquiry_public"),
            models.Index(fields=["entry", "-released_at"], name="inquiry_of_entry"),
            models.Index(fields=["erase_on"], name="inquiry_erase", condition=Q(erased_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("inquiries:inquiry", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def reference(self) -> str:
        return f"F-{self.number:04d}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def subject(self) -> str:
        """What it is about, for the people in the house."""
        return self.entry.name if self.entry else "Barrierefreiheit der Seiten"

    @property
    def clock(self) -> str:
        return clock.said(self.due_on, timezone.localdate())

    @property
    def tone(self) -> str:
        return {"overdue": "danger", "soon": "warning"}.get(clock.stage(self.due_on, timezone.localdate()), "info")

    @property
    def law(self) -> Any:
        """The row of the table of requests, with its article."""
        return REQUESTS.get(self.request)


class InquiryEvent(models.Model):
    """What happened to an inquiry in the house. Its text goes when the inquiry is erased."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = _person()
    what = models.CharField(_("Was?"), max_length=200)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("Schritt einer Anfrage")
        verbose_name_plural = _("Schritte von Anfragen")
        ordering = ["-pk"]
