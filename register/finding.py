"""One search over everything a person may see. Upper rooms bring their own things along: this room does not know them.

finding.register("Verarbeitungstätigkeiten", find_activities, order=60)      # in an AppConfig's ready()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from register.models import Entry, Evidence, Product, Recipient, StorageLocation
from register.selectors import search_entries, search_evidence, search_master_data

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 10


@dataclass(frozen=True)
class Hit:
    """One thing that was found; `place` names its municipality."""

    title: str
    url: str
    text: str = ""
    place: str = ""


@dataclass(frozen=True)
class Source:
    """Where to look. `find` begins with what the person may see and returns at most `limit` hits."""

    title: str
    find: Callable[[User, str, int], Iterable[Hit]]
    order: int
    list_url: Callable[[str], str] | None = None


_sources: dict[str, Source] = {}


def register(title: str, find: Callable[..., Iterable[Hit]], *, order: int, list_url: Any = None) -> None:
    _sources[title] = Source(title, find, order, list_url)


def find_everywhere(user: User, text: str) -> list[dict[str, Any]]:
    """Groups with hits, in a constant number of queries; `more_url` where there are more than are shown."""
    groups = []
    for source in sorted(_sources.values(), key=lambda source: source.order):
        hits = list(source.find(user, text, SHOWN + 1))
        if hits:
            more = source.list_url(text) if source.list_url and len(hits) > SHOWN else ""
            groups.append({"title": source.title, "hits": hits[:SHOWN], "more_url": more})
    return groups


def _list(name: str) -> Callable[[str], str]:
    return lambda text: f"{reverse(name)}?{urlencode({'q': text})}"


def _entries(kind: str) -> Callable[[User, str, int], Iterable[Hit]]:
    def find(user: User, text: str, limit: int) -> Iterable[Hit]:
        found: QuerySet[Entry] = search_entries(Entry.objects.visible_to(user).filter(kind=kind), text)
        for row in found.select_related("municipality", "department").order_by("sort_key", "pk")[:limit]:
            office = row.department.name if row.department else ""
            words = [row.get_review_state_display(), office]
            yield Hit(row.name, row.get_absolute_url(), " · ".join(filter(None, words)), row.municipality.name)

    return find


def _products(user: User, text: str, limit: int) -> Iterable[Hit]:
    found = Product.objects.visible_to(user).filter(Q(name__icontains=text) | Q(provider__icontains=text))
    for row in found.select_related("municipality").order_by("name", "pk")[:limit]:
        yield Hit(row.name, row.get_absolute_url(), row.provider, row.municipality.name)


def _evidence(user: User, text: str, limit: int) -> Iterable[Hit]:
    found = search_evidence(Evidence.objects.visible_to(user), text)
    rows = found.select_related("municipality", "entry", "storage", "recipient").order_by("-added_at", "-pk")[:limit]
    for row in rows:
        words = [row.get_kind_display(), row.reference, f"zu {row.owner.name}"]
        yield Hit(row.title, row.get_absolute_url(), " · ".join(filter(None, words)), row.municipality.name)


def _master_data(model: Any, name: str) -> Callable[[User, str, int], Iterable[Hit]]:
    def find(user: User, text: str, limit: int) -> Iterable[Hit]:
        found = search_master_data(model.objects.visible_to(user).defer("search"), text)
        for row in found.select_related("municipality").order_by("sort_key", "pk")[:limit]:
            words = f"{row.get_kind_display()} · {row.get_country_display()}"
            yield Hit(row.name, reverse(name, args=[row.uuid]), words, row.municipality.name)

    return find


register("KI-Systeme", _entries(Entry.Kind.SYSTEM), order=10, list_url=_list("register:systems"))
register("Datenbestände", _entries(Entry.Kind.DATASET), order=20, list_url=_list("register:datasets"))
register("Produktblätter", _products, order=30, list_url=_list("register:product-list"))
register(
    "Speicherorte", _master_data(StorageLocation, "register:storage"), order=40, list_url=_list("register:storage-list")
)
register("Nachweise", _evidence, order=55, list_url=_list("register:evidence-list"))
register(
    "Empfänger", _master_data(Recipient, "register:recipient"), order=50, list_url=_list("register:recipient-list")
)
