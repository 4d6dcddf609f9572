"""What keeps a draft from being deleted, told before anybody tries. Upper rooms bring their own along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from register.models import Entry

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Hold:
    """A whole sentence, and where it can be resolved."""

    text: str
    url: str = ""


Find = Callable[[Entry, "User"], Iterable[Hold]]
_finders: list[Find] = []


def register(find: Find) -> Find:
    _finders.append(find)
    return find


def holds_on(entry: Entry, user: User) -> list[Hold]:
    return [hold for find in _finders for hold in find(entry, user)]


@register
def _records(entry: Entry, user: User) -> Iterable[Hold]:
    if entry.submissions.exists() or entry.publications.exists():
        yield Hold("Der Eintrag war schon in Prüfung und bleibt deshalb erhalten. Sie können ihn beenden.")
    if entry.after_reviews.exists():
        yield Hold("Der Eintrag war schon einmal ausgesetzt und bleibt deshalb erhalten.")
    if entry.decommissions.exists():
        yield Hold("Das System sollte schon einmal außer Betrieb gehen und bleibt deshalb erhalten.")


@register
def _systems(entry: Entry, user: User) -> Iterable[Hold]:
    if entry.kind != Entry.Kind.DATASET:
        return
    linked = Entry.objects.filter(system__dataset_links__dataset=entry.dataset).distinct().order_by("sort_key", "pk")
    readable = set(linked.visible_to(user).values_list("pk", flat=True))
    for system in linked:
        if system.pk in readable:
            yield Hold(
                f"Der Datenbestand ist noch mit dem KI-System „{system.name}“ verknüpft.", system.get_absolute_url()
            )
        else:
            yield Hold("Der Datenbestand ist noch mit einem KI-System verknüpft, das Sie nicht sehen.")
