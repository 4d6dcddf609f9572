"""The citizens' pages. Every one reads published documents and nothing else, and is the same for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from accounts import selectors as accounts
from core import readability
from inquiries import selectors_public as inquiries
from public import brief, coverage, fact_sheet, links, lists, notices, places, questions
from public.answers import gone, page
from public.forms import RegisterFilter
from public.frame import frame, instance_frame
from public.kinds import Kind
from public.reach import document_of, municipality_or_404
from register import selectors_public as selectors
from register.selectors_public import Municipality, Publication, PublicDocument, Version

Context = dict[str, Any]
VERBS = {"withdraw": gettext_noop("zurückgezogen"), "redact": gettext_noop("gelöscht")}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Everybody who publishes here, and one search over all of it."""
    return page(request, "public/start.html", lambda: _start(request), depends_on=(selectors.log_state(),))


def _start(request: HttpRequest) -> Context:
    form = RegisterFilter(request.GET)
    context = {**instance_frame(), "title": _("KI-Register der Kommunen")}
    if form.criteria:
        return {**context, **lists.hits_everywhere(form, request.GET), "searched": True}
    return {**context, **places.page_of(request.GET), "recent": lists.recent()}


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What machines may fetch, in words for people."""
    context = {**instance_frame(), "base_url": links.absolute("")}
    return page(request, "public/open_data.html", lambda: context, depends_on=())


@require_safe
def municipality(request: HttpRequest, slug: str) -> HttpResponse:
    """One register: search, filter, list."""
    found = municipality_or_404(slug)
    said = selectors.coverage(found)
    state = (found.version, said, *selectors.log_of(found), *inquiries.state_of(found))

    def context() -> Context:
        return {**_register(request, found), "coverage": coverage.shown(said)}

    return page(request, "public/municipality.html", context, depends_on=state)


def _register(request: HttpRequest, found: Municipality) -> Context:
    kind = request.GET.get("kind") if request.GET.get("kind") in selectors.KINDS else "system"
    totals = selectors.totals(found)
    is_small = totals["systems"] + totals["datasets"] < lists.SMALL
    rows = lists.register_list(found, RegisterFilter(request.GET), request.GET, kind=str(kind), is_small=is_small)
    return {
        **frame(found, current=str(kind)),
        "totals": totals,
        "figures_url": "" if is_small else reverse("public:figures", args=[found.slug]),
        **rows,
        **(lists.ways(rows["counts"]) if rows["first_look"] and not is_small else {}),
        **(questions.newest(found) if rows["first_look"] else {}),
    }


@require_safe
def entry(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    found = municipality_or_404(slug)
    document = document_of(found, kind, entry)
    if document is None:
        return _withdrawn(found, kind, entry)
    log, asked = selectors.log_of(found), questions.released_at(document)
    # Those of other municipalities are in no log of this one.
    same = selectors.same_product(document)

    def context() -> Context:
        return {
            **_entry_context(found, kind, document, log[0]),
            **questions.at_entry(document, asked),
            "same_product": [_other(found, row) for row in same],
            "current": True,
        }

    others = ((row.pk, row.number) for row in same)
    state = (found.version, document.document_sha256, *log, *questions.state_of(asked), *others)
    return page(request, "public/entry.html", context, depends_on=state)


def _entry_context(found: Municipality, kind: Kind, document: PublicDocument, last_line: int) -> Context:
    content = json.loads(document.document)
    return {
        **_sheet(found, kind, document, content),
        "row": document.publication,
        "first_published_at": document.first_published_at,
        "last_line": last_line,
        "freshness": fact_sheet.freshness(content),
        "completeness": fact_sheet.completeness(content),
        "using": selectors.using(document) if kind.key == "dataset" else [],
        "dates": fact_sheet.dates(content, document.first_published_at, document.published_at),
        "readability": readability.of(content["description_short"]),
        "alike": [_other(found, row) for row in selectors.alike(document)] if kind.key == "system" else [],
        "json_url": links.json_url(kind.key, document.uuid),
        "pdf_url": _address("entry-pdf", document),
        "code_url": _address("notice-svg", document) if notices.fits(document) else "",
        "notices_url": _address("notices", document) if notices.fits(document) else "",
    }


def _other(found: Municipality, row: PublicDocument) -> Context:
    """Another entry as a link; the municipality is named where it is another one."""
    elsewhere = row.municipality.name if row.municipality_id != found.pk else ""
    return {"name": row.name, "url": links.entry_url(row), "publisher": elsewhere}


def _sheet(found: Municipality, kind: Kind, document: PublicDocument, content: Context) -> Context:
    """What the page of an entry and the page of one of its versions have in common."""
    pages = selectors.public_by_uuid(item["uuid"] for item in content.get("datasets", []))
    return {
        **frame(found, current=kind.key, breadcrumb=[(kind.many, _list_url(found, kind)), (content["name"], "")]),
        "kind": kind,
        "document": content,
        "entry_url": links.entry_url(document),
        "versions_url": _address("versions", document),
        "status": fact_sheet.status_label(content.get("status", "")),
        "risk": brief.risk(content),
        "ended": fact_sheet.wording.said(kind.key, "end_date", content.get("end_date", "")),
        "sentences": brief.sentences(content),
        "for_me": brief.for_me(content),
        "sections": fact_sheet.sections(content, {uuid: links.entry_url(page) for uuid, page in pages.items()}),
        "blocks": fact_sheet.blocks(content),
        "withheld": fact_sheet.withheld(content),
        "dpo": fact_sheet.dpo_sentence(content),
        "mailbox": fact_sheet.mailbox(content),
        "number": content["number"],
    }


@require_safe
def versions(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    """Every version with day and reason."""

    def answer(found: Municipality, document: PublicDocument, all_versions: list[Version]) -> HttpResponse:
        crumbs = [(kind.many, _list_url(found, kind)), (document.name, links.entry_url(document)), (_("Fassungen"), "")]
        context = {
            **frame(found, current=kind.key, breadcrumb=crumbs),
            "document": document,
            "entry_feed_url": _address("entry-feed", document),
            "events": [_event(document, item, previous) for item, previous in _pairs(all_versions)],
        }
        return page(request, "public/versions.html", lambda: context, depends_on=_state(found, document))

    return _with_versions(slug, kind, entry, answer)


def _pairs(items: list[Version]) -> list[tuple[Version, Version | None]]:
    """Each version with the readable one before it."""
    readable = [item for item in items if not item.gone]
    before = dict(zip((item.row.pk for item in readable), readable[1:], strict=False))
    return [(item, before.get(item.row.pk)) for item in items]


def _event(document: PublicDocument, item: Version, previous: Version | None) -> Context:
    number = item.row.number
    return {
        "at": item.row.at,
        "number": number,
        "reason": item.row.reason,
        "current": number == document.number,
        "gone": item.gone,
        "verb": _(VERBS[item.gone.op]) if item.gone else "",
        "url": "" if item.gone else _address("version", document, number),
        "difference_url": _address("difference", document, previous.row.number, number) if previous else "",
        "previous": previous.row.number if previous else None,
    }


@require_safe
def version(request: HttpRequest, slug: str, kind: Kind, entry: str, number: int) -> HttpResponse:
    def answer(found: Municipality, document: PublicDocument, all_versions: list[Version]) -> HttpResponse:
        item = _version_or_404(all_versions, number)
        if item.gone:
            return _version_gone(found, document, item, item.gone)

        def context() -> Context:
            content = json.loads(item.row.document)
            return {
                **_sheet(found, kind, document, content),
                "row": item.row,
                "last_line": selectors.log_of(found)[0],
                "current": number == document.number,
                "json_url": links.json_url(kind.key, document.uuid, number),
            }

        return page(request, "public/entry.html", context, depends_on=_state(found, document))

    return _with_versions(slug, kind, entry, answer)


@require_safe
def difference(request: HttpRequest, slug: str, kind: Kind, entry: str, number: int, other: int) -> HttpResponse:
    """Word by word, what changed between two versions."""

    def answer(found: Municipality, document: PublicDocument, all_versions: list[Version]) -> HttpResponse:
        both = [_version_or_404(all_versions, n) for n in (number, other)]
        for item in both:
            if item.gone:
                return _version_gone(found, document, item, item.gone)
        return page(
            request,
            "public/difference.html",
            lambda: _difference(found, kind, document, *both),
            depends_on=_state(found, document),
        )

    return _with_versions(slug, kind, entry, answer)


def _difference(found: Municipality, kind: Kind, document: PublicDocument, old: Version, new: Version) -> Context:
    crumbs = [
        (kind.many, _list_url(found, kind)),
        (document.name, links.entry_url(document)),
        (_("Fassungen"), _address("versions", document)),
        (_("Fassung {old} und {new}").format(old=old.row.number, new=new.row.number), ""),
    ]
    return {
        **frame(found, current=kind.key, breadcrumb=crumbs),
        "document": document,
        "old": old.row,
        "new": new.row,
        "old_url": _address("version", document, old.row.number),
        "new_url": _address("version", document, new.row.number),
        "changes": fact_sheet.changes(json.loads(old.row.document), json.loads(new.row.document)),
    }


@require_safe
def imprint(request: HttpRequest, slug: str) -> HttpResponse:
    return _simple(request, slug, "imprint", _("Impressum"))


@require_safe
def privacy(request: HttpRequest, slug: str) -> HttpResponse:
    return _simple(request, slug, "privacy", _("Datenschutz"))


@require_safe
def accessibility(request: HttpRequest, slug: str) -> HttpResponse:
    return _simple(request, slug, "accessibility", _("Barrierefreiheit"), statement=accounts.accessibility_of)


def _simple(
    request: HttpRequest, slug: str, name: str, title: str, **more: Callable[[Municipality], Any]
) -> HttpResponse:
    found = municipality_or_404(slug)

    def context() -> Context:
        said = {key: ask(found) for key, ask in more.items()}
        return {**frame(found, breadcrumb=[(title, "")]), "title": title, "municipality": found, **said}

    # `version` counts changes of the settings, which these pages show.
    return page(request, f"public/{name}.html", context, depends_on=(found.version,))


def _with_versions(
    slug: str, kind: Kind, entry: str, answer: Callable[[Municipality, PublicDocument, list[Version]], HttpResponse]
) -> HttpResponse:
    found = municipality_or_404(slug)
    document = document_of(found, kind, entry)
    if document is None:
        return _withdrawn(found, kind, entry)
    return answer(found, document, selectors.versions(document.pk))


def _version_or_404(all_versions: list[Version], number: int) -> Version:
    for item in all_versions:
        if item.row.number == number:
            return item
    raise Http404


def _withdrawn(found: Municipality, kind: Kind, slug: str) -> HttpResponse:
    row = selectors.withdrawal(kind.key, municipality=found, slug=slug)
    if row is None:
        raise Http404
    context = {"title": _("Dieser Eintrag ist zurückgezogen"), "what": _("Der Eintrag wurde"), "verb": _(VERBS[row.op])}
    return gone({**frame(found), **context, "row": row})


def _version_gone(found: Municipality, document: PublicDocument, item: Version, by: Publication) -> HttpResponse:
    return gone(
        {
            **frame(found),
            "title": _("Diese Fassung ist {verb}").format(verb=_(VERBS[by.op])),
            "what": _("Fassung {number} vom {at} wurde").format(
                number=item.row.number, at=fact_sheet.format_local(item.row.at)
            ),
            "verb": _(VERBS[by.op]),
            "row": by,
            "url": links.entry_url(document),
            "link": _("Zur aktuellen Fassung"),
        }
    )


def _state(found: Municipality, document: PublicDocument) -> tuple[object, ...]:
    return (found.version, document.document_sha256, *selectors.log_of(found))


def _list_url(found: Municipality, kind: Kind) -> str:
    return links.municipality_url(found.slug) + ("" if kind.key == "system" else f"?kind={kind.key}")


def _address(name: str, document: PublicDocument, *numbers: int) -> str:
    return reverse(f"public:{name}", args=[document.municipality.slug, document.kind, document.slug, *numbers])
