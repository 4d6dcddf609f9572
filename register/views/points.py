"""The points of a review: open ones for those who revise, settled and corrected ones for the next round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from register import services, workflow
from register.forms import AnswerForm, add_service_errors
from register.models import Entry, FieldComment, Submission
from register.selectors import label_of
from register.services import access
from register.services.checks import current_submission
from register.views.addresses import url_of
from register.views.reach import entry_or_404, trail_to
from register.wording import difference


def said(comment: FieldComment) -> dict[str, Any]:
    """A comment for pages, with its verdict and how it was settled."""
    return {
        "pk": comment.pk,
        "author": str(comment.by),
        "role": comment.by.position,
        "at": comment.at,
        "verdict": comment.verdict,
        "verdict_label": comment.get_verdict_display(),
        "text": comment.text,
        "answer": comment.answer,
        "open": comment.resolved_at is None and comment.accepted_at is None,
        "resolved_by": str(comment.resolved_by) if comment.resolved_by_id else "",
        "accepted_by": str(comment.accepted_by) if comment.accepted_by_id else "",
    }


def label_at(entry: Entry, remark: FieldComment) -> str:
    return label_of(entry.kind, remark.field) if remark.field else "Zum ganzen Eintrag"


def earlier_points(
    entry: Entry,
    submission: Submission | None,
    comments: list[FieldComment],
    current: dict[str, Any],
    *,
    may_judge: Callable[[FieldComment], bool],
) -> list[dict[str, Any]]:
    """Points of earlier rounds that no reviewer has accepted yet, with what became of the field since."""
    if submission is None:
        return []
    earlier = [c for c in comments if c.submission.number < submission.number and c.accepted_at is None]
    return [
        {
            **said(remark),
            "label": label_at(entry, remark),
            "changes": _change(entry, remark, current),
            "judge_url": reverse("register:judge", args=[entry.uuid, remark.pk]) if may_judge(remark) else "",
        }
        for remark in earlier
    ]


def _change(entry: Entry, remark: FieldComment, current: dict[str, Any]) -> list[dict[str, Any]]:
    before = remark.submission.content
    if not remark.field or before.get(remark.field) == current.get(remark.field):
        return []
    return [difference(entry.kind, remark.field, before.get(remark.field), current.get(remark.field))]


@login_required
@require_safe
def open_points(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _open_points(request, entry_or_404(request, uuid))


def _open_points(
    request: HttpRequest, entry: Entry, refused: AnswerForm | None = None, at: FieldComment | None = None
) -> HttpResponse:
    """What the reviewers asked for, point by point, with the way to each field."""
    may_edit = access.allowed(request.user, "entry.edit", entry) and entry.review_state in workflow.EDITABLE
    comments = list(entry.comments.select_related("by", "resolved_by", "accepted_by"))
    points = [_point(entry, c, may_edit=may_edit) for c in comments]
    for point in points:
        point["form"] = refused if at and at.pk == point["pk"] else AnswerForm(auto_id=f"punkt-{point['pk']}-%s")
    open_ones = [p for p in points if p["open"]]
    # What must be corrected comes before what could be better.
    open_ones.sort(key=lambda point: point["verdict"] != FieldComment.Verdict.TO_CORRECT)
    context = {
        "entry": entry,
        "submission": current_submission(entry),
        "returned": entry.review_state == workflow.RETURNED,
        "points": open_ones,
        "done": [p for p in points if not p["open"]],
        "form": refused,
        "may_edit": may_edit,
        "breadcrumb": trail_to(entry, "Offene Punkte"),
    }
    return render(request, "register/open_points.html", context, status=422 if refused else 200)


def _point(entry: Entry, row: FieldComment, *, may_edit: bool) -> dict[str, Any]:
    is_open = row.resolved_at is None and row.accepted_at is None
    return {
        **said(row),
        "label": label_at(entry, row),
        "url": url_of(entry, row.field) if row.field and may_edit else "",
        "resolve_url": reverse("register:resolve", args=[entry.uuid, row.pk]) if may_edit and is_open else "",
    }


@login_required
@require_POST
def resolve(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    remark = get_object_or_404(FieldComment, entry=entry, pk=pk)
    form = AnswerForm(request.POST, auto_id=f"punkt-{pk}-%s")
    done = request.POST.get("only_answer") != "1"
    if form.is_valid():
        try:
            services.resolve_comment(remark, by=request.user, answer=form.cleaned_data["answer"], done=done)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(
                request, "Der Punkt ist als erledigt gekennzeichnet." if done else "Ihre Antwort ist gespeichert."
            )
            return redirect("register:open-points", entry.uuid)
    access.require(request.user, "entry.edit", entry)
    return _open_points(request, entry, form, remark)
