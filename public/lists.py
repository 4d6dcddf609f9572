"""Lists of entries: what is searched, how it is sorted, and the cards that show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from core import paging
from public import fact_sheet, links
from public.forms import RegisterFilter
from public.kinds import KINDS
from register import content
from register import selectors_public as selectors
from register.selectors_public import Municipality, PublicDocument

SIZE = 20
LONGEST_QUERY = 200


def search_text(params: Mapping[str, str]) -> str:
    return " ".join(params.get("q", "").split())[:LONGEST_QUERY]


def tolerant_page(rows: QuerySet[Any], params: QueryDict, *, order: tuple[str, ...], size: int = SIZE) -> paging.Page:
    """A page of a list; with a cursor that is none, the first page."""
    try:
        return paging.page(rows, params, order=order, size=size)
    except (paging.BadCursor, ValueError):
        first = params.copy()
        for name in ("after", "before"):
            first.pop(name, None)
        return paging.page(rows, first, order=order, size=size)


def hits_everywhere(query: str, params: QueryDict) -> dict[str, Any]:
    """Entries of all municipalities that match, and municipalities of that name."""
    found = selectors.find(selectors.listed(selectors.documents()), q=query)
    page = tolerant_page(found, params, order=("rank", "sort_key", "pk"))
    return {
        "page": page,
        "cards": [card(row, publisher=True) for row in page.items],
        "count": found.count(),
        "named": list(selectors.municipalities().filter(name__icontains=query)[:6]),
        "similar": _similar(selectors.documents(), query) if not page.items else [],
    }


def register_list(found: Municipality, form: RegisterFilter, params: QueryDict, *, kind: str) -> dict[str, Any]:
    """The list of one register with its filter."""
    own = selectors.listed(selectors.documents()).filter(municipality=found, kind=kind)
    rows = selectors.find(own, **form.criteria)
    page = tolerant_page(rows, params, order=form.order)
    query = form.criteria.get("q", "")
    department = form.criteria.get("department", "")
    first_look = not form.criteria and not params.get("after") and not params.get("before")
    return {
        "kind": KINDS[kind],
        "filter_form": form,
        "search_query": query,
        "chips": [{"label": f"{label}: {value}", "url": _without(params, name)} for name, label, value in form.chips],
        "reset_url": links.municipality_url(found.slug) + ("" if kind == "system" else f"?kind={kind}"),
        "page": page,
        "cards": [card(row) for row in page.items],
        "count": rows.count(),
        "similar": _similar(own, query) if query and not page.items else [],
        "department": department,
        "department_feed_url": links.feed_url(found.slug, department) if department else "",
        "recent": recent(found) if first_look and kind == "system" else [],
    }


def recent(found: Municipality | None = None, limit: int = 5) -> list[dict[str, Any]]:
    """What is new or changed, newest first."""
    rows = selectors.listed(selectors.documents())
    if found is not None:
        rows = rows.filter(municipality=found)
    return [
        {"document": row, "url": links.entry_url(row), "new": row.number == 1}
        for row in rows.order_by("-published_at", "-pk")[:limit]
    ]


def card(row: PublicDocument, *, publisher: bool = False) -> dict[str, Any]:
    fields = [content.CHOICES["category"].get(key, key) for key in row.category]
    kicker = [row.municipality.name] if publisher else []
    kicker += [KINDS[row.kind].one] if row.kind != "system" else fields[:2]
    return {
        "title": row.name,
        "url": links.entry_url(row),
        "kicker": " · ".join(kicker),
        "text": row.description_short,
        "badges": _badges(row),
        "meta": [row.department, f"Stand {fact_sheet.format_local(row.published_at)}"],
    }


def _badges(row: PublicDocument) -> list[dict[str, str]]:
    if row.kind != "system":
        return []
    found = [{"code": row.status, "label": fact_sheet.status_label(row.status)}]
    if row.affects_people == "yes":
        found.append({"code": "affects", "label": "Wirkt auf Entscheidungen über Menschen"})
    return found


def _similar(rows: QuerySet[PublicDocument], query: str) -> list[dict[str, str]]:
    return [{"label": row.name, "url": links.entry_url(row)} for row in selectors.similar(rows, query)]


def _without(params: QueryDict, name: str) -> str:
    kept = params.copy()
    for gone in (name, "after", "before"):
        kept.pop(gone, None)
    return f"?{kept.urlencode()}"
