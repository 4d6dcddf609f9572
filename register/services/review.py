"""The way through review: submit, return, Stellungnahme, release. Comments have a module of their own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from core import audit
from core.errors import Conflict
from register import content, workflow
from register.models import Entry, Opinion, ProductOpinion, Release, Submission
from register.selectors import open_comments as open_points
from register.services import access
from register.services.checks import current_submission, deviates, is_editorial, open_corrections, valid_opinion
from register.services.steps import require_step


@transaction.atomic
def submit(entry: Entry, *, by: User, note: str = "") -> Submission:
    """Hand an entry in. Where only editorial fields changed since the last release, no new opinion is needed."""
    entry = access.locked(entry)
    require_step(entry, "submit", by=by)
    now_content = content.content_of(entry)
    privacy = content.privacy_sha256(entry.kind, now_content)
    last = current_submission(entry)
    submission = Submission.objects.create(
        entry=entry,
        number=(last.number if last else 0) + 1,
        by=by,
        at=timezone.now(),
        content=now_content,
        content_sha256=content.content_sha256(now_content),
        privacy_sha256=privacy,
        needs_opinion=not is_editorial(entry, privacy),
        note=note,
    )
    _move(entry, workflow.IN_REVIEW)
    audit.record("register.entry.submitted", entry, by=by, data={"number": submission.number})
    wanted = "entry.opine" if submission.needs_opinion else "entry.release_editorial"
    _tell(entry, wanted, f"„{entry.name}“ wartet auf Ihre Prüfung.", besides=by)
    return submission


@transaction.atomic
def recall(entry: Entry, *, by: User) -> Entry:
    """Take an entry back out of review to work on it."""
    entry = access.locked(entry)
    require_step(entry, "recall", by=by)
    _move(entry, workflow.DRAFT)
    audit.record("register.entry.recalled", entry, by=by)
    return entry


@transaction.atomic
def return_entry(entry: Entry, *, by: User, reason: str = "") -> Entry:
    """Give an entry back. The reason may stand in the comments of this submission instead."""
    entry = access.locked(entry)
    require_step(entry, "return", by=by)
    submission = _required_submission(entry)
    if not reason.strip() and not open_points(entry).exists():
        raise ValidationError(
            "Bitte sagen Sie, was zu tun ist: mit einem Grund oder mit einem Kommentar an einem Feld."
        )
    submission.returned_by, submission.returned_at = by, timezone.now()
    submission.return_reason = reason.strip()
    access.validated(submission)
    submission.save(update_fields=["returned_by", "returned_at", "return_reason"])
    _move(entry, workflow.RETURNED)
    audit.record("register.entry.returned", entry, by=by, data={"number": submission.number})
    people = [submission.by, entry.last_edited_by]
    notify(
        people, f"„{entry.name}“ wurde zurückgegeben.", url=entry.get_absolute_url(), municipality=entry.municipality
    )
    return entry


@transaction.atomic
def opine(entry: Entry, *, by: User, result: str, text: str = "", based_on: ProductOpinion | None = None) -> Opinion:
    """Sign the dated Stellungnahme of the Datenschutzbeauftragte; `based_on` is what it confirms of the product sheet."""
    entry = access.locked(entry)
    require_step(entry, "opine", by=by)
    submission = _required_submission(entry)
    opinion = Opinion(
        entry=entry,
        submission=submission,
        result=result,
        text=text.strip(),
        by=by,
        deputy_for=permissions.stands_in_for(by, "entry.opine", entry.municipality_id),
        at=timezone.now(),
        privacy_sha256=submission.privacy_sha256,
        based_on=based_on,
    )
    access.validated(opinion).save()
    data = {"result": result, "number": submission.number}
    if based_on is not None:
        data["product_opinion"] = str(based_on.uuid)
    if opinion.deputy_for_id is not None:
        data["as_deputy"] = True
    audit.record("register.entry.opinion", entry, by=by, data=data)
    _tell(entry, "entry.release", f"Zu „{entry.name}“ liegt die Stellungnahme vor. Sie können entscheiden.", besides=by)
    return opinion


@transaction.atomic
def release(entry: Entry, *, by: User, deviation_reason: str = "") -> Release:
    """The controller's decision on what was handed in.

    The DSB advises and has no veto: against a rejecting Stellungnahme, or with points left that are to be corrected,
    the controller may still release, but only as a deviation with a reason that stays on record.
    """
    entry = access.locked(entry)
    editorial = _is_editorial(entry, by=by)
    require_step(entry, "release_editorial" if editorial else "release", by=by)
    submission = _required_submission(entry)
    opinion = valid_opinion(entry, submission.privacy_sha256)
    decision = Release(
        entry=entry,
        submission=submission,
        opinion=opinion,
        editorial=editorial,
        by=by,
        at=timezone.now(),
        last_edited_by=entry.last_edited_by,
        content_sha256=submission.content_sha256,
        privacy_sha256=submission.privacy_sha256,
        deviates=not editorial and deviates(entry, opinion),
        deviation_reason=deviation_reason.strip(),
    )
    access.validated(decision).save()
    _move(entry, workflow.RELEASED)
    audit.record(
        "register.entry.released", entry, by=by, data={"number": submission.number, "deviates": decision.deviates}
    )
    _tell(entry, "entry.publish", f"„{entry.name}“ ist freigegeben und kann veröffentlicht werden.", besides=by)
    return decision


def _is_editorial(entry: Entry, *, by: User) -> bool:
    submission = current_submission(entry)
    if submission is None or submission.needs_opinion or not access.allowed(by, "entry.release_editorial", entry):
        return False
    # With points left only the controller may decide, and that is no editorial matter.
    return not (open_corrections(entry) and access.allowed(by, "entry.release", entry))


def _required_submission(entry: Entry) -> Submission:
    submission = current_submission(entry)
    if submission is None:
        raise Conflict("Der Eintrag wurde noch nicht zur Prüfung gegeben.")
    return submission


def _move(entry: Entry, state: str) -> None:
    entry.review_state = state
    entry.version += 1
    entry.save(update_fields=["review_state", "version"])


def _tell(entry: Entry, permission: str, text: str, *, besides: User) -> None:
    people = permissions.holders(permission, entry.municipality_id, department=entry.department)
    waiting = [person for person in people if person.pk != besides.pk]
    notify(waiting, text, url=entry.get_absolute_url(), municipality=entry.municipality)
