"""The checklist of the Datenschutzbeauftragte, kept with the submission it was filled in for."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.errors import Conflict
from register import workflow
from register.models import Checklist, Entry
from register.rules import checklist as rules
from register.services import access
from register.services.checks import current_submission

LONGEST_EVIDENCE = 500


@transaction.atomic
def save_checklist(entry: Entry, *, by: User, answers: Mapping[str, Mapping[str, str]]) -> Checklist:
    """Keep the answers so far. After the Stellungnahme they stay as they were."""
    entry = access.locked(entry)
    access.require(by, "entry.opine", entry)
    submission = current_submission(entry)
    if entry.review_state != workflow.IN_REVIEW or submission is None:
        raise Conflict("Die Prüfliste gehört zur Prüfung. Der Eintrag ist gerade nicht in Prüfung.")
    if submission.opinions.exists():
        raise Conflict("Die Stellungnahme ist abgegeben. Die Prüfliste bleibt, wie sie war.")
    known = {item.id for item in rules.current().items}
    for key, given in answers.items():
        if key not in known or given.get("answer") not in ("", *rules.ANSWERS):
            raise ValidationError("Diese Antwort kennt die Prüfliste nicht.")
        if len(given.get("evidence", "")) > LONGEST_EVIDENCE:
            raise ValidationError("Ein Nachweis ist zu lang.")
    row, _ = Checklist.objects.update_or_create(
        submission=submission,
        defaults={"source": rules.current().id, "answers": dict(answers), "by": by, "at": timezone.now()},
    )
    data = {"number": submission.number, "answered": sum(1 for given in answers.values() if given.get("answer"))}
    audit.record("register.checklist.saved", entry, by=by, data=data)
    return row
