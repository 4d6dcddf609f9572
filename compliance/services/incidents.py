"""An incident is reported, given to somebody, assessed, closed and opened again. Nothing of it leaves the house by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from compliance.models import Incident, IncidentEvent
from compliance.models.incident import HANDLE, REPORT
from compliance.rules import incidents as rules
from compliance.selectors_incidents import open_points
from core import audit
from core.errors import Conflict, NotAllowed
from register.models import Entry
from register.services import access

# Before that day there was no duty to notify (Art. 99 (2) DSGVO); an earlier year is a slip of the pen.
EARLIEST = datetime(2018, 5, 25, tzinfo=UTC)
ASSESSED = (
    "kind", "risk", "risk_reason", "notify", "notify_reason", "inform", "inform_reason", "role", "severity",
    "cause", "change",
)  # fmt: skip
ADVISER = "entry.opine"


@transaction.atomic
def report_incident(
    municipality: Municipality,
    *,
    by: User,
    kind: str,
    aware_at: datetime,
    happened: str,
    ongoing: str = "unknown",
    affected: str = "unknown",
    entry: Entry | None = None,
) -> Incident:
    """Keep what was reported and tell the DSB, the Leitung and the responsible of the system at once."""
    if not permissions.has(by, REPORT, municipality=municipality):
        raise NotAllowed()
    if entry is not None and not _may_name(entry, municipality, by):
        raise ValidationError({"entry": "Dieses KI-System kennen wir hier nicht."})
    check_moment(aware_at, "aware_at")
    access.one_at_a_time(municipality)
    rows = Incident.objects.filter(municipality=municipality, reported_by=by, aware_at=aware_at)
    if same := rows.filter(happened=happened.strip(), kind=kind, entry=entry).first():
        # The button was pressed twice.
        return same
    last = Incident.objects.filter(municipality=municipality).order_by("-number").first()
    incident = Incident(
        municipality=municipality,
        number=last.number + 1 if last else 1,
        kind=kind,
        entry=entry,
        aware_at=aware_at,
        happened=happened.strip(),
        ongoing=ongoing,
        affected=affected,
        reported_by=by,
        reported_at=timezone.now(),
    )
    access.validated(incident).save()
    note(incident, "Vorfall gemeldet", by=by)
    audit.record("compliance.incident.reported", incident, by=by, data=logged(incident))
    people = [*permissions.holders(HANDLE, municipality), *responsible(incident)]
    tell([one for one in people if one.pk != by.pk], incident, "gemeldet. Bitte sehen Sie ihn sofort an.")
    return incident


def _may_name(entry: Entry, municipality: Municipality, by: User) -> bool:
    is_system = entry.municipality_id == municipality.pk and entry.kind == Entry.Kind.SYSTEM
    return is_system and Entry.objects.visible_to(by).filter(pk=entry.pk).exists()


def check_moment(at: datetime, name: str, *, earliest: datetime = EARLIEST) -> None:
    if at > timezone.now():
        raise ValidationError({name: "Der Zeitpunkt liegt in der Zukunft."})
    if at < earliest:
        raise ValidationError({name: "Bitte prüfen Sie Tag und Uhrzeit: Der Zeitpunkt liegt zu weit zurück."})


def responsible(incident: Incident) -> list[User]:
    """Who answers for it: the person it was given to, else the responsible of the system."""
    people = [incident.assigned] if incident.assigned else []
    if not people and incident.entry is not None and incident.entry.owner_person is not None:
        people = [incident.entry.owner_person]
    return [one for one in people if incident.municipality_id in permissions.municipality_ids(one, REPORT)]


def tell(people: list[User], incident: Incident, what: str) -> None:
    """Number and link, never the content: mail is not a safe place for it."""
    readers = Incident.objects.filter(pk=incident.pk)
    people = [one for one in people if readers.visible_to(one).exists()]
    notify(people, f"{incident} ist {what}", url=incident.get_absolute_url(), municipality=incident.municipality)


def note(incident: Incident, what: str, *, by: User | None, text: str = "", once: str = "") -> IncidentEvent:
    """A line of the chronicle."""
    return IncidentEvent.objects.create(
        incident=incident, at=timezone.now(), by=by, what=what[:200], text=text, once=once
    )


def logged(incident: Incident) -> dict[str, Any]:
    return {"number": incident.number}


def locked(incident: Incident, *, by: User, permission: str = "", version: int | None = None) -> Incident:
    """As it is now, locked, open, and worked on by this person; `permission` asks for more than that."""
    current = (
        Incident.objects.select_for_update(of=("self",))
        .select_related("municipality", "entry__department", "entry__owner_person", "assigned")
        .get(pk=incident.pk)
    )
    if not Incident.objects.filter(pk=current.pk).workable_by(by).exists():
        raise NotAllowed()
    if permission and not may_decide(current, by):
        raise NotAllowed()
    if not current.is_open:
        raise Conflict("Der Vorfall ist abgeschlossen. Öffnen Sie ihn zuerst wieder.")
    if version is not None and current.version != version:
        raise Conflict(
            "Jemand hat den Vorfall inzwischen geändert. Bitte vergleichen Sie und speichern Sie noch einmal."
        )
    return current


def may_decide(incident: Incident, user: User) -> bool:
    """Assess, close, release: the DSB and the Leitung, and who was made responsible."""
    return incident.assigned_id == user.pk or permissions.has(user, HANDLE, municipality=incident.municipality_id)


@transaction.atomic
def assign_incident(incident: Incident, *, by: User, person: User) -> Incident:
    """Give it to somebody, who can then read it and decide."""
    incident = locked(incident, by=by, permission=HANDLE)
    if incident.municipality_id not in permissions.municipality_ids(person, REPORT) or not person.is_active:
        raise ValidationError({"person": "Diese Person hat in Ihrer Kommune keine Rolle."})
    incident.assigned = person
    _save(incident, "assigned")
    note(incident, f"Verantwortlich ist jetzt {person}", by=by)
    audit.record("compliance.incident.assigned", incident, by=by, data=logged(incident))
    tell([person] if person.pk != by.pk else [], incident, "jetzt in Ihrer Hand. Bitte sehen Sie ihn an.")
    return incident


@transaction.atomic
def assess_incident(
    incident: Incident, *, by: User, version: int | None = None, entry: Entry | None = None, **given: str
) -> Incident:
    """Decide what it is and what follows. Raises ValidationError by field; what belongs to no kind is emptied."""
    incident = locked(incident, by=by, permission=HANDLE, version=version)
    values = {name: str(given.get(name) or "").strip() for name in ASSESSED}
    if values["kind"] not in rules.KINDS:
        raise ValidationError({"kind": "Bitte wählen Sie eine Antwort."})
    if errors := rules.lacking_assessment(values["kind"], values):
        raise ValidationError(errors)
    if entry is not None and entry.pk != incident.entry_id:
        if not _may_name(entry, incident.municipality, by):
            raise ValidationError({"entry": "Dieses KI-System kennen wir hier nicht."})
        incident.entry = entry
    before = incident.kind
    for name, value in rules.belonging(values["kind"], values).items():
        setattr(incident, name, value)
    incident.assessed_by, incident.assessed_at = by, timezone.now()
    _save(incident, *ASSESSED, "entry", "assessed_by", "assessed_at")
    changed = f"Bewertet als {incident.get_kind_display()}"
    note(incident, changed, by=by, text="" if before == incident.kind else f"Zuvor: {rules.KINDS[before]}.")
    audit.record("compliance.incident.assessed", incident, by=by, data=logged(incident))
    return incident


def _save(incident: Incident, *names: str) -> None:
    incident.version += 1
    access.validated(incident)
    incident.save(update_fields=[*names, "version"])


@transaction.atomic
def close_incident(incident: Incident, *, by: User) -> Incident:
    """Finished once every step is answered and every measure done."""
    incident = locked(incident, by=by, permission=HANDLE)
    if missing := open_points(incident):
        raise Conflict(f"Noch offen: {', '.join(missing)}.")
    incident.closed_by, incident.closed_at = by, timezone.now()
    _save(incident, "closed_by", "closed_at")
    note(incident, "Abgeschlossen", by=by)
    audit.record("compliance.incident.closed", incident, by=by, data=logged(incident))
    people = [incident.reported_by, *responsible(incident)]
    tell([one for one in people if one.pk != by.pk], incident, "abgeschlossen.")
    return incident


@transaction.atomic
def reopen_incident(incident: Incident, *, by: User, reason: str) -> Incident:
    """Something has come up again; the reason stays in the chronicle."""
    incident = Incident.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=incident.pk)
    if not may_decide(incident, by) or not Incident.objects.filter(pk=incident.pk).workable_by(by).exists():
        raise NotAllowed()
    if incident.is_open:
        raise Conflict("Der Vorfall ist noch offen.")
    if not reason.strip():
        raise ValidationError({"reason": "Bitte schreiben Sie, warum der Vorfall wieder geöffnet wird."})
    incident.closed_by = incident.closed_at = None
    _save(incident, "closed_by", "closed_at")
    note(incident, "Wieder geöffnet", by=by, text=reason.strip())
    audit.record("compliance.incident.reopened", incident, by=by, data=logged(incident))
    return incident


def clean(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Texts as they are kept: only known ones, without space around them."""
    return {name: str(values.get(name) or "").strip() for name in names}
