"""The wish to work together, the call for interest, and the answers. What leaves the municipality is said by CDO or Leitung."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from core import audit
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register.services.access import validated
from usecases.models import CooperationWish, Interest, InterestCall, UseCase
from usecases.selectors_cooperation import running_call
from usecases.services import access
from usecases.services.partners import ask_selected
from usecases.workflow import DECIDE

WISH = ("title", "summary", "wanted", "contact", "is_shown")


def _locked(use_case: UseCase, by: User) -> UseCase:
    current = access.locked(use_case)
    if not permissions.on(by, DECIDE, current):
        raise NotAllowed()
    return current


@transaction.atomic
def set_wish(use_case: UseCase, *, by: User, values: Mapping[str, Any], version: int | None = None) -> CooperationWish:
    """What others may read of a use case, and whether they may."""
    use_case = _locked(use_case, by)
    row = CooperationWish.objects.filter(use_case=use_case).first()
    if row is None:
        row = CooperationWish(use_case=use_case)
    elif version is not None and row.version != version:
        raise Conflict("Der Wunsch wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    else:
        row.version += 1
    for name in WISH:
        value = values[name]
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.is_shown and running_call(use_case) is not None:
        raise ValidationError({"is_shown": "Ein Aufruf läuft noch. Treffen Sie zuerst die Auswahl."})
    if row.is_shown and use_case.is_over:
        raise ValidationError({"is_shown": "Das Vorhaben ist beendet oder verworfen."})
    row.shown_since = (row.shown_since or timezone.now()) if row.is_shown else None
    validated(row).save()
    audit.record("usecases.wish.set", use_case, by=by, data={"shown": row.is_shown, "title": row.title})
    return row


@transaction.atomic
def open_call(
    wish: CooperationWish, *, by: User, text: str, opens_on: date, closes_on: date, places: int | None = None
) -> InterestCall:
    """Call for interest; another word for the running one, as long as nobody answered."""
    use_case = _locked(wish.use_case, by)
    wish = CooperationWish.objects.get(pk=wish.pk)
    if not wish.is_shown:
        raise Conflict("Zeigen Sie den Kooperationswunsch zuerst anderen Kommunen.")
    row = running_call(use_case) or InterestCall(wish=wish)
    if row.pk and row.interests.exists():
        raise Conflict("Zu diesem Aufruf gibt es schon Interessenbekundungen. Er bleibt, wie er ist.")
    if opens_on != row.opens_on and opens_on < timezone.localdate():
        raise ValidationError({"opens_on": "Der Beginn liegt in der Vergangenheit."})
    if closes_on < timezone.localdate():
        raise ValidationError({"closes_on": "Das Ende liegt in der Vergangenheit."})
    if closes_on < opens_on:
        raise ValidationError({"closes_on": "Das Ende liegt vor dem Beginn."})
    row.text, row.opens_on, row.closes_on, row.places = text.strip(), opens_on, closes_on, places
    validated(row).save()
    data = {"opens_on": opens_on, "closes_on": closes_on}
    audit.record("usecases.interest_call.set", use_case, by=by, data=data)
    return row


@transaction.atomic
def express_interest(
    wish: CooperationWish, *, by: User, municipality: Municipality, text: str, contact: str
) -> Interest:
    """For one's own municipality; once more changes what waits."""
    if not permissions.has(by, DECIDE, municipality=municipality):
        raise NotAllowed()
    access.locked(wish.use_case)
    owner = wish.use_case.municipality_id
    if owner == municipality.pk:
        raise NotAllowed("Das ist ein Vorhaben Ihrer eigenen Kommune.")
    if not CooperationWish.objects.visible_to(by).shown().filter(pk=wish.pk).exists():
        raise Conflict("Dieser Kooperationswunsch wird nicht mehr gezeigt.")
    if Interest.objects.filter(wish=wish, municipality=municipality, state=Interest.State.SELECTED).exists():
        raise Conflict("Ihre Kommune ist schon ausgewählt.")
    call = running_call(wish.use_case)
    _check_open(call)
    row = Interest.objects.filter(wish=wish, municipality=municipality, state=Interest.State.WAITING).first()
    is_new = row is None
    row = row or Interest(wish=wish, municipality=municipality)
    row.call, row.text, row.contact, row.by, row.at = call, text.strip(), contact.strip(), by, timezone.now()
    validated(row).save()
    said = "hat Interesse" if is_new else "hat die Interessenbekundung geändert"
    notify(
        permissions.holders(DECIDE, owner),
        f"{municipality.name} {said}: „{wish.title}“.",
        url=wish.get_absolute_url(),
        municipality=Municipality.objects.get(pk=owner),
    )
    audit.record("usecases.interest.expressed", row, by=by, data={"wish": str(wish.uuid), "title": wish.title})
    return row


def _check_open(call: InterestCall | None) -> None:
    if call is None or call.is_open:
        return
    if call.is_closed:
        raise Conflict(f"Der Aufruf endete am {format_date(call.closes_on)}.")
    raise Conflict(f"Der Aufruf beginnt am {format_date(call.opens_on)}.")


@transaction.atomic
def withdraw_interest(wish: CooperationWish, *, by: User, municipality: Municipality) -> Interest:
    if not permissions.has(by, DECIDE, municipality=municipality):
        raise NotAllowed()
    # Not while somebody decides about it.
    access.locked(wish.use_case)
    row = Interest.objects.filter(wish=wish, municipality=municipality, state=Interest.State.WAITING).first()
    if row is None:
        raise Conflict("Von Ihrer Kommune wartet hier keine Interessenbekundung.")
    row.state = Interest.State.WITHDRAWN
    row.save(update_fields=["state"])
    audit.record("usecases.interest.withdrawn", row, by=by, data={"wish": str(wish.uuid)})
    return row


@transaction.atomic
def decide_interests(wish: CooperationWish, *, by: User, answers: Mapping[int, tuple[bool, str]]) -> list[Interest]:
    """Select or decline, each with a reason, and tell them. A call is decided once it is closed, for all at once.

    Who is selected becomes a partner that was asked; what is agreed with it is said there.
    """
    use_case = _locked(wish.use_case, by)
    wish.use_case = use_case
    waiting = {row.pk: row for row in Interest.objects.filter(wish=wish, state=Interest.State.WAITING)}
    if set(answers) - set(waiting):
        raise Conflict("Hier hat sich inzwischen etwas geändert. Bitte laden Sie die Seite neu.")
    call = running_call(wish.use_case)
    if call is not None:
        _check_call(call, answers, waiting)
    elif not answers:
        raise ValidationError("Bitte entscheiden Sie mindestens eine Interessenbekundung.")
    now = timezone.now()
    for pk, (selected, reason) in answers.items():
        row = waiting[pk]
        row.state = Interest.State.SELECTED if selected else Interest.State.DECLINED
        row.reason, row.decided_by, row.decided_at = reason.strip(), by, now
        validated(row).save()
        if selected:
            ask_selected(wish, row.municipality, contact=row.contact)
        _tell(row, wish)
    if call is not None:
        call.decided_at, call.decided_by = now, by
        call.save(update_fields=["decided_at", "decided_by"])
    data = {"title": wish.title, "selected": sum(chosen for chosen, _ in answers.values()), "answers": len(answers)}
    audit.record("usecases.interest.decided", use_case, by=by, data=data)
    return [waiting[pk] for pk in answers]


def _check_call(call: InterestCall, answers: Mapping[int, tuple[bool, str]], waiting: Mapping[int, Interest]) -> None:
    if not call.is_closed:
        raise Conflict(f"Der Aufruf läuft bis {format_date(call.closes_on)}. Danach treffen Sie die Auswahl.")
    if set(answers) != set(waiting):
        raise ValidationError("Bitte entscheiden Sie über jede Interessenbekundung.")
    if call.places is not None and sum(chosen for chosen, _ in answers.values()) > call.places:
        raise ValidationError(f"Sie können höchstens so viele auswählen, wie der Aufruf Plätze nennt: {call.places}.")


def _tell(row: Interest, wish: CooperationWish) -> None:
    said = "ist ausgewählt" if row.state == Interest.State.SELECTED else "ist nicht ausgewählt"
    notify(
        permissions.holders(DECIDE, row.municipality_id),
        f"„{wish.title[:60]}“: Ihre Kommune {said}. Begründung: {row.reason}",
        url=wish.get_absolute_url(),
        municipality=row.municipality,
    )
