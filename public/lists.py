"""Lists of entries: what is searched, how it is sorted, and the cards that show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import paging
from public import fact_sheet, highlight, links
from public.forms import FIRST, TABLES, RegisterFilter
from public.kinds import KINDS
from register import content
from register import selectors_public as selectors
from register.rules import search_words
from register.selectors_facets import facets
from register.selectors_public import Municipality, PublicDocument

SIZE = 20
# A register with fewer entries is one plain list.
SMALL = 20
# What can be asked of all registers at once.
EVERYWHERE = (FIRST, "situation", "field", "status", "risk_class", "personal_data_level", "country")


def tolerant_page(rows: QuerySet[Any], params: QueryDict, *, order: tuple[str, ...], size: int = SIZE) -> paging.Page:
    """A page of a list; with a cursor that is none, the first page."""
    try:
        return paging.page(rows, params, order=order, size=size)
    except (paging.BadCursor, ValueError):
        first = params.copy()
        for name in ("after", "before"):
            first.pop(name, None)
        return paging.page(rows, first, order=order, size=size)


def hits_everywhere(form: RegisterFilter, params: QueryDict) -> dict[str, Any]:
    """Entries of all municipalities that match, and municipalities of that name."""
    query = form.criteria.get("q", "")
    named = selectors.municipalities().filter(name__icontains=query)[:6] if query else []
    everything = selectors.listed(selectors.documents())
    hits = _hits(everything, form, params, publisher=True)
    return {
        **hits,
        **_filter(everything, form, params, hits, only=EVERYWHERE),
        "named": list(named),
    }


def register_list(
    found: Municipality, form: RegisterFilter, params: QueryDict, *, kind: str, is_small: bool
) -> dict[str, Any]:
    """The list of one register with its filter; a small one asks one question only."""
    own = selectors.listed(selectors.documents()).filter(municipality=found, kind=kind)
    department = form.criteria.get("department", "")
    first_look = not form.criteria and not params.get("after") and not params.get("before")
    hits = _hits(own, form, params)
    return {
        "kind": KINDS[kind],
        **hits,
        **_filter(own, form, params, hits, only=(FIRST,) if is_small else ()),
        "reset_url": links.municipality_url(found.slug) + ("" if kind == "system" else f"?kind={kind}"),
        "department": department,
        "department_feed_url": links.feed_url(found.slug, department) if department else "",
        "first_look": first_look and kind == "system",
        "recent": recent(found) if first_look and kind == "system" else [],
    }


def ways(counts: Mapping[str, Mapping[str, int]]) -> dict[str, list[dict[str, Any]]]:
    """Life situations and fields of action that lead to something, from what the facets of a whole list count."""
    return {
        name: [
            {"label": label, "url": f"?{name}={key}", "number": counts[name][key]}
            for key, label in TABLES[name].items()
            if counts[name][key]
        ]
        for name in ("situation", "field")
    }


def _filter(
    rows: QuerySet[PublicDocument],
    form: RegisterFilter,
    params: QueryDict,
    hits: Mapping[str, Any],
    *,
    only: tuple[str, ...],
) -> dict[str, Any]:
    """The filters of what is shown: of a mistyped search, those of the right word."""
    counts = facets(rows, {**form.criteria, "q": hits["searched_for"]}, partly=hits["widened"])
    form.offer(counts, only=only)
    return {
        "filter_form": form,
        "counts": counts,
        "search_query": form.criteria.get("q", ""),
        "chips": [{"label": f"{label}: {value}", "url": _without(params, name)} for name, label, value in form.chips],
    }


def _hits(
    rows: QuerySet[PublicDocument], form: RegisterFilter, params: QueryDict, *, publisher: bool = False
) -> dict[str, Any]:
    """A page of what matches. Where nothing does and a word looks mistyped, what the right word finds."""
    criteria, order = form.criteria, form.order
    query, corrected = criteria.get("q", ""), ""
    matching = selectors.find(rows, **criteria)
    page = tolerant_page(matching, params, order=order)
    widened = bool(query) and not page.items
    if widened and ((corrected := selectors.corrected(rows, query)) or " " in query):
        matching = selectors.find(rows, **{**criteria, "q": corrected or query}, partly=True)
        page = tolerant_page(matching, params, order=order)
    needles = search_words.needles(corrected or query)
    return {
        "page": page,
        "cards": [card(row, needles, publisher=publisher) for row in page.items],
        "count": matching.count() if page.items else 0,
        "widened": widened,
        "searched_for": corrected or query,
        "corrected": corrected.title(),
        "corrected_url": _without(params, "q", q=corrected),
        "also": search_words.also(corrected or query) if page.items else [],
        "similar": _similar(rows, query) if query and not page.items else [],
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


def card(row: PublicDocument, needles: Sequence[str] = (), *, publisher: bool = False) -> dict[str, Any]:
    """`needles` are marked where they stand."""
    fields = [content.CHOICES["category"].get(key, key) for key in row.category]
    kicker = [row.municipality.name] if publisher else []
    kicker += [KINDS[row.kind].one] if row.kind != "system" else fields[:2]
    return {
        "title": highlight.marked(row.name, needles),
        "url": links.entry_url(row),
        "kicker": " · ".join(kicker),
        "text": highlight.marked(row.description_short, needles),
        "badges": _badges(row),
        "meta": [
            row.department,
            _("Stand {day}").format(day=fact_sheet.format_local(row.published_at)),
        ],
    }


def _badges(row: PublicDocument) -> list[dict[str, str]]:
    if row.kind != "system":
        return []
    found = [{"code": row.status, "label": fact_sheet.status_label(row.status)}]
    if row.affects_people == "yes":
        found.append({"code": "affects", "label": _("Wirkt auf Entscheidungen über Menschen")})
    return found


def _similar(rows: QuerySet[PublicDocument], query: str) -> list[dict[str, str]]:
    return [{"label": row.name, "url": links.entry_url(row)} for row in selectors.similar(rows, query)]


def _without(params: QueryDict, name: str, **instead: str) -> str:
    kept = params.copy()
    for gone in (name, "after", "before"):
        kept.pop(gone, None)
    kept.update(instead)
    return f"?{kept.urlencode()}"
