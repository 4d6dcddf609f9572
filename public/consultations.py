"""Use cases in planning that ask residents for their view."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from inquiries import selectors_public as inquiries
from inquiries import services
from public import guard, lists
from public.answers import page
from public.forms_questions import ViewForm
from public.frame import frame
from public.questions import private, promise
from public.reach import municipality_or_404

SIZE = 20
Context = dict[str, Any]
TITLE = gettext_noop("Beteiligung")


@require_safe
def consultations(request: HttpRequest, slug: str) -> HttpResponse:
    """Open ones first, then what became of the closed ones."""
    found = municipality_or_404(slug)
    rows = inquiries.consultations(found)

    def context() -> Context:
        shown = lists.tolerant_page(rows, request.GET, order=("-open_until", "-pk"), size=SIZE)
        items = [{**row.document, "row": row, "url": _url(found, row)} for row in shown.items]
        return {**frame(found, current="questions", breadcrumb=[(_(TITLE), "")]), "items": items, "page": shown}

    state = (found.version, *inquiries.state_of_consultations(found))
    return page(request, "public/consultations.html", context, depends_on=state)


def _url(found: Any, row: Any) -> str:
    return reverse("public:consultation", args=[found.slug, row.uuid])


# `guard` takes the place of Django's own check, which needs a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    found = municipality_or_404(slug)
    row = get_object_or_404(inquiries.consultations(found), uuid=uuid)
    form = ViewForm(request.POST if request.method == "POST" else None)
    token, status = "", 200
    if form.is_bound:

        def run(number: UUID) -> str:
            services.contribute(row, number=number, text=form.cleaned_data["text"])
            return f"{request.path}?danke=1"

        answer, token, status = guard.receive(request, row.uuid, form, run)
        if answer is not None:
            return answer
    context = {
        **_frame(found, row),
        "form": form,
        "token": token or guard.new_token(row.uuid),
        "thanks": request.GET.get("danke") == "1",
        **promise(found),
    }
    return private("public/consultation.html", context, status, index=True)


def _frame(found: Any, row: Any) -> Context:
    crumbs = [(_(TITLE), reverse("public:consultations", args=[found.slug])), (row.document["title"], "")]
    return {**frame(found, current="questions", breadcrumb=crumbs), "item": row.document, "row": row}
