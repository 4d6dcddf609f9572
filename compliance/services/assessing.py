"""The answers of an assessment that is not finished yet. Questionnaire and compact form call the same services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from compliance.models import AssessmentDraft, Clarification
from compliance.rules import questionnaire
from compliance.rules.law import BadFacts
from compliance.rules.law.facts import in_words
from compliance.rules.law.shelf import vocabulary
from compliance.selectors_assessments import latest, people_to_ask, program_on, register_facts
from core import audit
from core.errors import Conflict, NotAllowed
from register.models import Entry
from register.rules.vocabulary import ENDED
from register.services import access

HAS_ENDED = "Das System ist beendet. Es wird nicht mehr bewertet, und Pflichten entstehen nicht mehr."


@transaction.atomic
def start_assessment(entry: Entry, *, by: User) -> AssessmentDraft:
    """Begin, or go on with what somebody has begun. Earlier answers are carried over, the register fills in the rest."""
    entry = _locked(entry)
    access.require(by, "entry.edit", entry)
    draft = AssessmentDraft.objects.filter(entry=entry).first()
    if draft is None and entry.status in ENDED:
        raise Conflict(HAS_ENDED)
    return draft or _new_draft(entry, by=by)


def _new_draft(entry: Entry, *, by: User) -> AssessmentDraft:
    earlier, known = latest(entry), register_facts(entry)
    # What the register says by now is newer than what it said when the earlier answers were given.
    untouched = set(earlier.from_register) if earlier else set()
    given = {key: value for key, value in earlier.facts.items() if key not in untouched} if earlier else {}
    now = timezone.now()
    draft = AssessmentDraft.objects.create(
        entry=entry,
        facts={**known, **given},
        from_register=sorted(known.keys() - given.keys()),
        started_by=by,
        started_at=now,
        answered_by=by,
        answered_at=now,
    )
    audit.record("compliance.assessment.started", entry, by=by, data={"based_on": earlier.number if earlier else 0})
    return draft


@transaction.atomic
def answer(
    draft: AssessmentDraft,
    *,
    by: User,
    answers: Mapping[str, Any],
    ask: Mapping[str, User] | None = None,
    note: str = "",
    version: int | None = None,
) -> AssessmentDraft:
    """Set answers by their keys; those in `ask` are "Weiß ich nicht", and the named person is asked to clarify them."""
    entry = _locked(draft.entry)
    access.require(by, "entry.edit", entry)
    draft = AssessmentDraft.objects.select_for_update().get(pk=draft.pk)
    if version is not None and draft.version != version:
        raise Conflict(
            "Die Antworten wurden inzwischen geändert. Ihre Angaben wurden nicht gespeichert. Bitte vergleichen Sie."
        )
    ask = ask or {}
    changed = _set(draft, {**answers, **{key: questionnaire.question(key).unsure for key in ask}}, by=by)
    for key, person in ask.items():
        _ask(entry, key, person, note=note, by=by)
    _close_answered(entry, answers, by=by)
    audit.record("compliance.assessment.answered", entry, by=by, data={"facts": changed, "asked": sorted(ask)})
    return draft


def _set(draft: AssessmentDraft, answers: Mapping[str, Any], *, by: User) -> list[str]:
    facts = dict(draft.facts)
    for key, value in answers.items():
        if value is None:
            facts.pop(key, None)
        else:
            facts[key] = value
    _refuse_bad(draft.entry, facts)
    changed = sorted(key for key in answers if facts.get(key) != draft.facts.get(key))
    draft.facts, draft.from_register = facts, [key for key in draft.from_register if key not in changed]
    draft.version += 1
    draft.answered_by, draft.answered_at = by, timezone.now()
    draft.save()
    return changed


def _refuse_bad(entry: Entry, facts: Mapping[str, Any]) -> None:
    """Answers that no rule set understands or that contradict each other are not stored."""
    program, _ = program_on(entry, timezone.localdate().isoformat())
    try:
        raw = vocabulary().read(facts)
        kept, _missing = program.asked(raw)
        asked = {one.key for one in questionnaire.asked(program, facts)}
        program.refuse_contradictions({key: value for key, value in facts.items() if key in asked}, kept)
    except BadFacts as error:
        raise ValidationError([in_words(problem) for problem in error.problems]) from error


def _ask(entry: Entry, key: str, person: User, *, note: str, by: User) -> Clarification:
    if person not in people_to_ask(entry):
        raise ValidationError({"person": "Diese Person darf den Eintrag nicht lesen. Bitte nennen Sie eine andere."})
    values = {"person": person, "note": note.strip(), "asked_by": by, "asked_at": timezone.now()}
    row, _ = Clarification.objects.update_or_create(entry=entry, fact=key, answered_at=None, defaults=values)
    if person != by:
        text = f"Bitte klären Sie eine Frage zu „{entry.name}“: {questionnaire.question(key).question}"
        notify([person], text, url=row.get_absolute_url(), municipality=entry.municipality)
    return row


def _close_answered(entry: Entry, answers: Mapping[str, Any], *, by: User) -> None:
    """A question that somebody answers after all needs nobody to clarify it."""
    settled = [key for key, value in answers.items() if value is not None and not _is_unsure(key, value)]
    rows = Clarification.objects.open().filter(entry=entry, fact__in=settled)
    rows.update(answered_by=by, answered_at=timezone.now())


def _is_unsure(key: str, value: Any) -> bool:
    one = questionnaire.question(key)
    return one.kind != "date" and value == one.unsure


@transaction.atomic
def clarify(clarification: Clarification, *, by: User, value: Any) -> AssessmentDraft:
    """The answer of the person who was asked (or of somebody who edits the entry) goes into the open assessment."""
    entry = _locked(clarification.entry)
    row = Clarification.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=clarification.pk)
    if row.person_id != by.pk and not access.allowed(by, "entry.edit", entry):
        raise NotAllowed("Gefragt wurde eine andere Person.")
    if not Entry.objects.visible_to(by).filter(pk=entry.pk).exists():
        raise NotAllowed()
    if row.answered_at is not None:
        raise Conflict("Diese Frage ist schon beantwortet.")
    if entry.status in ENDED:
        raise Conflict(HAS_ENDED)
    if value is None or _is_unsure(row.fact, value):
        raise ValidationError({"value": "Bitte wählen Sie eine Antwort."})
    draft = AssessmentDraft.objects.select_for_update().filter(entry=entry).first() or _new_draft(entry, by=by)
    _set(draft, {row.fact: value}, by=by)
    row.answered_by, row.answered_at = by, timezone.now()
    row.save(update_fields=["answered_by", "answered_at"])
    audit.record("compliance.clarification.answered", entry, by=by, data={"fact": row.fact})
    if row.asked_by != by:
        text = f"Geklärt zu „{entry.name}“: {questionnaire.question(row.fact).question}"
        notify([row.asked_by], text, url=_overview(entry), municipality=entry.municipality)
    return draft


def _overview(entry: Entry) -> str:
    return reverse("compliance:assessments", args=[entry.uuid])


def _locked(entry: Entry) -> Entry:
    entry = access.locked(entry)
    if entry.kind != Entry.Kind.SYSTEM:
        raise NotAllowed("Bewertet werden nur KI-Systeme.")
    return entry
