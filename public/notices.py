"""Texts for letters, forms, chats and pictures that lead to an entry, with its QR code."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import qrcode
import yaml
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from qrcode.image.svg import SvgPathImage

from public import links
from public.answers import conditional, page
from public.frame import frame
from public.kinds import Kind
from public.reach import document_or_404, municipality_or_404
from register.rules.vocabulary import ENDED
from register.selectors_public import Municipality, PublicDocument

FILE = Path(__file__).with_name("notices.yaml")
# A code that is still read when a tenth of it is dirty or torn.
PIXELS_A_DOT, QUIET_ZONE = 12, 4
# Every text puts the name in quotation marks; those within it become single ones.
_INNER = str.maketrans("„“", "‚‘")


@cache
def _table() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@require_safe
def notices(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    found, document = _system(slug, kind, entry)
    return page(
        request, "public/notices.html", lambda: _context(found, kind, document), depends_on=_state(found, document)
    )


@require_safe
def poster(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    """One sheet of A4 to print and to put up."""
    found, document = _system(slug, kind, entry)
    return page(
        request, "public/poster.html", lambda: _context(found, kind, document), depends_on=_state(found, document)
    )


@require_safe
def code_svg(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    found, document = _system(slug, kind, entry)
    return conditional(request, _state(found, document), lambda: _image(document, "svg"))


@require_safe
def code_png(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    found, document = _system(slug, kind, entry)
    return conditional(request, _state(found, document), lambda: _image(document, "png"))


def fits(document: PublicDocument) -> bool:
    """Only a system that may still be used has something to point at."""
    return document.kind == "system" and document.status not in ENDED


def _system(slug: str, kind: Kind, entry: str) -> tuple[Municipality, PublicDocument]:
    found = municipality_or_404(slug)
    document = document_or_404(found, kind, entry)
    if not fits(document):
        raise Http404
    return found, document


def _state(found: Municipality, document: PublicDocument) -> tuple[object, ...]:
    return (found.version, document.document_sha256)


def _image(document: PublicDocument, kind: str) -> HttpResponse:
    return HttpResponse(code(document, kind), content_type="image/svg+xml" if kind == "svg" else "image/png")


def code(document: PublicDocument, kind: str) -> bytes:
    """The QR code of the entry's address as "svg" or "png"."""
    address = links.absolute(links.entry_url(document))
    factory = SvgPathImage if kind == "svg" else None
    level = qrcode.constants.ERROR_CORRECT_M
    image = qrcode.make(
        address, image_factory=factory, error_correction=level, box_size=PIXELS_A_DOT, border=QUIET_ZONE
    )
    target = io.BytesIO()
    image.save(target)
    return target.getvalue()


def _context(found: Municipality, kind: Kind, document: PublicDocument) -> dict[str, Any]:
    asked = set(json.loads(document.document).get("art50_notice", []))
    address = links.absolute(links.entry_url(document))
    place = [found.slug, kind, document.slug]
    entry_url = links.entry_url(document)
    crumbs = [(kind.many, links.municipality_url(found.slug)), (document.name, entry_url), (_("Hinweistexte"), "")]
    said = {"name": document.name.translate(_INNER), "publisher": found.name, "url": address}
    rows = [_notice(row, said, asked) for row in _table()["notices"]]
    return {
        **frame(found, current=kind.key, breadcrumb=crumbs),
        "document": document,
        "address": address,
        "entry_url": entry_url,
        "stand": _table()["stand"],
        # What the entry says it owes comes first.
        "notices": sorted(rows, key=lambda row: not row["asked"]),
        "svg_url": reverse("public:notice-svg", args=place),
        "png_url": reverse("public:notice-png", args=place),
        "poster_url": reverse("public:poster", args=place),
        "poster_pdf_url": reverse("public:poster-pdf", args=place),
    }


def _notice(row: dict[str, Any], said: dict[str, str], asked: set[str]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "title": row["title"],
        "when": row["when"],
        "article": row.get("article", ""),
        "asked": bool(asked & set(row.get("for", []))),
        "texts": [
            {"label": label, "text": row[kind].format(**said), "html": _snippet(row[kind], said)}
            for kind, label in (
                ("plain", _("In einfachen Worten")),
                ("easy", _("In Leichter Sprache (Entwurf, bitte prüfen lassen)")),
            )
        ],
    }


def _snippet(text: str, said: dict[str, str]) -> str:
    """The text as HTML for another website: what is filled in is escaped, the address is a link."""
    url = said["url"]
    link = format_html('<a href="{}">{}</a>', url, url)
    return str(format_html('<p lang="de">{}</p>', format_html(text, **{**said, "url": link})))
