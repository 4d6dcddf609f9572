"""Out of operation: proposed, confirmed by a second person, and reminded of until every point is settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from core import audit
from core.errors import Conflict, NotAllowed, Refusal
from core.text import format_date
from register import workflow
from register.models import Decommission, DecommissionPoint, Entry, EntryUserPermission
from register.rules.decommission import NOT_APPLICABLE, OPEN, POINTS, lacking
from register.rules.vocabulary import ENDED
from register.services import access
from register.services.deficiencies import reevaluate
from register.services.review import submit

State = Decommission.State
CHANGE_NOTE = "Außer Betrieb genommen"
AGAIN_AFTER = timedelta(days=7)


@transaction.atomic
def propose_decommission(
    entry: Entry, *, by: User, ended_on: date, points: Mapping[str, Mapping[str, Any]], reason: str = ""
) -> Decommission:
    """Answer every point and give it to a second person. Nothing of the entry changes yet.

    Raises ValidationError with messages by `ended_on` or by `<point>_<field>`.
    """
    entry = access.locked(entry)
    access.require(by, "entry.edit", entry)
    _require_running(entry)
    if entry.decommissions.waiting().exists():
        raise Conflict("Die Außerbetriebnahme wartet schon auf die Bestätigung.")
    _check_day(entry, ended_on)
    rows = _checked_points(entry, points)
    row = Decommission(
        entry=entry, ended_on=ended_on, reason=reason.strip(), proposed_by=by, proposed_at=timezone.now()
    )
    access.validated(row).save()
    DecommissionPoint.objects.bulk_create([_of(row, point) for point in rows])
    audit.record("register.decommission.proposed", entry, by=by, data=_logged(row))
    people = permissions.holders("entry.retire", entry.municipality_id, department=entry.department)
    others = [person for person in people if person.pk != by.pk]
    _tell(others, row, f"„{entry.name}“ soll außer Betrieb gehen. Bitte bestätigen Sie das oder geben Sie es zurück.")
    return row


def _require_running(entry: Entry) -> None:
    if entry.kind != Entry.Kind.SYSTEM:
        raise Conflict("Außer Betrieb geht nur ein KI-System.")
    if entry.status in ENDED:
        raise Conflict("Das System ist schon beendet.")


def _check_day(entry: Entry, ended_on: date) -> None:
    if ended_on > timezone.localdate():
        raise ValidationError({"ended_on": "Der Tag liegt in der Zukunft. Bitte beginnen Sie, wenn es so weit ist."})
    if entry.system.begin_date and f"{ended_on:%Y-%m}" < entry.system.begin_date:
        raise ValidationError({"ended_on": "Der Tag liegt vor dem Beginn des Systems."})


def _checked_points(entry: Entry, points: Mapping[str, Mapping[str, Any]]) -> list[DecommissionPoint]:
    errors: dict[str, str] = {}
    rows = []
    for key in POINTS:
        given = dict(points.get(key, {}))
        given["reason"] = str(given.get("reason") or "").strip()
        errors |= lacking(key, given)
        row = DecommissionPoint(key=key, answer=given.get("answer", ""))
        if row.answer == NOT_APPLICABLE:
            row.reason = given["reason"]
        if row.answer == OPEN:
            row.responsible, row.due = given.get("responsible"), given.get("due")
        person = row.responsible
        if person is not None and entry.municipality_id not in permissions.municipality_ids(person):
            errors[f"{key}_responsible"] = "Diese Person hat in Ihrer Kommune keine Rolle."
        rows.append(row)
    if errors:
        raise ValidationError(errors)
    return rows


def _of(row: Decommission, point: DecommissionPoint) -> DecommissionPoint:
    point.decommission = row
    return point


@transaction.atomic
def decide_decommission(row: Decommission, *, by: User, agrees: bool, note: str = "") -> Decommission:
    """The second person: out of operation, or back with what is missing.

    Confirming changes the entry and proposes its next version; publishing that goes the normal way.
    """
    entry = access.locked(row.entry)
    access.require(by, "entry.retire", entry)
    row = Decommission.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=row.pk)
    if row.state != State.WAITING:
        raise Conflict("Darüber ist schon entschieden.")
    if agrees and row.proposed_by_id == by.pk:
        raise NotAllowed("Das bestätigt eine andere Person als die, die es vorgeschlagen hat.")
    if not agrees and not note.strip():
        raise ValidationError({"note": "Bitte schreiben Sie, was noch fehlt."})
    row.entry = entry
    row.state = State.CONFIRMED if agrees else State.RETURNED
    row.decided_by, row.decided_at, row.note = by, timezone.now(), note.strip()
    if agrees:
        _require_running(entry)
    access.validated(row).save()
    action = "confirmed" if agrees else "returned"
    audit.record(f"register.decommission.{action}", entry, by=by, data=_logged(row))
    if agrees:
        _retire(entry, row, by=by)
    else:
        _tell([row.proposed_by], row, f"„{entry.name}“: Die Außerbetriebnahme wurde zurückgegeben.")
    return row


def _retire(entry: Entry, row: Decommission, *, by: User) -> None:
    """The change is the proposer's, so the person who confirmed may also release the next version."""
    was_public_as_it_is = entry.review_state == workflow.PUBLISHED
    entry.status, entry.system.end_date = "retired", f"{row.ended_on:%Y-%m}"
    if was_public_as_it_is or not entry.change_note:
        entry.change_note = CHANGE_NOTE
    entry.last_edited_by, entry.last_edited_at = row.proposed_by, timezone.now()
    entry.version += 1
    if entry.review_state == workflow.IN_REVIEW:
        # What was handed in no longer describes the system.
        entry.review_state = workflow.RETURNED
    elif entry.review_state != workflow.RETURNED:
        entry.review_state = workflow.DRAFT
    access.validated(entry.system).save()
    access.validated(entry).save()
    _end_grants(entry, by=by)
    audit.record("register.entry.retired", entry, by=by, data={"ended_on": row.ended_on, "version": entry.version})
    reevaluate(entry, by=by)
    handed_in = was_public_as_it_is and _hand_in(entry, row)
    then = "" if handed_in or not hasattr(entry, "public") else " Geben Sie den Eintrag jetzt zur Prüfung."
    _tell([row.proposed_by], row, f"„{entry.name}“ ist außer Betrieb.{then}")


def _end_grants(entry: Entry, *, by: User) -> None:
    """Exceptions for single people end with the system; nobody keeps a right that everybody has forgotten."""
    people = {grant.user for grant in entry.grants.select_related("user")}
    EntryUserPermission.objects.filter(content_object=entry).delete()
    for person in sorted(people, key=lambda found: found.pk):
        audit.record("register.entry.unshared", entry, by=by, data={"with": str(person.uuid)})


def _hand_in(entry: Entry, row: Decommission) -> bool:
    """Propose the version with the end date, where nothing else was changed since the last one."""
    note = (
        f"Nur Status und Ende sind neu: außer Betrieb seit {format_date(row.ended_on)}, bestätigt von {row.decided_by}."
    )
    try:
        with transaction.atomic():
            submit(entry, by=row.proposed_by, note=note[:1000])
    except Refusal:
        # Something is missing by today's rules, or the person may no longer hand in: it stays a draft.
        return False
    return True


@transaction.atomic
def settle_decommission_point(point: DecommissionPoint, *, by: User) -> DecommissionPoint:
    """An open point is settled, by who is responsible for it or by somebody who keeps the entry."""
    entry = access.locked(point.decommission.entry)
    point = DecommissionPoint.objects.select_for_update(of=("self",)).select_related("decommission").get(pk=point.pk)
    is_theirs = point.responsible_id == by.pk and access.allowed(by, "entry.view", entry)
    if not is_theirs:
        access.require(by, "entry.edit", entry)
    if not point.is_open or point.decommission.state != State.CONFIRMED:
        raise Conflict("Dieser Punkt ist schon erledigt, oder die Außerbetriebnahme ist noch nicht bestätigt.")
    point.done_by, point.done_at = by, timezone.now()
    point.save(update_fields=["done_by", "done_at"])
    data = {**_logged(point.decommission), "point": point.key}
    audit.record("register.decommission.point_done", entry, by=by, data=data)
    return point


@transaction.atomic
def remind_of_decommissions() -> int:
    """On the day a point is due and every week after: who is responsible, else those who may confirm."""
    today, told = timezone.localdate(), 0
    due = DecommissionPoint.objects.still_open().filter(due__lte=today)
    rows = due.filter(decommission__entry__municipality__is_active=True).select_for_update(
        of=("self",), skip_locked=True
    )
    for point in rows.select_related("decommission__entry__municipality", "responsible"):
        if point.reminded_on is not None and today - point.reminded_on < AGAIN_AFTER:
            continue
        entry = point.decommission.entry
        text = f"„{entry.name}“ ist außer Betrieb: „{point}“ ist noch offen, {_until(point)}."
        _tell(_answerable(point, entry), point.decommission, text)
        DecommissionPoint.objects.filter(pk=point.pk).update(reminded_on=today)
        data = {**_logged(point.decommission), "point": point.key}
        audit.record("register.decommission.reminded", entry, by=None, data=data)
        told += 1
    return told


def _until(point: DecommissionPoint) -> str:
    return f"Frist {format_date(point.due)}" if point.due else "ohne Frist"


def _answerable(point: DecommissionPoint, entry: Entry) -> list[User]:
    person = point.responsible
    if person is not None and person.is_active and access.allowed(person, "entry.view", entry):
        return [person]
    return permissions.holders("entry.retire", entry.municipality_id)


def _tell(people: list[User], row: Decommission, text: str) -> None:
    notify(people, text, url=row.get_absolute_url(), municipality=row.entry.municipality)


def _logged(row: Decommission) -> dict[str, Any]:
    return {"decommission": row.pk, "ended_on": row.ended_on}
