"""Re-assessing many systems after a change of law: the answers are taken over, what needs a person goes to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from compliance.models import Assessment, AssessmentDraft, LawRun, LawRunItem
from compliance.rules import questionnaire
from compliance.rules.law import Program
from compliance.rules.law_effect import DRAFT, Effect
from compliance.selectors_assessments import assessed_under_earlier_law, program_on, register_facts_of
from compliance.selectors_law import RELATED, effects_of, said
from compliance.selectors_rulesets import in_force_today
from compliance.services.duties import duties_of_assessments
from compliance.services.finishing import REVIEW, outcome
from core import audit, jobs
from core.errors import NotAllowed
from core.models import Job
from register.models import Entry
from register.models.entry import valid_grants
from register.services import access

KIND = "law-run"
# Systems of one job, and of one transaction within it.
CHUNK, BATCH = 500, 100
Outcome = LawRunItem.Outcome


def may_reassess(entries: QuerySet[Entry], user: User) -> QuerySet[Entry]:
    """Those that the person may assess."""
    grants = valid_grants(user).filter(permission__codename=access.EDIT_GRANT)
    return entries.filter(permissions.scope(user, "entry.edit") | Q(pk__in=grants.values("content_object_id")))


@transaction.atomic
def start_law_run(municipality: Municipality, *, by: User, entries: QuerySet[Entry]) -> LawRun:
    """Re-assess those of the chosen systems whose law has changed. The worker does it, many at once."""
    if not permissions.has(by, "entry.edit", municipality=municipality):
        raise NotAllowed()
    chosen = assessed_under_earlier_law(may_reassess(entries.filter(municipality=municipality), by))
    rows = list(chosen.order_by("pk").values_list("pk", "last_assessment"))
    if not rows:
        raise ValidationError("Wählen Sie mindestens ein KI-System, das Sie neu bewerten dürfen.")
    run = LawRun.objects.create(
        municipality=municipality,
        by=by,
        rulesets=[{**one.reference(), "title": one.data["title"]} for one in in_force_today()],
        day=timezone.localdate(),
        started_at=timezone.now(),
    )
    items = LawRunItem.objects.bulk_create(
        [LawRunItem(run=run, entry_id=entry, before_id=last) for entry, last in rows], batch_size=2000
    )
    audit.record("compliance.law_run.started", run, by=by, data={"systems": len(items)})
    for start in range(0, len(items), CHUNK):
        some = items[start : start + CHUNK]
        _enqueue(run, some[0].pk, some[-1].pk, by=by)
    return run


def _enqueue(run: LawRun, first: int, last: int, *, by: User) -> None:
    data = {"run": str(run.uuid), "first": first, "last": last, "title": "Neubewertung nach Rechtsänderung"}
    jobs.enqueue(KIND, f"{run.uuid}:{first}", by=by, data=data, scope=run.scope)


@transaction.atomic
def resume_law_run(run: LawRun, *, by: User) -> LawRun:
    """Ask again for the parts that failed. What is done stays done."""
    run = LawRun.objects.select_for_update().get(pk=run.pk)
    if not permissions.has(by, "entry.edit", municipality=run.municipality_id):
        raise NotAllowed()
    failed = Job.objects.filter(kind=KIND, scope=run.scope, state=Job.State.FAILED)
    for job in failed:
        _enqueue(run, job.data["first"], job.data["last"], by=by)
    audit.record("compliance.law_run.resumed", run, by=by)
    return run


def carry_on(run: LawRun, *, first: int, last: int) -> Iterator[int]:
    """One part of a run, a batch at a time; yields the percentage. Taken up where it was left, if the worker had to begin again."""
    part = LawRunItem.objects.filter(run=run, pk__range=(first, last))
    total = part.count()
    while batch := list(part.filter(outcome=Outcome.WAITING).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _reassess(run, batch)
        yield round(100 * part.exclude(outcome=Outcome.WAITING).count() / total)


@transaction.atomic
def _reassess(run: LawRun, batch: list[int]) -> None:
    """Locked: entries first, the audit stream last. An item that another worker has done meanwhile is left alone."""
    waiting = LawRunItem.objects.filter(pk__in=batch, outcome=Outcome.WAITING)
    entries = list(waiting.values_list("entry_id", flat=True))
    list(Entry.objects.select_for_update().filter(pk__in=entries).order_by("pk").values_list("pk"))
    items = list(waiting.select_for_update().order_by("pk"))
    mine = may_reassess(Entry.objects.filter(pk__in=[item.entry_id for item in items]), run.by)
    rows = {row.pk: row for row in assessed_under_earlier_law(mine).select_related(*RELATED)}
    if rows:
        _write(run, items, rows)
    for item in items:
        if item.entry_id not in rows:
            item.outcome = Outcome.SKIPPED
            item.note = "Inzwischen neu bewertet, beendet oder für die auslösende Person nicht mehr zu bearbeiten."
    LawRunItem.objects.bulk_update(items, ["outcome", "kinds", "note", "after"])


def _write(run: LawRun, items: list[LawRunItem], rows: dict[int, Any]) -> None:
    today = timezone.localdate().isoformat()
    program, how = program_on(next(iter(rows.values())), today)
    found = effects_of(list(rows.values()), program, today)
    for item in items:
        if item.entry_id in rows:
            effect = found[item.entry_id]
            item.outcome = Outcome.PERSON if effect.needs_person else Outcome.DONE
            item.kinds, item.note = effect.kinds, said(effect)[:500]
            item.before_id = rows[item.entry_id].last_assessment
    _carry_over(run, [item for item in items if item.outcome == Outcome.DONE], rows, program, how)
    _open_drafts(run, [rows[item.entry_id] for item in items if item.outcome == Outcome.PERSON], found)


def _carry_over(
    run: LawRun, items: list[LawRunItem], rows: dict[int, Any], program: Program, how: dict[str, Any]
) -> None:
    """A new assessment for each, from the same answers."""
    before = Assessment.objects.in_bulk([item.before_id for item in items])
    now, today = timezone.now(), timezone.localdate()
    made = []
    for item in items:
        old, row = before[item.before_id], rows[item.entry_id]
        facts = {one.key: old.facts[one.key] for one in questionnaire.asked(program, old.facts)}
        made.append(
            Assessment(
                entry=row,
                number=old.number + 1,
                day=today,
                facts=facts,
                from_register=[key for key in old.from_register if key in facts],
                basis=row.basis,
                author=run.by,
                answered_by_id=old.answered_by_id,
                finished_at=now,
                carried_over_from=old,
                **outcome(program, facts, today.isoformat()),
                **how,
            )
        )
    for item, assessment in zip(items, Assessment.objects.bulk_create(made), strict=True):
        item.after = assessment
    duties_of_assessments(made, by=run.by)
    data = [(one.entry, {"number": one.number, "class": one.risk_class, "run": str(run.uuid)}) for one in made]
    audit.record_many("compliance.assessment.carried_over", data, by=run.by, stream=run.audit_stream)


def _open_drafts(run: LawRun, rows: list[Any], found: dict[int, Effect]) -> None:
    """The answers so far, and what the register says by now, for whoever has to look."""
    fresh = [row for row in rows if DRAFT not in found[row.pk].kinds]
    last = Assessment.objects.in_bulk([row.last_assessment for row in fresh])
    known = register_facts_of(fresh)
    now, drafts = timezone.now(), []
    for row in fresh:
        old = last[row.last_assessment]
        given = {key: value for key, value in old.facts.items() if key not in old.from_register}
        drafts.append(
            AssessmentDraft(
                entry=row,
                facts={**known[row.pk], **given},
                from_register=sorted(known[row.pk].keys() - given.keys()),
                started_by=run.by,
                started_at=now,
                answered_by=run.by,
                answered_at=now,
            )
        )
    AssessmentDraft.objects.bulk_create(drafts)
    data = [(row, {"based_on": last[row.last_assessment].number, "run": str(run.uuid)}) for row in fresh]
    audit.record_many("compliance.assessment.started", data, by=run.by, stream=run.audit_stream)


@transaction.atomic
def law_run_part_done(job: Job) -> None:
    """After the last part: the run is over, and everybody concerned gets one message."""
    run = LawRun.objects.select_for_update().select_related("by", "municipality").get(uuid=job.data["run"])
    if run.finished_at is not None or run.items.filter(outcome=Outcome.WAITING).exists():
        return
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    numbers = Counter(run.items.values_list("outcome", flat=True))
    audit.record("compliance.law_run.finished", run, by=run.by, data=dict(numbers))
    _tell_reviewers(run, numbers[Outcome.DONE])
    _tell_responsible(run)
    text = f"Neubewertung fertig. Neu bewertet: {numbers[Outcome.DONE]}. Für eine Person: {numbers[Outcome.PERSON]}."
    _notify(run, [run.by], text)


def _notify(run: LawRun, people: list[User], text: str) -> None:
    notify(people, text, url=run.get_absolute_url(), municipality=run.municipality)


def _tell_reviewers(run: LawRun, done: int) -> None:
    others = [one for one in permissions.holders(REVIEW, run.municipality_id) if one != run.by]
    if done:
        _notify(run, others, f"Bitte prüfen: neue Bewertungen nach einer Rechtsänderung ({done}).")
    forbidden = run.items.filter(after__risk_class="VERBOTEN").exclude(before__risk_class="VERBOTEN").count()
    if forbidden:
        people = [*others, *permissions.holders("entry.release", run.municipality_id)]
        people += permissions.holders("entry.opine", run.municipality_id)
        text = f"Verbotene Praktik nach Art. 5 KI-VO? Neue Bewertungen nach der Rechtsänderung: {forbidden}. Bitte sofort prüfen."
        _notify(run, people, text)


def _tell_responsible(run: LawRun) -> None:
    """Each person once, with the number of systems that wait for them."""
    items = run.items.filter(outcome=Outcome.PERSON).select_related("entry__owner_person", "entry__department")
    teams: dict[int | None, list[User]] = {}
    waiting: Counter[User] = Counter()
    for item in items:
        entry = item.entry
        if entry.owner_person is not None and entry.owner_person.is_active:
            waiting[entry.owner_person] += 1
            continue
        if entry.department_id not in teams:
            teams[entry.department_id] = permissions.holders(
                "entry.edit", run.municipality_id, department=entry.department
            )
        waiting.update(teams[entry.department_id])
    for person, number in waiting.items():
        what = "braucht ein KI-System" if number == 1 else f"brauchen {number} KI-Systeme"
        _notify(run, [person], f"Nach einer Rechtsänderung {what} Ihre Antworten.")
