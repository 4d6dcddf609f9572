"""Check the answers, then hand the entry in."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Unmet
from register import content, services, workflow
from register.forms import NoteForm, add_service_errors
from register.models import Submission
from register.selectors import label_of, open_comments
from register.services import access
from register.views.addresses import url_of
from register.views.answers import sections_of
from register.views.contradictions import shown
from register.views.entries import unknowns_of
from register.views.reach import entry_or_404, trail_to


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    form, problems = NoteForm(request.POST or None), []
    if request.method == "POST":
        access.require(request.user, "entry.submit", entry)
    if request.method == "POST" and form.is_valid():
        try:
            submission = services.submit(entry, by=request.user, note=form.cleaned_data["note"])
            return redirect("register:submitted", entry.uuid, submission.number)
        except Unmet:
            pass
        except ValidationError as error:
            add_service_errors(form, error)
    current, missing = content.content_of(entry), content.missing(entry)
    if request.method == "POST":
        problems = [{"text": f"„{label_of(entry.kind, key)}“ fehlt noch.", "anchor": f"fehlt-{key}"} for key in missing]
    may_edit = access.allowed(request.user, "entry.edit", entry) and entry.review_state in workflow.EDITABLE
    step = next((s for s in services.possible_steps(entry, request.user) if s.step.name == "submit"), None)
    context = {
        "entry": entry,
        "form": form,
        "problems": problems,
        "missing": [
            {"key": k, "label": label_of(entry.kind, k), "url": url_of(entry, k) if may_edit else ""} for k in missing
        ],
        "sections": sections_of(entry, current, missing=missing, comments=list(open_comments(entry)), change=may_edit),
        "unknowns": unknowns_of(entry, content.unknowns(entry.kind, current), change=may_edit),
        "step": step,
        "contradictions": shown(entry, request.user),
        "breadcrumb": trail_to(entry, "Angaben prüfen"),
    }
    return render(request, "register/check.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_safe
def submitted(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """What happens now; the page can be bookmarked."""
    entry = entry_or_404(request, uuid)
    submission = get_object_or_404(Submission, entry=entry, number=number)
    context = {"entry": entry, "submission": submission, "breadcrumb": trail_to(entry, "Eingereicht")}
    return render(request, "register/submitted.html", context)
