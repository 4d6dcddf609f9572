"""What is done about an incident: steps answered, measures, the system suspended, notices written and their sending kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from compliance.models import Incident, IncidentMeasure, IncidentNotice, IncidentStep
from compliance.models.incident import HANDLE, LONG, REPORT
from compliance.rules import incidents as rules
from compliance.selectors_incidents import StepState, clocks_of, steps_of
from compliance.services.incidents import check_moment, clean, locked, logged, note, tell
from core import audit
from core.errors import Conflict
from core.text import format_date, format_moment
from register import services as register
from register.services import access

SUSPEND = "suspend"
ALREADY = "Der Schritt gehört nicht zu diesem Vorfall."


@transaction.atomic
def answer_step(
    incident: Incident, *, by: User, key: str, answer: str, at: datetime, evidence: str = ""
) -> IncidentStep:
    """Done, not reached or not needed, with the moment and what proves it. It can be answered anew while it is open."""
    incident = locked(incident, by=by)
    state = _step_or_conflict(incident, key)
    if state.step.notice:
        raise Conflict("Diesen Schritt erledigt, wer das Absenden der Meldung einträgt.")
    if answer not in rules.ANSWERS or (answer == rules.FAILED and not state.step.may_fail):
        raise ValidationError({"answer": "Bitte wählen Sie eine Antwort."})
    if answer == rules.NOT_NEEDED and not evidence.strip():
        raise ValidationError({"evidence": "Bitte begründen Sie, warum der Schritt nicht nötig ist."})
    if answer == rules.FAILED and not evidence.strip():
        raise ValidationError({"evidence": "Bitte schreiben Sie, wie und wann Sie es versucht haben."})
    check_moment(at, "at")
    row = _keep_step(incident, state, by=by, answer=answer, at=at, evidence=evidence)
    if key == "provider":
        # Art. 26 (5): where the provider cannot be reached, the clocks of Art. 73 run for the deployer.
        incident.reachable = "no" if answer == rules.FAILED else "yes"
        incident.save(update_fields=["reachable"])
    audit.record("compliance.incident.step", incident, by=by, data={**logged(incident), "step": key})
    return row


def _step_or_conflict(incident: Incident, key: str) -> StepState:
    state = next((one for one in steps_of(incident) if one.step.key == key), None)
    if state is None:
        raise Conflict(ALREADY)
    if state.first is not None:
        raise Conflict(f"Zuerst kommt „{state.first.label}“.")
    return state


def _keep_step(
    incident: Incident, state: StepState, *, by: User, answer: str, at: datetime, evidence: str
) -> IncidentStep:
    row = state.row or IncidentStep(incident=incident, key=state.step.key)
    row.answer, row.at, row.note, row.by = answer, at, evidence.strip(), by
    access.validated(row).save()
    said = f"„{state.step.label}“: {rules.ANSWERS[answer]}, {format_moment(at)}"
    note(incident, said, by=by, text=row.note)
    return row


@transaction.atomic
def suspend_system(incident: Incident, *, by: User) -> Incident:
    """Through the register's own service, so that its rules hold. The entry learns the number and nothing else."""
    incident = locked(incident, by=by)
    if incident.entry is None:
        raise Conflict("Der Vorfall nennt kein KI-System.")
    register.suspend(incident.entry, by=by, reason=f"{incident}")
    state = next((one for one in steps_of(incident) if one.step.key == SUSPEND), None)
    if state is not None:
        _keep_step(incident, state, by=by, answer=rules.DONE, at=timezone.now(), evidence="Im Register ausgesetzt.")
    else:
        note(incident, "System im Register ausgesetzt", by=by)
    audit.record("compliance.incident.suspended", incident, by=by, data=logged(incident))
    return incident


@transaction.atomic
def add_incident_measure(incident: Incident, *, by: User, text: str, person: User, due: date) -> IncidentMeasure:
    incident = locked(incident, by=by)
    if incident.municipality_id not in permissions.municipality_ids(person, REPORT):
        raise ValidationError({"person": "Diese Person hat in Ihrer Kommune keine Rolle."})
    row = IncidentMeasure(incident=incident, text=text.strip(), person=person, due=due)
    access.validated(row).save()
    note(incident, "Maßnahme festgelegt", by=by, text=f"{row.text} ({person}, bis {format_date(due)})")
    audit.record("compliance.incident.measure_planned", incident, by=by, data=logged(incident))
    tell([person] if person.pk != by.pk else [], incident, "mit einer Maßnahme für Sie verbunden.")
    return row


@transaction.atomic
def finish_incident_measure(measure: IncidentMeasure, *, by: User) -> IncidentMeasure:
    incident = locked(measure.incident, by=by)
    row = IncidentMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    if row.done_at is not None:
        raise Conflict("Diese Maßnahme ist schon erledigt.")
    row.done_by, row.done_at = by, timezone.now()
    row.save(update_fields=["done_by", "done_at"])
    note(incident, "Maßnahme erledigt", by=by, text=row.text)
    audit.record("compliance.incident.measure_done", incident, by=by, data=logged(incident))
    return row


@transaction.atomic
def write_notice(
    incident: Incident, *, by: User, target: str, texts: Mapping[str, Any], version: int | None = None
) -> Incident:
    """Keep the draft of a notice. It is a text to copy; nobody but a person sends it."""
    incident = locked(incident, by=by, version=version)
    about = rules.book().notices.get(target)
    if about is None:
        raise Conflict("Diese Meldung gibt es nicht.")
    found = clean(texts, tuple(one.key for one in about.fields))
    if errors := {key: f"Höchstens {LONG} Zeichen." for key, text in found.items() if len(text) > LONG}:
        raise ValidationError(errors)
    incident.notices = {**incident.notices, target: found}
    incident.version += 1
    incident.save(update_fields=["notices", "version"])
    note(incident, f"Entwurf geändert: {about.title}", by=by)
    audit.record("compliance.incident.notice_written", incident, by=by, data={**logged(incident), "target": target})
    return incident


@transaction.atomic
def record_sent(
    incident: Incident,
    *,
    by: User,
    target: str,
    part: str,
    sent_at: datetime,
    to: str,
    reference: str = "",
    delay_reason: str = "",
) -> IncidentNotice:
    """A person has sent it. After the end of the clock the law asks why (Art. 33 (1))."""
    incident = locked(incident, by=by, permission=HANDLE)
    state = next((one for one in steps_of(incident) if one.step.notice == target), None)
    if state is None:
        raise Conflict(ALREADY)
    if state.first is not None:
        raise Conflict(f"Zuerst kommt „{state.first.label}“.")
    check_moment(sent_at, "sent_at", earliest=incident.aware_at)
    clock = next((one for one in clocks_of(incident) if one.clock.key == target), None)
    late = clock is not None and clock.is_running and sent_at > clock.due
    if late and not delay_reason.strip():
        raise ValidationError({"delay_reason": "Die Frist war vorbei. Bitte begründen Sie die Verzögerung."})
    row = IncidentNotice(
        incident=incident,
        target=target,
        part=part,
        sent_at=sent_at,
        to=to.strip(),
        reference=reference.strip(),
        delay_reason=delay_reason.strip(),
        by=by,
        at=timezone.now(),
    )
    access.validated(row).save()
    said = f"Gesendet an {row.to}: {rules.PARTS[part]}"
    note(incident, said, by=by, text=f"Am {format_moment(sent_at)}. {row.reference}".strip())
    audit.record("compliance.incident.sent", incident, by=by, data={**logged(incident), "target": target})
    return row
