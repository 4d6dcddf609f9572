"""One change of many entries: chosen, shown, then done one by one by the same services as ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import permissions
from accounts.models import Department, Municipality, User
from core import audit, jobs
from core.errors import Conflict, NotAllowed, Refusal
from core.text import format_date
from register import publication, workflow
from register.models import BulkRun, Entry
from register.models.entry import valid_grants
from register.selectors import gaps_of, label_of, people_of, with_completeness
from register.services import access
from register.services.entries import update
from register.services.review import submit

JOB_KIND = "register-bulk"
# What a person waits for; more goes to the worker.
AT_ONCE = 50
MOST = 1000
CHUNK = 50

CHANGE, SAME, REFUSED, DONE = "change", "same", "refused", "done"
SUBMIT = "submit"
# All but the last set the field of their name.
ACTIONS = {
    "department": "Amt zuordnen",
    "revision_date": "Termin der nächsten Prüfung setzen",
    "owner_person": "Verantwortliche Person setzen",
    SUBMIT: "Zur Prüfung geben",
}
GONE = "Nicht mehr da oder für Sie nicht sichtbar."
MEANWHILE = "Inzwischen geändert. Bitte sehen Sie sich den Eintrag an und wählen Sie ihn neu aus."


@dataclass(frozen=True)
class Line:
    """What will happen (or has happened) to one entry."""

    name: str
    url: str
    outcome: str
    text: str


def actions_for(user: User, municipality: Municipality) -> dict[str, str]:
    """What this person may do with many entries here."""
    may = {name: permissions.has(user, name, municipality=municipality) for name in ("entry.edit", "entry.submit")}
    return {name: label for name, label in ACTIONS.items() if may["entry.submit" if name == SUBMIT else "entry.edit"]}


@transaction.atomic
def prepare_bulk(
    municipality: Municipality, *, by: User, kind: str, entries: QuerySet[Entry], action: str, value: str = ""
) -> BulkRun:
    """Keep the choice, so that what is confirmed is what was shown. Nothing changes yet."""
    if action not in actions_for(by, municipality):
        raise NotAllowed()
    rows = list(entries.filter(municipality=municipality, kind=kind).values_list("pk", "version")[: MOST + 1])
    if not rows:
        raise ValidationError("Wählen Sie mindestens einen Eintrag.")
    if len(rows) > MOST:
        raise ValidationError(f"Das sind mehr als {MOST} Einträge. Grenzen Sie die Liste mit einem Filter ein.")
    return BulkRun.objects.create(
        municipality=municipality,
        by=by,
        kind=kind,
        action=action,
        value=value,
        entries=[pk for pk, _ in rows],
        versions=[version for _, version in rows],
        at=timezone.now(),
    )


def preview(run: BulkRun, first: int = 0, last: int | None = None) -> list[Line]:
    """What would happen to each entry, in a constant number of queries."""
    chosen = list(zip(run.entries, run.versions, strict=True))[first:last]
    visible = Entry.objects.visible_to(run.by).filter(pk__in=[pk for pk, _ in chosen])
    rows = {entry.pk: entry for entry in with_completeness(visible).select_related("owner_person")}
    permission = "entry.submit" if run.action == SUBMIT else "entry.edit"
    may = Q(permissions.scope(run.by, permission))
    if permission == "entry.edit":
        grants = valid_grants(run.by).filter(permission__codename=access.EDIT_GRANT)
        may |= Q(pk__in=grants.values("content_object_id"))
    allowed = set(visible.filter(may).values_list("pk", flat=True))
    target = _target(run)
    return [_foretold(run, rows.get(pk), version, allowed=pk in allowed, target=target) for pk, version in chosen]


def _foretold(run: BulkRun, entry: Entry | None, version: int, *, allowed: bool, target: Any) -> Line:
    if entry is None:
        return Line("Eintrag", "", REFUSED, GONE)
    refusal = _refusal(run, entry, version, allowed=allowed)
    if refusal:
        return _line(entry, REFUSED, refusal)
    if run.action == SUBMIT:
        return _line(entry, CHANGE, "Geht in die Prüfung.")
    if target is None:
        return _line(entry, REFUSED, "Der gewählte Wert ist nicht mehr da. Bitte wählen Sie neu.")
    before = getattr(entry, run.action)
    if before == target:
        return _line(entry, SAME, "Ist schon so eingetragen.")
    text = f"{label_of(entry.kind, run.action)}: {_said(before)} → {_said(target)}."
    if publication.row(entry.kind, run.action).reviewed and entry.review_state in workflow.NEEDS_REVIEW_AGAIN:
        text += " Braucht danach eine neue Prüfung."
    return _line(entry, CHANGE, text)


def _refusal(run: BulkRun, entry: Entry, version: int, *, allowed: bool) -> str:
    if not allowed:
        return "Ihre Rolle erlaubt diesen Schritt hier nicht."
    if entry.version != version:
        return MEANWHILE
    if run.action != SUBMIT:
        locked = entry.review_state not in workflow.EDITABLE
        return "Ist in Prüfung und deshalb gesperrt." if locked else ""
    if entry.review_state not in (workflow.DRAFT, workflow.RETURNED):
        return f"Ist kein Entwurf: {entry.get_review_state_display()}."
    gaps = [label_of(entry.kind, key) for key in gaps_of(entry)]
    return f"Es fehlen noch Angaben: {', '.join(gaps)}." if gaps else ""


def _line(entry: Entry, outcome: str, text: str) -> Line:
    return Line(entry.name, entry.get_absolute_url(), outcome, text)


def _said(value: Any) -> str:
    return format_date(value) if isinstance(value, date) else str(value or "nichts")


def _target(run: BulkRun) -> Any:
    """The value to be set, or None if it is gone meanwhile."""
    if run.action == "department":
        return Department.objects.filter(pk=run.value, municipality_id=run.municipality_id).first()
    if run.action == "owner_person":
        return people_of(run.municipality).filter(pk=run.value).first()
    return date.fromisoformat(run.value) if run.value else None


@transaction.atomic
def start_bulk(run: BulkRun, *, by: User) -> BulkRun:
    """Do it: a few at once, many in the background."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    if run.by_id != by.pk:
        raise NotAllowed()
    if run.state != BulkRun.State.PREVIEW:
        raise Conflict("Diese Änderung ist schon ausgeführt.")
    run.state = BulkRun.State.RUNNING
    run.save(update_fields=["state"])
    audit.record("register.bulk.started", run, by=by, data={"action": run.action, "entries": len(run.entries)})
    if len(run.entries) > AT_ONCE:
        jobs.enqueue(JOB_KIND, run.uuid, by=by, data={"title": "Sammeländerung", "result_url": run.get_absolute_url()})
        return run
    for _ in carry_out(run):
        pass
    return run


def carry_out(run: BulkRun) -> Iterator[int]:
    """Entry by entry; yields the percentage. Taken up where it was left, if the worker had to begin again."""
    while run.state == BulkRun.State.RUNNING:
        first = len(run.results)
        with transaction.atomic():
            # Whoever took the job over has written more meanwhile, and goes on alone.
            if len(BulkRun.objects.select_for_update().get(pk=run.pk).results) != first:
                return
            run.results += [asdict(line) for line in _next_lines(run, first)]
            if len(run.results) >= len(run.entries):
                run.state = BulkRun.State.DONE
            run.save(update_fields=["results", "state"])
        yield round(100 * len(run.results) / len(run.entries))


def _next_lines(run: BulkRun, first: int) -> list[Line]:
    lines = []
    for at, line in enumerate(preview(run, first, first + CHUNK), first):
        lines.append(_do(run, at, line) if line.outcome == CHANGE else line)
    return lines


def _do(run: BulkRun, at: int, line: Line) -> Line:
    try:
        with transaction.atomic():
            entry = access.locked(Entry(pk=run.entries[at]))
            if entry.version != run.versions[at]:
                raise Conflict(MEANWHILE)
            if run.action == SUBMIT:
                submit(entry, by=run.by)
            else:
                update(entry, by=run.by, changes={run.action: _target(run)}, version=run.versions[at])
    except ValidationError as error:
        return Line(line.name, line.url, REFUSED, " ".join(error.messages))
    except Refusal as refusal:
        return Line(line.name, line.url, REFUSED, refusal.message)
    return Line(line.name, line.url, DONE, line.text)
