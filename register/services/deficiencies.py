"""Mängel: recorded and closed as the facts change, planned, let go by a second person, reminded of by the clock."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from core import audit
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register.contradictions import contradictions_in, links_of
from register.models import Deficiency, Entry
from register.rules.contradictions import Contradiction
from register.rules.vocabulary import IN_USE
from register.services import access

State = Deficiency.State
# Who learns that a system in use is unlawful: those who may suspend it, and the DSB.
TOLD = ("entry.suspend", "entry.opine")


@transaction.atomic
def reevaluate(entry: Entry, *, by: User) -> None:
    """Record what contradicts itself now, and close what no longer does. Saving itself is never refused."""
    if entry.kind == Entry.Kind.SYSTEM:
        known = list(entry.deficiencies.order_by("-opened_at", "-pk"))
        _judge(entry, contradictions_in(entry), known, by=by)


@transaction.atomic
def reevaluate_all(entries: QuerySet[Entry], *, by: User) -> None:
    """The same for systems that share a row which changed; what stays as it was costs no statement of its own."""
    systems = list(entries.filter(kind=Entry.Kind.SYSTEM).select_related("municipality", "system__privacy"))
    links, known = links_of(systems), defaultdict(list)
    for row in Deficiency.objects.filter(entry__in=systems).select_related("entry").order_by("-opened_at", "-pk"):
        known[row.entry_id].append(row)
    for entry in systems:
        _judge(entry, contradictions_in(entry, links[entry.pk]), known[entry.pk], by=by)


def _judge(entry: Entry, items: list[Contradiction], known: list[Deficiency], *, by: User) -> None:
    found = {item.rule.id: item for item in items if item.is_deficiency}
    for row in known:
        if row.is_active and row.rule not in found:
            _remedy(row, by=by)
    settled = {row.rule for row in known if row.is_active}
    opened = [_open(entry, item, by=by) for rule, item in found.items() if rule not in settled | let_go(known, found)]
    if opened and entry.status in IN_USE:
        _warn(entry, opened, by=by)


def let_go(known: list[Deficiency], found: dict[str, Contradiction]) -> set[str]:
    """Rules that a second person found not to apply, as long as the facts behind them stay what they were."""
    newest: dict[str, Deficiency] = {}
    for row in known:
        newest.setdefault(row.rule, row)
    return {
        rule
        for rule, row in newest.items()
        if row.state == State.NOT_APPLICABLE and rule in found and row.facts == found[rule].facts
    }


def blocking_contradictions(entry: Entry) -> list[Contradiction]:
    """What stands against a release: every Mangel that no second person has let go."""
    found = {item.rule.id: item for item in contradictions_in(entry) if item.is_deficiency}
    if not found:
        return []
    gone = let_go(list(entry.deficiencies.order_by("-opened_at", "-pk")), found)
    return [item for rule, item in found.items() if rule not in gone]


def _open(entry: Entry, item: Contradiction, *, by: User) -> Deficiency:
    row = Deficiency.objects.create(
        entry=entry,
        rule=item.rule.id,
        title=item.rule.title,
        says=item.says,
        article=item.rule.article,
        facts=item.facts,
        opened_at=timezone.now(),
        opened_by=by,
    )
    audit.record("register.deficiency.opened", entry, by=by, data=_logged(row))
    return row


def _remedy(row: Deficiency, *, by: User) -> None:
    row.state, row.closed_at, row.closed_by = State.REMEDIED, timezone.now(), by
    row.closing_note = "Die Angaben widersprechen sich nicht mehr."
    row.version += 1
    row.save(update_fields=["state", "closed_at", "closed_by", "closing_note", "version"])
    audit.record("register.deficiency.remedied", row.entry, by=by, data=_logged(row))


def _warn(entry: Entry, rows: list[Deficiency], *, by: User) -> None:
    people = {person.pk: person for name in TOLD for person in permissions.holders(name, entry.municipality_id)}
    people.pop(by.pk, None)
    articles = "; ".join(row.article for row in rows)
    text = f"„{entry.name}“ ist in Betrieb und hat einen Mangel ({articles}). Beheben Sie ihn oder setzen Sie es aus."
    notify(people.values(), text, url=entry.get_absolute_url(), municipality=entry.municipality)


@transaction.atomic
def plan_measure(
    row: Deficiency, *, by: User, measure: str, responsible: User, due: date, version: int | None = None
) -> Deficiency:
    """Say what is done about it, by whom and until when. A date gone by may stay as it was, not be chosen anew."""
    row = _locked(row, "entry.edit", by=by, version=version)
    if not measure.strip():
        raise ValidationError({"measure": "Bitte sagen Sie, was Sie tun."})
    if due < timezone.localdate() and due != row.due:
        raise ValidationError({"due": "Die Frist ist schon vorbei. Nennen Sie heute oder einen späteren Tag."})
    if row.entry.municipality_id not in permissions.municipality_ids(responsible):
        raise ValidationError({"responsible": "Diese Person hat in Ihrer Kommune keine Rolle."})
    row.measure, row.responsible, row.due = measure.strip(), responsible, due
    row.state, row.reminded_on = State.IN_WORK, None
    row.version += 1
    access.validated(row).save()
    audit.record("register.deficiency.planned", row.entry, by=by, data=_logged(row))
    if responsible.pk != by.pk:
        text = f"„{row.entry.name}“: Sie sind für einen Mangel verantwortlich ({row.article}){_until(row)}."
        notify([responsible], text, url=row.get_absolute_url(), municipality=row.entry.municipality)
    return row


@transaction.atomic
def propose_dismissal(row: Deficiency, *, by: User, reason: str, version: int | None = None) -> Deficiency:
    """Say why the rule does not apply here. It stays open until a second person agrees."""
    row = _locked(row, "entry.edit", by=by, version=version)
    if not reason.strip():
        raise ValidationError({"reason": "Bitte begründen Sie, warum der Mangel hier nicht zutrifft."})
    row.dismissal_reason, row.dismissal_by, row.dismissal_at = reason.strip(), by, timezone.now()
    row.version += 1
    access.validated(row).save()
    audit.record("register.deficiency.dismissal_proposed", row.entry, by=by, data=_logged(row))
    people = permissions.holders("entry.release", row.entry.municipality_id, department=row.entry.department)
    others = [person for person in people if person.pk != by.pk]
    text = f"„{row.entry.name}“: Trifft der Mangel zu ({row.article})? Bitte entscheiden Sie."
    notify(others, text, url=row.get_absolute_url(), municipality=row.entry.municipality)
    return row


@transaction.atomic
def decide_dismissal(
    row: Deficiency, *, by: User, agrees: bool, note: str = "", version: int | None = None
) -> Deficiency:
    """The second person: let it go, or leave it open."""
    row = _locked(row, "entry.release", by=by, version=version)
    if row.dismissal_by_id is None:
        raise Conflict("Zu diesem Mangel ist nichts zu entscheiden.")
    if row.dismissal_by_id == by.pk:
        raise NotAllowed("Das entscheidet eine andere Person als die, die es vorgeschlagen hat.")
    row.closing_note = note.strip()
    if agrees:
        row.state, row.closed_at, row.closed_by = State.NOT_APPLICABLE, timezone.now(), by
    else:
        row.dismissal_by = row.dismissal_at = None
    row.version += 1
    access.validated(row).save()
    audit.record("register.deficiency.dismissal_decided", row.entry, by=by, data=_logged(row) | {"agrees": agrees})
    return row


@transaction.atomic
def remind_of_deficiencies() -> int:
    """Tell who is responsible on the day it is due and every week after; without a person, those who may release."""
    today, told = timezone.localdate(), 0
    due = Deficiency.objects.active().filter(due__lte=today, entry__municipality__is_active=True)
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related(
        "entry__municipality", "entry__department", "responsible"
    )
    for row in rows:
        if row.reminded_on is not None and (today - row.reminded_on).days < 7:
            continue
        people = [row.responsible] if row.responsible else _releasing(row)
        text = f"„{row.entry.name}“: Der Mangel ({row.article}) ist noch offen{_until(row)}."
        notify(people, text, url=row.get_absolute_url(), municipality=row.entry.municipality)
        Deficiency.objects.filter(pk=row.pk).update(reminded_on=today)
        audit.record("register.deficiency.reminded", row.entry, by=None, data=_logged(row))
        told += 1
    return told


def _releasing(row: Deficiency) -> list[User]:
    return permissions.holders("entry.release", row.entry.municipality_id, department=row.entry.department)


def _until(row: Deficiency) -> str:
    return f", Frist {format_date(row.due)}" if row.due else ""


def _locked(row: Deficiency, permission: str, *, by: User, version: int | None) -> Deficiency:
    """The row as it is now, still open, and still the version the person saw."""
    entry = access.locked(row.entry)
    access.require(by, permission, entry)
    current = Deficiency.objects.select_for_update(of=("self",)).get(pk=row.pk)
    current.entry = entry
    if not current.is_active:
        raise Conflict("Der Mangel ist schon erledigt.")
    if version is not None and current.version != version:
        raise Conflict("Der Mangel wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    return current


def _logged(row: Deficiency) -> dict[str, Any]:
    return {"deficiency": row.pk, "rule": row.rule, "article": row.article}
