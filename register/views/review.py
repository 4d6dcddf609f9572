"""The page of those who review, and the list of open points of those who revise."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from register import content, publication, services, workflow
from register.forms import CommentForm, add_service_errors
from register.models import Entry, FieldComment
from register.selectors import label_of
from register.services import access
from register.services.checks import current_release, current_submission
from register.views.addresses import url_of
from register.views.answers import sections_of
from register.views.contradictions import shown
from register.views.entries import action_of, next_steps
from register.views.reach import entry_or_404, trail_to
from register.wording import difference


@login_required
@require_safe
def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _review(request, entry_or_404(request, uuid))


def _review(request: HttpRequest, entry: Entry, refused: CommentForm | None = None) -> HttpResponse:
    current = content.content_of(entry)
    comments = list(entry.comments.select_related("by", "resolved_by").order_by("at", "pk"))
    may_comment = access.allowed(request.user, "entry.comment", entry) and entry.review_state == workflow.IN_REVIEW
    sections = sections_of(entry, current, missing=content.missing(entry), comments=comments, change=False)
    if may_comment:
        _add_comment_forms(sections, refused)
    before = _compared_with(entry)
    context = {
        "entry": entry,
        "submission": current_submission(entry),
        "sections": sections,
        "before": before,
        "changes": _changes(entry, before["content"], current) if before else [],
        "general": [c for c in comments if not c.field],
        "form": refused,
        "comment_url": reverse("register:comment", args=[entry.uuid]) if may_comment else "",
        "general_form": _comment_form("", refused) if may_comment else None,
        "actions": [action_of(entry, step) for step in next_steps(entry, request.user) if step.step.name != "submit"],
        "contradictions": shown(entry, request.user),
        "opinions": entry.opinions.select_related("by"),
        "breadcrumb": trail_to(entry, "Prüfung"),
    }
    return render(request, "register/review.html", context, status=422 if refused else 200)


def _add_comment_forms(sections: list[dict[str, Any]], refused: CommentForm | None) -> None:
    for section in sections:
        for row in filter(lambda row: row["key"], section["rows"]):
            row["form"] = _comment_form(row["key"], refused)


def _comment_form(key: str, refused: CommentForm | None) -> CommentForm:
    """One form a field; ids carry the field's key so that they stay unique on the page."""
    if refused is not None and refused.data.get("field", "") == key:
        return refused
    return CommentForm(auto_id=f"kommentar-{key or 'gesamt'}-%s", initial={"field": key})


def _compared_with(entry: Entry) -> dict[str, Any] | None:
    """The last release; before the first one, the last content that was handed in and returned."""
    if release := current_release(entry):
        return {"at": release.at, "content": release.submission.content, "was": "Freigabe", "label": "Freigegeben"}
    now = current_submission(entry)
    earlier = entry.submissions.filter(number__lt=now.number).order_by("-number").first() if now else None
    if earlier is None:
        return None
    return {"at": earlier.at, "content": earlier.content, "was": "Einreichung", "label": "Zuvor eingereicht"}


def _changes(entry: Entry, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    keys = content.changed_keys(before, after)
    return [
        difference(entry.kind, key, before.get(key), after.get(key))
        if key != "blocks"
        else {"key": key, "label": label_of(entry.kind, key), "old": "bisheriger Stand", "new": "geändert"}
        for key in keys
    ]


@login_required
@require_POST
def comment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    known = {row.key for row in publication.rows_of(entry.kind)}
    # The key becomes part of ids on the page, so only one that the release table knows.
    key = posted if (posted := request.POST.get("field", "")) in known else ""
    form = CommentForm(request.POST, auto_id=f"kommentar-{key or 'gesamt'}-%s")
    if form.is_valid():
        try:
            services.comment(entry, by=request.user, text=form.cleaned_data["text"], field=form.cleaned_data["field"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "Der Kommentar ist gespeichert.")
            return redirect(f"{reverse('register:review', args=[entry.uuid])}#feld-{key or 'gesamt'}")
    access.require(request.user, "entry.comment", entry)
    return _review(request, entry, form)


@login_required
@require_safe
def open_points(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the reviewers asked for, point by point, with the way to each field."""
    entry = entry_or_404(request, uuid)
    may_edit = access.allowed(request.user, "entry.edit", entry) and entry.review_state in workflow.EDITABLE
    comments = list(entry.comments.select_related("by", "resolved_by").order_by("at", "pk"))
    context = {
        "entry": entry,
        "submission": current_submission(entry),
        "points": [_point(entry, c, may_edit=may_edit) for c in comments if c.resolved_at is None],
        "done": [_point(entry, c, may_edit=False) for c in comments if c.resolved_at is not None],
        "may_edit": may_edit,
        "breadcrumb": trail_to(entry, "Offene Punkte"),
    }
    return render(request, "register/open_points.html", context)


def _point(entry: Entry, row: FieldComment, *, may_edit: bool) -> dict[str, Any]:
    return {
        "label": label_of(entry.kind, row.field) if row.field else "Zum ganzen Eintrag",
        "url": url_of(entry, row.field) if row.field and may_edit else "",
        "comments": [
            {
                "author": str(row.by),
                "role": row.by.position,
                "at": row.at,
                "text": row.text,
                "open": row.resolved_at is None,
                "resolved_by": str(row.resolved_by) if row.resolved_by_id else "",
                "resolve_url": reverse("register:resolve", args=[entry.uuid, row.pk]) if may_edit else "",
            }
        ],
    }


@login_required
@require_POST
def resolve(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    services.resolve_comment(get_object_or_404(FieldComment, entry=entry, pk=pk), by=request.user)
    messages.success(request, "Der Punkt ist als erledigt gekennzeichnet.")
    return redirect("register:open-points", entry.uuid)
