"""Incidents: what was reported and decided, the steps, the measures, what was sent, and the chronicle. Never public."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from compliance.rules import incidents as rules
from register.models import Entry
from register.models.entry import valid_grants

if TYPE_CHECKING:
    from accounts.models import User

REPORT, HANDLE = "incident.report", "incident.handle"
LONG = 4000


def _long(label: Any, *, most: int = LONG, **more: Any) -> models.TextField[Any, Any]:
    return models.TextField(label, blank=True, max_length=most, validators=[MaxLengthValidator(most)], **more)


def _person(**more: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


def _chosen(label: Any, table: dict[str, str], **more: Any) -> models.CharField[Any, Any]:
    return models.CharField(label, max_length=10, choices=list(table.items()), **more)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> IncidentQuerySet:
        """Who reported it, and who works on it. Reading the register alone shows nothing."""
        return self._here(user, Q(reported_by=user.pk) | _worked_on_by(user))

    def workable_by(self, user: User) -> IncidentQuerySet:
        return self._here(user, _worked_on_by(user))

    def _here(self, user: User, mine: Q) -> IncidentQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        here = permissions.municipality_ids(user, REPORT)
        return self.filter(mine, municipality_id__in=here, municipality__is_active=True)

    def open(self) -> IncidentQuerySet:
        return self.filter(closed_at__isnull=True)


def _worked_on_by(user: User) -> Q:
    """The DSB and the Leitung, who is responsible for it or for the system or has a measure, and who edits the system."""
    handled = permissions.scope(user, HANDLE, department="entry__department")
    edited = permissions.scope(
        user, "entry.edit", municipality="entry__municipality_id", department="entry__department"
    )
    granted = valid_grants(user).filter(permission__codename="change_entry")
    named = Q(assigned=user.pk) | Q(entry__owner_person=user.pk)
    named |= Q(pk__in=IncidentMeasure.objects.filter(person=user.pk).values("incident"))
    return handled | edited | named | Q(entry__in=granted.values("content_object_id"))


class Incident(models.Model):
    """One incident from its first report to the end. What happened in between stands in the chronicle."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="incidents")
    number = models.PositiveIntegerField(_("Nummer"))
    kind = _chosen(_("Was ist es?"), rules.KINDS)
    entry = models.ForeignKey(
        Entry, verbose_name=_("KI-System"), on_delete=models.PROTECT, null=True, related_name="incidents"
    )
    aware_at = models.DateTimeField(_("Bemerkt am"))
    happened = models.TextField(_("Was ist passiert?"), max_length=LONG, validators=[MaxLengthValidator(LONG)])
    ongoing = _chosen(_("Dauert es noch an?"), rules.ONGOING)
    affected = _chosen(_("Wie viele Personen sind betroffen?"), rules.AFFECTED)
    reported_by = _person()
    reported_at = models.DateTimeField()
    assigned = _person(verbose_name=_("Verantwortlich"), null=True)

    risk = _chosen(_("Risiko für die betroffenen Personen"), rules.RISKS, blank=True)
    risk_reason = _long(_("Begründung der Bewertung"))
    notify = _chosen(_("Meldung an die Aufsichtsbehörde nötig?"), rules.YES_NO, blank=True)
    notify_reason = _long(_("Warum keine Meldung?"))
    inform = _chosen(_("Betroffene Personen benachrichtigen?"), rules.YES_NO, blank=True)
    inform_reason = _long(_("Warum keine Benachrichtigung?"))
    role = _chosen(_("Unsere Rolle"), rules.ROLES, blank=True)
    severity = _chosen(_("Schwere"), rules.SEVERITIES, blank=True)
    reachable = _chosen(_("Anbieter erreichbar?"), rules.YES_NO, blank=True)
    cause = _long(_("Warum ist es passiert?"))
    change = _long(_("Was ändern wir?"))
    assessed_by = _person(null=True)
    assessed_at = models.DateTimeField(null=True, editable=False)
    # The texts of the notices: {"dsgvo": {field: text}, "ki": {…}}.
    notices = models.JSONField(default=dict, blank=True)
    closed_by = _person(null=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Vorfall")
        verbose_name_plural = _("Vorfälle")
        ordering = ["-number"]
        constraints = [
            UniqueConstraint(fields=["municipality", "number"], name="incident_number_unique"),
            CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="incident_closed_by_somebody",
            ),
            CheckConstraint(
                condition=~Q(notify="no") | ~Q(risk__in=["risk", "high"]),
                name="incident_risk_is_notified",
                violation_error_message=_("Bei einem Risiko ist die Meldung nötig (Art. 33 Abs. 1 DSGVO)."),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-number"], name="incident_list"),
            models.Index(fields=["aware_at"], name="incident_open", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"Vorfall {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:incident", args=[self.uuid])

    @property
    def reference(self) -> str:
        return f"V-{self.number:04d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def facts(self, *, high_risk: str = "") -> dict[str, str]:
        """`high_risk` comes from the newest assessment of the system."""
        return rules.facts_of(
            self.kind,
            notify=self.notify,
            inform=self.inform,
            role=self.role,
            reachable=self.reachable,
            high_risk=high_risk,
        )

    @property
    def audit_stream(self) -> str:
        return self.municipality.audit_stream


class IncidentStep(models.Model):
    """What became of one step of the table."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=20)
    answer = _chosen(_("Antwort"), rules.ANSWERS)
    at = models.DateTimeField(_("Wann?"))
    note = models.CharField(_("Nachweis oder Begründung"), max_length=500, blank=True)
    by = _person()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["incident", "key"], name="incident_step_once"),
            CheckConstraint(
                condition=~Q(answer="not_needed") | ~Q(note=""),
                name="incident_step_has_reason",
                violation_error_message=_("Bitte begründen Sie, warum der Schritt nicht nötig ist."),
            ),
        ]


class IncidentMeasure(models.Model):
    """Something that has to be done about it, with who does it until when."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="measures")
    text = models.CharField(_("Maßnahme"), max_length=500)
    person = _person(verbose_name=_("Wer?"))
    due = models.DateField(_("Bis wann?"))
    done_by = _person(null=True)
    done_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("Maßnahme nach einem Vorfall")
        verbose_name_plural = _("Maßnahmen nach Vorfällen")
        ordering = ["due", "pk"]

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due < timezone.localdate()


class IncidentNotice(models.Model):
    """A person sent a notice to an authority; the program only keeps that. Append-only."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="sent")
    target = _chosen(_("Meldung"), {"dsgvo": "Datenschutz", "ki": "Marktüberwachung"})
    part = _chosen(_("Umfang"), rules.PARTS)
    sent_at = models.DateTimeField(_("Gesendet am"))
    to = models.CharField(_("Wohin?"), max_length=200)
    reference = models.CharField(_("Aktenzeichen oder Weg"), max_length=200, blank=True)
    delay_reason = _long(_("Warum erst nach der Frist?"))
    by = _person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("gesendete Meldung")
        verbose_name_plural = _("gesendete Meldungen")
        ordering = ["sent_at", "pk"]


class IncidentEvent(models.Model):
    """A line of the chronicle. Append-only. `once` names what may happen a single time, like a reminder."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = _person(null=True)
    what = models.CharField(_("Was?"), max_length=200)
    text = models.TextField(blank=True)
    once = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("Zeile der Chronik")
        verbose_name_plural = _("Zeilen der Chronik")
        ordering = ["-pk"]
        constraints = [UniqueConstraint(fields=["incident", "once"], condition=~Q(once=""), name="incident_event_once")]
