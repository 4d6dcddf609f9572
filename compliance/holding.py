"""What of this room keeps a draft of the register from being deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from compliance.models import ProcessingActivity
from register.holding import Hold
from register.models import Entry

if TYPE_CHECKING:
    from accounts.models import User


def holds(entry: Entry, user: User) -> Iterable[Hold]:
    linked = ProcessingActivity.objects.filter(system_links__entry=entry)
    readable = set(ProcessingActivity.objects.visible_to(user).filter(pk__in=linked).values_list("pk", flat=True))
    for activity in linked:
        if activity.pk in readable:
            yield Hold(
                f"Der Eintrag ist noch mit der Verarbeitungstätigkeit {activity} verknüpft.",
                activity.get_absolute_url(),
            )
        else:
            yield Hold("Der Eintrag ist noch mit einer Verarbeitungstätigkeit verknüpft, die Sie nicht sehen.")
    if entry.incidents.exists():
        yield Hold("Zu dem System ist ein Vorfall festgehalten. Beides bleibt erhalten.")
    if entry.assessments.exists():
        yield Hold("Zu dem System gibt es eine abgeschlossene Bewertung nach der KI-VO. Sie bleibt erhalten.")
    yield from _documents(entry)
    if duties := entry.duties.count():
        said = "1 Pflicht" if duties == 1 else f"{duties} Pflichten"
        yield Hold(
            f"Aus der Bewertung hat das System {said} mit Verlauf. Beides bleibt erhalten.",
            f"{reverse('compliance:duties')}?{urlencode({'system': str(entry.uuid), 'state': 'all'})}",
        )


def _documents(entry: Entry) -> Iterable[Hold]:
    """What was handed in stays; what is only being written goes with the draft."""
    for document in entry.legal_documents.filter(versions__isnull=False).distinct().order_by("kind"):
        yield Hold(
            f"Zu dem System wurde schon ein Rechtsdokument vorgelegt ({document}). Es bleibt erhalten.",
            document.get_absolute_url(),
        )
