"""Use cases: what a municipality wants to do with AI, where it stands, and how it came there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality
from core.sorting import german_sort_key
from register.models import Entry
from usecases.rules import vocabulary
from usecases.rules.gates import POINTS, STATEMENTS

if TYPE_CHECKING:
    from accounts.models import User

LONG = 2500


def long_text(label: Any, **more: Any) -> models.TextField[Any, Any]:
    return models.TextField(label, max_length=LONG, validators=[MaxLengthValidator(LONG)], **more)


def person(**more: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


class UseCaseQuerySet(models.QuerySet["UseCase"]):
    def visible_to(self, user: User) -> UseCaseQuerySet:
        """Everybody who works with the portfolio learns from all of it, from what was rejected too."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(permissions.scope(user, "usecase.view"), municipality__is_active=True)

    def of(self, municipality: Municipality | None) -> UseCaseQuerySet:
        return self.filter(municipality=municipality)


class UseCase(models.Model):
    """One use case. Its stage moves only by a step of the table; the database looks for the line of its history."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="use_cases")
    title = models.CharField(_("Titel"), max_length=120, help_text=_("Wie nennen Sie das Vorhaben? Ohne Produktnamen."))
    problem = long_text(
        _("Szenario"), help_text=_("Welches Problem wollen Sie lösen, in welcher Situation?"), blank=True
    )
    benefit = long_text(_("Nutzen"), help_text=_("Was wird besser, und für wen?"), blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("Amt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="use_cases",
        help_text=_("Welches Amt ist fachlich zuständig?"),
    )
    responsible = person(
        verbose_name=_("Verantwortliche Person"),
        null=True,
        blank=True,
        help_text=_("Wer kümmert sich um das Vorhaben?"),
    )
    field = models.CharField(_("Handlungsfeld"), max_length=30, choices=list(vocabulary.FIELDS.items()))
    strategy = models.CharField(
        _("Weg"),
        max_length=12,
        choices=list(vocabulary.STRATEGIES.items()),
        blank=True,
        help_text=_("Kaufen, selbst entwickeln oder gemeinsam mit anderen?"),
    )
    finance = models.CharField(_("Finanzierung"), max_length=10, choices=list(vocabulary.FINANCES.items()), blank=True)
    pilot_start = models.DateField(_("Beginn des Piloten"), null=True, blank=True)
    pilot_end = models.DateField(_("Ende des Piloten"), null=True, blank=True)
    pilot_people = long_text(
        _("Beteiligte und Betroffene"),
        blank=True,
        help_text=_("Wer erprobt das System, und wen betrifft es? Gruppen, keine Namen."),
    )
    stage = models.CharField(
        _("Stufe"),
        max_length=12,
        choices=list(vocabulary.STAGES.items()),
        default=vocabulary.PLANNED,
        editable=False,
    )
    # Where a suspended use case stood.
    stage_before = models.CharField(max_length=12, blank=True, editable=False)
    # How many lines its history has; the last of them led to this stage.
    steps = models.PositiveIntegerField(default=0, editable=False)
    stage_since = models.DateTimeField(editable=False)
    # It was there before it was entered.
    is_stock = models.BooleanField(_("Bestand"), default=False, editable=False)
    created_by = person(editable=False)
    created_at = models.DateTimeField(editable=False)
    changed_by = person(editable=False)
    changed_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    sort_key = models.GeneratedField(
        expression=german_sort_key("title"), output_field=models.CharField(max_length=240), db_persist=True
    )

    objects = UseCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("Vorhaben")
        verbose_name_plural = _("Vorhaben")
        ordering = ["sort_key", "pk"]
        constraints = [
            CheckConstraint(
                condition=Q(pilot_end__isnull=True) | Q(pilot_start__isnull=True) | Q(pilot_end__gte=F("pilot_start")),
                name="use_case_pilot_ends_after_start",
                violation_error_message=_("Das Ende des Piloten liegt vor seinem Beginn."),
            ),
            CheckConstraint(
                condition=Q(stage="suspended") & ~Q(stage_before="") | ~Q(stage="suspended") & Q(stage_before=""),
                name="use_case_suspended_from",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "sort_key", "id"], name="use_case_list"),
            models.Index(fields=["municipality", "stage", "-stage_since"], name="use_case_board"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("usecases:use-case", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def position(self) -> str:
        """The stage as the table of steps knows it."""
        return f"{self.stage}_{self.stage_before}" if self.stage_before else self.stage

    @property
    def is_over(self) -> bool:
        return self.stage in (vocabulary.RETIRED, vocabulary.REJECTED)

    @property
    def is_as_found(self) -> bool:
        """A Bestand that has not moved since: its stage is older than the day on which it was entered."""
        return self.is_stock and self.steps == 1


class UseCaseEntry(models.Model):
    """A use case and an entry of the register that belongs to it. One use case leads an entry: it sets its status."""

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="links")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="use_case_links")
    leads = models.BooleanField(_("führend"), default=False)

    class Meta:
        verbose_name = _("Eintrag eines Vorhabens")
        verbose_name_plural = _("Einträge von Vorhaben")
        ordering = ["-leads", "pk"]
        constraints = [
            UniqueConstraint(fields=["use_case", "entry"], name="use_case_entry_once"),
            UniqueConstraint(
                fields=["entry"],
                condition=Q(leads=True),
                name="use_case_leads_once",
                violation_error_message=_("Für diesen Eintrag ist schon ein anderes Vorhaben führend."),
            ),
        ]


class Statement(models.Model):
    """Somebody says that a point is settled: on which day, and how. Append-only; the newest one counts."""

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="statements")
    key = models.CharField(_("Punkt"), max_length=20, choices=[(k, p.statement) for k, p in STATEMENTS.items()])
    day = models.DateField(_("Wann?"))
    text = long_text(_("Was?"))
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Angabe zu einem Punkt")
        verbose_name_plural = _("Angaben zu Punkten")
        ordering = ["-at", "-pk"]


class GateProposal(models.Model):
    """A step that two people decide: one proposes it, another one decides. What was decided stays as it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet auf die Entscheidung")
        CONFIRMED = "confirmed", _("beschlossen")
        RETURNED = "returned", _("zurückgegeben")

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="proposals")
    step = models.CharField(max_length=20)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.WAITING)
    reason = long_text(_("Begründung"))
    # Why it goes on although something is missing.
    exception_reason = long_text(_("Grund der Ausnahme"), blank=True)
    proposed_by = person()
    proposed_at = models.DateTimeField()
    decided_by = person(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = long_text(_("Anmerkung zur Entscheidung"), blank=True)

    class Meta:
        verbose_name = _("Vorlage zur Entscheidung")
        verbose_name_plural = _("Vorlagen zur Entscheidung")
        ordering = ["-pk"]
        constraints = [
            UniqueConstraint(
                fields=["use_case"],
                condition=Q(state="waiting"),
                name="gate_proposal_waits_once",
                violation_error_message=_("Für dieses Vorhaben wartet schon eine Entscheidung."),
            ),
            CheckConstraint(
                condition=~Q(state="confirmed")
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="gate_decided_by_another_person",
                violation_error_message=_("Das entscheidet eine andere Person als die, die es vorgelegt hat."),
            ),
            CheckConstraint(
                condition=~Q(state="returned") | Q(decided_by__isnull=False) & ~Q(note=""),
                name="gate_returned_with_reason",
                violation_error_message=_("Bitte schreiben Sie, was noch fehlt."),
            ),
        ]


class UseCaseEvent(models.Model):
    """One line of the history: who moved it from where to where, when and why. Append-only."""

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=20)
    source = models.CharField(max_length=12, blank=True)
    target = models.CharField(max_length=12, choices=list(vocabulary.STAGES.items()))
    reason = models.TextField(blank=True)
    # What became of the linked entries, in words.
    note = models.TextField(blank=True)
    by = person()
    at = models.DateTimeField()
    second = person(null=True)
    proposal = models.OneToOneField(GateProposal, on_delete=models.PROTECT, null=True, related_name="event")
    exception_reason = models.TextField(blank=True)
    # The checklist as it was: [{"key", "label", "met", "text"}].
    checklist = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("Schritt eines Vorhabens")
        verbose_name_plural = _("Schritte von Vorhaben")
        ordering = ["-number"]
        constraints = [
            UniqueConstraint(fields=["use_case", "number"], name="use_case_step_number_unique"),
            CheckConstraint(
                condition=Q(source="")
                | ~Q(target__in=["pilot", "operational"])
                | Q(second__isnull=False, proposal__isnull=False) & ~Q(second=F("by")),
                name="use_case_step_by_two",
                violation_error_message=_("Über Pilot und Regelbetrieb entscheiden zwei verschiedene Personen."),
            ),
            CheckConstraint(
                condition=~Q(target__in=["suspended", "retired", "rejected"]) | ~Q(reason=""),
                name="use_case_step_has_reason",
                violation_error_message=_("Bitte begründen Sie diesen Schritt."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_target_display())


class MissingEvidence(models.Model):
    """Something that a use case taken over as Bestand still owes, with the day until which it is brought in."""

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="missing_evidence")
    key = models.CharField(_("Punkt"), max_length=20, choices=[(key, point.label) for key, point in POINTS.items()])
    due = models.DateField(_("Bis wann?"))
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("nachzureichender Nachweis")
        verbose_name_plural = _("nachzureichende Nachweise")
        ordering = ["due", "pk"]
        constraints = [UniqueConstraint(fields=["use_case", "key"], name="missing_evidence_once")]

    @property
    def is_overdue(self) -> bool:
        return self.settled_at is None and self.due < timezone.localdate()
