"""The status of the entries that a use case leads follows its stage, by the register's own services."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from core.errors import Refusal
from register import services as register
from register.models import Entry
from register.rules.vocabulary import ENDED, STATUS, USED
from usecases.models import UseCase
from usecases.rules.vocabulary import SUSPENDED

OUT_OF_OPERATION = "Nehmen Sie das System auf der Seite des Eintrags außer Betrieb."


def follow(use_case: UseCase, *, target: str, by: User, second: User | None, reason: str) -> str:
    """In words what became of the entries. What the register refuses does not hold the use case back."""
    led = Entry.objects.systems().filter(use_case_links__use_case=use_case, use_case_links__leads=True)
    entries = led.exclude(status=target).select_related("municipality", "department").order_by("pk")
    said = [_follow(entry, target=target, by=by, second=second, reason=reason) for entry in entries]
    return "\n".join(said)


def _follow(entry: Entry, *, target: str, by: User, second: User | None, reason: str) -> str:
    if target in ENDED and entry.status in USED:
        return f"„{entry.name}“ bleibt „{STATUS[entry.status]}“. {OUT_OF_OPERATION}"
    try:
        with transaction.atomic():
            if target == SUSPENDED:
                register.suspend(entry, by=by, reason=reason[:1000])
            else:
                entry = register.set_status(entry, by=by, status=target, second=second, note=reason)
    except Refusal as refusal:
        return f"Der Status von „{entry.name}“ blieb „{STATUS[entry.status]}“: {refusal.message}"
    except ValidationError as error:
        return f"Der Status von „{entry.name}“ blieb „{STATUS[entry.status]}“: {' '.join(error.messages)}"
    then = (
        " Die neue Fassung ist freigegeben und kann veröffentlicht werden." if entry.review_state == "released" else ""
    )
    return f"Der Status von „{entry.name}“ ist jetzt „{STATUS[target]}“.{then}"
