"""Working on a duty: who does it, what proves it, when it is done, and why it may not apply."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from compliance.models import Duty, DutyEvent
from compliance.rules.assessment_text import german
from compliance.selectors_duties import with_law
from compliance.services.finishing import REVIEW
from core import audit
from core.errors import Conflict, NotAllowed
from register import services as register
from register.models import Evidence
from register.services import access

State, Kind = Duty.State, DutyEvent.Kind
NO_ROLE = "Diese Person kann den Eintrag nicht lesen. Wählen Sie eine andere."


def may_work(user: User, duty: Duty) -> bool:
    """Who keeps the entry, and who is named for the duty."""
    if access.allowed(user, "entry.edit", duty.entry):
        return True
    return duty.responsible_id == user.pk and access.allowed(user, "entry.view", duty.entry)


def may_decide(user: User, duty: Duty) -> bool:
    """The second person, who has not proposed it."""
    return permissions.on(user, REVIEW, duty.entry) and duty.dismissal_by_id != user.pk


@transaction.atomic
def plan_duty(
    duty: Duty,
    *,
    by: User,
    responsible: User | None,
    target_day: date | None,
    state: str,
    note: str = "",
    version: int | None = None,
) -> Duty:
    """Who does it, until which own day, and whether it has begun. The day of the law stays as it is."""
    duty = _pending(_locked(duty, by=by, version=version))
    if state not in Duty.PENDING:
        raise ValidationError({"state": "Wählen Sie „offen“ oder „in Arbeit“."})
    if responsible is not None and not access.allowed(responsible, "entry.view", duty.entry):
        raise ValidationError({"responsible": NO_ROLE})
    moved = with_law(Duty.objects.filter(pk=duty.pk)).get().is_moved
    if target_day is not None and duty.due is not None and target_day > duty.due and not moved:
        raise ValidationError({"target_day": f"Der eigene Termin liegt nach dem Tag des Gesetzes, {german(duty.due)}."})
    is_new = responsible is not None and responsible.pk not in (duty.responsible_id, by.pk)
    if target_day != duty.target_day:
        duty.reminded_stage = None
    duty.responsible, duty.target_day, duty.state, duty.note = responsible, target_day, state, note.strip()
    said = [duty.get_state_display(), str(responsible or "ohne Person")]
    said += [f"eigener Termin {german(target_day)}"] if target_day else []
    _save(duty, Kind.PLANNED, ", ".join(said), "compliance.duty.planned", by=by)
    if is_new:
        text = f"„{duty.entry.name}“: Sie sind für eine Pflicht verantwortlich ({duty.article}){_until(duty)}."
        notify([responsible], text, url=duty.get_absolute_url(), municipality=duty.entry.municipality)  # type: ignore[list-item]
    return duty


@transaction.atomic
def assign_duties(municipality: Municipality, duties: Iterable[Duty], *, by: User, responsible: User) -> int:
    """Name one person for several duties at once. All of them, or none with the reason."""
    rows = Duty.objects.select_for_update(of=("self",)).of(municipality)
    rows = rows.filter(pk__in=[duty.pk for duty in duties]).select_related("entry__municipality", "entry__department")
    chosen = list(rows.order_by("pk"))
    if not chosen:
        raise ValidationError("Wählen Sie mindestens eine Pflicht aus.")
    for duty in chosen:
        if not may_work(by, duty):
            raise NotAllowed()
        if not duty.is_pending:
            raise Conflict(f"{duty.code} bei „{duty.entry.name}“ ist schon abgeschlossen.")
        if not access.allowed(responsible, "entry.view", duty.entry):
            raise ValidationError({"responsible": f"Diese Person kann „{duty.entry.name}“ nicht lesen."})
    now = timezone.now()
    for duty in chosen:
        duty.responsible, duty.changed_at, duty.version = responsible, now, duty.version + 1
    Duty.objects.bulk_update(chosen, ["responsible", "changed_at", "version"])
    DutyEvent.objects.bulk_create(
        DutyEvent(duty=duty, kind=Kind.PLANNED, text=str(responsible), by=by, at=now) for duty in chosen
    )
    data = {"duties": [f"{duty.entry.uuid}: {duty.code}" for duty in chosen]}
    audit.record("compliance.duties.assigned", municipality, by=by, data=data)
    if responsible.pk != by.pk:
        said = "eine Pflicht" if len(chosen) == 1 else f"{len(chosen)} Pflichten"
        url = chosen[0].get_absolute_url() if len(chosen) == 1 else f"{reverse('compliance:duties')}?mine=me"
        notify([responsible], f"Sie sind für {said} verantwortlich.", url=url, municipality=municipality)
    return len(chosen)


@transaction.atomic
def prove_duty(duty: Duty, *, by: User, evidence: Evidence) -> Duty:
    """Name a Nachweis that the entry has already."""
    duty = _locked(duty, by=by)
    if evidence.entry_id != duty.entry_id:
        raise ValidationError({"evidence": "Dieser Nachweis gehört nicht zu diesem Eintrag."})
    duty.evidence.add(evidence)
    _save(duty, Kind.PROVED, evidence.title, "compliance.duty.proved", by=by)
    return duty


@transaction.atomic
def add_duty_evidence(duty: Duty, *, by: User, upload: File[Any] | None = None, **values: Any) -> Evidence:
    """A new Nachweis of the entry, checked and kept by the register, and named for the duty at once."""
    duty = _locked(duty, by=by)
    row = register.add_evidence(duty.entry, by=by, upload=upload, **values)
    duty.evidence.add(row)
    _save(duty, Kind.PROVED, row.title, "compliance.duty.proved", by=by)
    return row


@transaction.atomic
def unprove_duty(duty: Duty, *, by: User, evidence: Evidence) -> Duty:
    """The Nachweis stays at the entry; only the duty no longer names it."""
    duty = _locked(duty, by=by)
    if duty.state == State.DONE and not duty.note and duty.evidence.count() == 1:
        raise Conflict("Die Pflicht ist mit diesem Nachweis erledigt. Öffnen Sie sie zuerst wieder.")
    duty.evidence.remove(evidence)
    _save(duty, Kind.UNPROVED, evidence.title, "compliance.duty.unproved", by=by)
    return duty


@transaction.atomic
def finish_duty(duty: Duty, *, by: User, note: str = "", version: int | None = None) -> Duty:
    """It is done: a Nachweis says so, or a note that gives the reason."""
    duty = _pending(_locked(duty, by=by, version=version))
    if not note.strip() and not duty.evidence.exists():
        raise ValidationError(
            {"note": "Ordnen Sie einen Nachweis zu, oder begründen Sie hier, warum sie erledigt ist."}
        )
    duty.note = note.strip() or duty.note
    duty.state, duty.closed_by, duty.closed_at, duty.dismissal_by = State.DONE, by, timezone.now(), None
    _save(duty, Kind.DONE, note.strip(), "compliance.duty.done", by=by)
    return duty


@transaction.atomic
def reopen_duty(duty: Duty, *, by: User, reason: str, version: int | None = None) -> Duty:
    """It was not done after all, or it applies after all."""
    duty = _locked(duty, by=by, version=version)
    if duty.state not in (State.DONE, State.NOT_APPLICABLE):
        raise Conflict("Die Pflicht ist nicht abgeschlossen.")
    if not reason.strip():
        raise ValidationError({"reason": "Bitte sagen Sie, warum Sie die Pflicht wieder öffnen."})
    duty.state, duty.reminded_stage = State.OPEN, None
    duty.closed_by = duty.closed_at = duty.dismissal_by = None
    _save(duty, Kind.REOPENED, reason.strip(), "compliance.duty.reopened", by=by)
    return duty


@transaction.atomic
def propose_duty_dismissal(duty: Duty, *, by: User, reason: str, version: int | None = None) -> Duty:
    """Say why the duty does not apply here. It stays open until a second person agrees."""
    duty = _pending(_locked(duty, by=by, version=version))
    if not reason.strip():
        raise ValidationError({"reason": "Bitte begründen Sie, warum die Pflicht hier nicht anwendbar ist."})
    duty.dismissal_reason, duty.dismissal_by = reason.strip(), by
    _save(duty, Kind.PROPOSED, duty.dismissal_reason, "compliance.duty.dismissal_proposed", by=by)
    people = permissions.holders(REVIEW, duty.entry.municipality_id, department=duty.entry.department)
    text = f"„{duty.entry.name}“: Ist die Pflicht anwendbar ({duty.article})? Bitte entscheiden Sie."
    others = [person for person in people if person.pk != by.pk]
    notify(others, text, url=duty.get_absolute_url(), municipality=duty.entry.municipality)
    return duty


@transaction.atomic
def decide_duty_dismissal(duty: Duty, *, by: User, agrees: bool, note: str = "", version: int | None = None) -> Duty:
    """The second person: it does not apply, or it stays open."""
    duty = _current(duty, version=version)
    if not permissions.on(by, REVIEW, duty.entry):
        raise NotAllowed()
    if not duty.waits_for_second_person:
        raise Conflict("Zu dieser Pflicht ist nichts zu entscheiden.")
    if not may_decide(by, duty):
        raise NotAllowed("Das entscheidet eine andere Person als die, die es vorgeschlagen hat.")
    if agrees:
        duty.state, duty.closed_by, duty.closed_at = State.NOT_APPLICABLE, by, timezone.now()
    else:
        duty.dismissal_by = None
    said = "Nicht anwendbar." if agrees else "Die Pflicht bleibt offen."
    _save(duty, Kind.DECIDED, f"{said} {note.strip()}".strip(), "compliance.duty.dismissal_decided", by=by)
    return duty


def _current(duty: Duty, *, version: int | None) -> Duty:
    rows = Duty.objects.select_for_update(of=("self",)).select_related("entry__municipality", "entry__department")
    current = rows.get(pk=duty.pk)
    if version is not None and current.version != version:
        raise Conflict("Die Pflicht wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    return current


def _locked(duty: Duty, *, by: User, version: int | None = None) -> Duty:
    current = _current(duty, version=version)
    if not may_work(by, current):
        raise NotAllowed()
    if current.state == State.DROPPED:
        raise Conflict("Die Pflicht ist entfallen. Sie steht nur noch zur Ansicht da.")
    return current


def _pending(duty: Duty) -> Duty:
    if duty.state not in Duty.PENDING:
        raise Conflict("Die Pflicht ist schon abgeschlossen. Öffnen Sie sie wieder, wenn noch etwas zu tun ist.")
    return duty


def _save(duty: Duty, kind: DutyEvent.Kind, text: str, action: str, *, by: User) -> None:
    duty.changed_at = timezone.now()
    duty.version += 1
    access.validated(duty).save()
    DutyEvent.objects.create(duty=duty, kind=kind, text=text, by=by, at=duty.changed_at)
    audit.record(action, duty.entry, by=by, data={"duty": duty.code})


def _until(duty: Duty) -> str:
    return f", Frist {german(duty.day)}" if duty.day else ""
