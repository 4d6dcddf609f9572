"""Somebody meets a barrier on these pages and says so: a form without an account, answered like every inquiry."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import selectors as accounts
from inquiries import services
from inquiries.selectors import barrier_days, status_token
from public import guard
from public.forms_questions import BarrierForm
from public.frame import frame
from public.questions import private, promise
from public.reach import municipality_or_404


# Without a session there is no cookie that Django's own check could compare; `guard` takes its place.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    found = municipality_or_404(slug)
    form = BarrierForm(request.POST if request.method == "POST" else None)
    token, status = "", 200
    subject = f"barrier-{found.uuid}"
    if form.is_bound:

        def run(number: UUID) -> str:
            services.report_barrier(found, number=number, **form.cleaned_data)
            return reverse("public:inquiry", args=[slug, status_token(number)])

        answer, token, status = guard.receive(request, subject, form, run)
        if answer is not None:
            return answer
    crumbs = [(_("Barrierefreiheit"), reverse("public:accessibility", args=[slug])), (_("Barriere melden"), "")]
    context = {
        **frame(found, breadcrumb=crumbs),
        "form": form,
        "statement": accounts.accessibility_of(found),
        "token": token or guard.new_token(subject),
        **promise(found),
        "answer_days": barrier_days(found),
    }
    return private("public/barrier.html", context, status)
