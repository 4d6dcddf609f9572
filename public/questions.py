"""Questions of citizens: the form at an entry, the page that only the asking person knows, and what was released."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from inquiries import selectors_public as inquiries
from inquiries import services
from inquiries.rules.redaction import is_marked
from inquiries.rules.vocabulary import COMPLAINT_OFFICE, STAND
from inquiries.selectors import rules_of, status_token
from public import guard, links, lists
from public.answers import page
from public.forms_questions import ConsentForm, QuestionForm
from public.frame import frame
from public.kinds import Kind
from public.reach import document_or_404, municipality_or_404
from register import selectors_public as selectors
from register.selectors_public import Municipality, PublicDocument

SIZE, AT_ENTRY = 20, 5
Context = dict[str, Any]


def released_at(document: PublicDocument) -> list[Any]:
    """What the page of an entry shows of its questions, and one more; the page changes with these rows."""
    return list(inquiries.released_of(document.pk)[: AT_ENTRY + 1])


def at_entry(document: PublicDocument, rows: list[Any]) -> Context:
    """For public/questions_section.html on the page of an entry."""
    return {
        "ask_url": _ask_url(document),
        "questions": [_shown(row) for row in rows[:AT_ENTRY]],
        "more_questions": len(rows) > AT_ENTRY,
        "questions_url": reverse("public:questions", args=[document.municipality.slug]),
    }


def state_of(rows: list[Any]) -> tuple[object, ...]:
    return tuple((row.pk, row.released_at) for row in rows)


def _ask_url(document: PublicDocument) -> str:
    return reverse("public:ask", args=[document.municipality.slug, document.kind, document.slug])


def _shown(row: Any) -> Context:
    return {
        "reference": row.reference,
        "kind": row.get_kind_display(),
        "text": row.public_text,
        "answer": row.public_answer,
        "at": row.answered_at,
        "shortened": is_marked(row.public_text) or is_marked(row.public_answer),
    }


def newest(found: Municipality) -> Context:
    """The newest released questions, for the start page of a municipality."""
    rows = inquiries.released(found).order_by("-released_at", "-pk")[:3]
    return {
        "newest_questions": [
            {"text": row.public_text, "url": _page_of(found, row), "name": row.entry.public.name} for row in rows
        ]
    }


@require_safe
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every released question of a municipality with its answer, and how long answers take."""
    found = municipality_or_404(slug)
    state = (found.version, *selectors.log_of(found), *inquiries.state_of(found))

    def context() -> Context:
        rows = lists.tolerant_page(inquiries.released(found), request.GET, order=("-released_at", "-pk"), size=SIZE)
        return {
            **frame(found, current="questions", breadcrumb=[(_("Fragen und Antworten"), "")]),
            "figures": inquiries.figures(found),
            "answer_days": rules_of(found).answer_days,
            "answers_feed_url": reverse("public:answers-feed", args=[slug]),
            "items": [
                {**_shown(row), "name": row.entry.public.name, "url": _page_of(found, row)} for row in rows.items
            ],
            "page": rows,
        }

    return page(request, "public/questions.html", context, depends_on=state)


def _page_of(found: Municipality, row: Any) -> str:
    return reverse("public:entry", args=[found.slug, row.entry.public.kind, row.entry.public.slug])


# Without a session there is no cookie that Django's own check could compare; `guard` takes its place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str, kind: Kind, entry: str) -> HttpResponse:
    found = municipality_or_404(slug)
    document = document_or_404(found, kind, entry)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    token, status = "", 200
    if form.is_bound:

        def run(number: UUID) -> str:
            services.ask(document, number=number, **form.cleaned_data)
            return reverse("public:inquiry", args=[slug, status_token(number)])

        answer, token, status = guard.receive(request, document.uuid, form, run)
        if answer is not None:
            return answer
    context = _form_context(found, kind, document, form)
    context["token"] = token or guard.new_token(document.uuid)
    return private("public/ask.html", context, status)


def _form_context(found: Municipality, kind: Kind, document: PublicDocument, form: QuestionForm) -> Context:
    url = links.entry_url(document)
    return {
        **frame(found, breadcrumb=[(document.name, url), (_("Frage, Hinweis oder Beschwerde"), "")]),
        "document": document,
        "entry_url": url,
        "form": form,
        "objection": json.loads(document.document).get("objection_procedure", ""),
        **promise(found),
    }


def promise(found: Municipality) -> Context:
    rules = rules_of(found)
    return {
        "answer_days": rules.answer_days,
        "keep_days": rules.keep_days,
        "complaint_office": COMPLAINT_OFFICE,
        "complaint_url": rules.complaint_url,
        "stand": STAND,
    }


@require_safe
def inquiry(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Where an inquiry stands. Who has the address reads it; nothing leads here."""
    found = municipality_or_404(slug)
    row = inquiries.by_token(found, token)
    if row is None:
        raise Http404
    public = getattr(row.entry, "public", None)
    context = {
        **frame(found, breadcrumb=[(_("Anfrage {reference}").format(reference=row.reference), "")]),
        "inquiry": row,
        "about": public.name if public else "",
        "about_url": _page_of(found, row) if public else "",
        "consent_url": reverse("public:consent", args=[slug, token]) if row.may_publish and not row.closed_at else "",
        "address": links.absolute(request.path),
        **promise(found),
    }
    return private("public/inquiry.html", context, 200)


# Without a session there is no cookie that Django's own check could compare; `guard` takes its place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_consent(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The person who asked takes back that the text may be published."""
    found = municipality_or_404(slug)
    row = inquiries.by_token(found, token)
    if row is None:
        raise Http404
    status_url = reverse("public:inquiry", args=[slug, token])
    if not row.may_publish:
        return HttpResponseRedirect(status_url)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    subject, fresh, status = f"consent-{row.uuid}", "", 200
    if form.is_bound:

        def run(number: UUID) -> str:
            services.withdraw_consent(row)
            return status_url

        answer, fresh, status = guard.receive(request, subject, form, run)
        if answer is not None:
            return answer
    context = {
        **frame(
            found,
            breadcrumb=[
                (_("Anfrage {reference}").format(reference=row.reference), status_url),
                (_("Zustimmung zurücknehmen"), ""),
            ],
        ),
        "inquiry": row,
        "form": form,
        "status_url": status_url,
        "token": fresh or guard.new_token(subject),
    }
    return private("public/consent.html", context, status)


def private(template: str, context: Context, status: int, *, index: bool = False) -> HttpResponse:
    """Not for caches and, unless asked for, not for search engines; without a cookie like every page of citizens."""
    response = HttpResponse(render_to_string(template, context), status=status)
    response.headers["Cache-Control"] = "no-store"
    if not index:
        response.headers["X-Robots-Tag"] = "noindex"
    return response
