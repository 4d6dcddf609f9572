"""The entry and the poster as PDF. Only a version that is public now is ever served."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import pdf
from core.errors import JobFailed
from core.models import Job
from public import brief, fact_sheet, links, made, notices
from public.frame import frame
from public.kinds import KINDS, Kind
from public.reach import document_or_404, municipality_or_404
from register import selectors_public as selectors
from register.selectors_public import PublicDocument

ENTRY, POSTER = "pdf/public_entry.html", "pdf/public_poster.html"


@require_safe
def entry(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponseBase:
    return _answer(request, "entry", ENTRY, document_or_404(municipality_or_404(slug), kind, entry))


@require_safe
def poster(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponseBase:
    document = document_or_404(municipality_or_404(slug), kind, entry)
    if not notices.fits(document):
        raise Http404
    return _answer(request, "poster", POSTER, document)


def _answer(request: HttpRequest, name: str, template: str, document: PublicDocument) -> HttpResponseBase:
    look = (settings.BASE_DIR / "templates" / template).read_text(encoding="utf-8")

    def context() -> dict[str, Any]:
        kind, url = KINDS[document.kind], links.entry_url(document)
        home = links.municipality_url(document.municipality.slug)
        crumbs = [(kind.many, home), (document.name, url), ("PDF", "")]
        return {
            **frame(document.municipality, current=document.kind, breadcrumb=crumbs),
            "back_url": url,
            "back": document.name,
        }

    return made.answer(
        request,
        name,
        depends_on=[document.document_sha256, look, pdf.fingerprint(), settings.BASE_URL],
        data={"entry": document.pk, "number": document.number},
        context=context,
    )


def _build(
    template: str, prefix: str, content: Callable[[PublicDocument], dict[str, Any]], job: Job
) -> tuple[bytes, str]:
    """What is no longer public by now is not made."""
    document = (
        selectors.documents().defer(*selectors.SEARCHED).filter(pk=job.data["entry"], number=job.data["number"]).first()
    )
    if document is None:
        raise JobFailed(_("Der Eintrag ist nicht mehr öffentlich oder hat eine neuere Fassung."))
    html = get_template(template).render({"municipality": document.municipality, **content(document)})
    rendered = pdf.render(html, title=f"{document.name} – {document.municipality.name}", created=job.created_at)
    return rendered.data, f"{prefix}-{document.slug}.pdf"


def _of_entry(document: PublicDocument) -> dict[str, Any]:
    told = json.loads(document.document)
    return {
        "document": told,
        "kind": KINDS[document.kind],
        "status": fact_sheet.status_label(told.get("status", "")),
        "freshness": fact_sheet.freshness(told),
        "sentences": brief.sentences(told),
        "for_me": brief.for_me(told),
        "risk": brief.risk(told),
        "sections": fact_sheet.sections(told, {}),
        "blocks": fact_sheet.blocks(told),
        "dates": fact_sheet.dates(told, document.first_published_at, document.published_at),
        "withheld": fact_sheet.withheld(told),
        "dpo": fact_sheet.dpo_sentence(told),
        "published_at": document.published_at,
        "number": document.number,
        **_way_back(document),
    }


def _way_back(document: PublicDocument) -> dict[str, str]:
    """Address and code of the entry; a document loads no file, so the picture is written into it."""
    picture = base64.b64encode(notices.code(document, "svg")).decode()
    return {
        "address": links.absolute(links.entry_url(document)),
        "code": f"data:image/svg+xml;base64,{picture}",
    }


def _of_poster(document: PublicDocument) -> dict[str, Any]:
    return {"document": {"name": document.name, "description_short": document.description_short}, **_way_back(document)}


made.register("entry", made.Maker(made.PDF, partial(_build, ENTRY, "ki-register", _of_entry)))
made.register("poster", made.Maker(made.PDF, partial(_build, POSTER, "aushang", _of_poster)))
