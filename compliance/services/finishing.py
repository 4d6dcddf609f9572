"""An assessment is finished, reviewed by a second person, and its class taken over into the register."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from compliance.models import Assessment, AssessmentDraft, AssessmentReview
from compliance.rules import assessment_text, questionnaire
from compliance.rules.law import BadFacts, Program
from compliance.rules.law.change import would_change
from compliance.rules.law.facts import in_words
from compliance.rules.law.shelf import editions
from compliance.selectors_assessments import basis_of, latest, program_on
from compliance.services.duties import duties_of_assessments
from core import audit
from core.errors import Conflict, NotAllowed
from register import services as register
from register.models import Entry
from register.rules.vocabulary import ENDED
from register.services import access

REVIEW = "assessment.review"
BLOCK = "assessment"


@transaction.atomic
def finish_assessment(draft: AssessmentDraft, *, by: User, version: int | None = None) -> Assessment:
    """Decide from the answers and keep everything that the decision hangs on. Raises ValidationError while a question is open."""
    entry = access.locked(draft.entry)
    access.require(by, "entry.edit", entry)
    draft = AssessmentDraft.objects.select_for_update().get(pk=draft.pk)
    if version is not None and draft.version != version:
        raise Conflict("Die Antworten wurden inzwischen geändert. Bitte prüfen Sie sie noch einmal.")
    today = timezone.localdate()
    program, how = program_on(entry, today.isoformat())
    asked = questionnaire.asked(program, draft.facts)
    if missing := questionnaire.open_ones(asked, draft.facts):
        raise ValidationError(f"Noch offen: {', '.join(one.label for one in missing)}.")
    facts = {one.key: draft.facts[one.key] for one in asked}
    earlier = latest(entry)
    assessment = Assessment.objects.create(
        entry=entry,
        number=earlier.number + 1 if earlier else 1,
        day=today,
        facts=facts,
        from_register=[key for key in draft.from_register if key in facts],
        basis=basis_of(entry),
        author=by,
        answered_by=draft.answered_by,
        finished_at=timezone.now(),
        **outcome(program, facts, today.isoformat()),
        **how,
    )
    draft.delete()
    # What has ended asks for nothing more.
    duties = {} if entry.status in ENDED else duties_of_assessments([assessment], by=by)
    data = {"number": assessment.number, "class": assessment.risk_class, "duties": dict(duties)}
    audit.record("compliance.assessment.finished", entry, by=by, data=data)
    _tell(assessment, by=by)
    return assessment


def outcome(program: Program, facts: dict[str, Any], day: str) -> dict[str, Any]:
    """What an assessment keeps of its result; raises ValidationError."""
    try:
        result = program.assess(facts, on=day)
        result.would_change = would_change(program, facts, on=day)
    except BadFacts as error:
        raise ValidationError([in_words(problem) for problem in error.problems]) from error
    found = result.as_json()
    used = [editions()[one["id"]][one["version"]] for one in found["rulesets"]]
    # Which day the law behind a reason was looked up; reasons of dates and of the class belong to the first rule set.
    looked_up = {row["id"]: one.data["checked_on"] for one in used for row in one.data["rules"]}
    for reason in found["reasons"]:
        reason["stand"] = looked_up.get(reason["rule"], used[0].data["checked_on"])
    kept = ("title", "legal_state", "checked_on")
    rulesets = [{**one.reference(), **{key: one.data[key] for key in kept}} for one in used]
    return {"result": found, "risk_class": found["class"], "rulesets": rulesets}


def _tell(assessment: Assessment, *, by: User) -> None:
    """Reviewers learn that something waits. Of a prohibited practice the Leitung and the DSB learn at once (O-05)."""
    entry = assessment.entry
    people = permissions.holders(REVIEW, entry.municipality_id, department=entry.department)
    text = f"Bitte prüfen: Bewertung {assessment.number} von „{entry.name}“ nach der KI-VO."
    if assessment.risk_class == "VERBOTEN":
        people += permissions.holders("entry.release", entry.municipality_id)
        people += permissions.holders("entry.opine", entry.municipality_id)
        text = f"Verbotene Praktik nach Art. 5 KI-VO? Bewertung {assessment.number} von „{entry.name}“ bitte sofort prüfen."
    others = [person for person in people if person not in (by, assessment.answered_by)]
    notify(others, text, url=assessment.get_absolute_url(), municipality=entry.municipality)


@transaction.atomic
def review_assessment(assessment: Assessment, *, by: User, agrees: bool, note: str = "") -> AssessmentReview:
    """A second person agrees or objects: neither the author nor who answered last."""
    entry = access.locked(assessment.entry)
    if not permissions.on(by, REVIEW, entry):
        raise NotAllowed()
    assessment = Assessment.objects.select_related("entry").get(pk=assessment.pk)
    if reason := not_reviewer(assessment, by):
        raise Conflict(reason)
    if AssessmentReview.objects.filter(assessment=assessment).exists():
        raise Conflict("Diese Bewertung ist schon geprüft.")
    if latest(entry) != assessment:
        raise Conflict("Es gibt eine neuere Bewertung. Geprüft wird nur die letzte.")
    row = AssessmentReview(assessment=assessment, agrees=agrees, note=note.strip(), by=by, at=timezone.now())
    access.validated(row).save()
    audit.record("compliance.assessment.reviewed", entry, by=by, data={"number": assessment.number, "agrees": agrees})
    said = "geprüft" if agrees else "beanstandet"
    notify(
        [person for person in {assessment.author, assessment.answered_by} if person != by],
        f"Bewertung {assessment.number} von „{entry.name}“ ist {said}.",
        url=assessment.get_absolute_url(),
        municipality=entry.municipality,
    )
    return row


def not_reviewer(assessment: Assessment, user: User) -> str | None:
    """The sentence why this person cannot review it."""
    if user.pk in (assessment.author_id, assessment.answered_by_id):
        return "Sie haben die Bewertung abgeschlossen oder zuletzt beantwortet. Prüfen kann sie nur eine andere Person."
    return None


@transaction.atomic
def adopt_assessment(assessment: Assessment, *, by: User) -> Entry:
    """Take class and reason of the reviewed assessment over into the register. It is a change like any other."""
    entry = access.locked_for_edit(assessment.entry, by=by)
    assessment = Assessment.objects.select_related("entry", "review__by").get(pk=assessment.pk)
    if reason := not_adoptable(assessment):
        raise Conflict(reason)
    changes = {
        "ai_act_class": assessment.risk_class,
        "ai_act_reason": assessment_text.reason_in_register(assessment.result, assessment.day),
    }
    entry = register.update(entry, by=by, changes=changes)
    block = public_block(assessment)
    facts = assessment_text.block_facts(block)
    entry = register.set_block(entry, BLOCK, block, by=by, title="Bewertung nach der KI-Verordnung", facts=facts)
    audit.record("compliance.assessment.adopted", entry, by=by, data={"number": assessment.number})
    return entry


def not_adoptable(assessment: Assessment) -> str | None:
    review = getattr(assessment, "review", None)
    if review is None or not review.agrees:
        return "Die Bewertung ist noch nicht von einer zweiten Person bestätigt."
    newest = latest(assessment.entry)
    if newest is not None and newest.pk != assessment.pk:
        return "Es gibt eine neuere Bewertung. Übernommen wird nur die letzte."
    return None


def public_block(assessment: Assessment) -> dict[str, Any]:
    """What citizens may read. The keys are those of the register, so that what is withheld there is withheld here."""
    return {
        "ai_act_class": assessment.risk_class,
        "day": assessment.day.isoformat(),
        "reviewed_on": timezone.localtime(assessment.review.at).date().isoformat(),
        "rulesets": [f"{one['id']}@{one['version']}" for one in assessment.rulesets],
    }
