"""Remarks at fields: made by reviewers, answered and done by editors, found acceptable or kept open in the next round."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from core import audit
from core.errors import Conflict, NotAllowed
from register import publication, workflow
from register.models import Entry, FieldComment
from register.services import access
from register.services.checks import current_submission

Verdict = FieldComment.Verdict


@transaction.atomic
def comment(
    entry: Entry, *, by: User, text: str = "", field: str = "", verdict: str = Verdict.IMPROVABLE
) -> FieldComment:
    """Remark at a field of the entry in review. What is acceptable is no open point."""
    entry = _in_review(entry, by=by)
    submission = current_submission(entry)
    if submission is None:
        raise Conflict()
    if field and field not in {row.key for row in publication.rows_of(entry.kind)}:
        raise ValidationError("Diese Angabe gibt es nicht.")
    remark = FieldComment(
        entry=entry,
        submission=submission,
        field=field,
        verdict=verdict,
        text=text.strip(),
        by=by,
        at=timezone.now(),
    )
    if verdict == Verdict.ACCEPTABLE:
        remark.accepted_by, remark.accepted_at = by, remark.at
    access.validated(remark).save()
    data = {"field": field, "comment": remark.pk, "verdict": verdict}
    audit.record("register.comment.made", entry, by=by, data=data)
    return remark


@transaction.atomic
def resolve_comment(remark: FieldComment, *, by: User, answer: str = "", done: bool = True) -> FieldComment:
    """Answer a remark while working on a returned entry, and tick it off unless more is to be done."""
    entry = access.locked_for_edit(remark.entry, by=by)
    remark = FieldComment.objects.select_for_update().get(pk=remark.pk)
    if remark.resolved_at is not None or remark.accepted_at is not None:
        return remark
    if not done and not answer.strip():
        raise ValidationError({"answer": "Schreiben Sie eine Antwort, oder kennzeichnen Sie den Punkt als erledigt."})
    remark.answer = answer.strip() or remark.answer
    if done:
        remark.resolved_by, remark.resolved_at = by, timezone.now()
    access.validated(remark)
    remark.save(update_fields=["answer", "resolved_by", "resolved_at"])
    action = "register.comment.resolved" if done else "register.comment.answered"
    audit.record(action, entry, by=by, data={"comment": remark.pk})
    return remark


@transaction.atomic
def judge_comment(remark: FieldComment, *, by: User, acceptable: bool) -> FieldComment:
    """In the next round a reviewer finds a point acceptable, or opens it again as one to correct."""
    entry = _in_review(remark.entry, by=by)
    remark = FieldComment.objects.select_for_update().get(pk=remark.pk)
    if not judged_by(entry, by)(remark):
        raise NotAllowed(
            "Diesen Punkt hat der Datenschutz gesetzt. Ob er erledigt ist, entscheidet nur, wer die Stellungnahme "
            "abgibt. Sie können den Eintrag zurückgeben oder trotz des Punktes mit Begründung entscheiden."
        )
    if acceptable:
        remark.accepted_by, remark.accepted_at = by, timezone.now()
    else:
        remark.verdict, remark.text = Verdict.TO_CORRECT, remark.text or "Noch zu korrigieren."
        remark.resolved_by = remark.resolved_at = remark.accepted_by = remark.accepted_at = None
    remark.save()
    action = "register.comment.accepted" if acceptable else "register.comment.reopened"
    audit.record(action, entry, by=by, data={"comment": remark.pk})
    return remark


def judged_by(entry: Entry, person: User) -> Callable[[FieldComment], bool]:
    """Which points the person may judge: those of the DSB and their deputies are theirs (Art. 38(3) GDPR)."""
    if access.allowed(person, "entry.opine", entry):
        return lambda remark: True
    advisers = permissions.ever_held("entry.opine", entry.municipality_id)
    return lambda remark: remark.by_id not in advisers


def _in_review(entry: Entry, *, by: User) -> Entry:
    entry = access.locked(entry)
    access.require(by, "entry.comment", entry)
    if entry.review_state != workflow.IN_REVIEW:
        raise Conflict("Kommentare gehören zur Prüfung. Der Eintrag ist gerade nicht in Prüfung.")
    return entry
