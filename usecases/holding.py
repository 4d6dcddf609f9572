"""What of this room keeps a draft from being deleted, and who decides about the status of an entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from register.holding import Hold
from register.models import Entry
from register.rules.vocabulary import IN_USE
from usecases.models import UseCase

if TYPE_CHECKING:
    from accounts.models import User


def holds(entry: Entry, user: User) -> Iterable[Hold]:
    for use_case in UseCase.objects.filter(links__entry=entry):
        yield Hold(
            f"Der Eintrag gehört zum Vorhaben „{use_case.title}“. Lösen Sie dort zuerst die Verknüpfung.",
            use_case.get_absolute_url(),
        )
    for tool in entry.approved_tools.all():
        yield Hold(f"Das zugelassene Werkzeug „{tool}“ nennt den Eintrag.", reverse("usecases:tools"))


def decided_elsewhere(entry: Entry, wanted: str) -> str:
    """Into use an entry comes only with the use case that leads it; taking it out of use is free to everybody."""
    if wanted not in IN_USE:
        return ""
    leading = UseCase.objects.filter(links__entry=entry, links__leads=True).first()
    if leading is None or leading.stage == wanted:
        return ""
    return (
        f"Über Pilot, Evaluation und Regelbetrieb entscheidet das Vorhaben „{leading.title}“. "
        f"Es steht auf der Stufe „{leading.get_stage_display()}“."
    )
