"""For readers that are programs: Atom feed, site map, robots.txt. Absolute addresses come from BASE_URL alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inquiries import selectors_public as inquiries
from public import links
from public.answers import conditional
from public.kinds import KINDS, Kind
from public.links import absolute, entry_url
from public.reach import document_of, municipality_or_404
from register import selectors_public as selectors
from register.selectors_public import Municipality, Publication

NEWEST = 50
PER_SITEMAP = 50_000
# XML 1.0 cannot hold these at all, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Feed:
    """What a feed is about: its own address, the page it belongs to, and the lines of the log."""

    title: str
    description: str
    address: str
    page: str
    lines: QuerySet[Publication]


@require_safe
def atom(request: HttpRequest, slug: str) -> HttpResponse:
    """New, changed and withdrawn entries of a municipality, or of one office (`department`), newest first."""
    found = municipality_or_404(slug)
    page = links.municipality_url(slug)
    if department := request.GET.get("department", "").strip()[:200]:
        feed = Feed(
            f"KI-Register {found.name}: {department}",
            _("Neue und geänderte Einträge von {department}. Zurückgezogenes steht im Feed der Kommune.").format(
                department=department
            ),
            links.feed_url(slug, department),
            f"{page}?{urlencode({'department': department})}",
            selectors.lines_of(found, department=department),
        )
    else:
        feed = Feed(
            _("KI-Register {name}: Änderungen").format(name=found.name),
            _("Neue, geänderte und zurückgezogene Einträge im KI-Register von {name}").format(name=found.name),
            links.feed_url(slug),
            page,
            selectors.log_lines(found),
        )
    return _answer(request, found, feed)


@require_safe
def of_entry(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    """Every version of one entry, and its withdrawal: who follows it hears of that too."""
    found = municipality_or_404(slug)
    place = [slug, kind, entry]
    document = document_of(found, kind, entry)
    withdrawn = None if document else selectors.withdrawal(kind.key, municipality=found, slug=entry)
    if document is None and withdrawn is None:
        raise Http404
    name = document.name if document else _("ein zurückgezogener Eintrag ({one})").format(one=kind.one)
    pk = document.pk if document else withdrawn.entry_id if withdrawn else 0
    feed = Feed(
        f"{found.name}: {name}",
        _("Fassungen von „{name}“ im KI-Register von {municipality}").format(name=name, municipality=found.name)
        if document
        else _("Der Eintrag ist zurückgezogen."),
        reverse("public:entry-feed", args=place),
        reverse("public:entry", args=place),
        selectors.lines_of(found, entry_id=pk),
    )
    return _answer(request, found, feed)


@require_safe
def of_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Released questions with their answers, newest first."""
    found = municipality_or_404(slug)
    state = (found.version, *selectors.log_of(found), *inquiries.state_of(found))
    page, address = reverse("public:questions", args=[slug]), reverse("public:answers-feed", args=[slug])

    def make() -> HttpResponse:
        rows = list(inquiries.released(found).order_by("-released_at", "-pk")[:NEWEST])
        feed = _new_feed(
            found,
            _("KI-Register {name}: Fragen und Antworten").format(name=found.name),
            _("Was Menschen zur KI von {name} gefragt haben, mit den Antworten").format(name=found.name),
            page,
            absolute(address),
        )
        for row in rows:
            public = row.entry.public
            feed.add_item(
                title=_xml(_("{kind} zu „{name}“").format(kind=row.get_kind_display(), name=public.name)),
                link=f"{absolute(reverse('public:entry', args=[slug, public.kind, public.slug]))}#fragen",
                description=_xml(f"{row.public_text}\n\nAntwort: {row.public_answer}"),
                unique_id=f"{absolute(address)}#{row.reference}",
                pubdate=row.released_at,
                updateddate=row.released_at,
            )
        return _written(feed, rows[0].released_at if rows else found.created_at)

    return _readable_elsewhere(conditional(request, state, make))


def _answer(request: HttpRequest, found: Municipality, feed: Feed) -> HttpResponse:
    state = (found.version, *selectors.log_of(found))
    return _readable_elsewhere(conditional(request, state, lambda: _atom(found, feed)))


def _atom(found: Municipality, about: Feed) -> HttpResponse:
    address = absolute(about.address)
    lines = list(about.lines.order_by("-seq")[:NEWEST])
    feed = _new_feed(found, about.title, about.description, about.page, address)
    # A line keeps its id in whichever feed it is read.
    base = absolute(reverse("public:feed", args=[found.slug]))
    for line in lines:
        if (item := _item(found, line)) is not None:
            feed.add_item(unique_id=f"{base}#{line.seq}", updateddate=line.at, pubdate=line.at, **item)
    return _written(feed, lines[0].at if lines else found.created_at)


def _new_feed(found: Municipality, title: str, description: str, page: str, address: str) -> Atom1Feed:
    return Atom1Feed(
        title=_xml(title),
        link=absolute(page),
        description=_xml(description),
        feed_url=address,
        feed_guid=address,
        language="de",
        author_name=_xml(found.name),
    )


def _written(feed: Atom1Feed, updated: datetime) -> HttpResponse:
    """An empty feed was updated when it was set up, not whenever somebody asks."""
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.latest_post_date = lambda: updated  # type: ignore[method-assign]
    feed.write(response, "utf-8")
    return response


def _item(found: Municipality, line: Any) -> dict[str, Any] | None:
    """What a line of the log says in the feed; what is no longer public says nothing of its content."""
    link = absolute(reverse("public:entry", args=[found.slug, line.kind, line.slug]))
    one = KINDS[line.kind].one
    if line.op == Publication.Op.WITHDRAW:
        return {
            "title": _("Zurückgezogen: ein Eintrag ({one})").format(one=one),
            "link": link,
            "description": _xml(line.reason),
        }
    if line.op == Publication.Op.REDACT:
        title = _("Gelöscht: Fassung {number} eines Eintrags ({one})").format(number=line.number, one=one)
        return {"title": title, "link": link, "description": _xml(line.reason)}
    if line.withdrawn or not line.document:
        return None
    document = json.loads(line.document)
    what = _("Neu") if line.number == 1 else _("Geändert")
    texts = [line.reason if line.number > 1 else "", document.get("description_short", "")]
    text = " – ".join(text for text in texts if text)
    return {"title": _xml(f"{what}: {document['name']}"), "link": link, "description": _xml(text)}


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /verwaltung/", "Disallow: /anmelden/", "Disallow: /*?"]
    lines += [f"Sitemap: {absolute(reverse('public:sitemap-index'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """One site map per municipality: a single one may hold 50,000 addresses only."""

    def make() -> HttpResponse:
        maps = [absolute(reverse("public:sitemap", args=[m.slug])) for m in selectors.active_municipalities()]
        return _xml_answer("public/sitemap_index.xml", {"maps": maps[:PER_SITEMAP]})

    return conditional(request, (selectors.log_state(),), make)


@require_safe
def sitemap(request: HttpRequest, slug: str) -> HttpResponse:
    found = municipality_or_404(slug)

    def make() -> HttpResponse:
        rows = selectors.listed(selectors.documents()).filter(municipality=found).order_by("pk")[: PER_SITEMAP - 1]
        pages: list[tuple[str, datetime | None]] = [(absolute(reverse("public:municipality", args=[slug])), None)]
        pages += [(absolute(entry_url(row)), row.published_at) for row in rows]
        return _xml_answer("public/sitemap.xml", {"pages": pages})

    return conditional(request, (found.version, *selectors.log_of(found)), make)


def _xml_answer(template: str, context: dict[str, Any]) -> HttpResponse:
    return HttpResponse(render_to_string(template, context), content_type="application/xml; charset=utf-8")


def _readable_elsewhere(response: HttpResponse) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
