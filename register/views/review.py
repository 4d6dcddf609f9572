"""The page of those who review: differences, points of earlier rounds, comments at fields, the checklist."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from register import content, publication, services, workflow
from register.forms import ChecklistForm, CommentForm, add_service_errors
from register.models import Checklist, Entry, FieldComment, Submission
from register.rules import checklist as rules
from register.selectors import label_of
from register.selectors_products import product_check_of
from register.services import access
from register.services.checks import current_release, current_submission
from register.services.comments import judged_by
from register.views.answers import sections_of
from register.views.confirming import offered_to
from register.views.contradictions import shown
from register.views.entries import action_of, next_steps
from register.views.points import earlier_points
from register.views.reach import entry_or_404, trail_to
from register.wording import difference


@login_required
@require_safe
def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _review(request, entry_or_404(request, uuid))


def _review(request: HttpRequest, entry: Entry, refused: CommentForm | None = None) -> HttpResponse:
    current = content.content_of(entry)
    comments = list(entry.comments.select_related("by", "resolved_by", "accepted_by", "submission"))
    may_comment = access.allowed(request.user, "entry.comment", entry) and entry.review_state == workflow.IN_REVIEW
    sections = sections_of(entry, current, missing=content.missing(entry), comments=comments, change=False)
    if may_comment:
        _add_comment_forms(sections, refused)
    _fold(sections)
    submission = current_submission(entry)
    comparisons = _comparisons(entry, submission, current)
    actions = [action_of(entry, step) for step in next_steps(entry, request.user) if step.step.name != "submit"]
    opines = any(action["name"] == "opine" and action["ready"] for action in actions)
    may_judge = judged_by(entry, request.user) if may_comment else lambda remark: False
    context = {
        "entry": entry,
        "submission": submission,
        "sections": sections,
        "comparisons": comparisons,
        "points": earlier_points(entry, submission, comments, current, may_judge=may_judge),
        "general": [c for c in comments if not c.field],
        "form": refused,
        "comment_url": reverse("register:comment", args=[entry.uuid]) if may_comment else "",
        "general_form": _comment_form("", refused) if may_comment else None,
        "actions": actions,
        "product_opinion_url": offered_to(entry, request.user) if opines else "",
        "contradictions": shown(entry, request.user),
        "product_check": product_check_of(entry, request.user),
        "opinions": entry.opinions.select_related("by", "deputy_for", "submission__checklist"),
        "checklist": _checklist(request, entry, submission),
        "breadcrumb": trail_to(entry, "Prüfung"),
    }
    return render(request, "register/review.html", context, status=422 if refused else 200)


def _checklist(request: HttpRequest, entry: Entry, submission: Submission | None) -> dict[str, str] | None:
    if submission is None:
        return None
    row = Checklist.objects.filter(submission=submission).first()
    may_fill = access.allowed(request.user, "entry.opine", entry) and entry.review_state == workflow.IN_REVIEW
    if row is None and not may_fill:
        return None
    said = rules.summary(row.answers) if row else "Noch nicht begonnen"
    return {"summary": said, "url": reverse("register:checklist", args=[entry.uuid, submission.number])}


def _add_comment_forms(sections: list[dict[str, Any]], refused: CommentForm | None) -> None:
    for section in sections:
        for row in filter(lambda row: row["key"], section["rows"]):
            row["form"] = _comment_form(row["key"], refused)


def _fold(sections: list[dict[str, Any]]) -> None:
    """What nobody filled in, need not fill in and did not comment on comes last, folded: there is nothing to read."""
    for section in sections:
        section["unsaid"] = [row for row in section["rows"] if _is_unsaid(row)]
        section["rows"] = [row for row in section["rows"] if not _is_unsaid(row)]


def _is_unsaid(row: dict[str, Any]) -> bool:
    form = row.get("form")
    refused = form is not None and form.is_bound
    return not (row.get("value") or row.get("list") or row["missing"] or row["comments"] or refused)


def _comment_form(key: str, refused: CommentForm | None) -> CommentForm:
    """One form a field; ids carry the field's key so that they stay unique on the page."""
    if refused is not None and refused.data.get("field", "") == key:
        return refused
    return CommentForm(
        auto_id=f"kommentar-{key or 'gesamt'}-%s", initial={"field": key, "verdict": FieldComment.Verdict.TO_CORRECT}
    )


def _comparisons(entry: Entry, now: Submission | None, current: dict[str, Any]) -> list[dict[str, Any]]:
    """What changed since the last release and, where it was returned since then, since the last round."""
    found = []
    release = current_release(entry)
    if release is not None:
        found.append(_compared(entry, "Freigabe", "Freigegeben", release.at, release.submission.content, current))
    earlier = entry.submissions.filter(number__lt=now.number).order_by("-number").first() if now else None
    if earlier is not None and (release is None or earlier.pk != release.submission_id):
        found.append(_compared(entry, "Einreichung", "Zuvor eingereicht", earlier.at, earlier.content, current))
    return found


def _compared(
    entry: Entry, was: str, label: str, at: datetime, before: dict[str, Any], current: dict[str, Any]
) -> dict[str, Any]:
    return {"was": was, "label": label, "at": at, "changes": _changes(entry, before, current)}


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
            services.comment(entry, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "Der Kommentar ist gespeichert.")
            return redirect(f"{reverse('register:review', args=[entry.uuid])}#feld-{key or 'gesamt'}")
    access.require(request.user, "entry.comment", entry)
    return _review(request, entry, form)


@login_required
@require_POST
def judge(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """The reviewer's word on a point of an earlier round."""
    entry = entry_or_404(request, uuid)
    remark = get_object_or_404(FieldComment, entry=entry, pk=pk)
    acceptable = request.POST.get("verdict") == FieldComment.Verdict.ACCEPTABLE
    services.judge_comment(remark, by=request.user, acceptable=acceptable)
    messages.success(request, "Der Punkt ist akzeptabel." if acceptable else "Der Punkt ist wieder offen.")
    return redirect(f"{reverse('register:review', args=[entry.uuid])}#punkte")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """The checklist of one submission: to fill in while it is reviewed, to read afterwards."""
    entry = entry_or_404(request, uuid)
    submission = get_object_or_404(Submission, entry=entry, number=number)
    current = current_submission(entry) == submission and entry.review_state == workflow.IN_REVIEW
    may_fill = current and access.allowed(request.user, "entry.opine", entry) and not submission.opinions.exists()
    if request.method == "POST":
        access.require(request.user, "entry.opine", entry)
    row = Checklist.objects.filter(submission=submission).select_related("by").first()
    before = Checklist.objects.filter(submission__entry=entry, submission__number__lt=number)
    proposed = row or before.order_by("-submission__number").first()
    form = ChecklistForm(
        request.POST if request.method == "POST" else None, answers=proposed.answers if proposed else {}
    )
    if form.is_bound and form.is_valid():
        services.save_checklist(entry, by=request.user, answers=form.answers())
        messages.success(request, "Die Prüfliste ist gespeichert.")
        return redirect("register:review", entry.uuid)
    context = {
        "entry": entry,
        "submission": submission,
        "form": form,
        "row": row,
        "proposed": proposed if row is None else None,
        "source": rules.current(),
        "may_fill": may_fill,
        "given": _given(row),
        "breadcrumb": trail_to(entry, "Prüfliste"),
    }
    return render(request, "register/checklist.html", context, status=422 if form.errors else 200)


def _given(row: Checklist | None) -> list[dict[str, Any]]:
    """The answers as rows for reading."""
    answers = row.answers if row else {}
    return [
        {
            "title": title,
            "rows": [
                {
                    "label": f"{item.id} {item.question}",
                    "list": [
                        rules.ANSWERS.get(answers.get(item.id, {}).get("answer", ""), "nicht beantwortet"),
                        *filter(None, [answers.get(item.id, {}).get("evidence", "")]),
                    ],
                }
                for item in items
            ],
        }
        for title, items in rules.current().parts
    ]
