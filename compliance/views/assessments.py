"""Assessments as records: the list, what a system has, one result, its review, taking it over, the difference of two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from compliance import services
from compliance.forms import VersionForm
from compliance.forms_assessment import ReviewForm, StateForm
from compliance.legal.assessed import of_assessment
from compliance.models import Assessment, AssessmentDraft
from compliance.panels import PROPOSAL, TONES
from compliance.rules import questionnaire
from compliance.rules.assessment_text import SENTENCES, SHORT, disclaimer
from compliance.selectors_assessments import (
    STATES,
    WITHOUT_CLASS,
    in_state,
    latest,
    open_clarifications,
    rests_on_law_in_force,
    why_due,
    with_assessments,
)
from compliance.services.assessing import HAS_ENDED
from compliance.services.finishing import REVIEW, not_adoptable, not_reviewer
from compliance.views.assessment_pages import difference_of, result_page
from compliance.views.assessment_reach import assessment_or_404, system_or_404, trail, trail_to_entry
from compliance.views.legal_reach import files_of
from compliance.views.questionnaire import asked_now, by_section
from compliance.views.reach import require_here
from core import paging
from core.errors import Conflict, NotAllowed
from register import workflow
from register.models import Entry
from register.rules.vocabulary import ENDED
from register.selectors import search_entries
from register.services import access

FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every system with the state of its assessment."""
    municipality = require_here(request, "entry.view")
    states = {**STATES, **WITHOUT_CLASS}
    form = StateForm(request.GET, states=states)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    rows = search_entries(Entry.objects.visible_to(request.user).of(municipality).systems(), wanted["q"])
    rows = with_assessments(rows)
    if wanted["state"]:
        rows = in_state(rows, wanted["state"])
    page = paging.page(rows.select_related("department", "system"), request.GET, order=("sort_key", "pk"))
    context = {
        "filter_form": form,
        "chips": [{"label": f"Stand: {states[wanted['state']]}", "url": request.path}] if wanted["state"] else [],
        "reset_url": request.path,
        "count": rows.count(),
        "count_label": "KI-Systeme",
        "rows": [_line(row) for row in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail(),
    }
    return render(request, "compliance/assessment_list.html", context)


def _line(row: Any) -> dict[str, Any]:
    state = row.assessment_state
    return {
        "entry": row,
        "class_code": row.last_class,
        "class_label": SHORT.get(row.last_class, ""),
        # A class that somebody typed into the entry rests on no assessment.
        "typed": "" if row.last_class else SHORT.get(row.system.ai_act_class, ""),
        "state": PROPOSAL if state == "review" else STATES[state],
        "tone": TONES.get(state, "neutral"),
        "why": why_due(row),
    }


@login_required
@require_safe
def overview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a system has: the last result, the open answers as a list of tasks, and all earlier assessments."""
    entry = system_or_404(request, uuid)
    row = with_assessments(Entry.objects.filter(pk=entry.pk)).get()
    draft = AssessmentDraft.objects.filter(entry=entry).select_related("answered_by").first()
    may_edit = access.allowed(request.user, "entry.edit", entry)
    done = list(Assessment.objects.filter(entry=entry).select_related("author", "review__by").order_by("-number"))
    context = {
        "entry": entry,
        "state": row.assessment_state,
        "state_label": PROPOSAL if row.assessment_state == "review" else STATES[row.assessment_state],
        "tone": TONES.get(row.assessment_state, "neutral"),
        "why": why_due(row),
        "law_url": reverse("compliance:law-change-of", args=[entry.uuid]) if row.law_changed else "",
        "last": done[0] if done else None,
        "sentence": SENTENCES[done[0].risk_class] if done else "",
        "disclaimer": disclaimer(done[0].day) if done else "",
        "draft": draft,
        "groups": _tasks(entry, draft) if draft and may_edit else [],
        "first_open": _first_open(entry, draft) if draft else "",
        "may_edit": may_edit,
        "ended": HAS_ENDED if entry.status in ENDED else "",
        "clarifications": list(open_clarifications(entry)),
        "history": [_past(entry, one, done) for one in done],
        "breadcrumb": trail_to_entry(entry),
    }
    return render(request, "compliance/assessments.html", context)


def _past(entry: Entry, one: Assessment, done: list[Assessment]) -> dict[str, Any]:
    before = next((other for other in done if other.number == one.number - 1), None)
    return {
        "row": one,
        "label": SHORT[one.risk_class],
        "state": state_of(one),
        "difference_url": reverse("compliance:assessment-difference", args=[entry.uuid, one.number, before.number])
        if before
        else "",
    }


def state_of(assessment: Assessment) -> str:
    review = getattr(assessment, "review", None)
    if review is None:
        return PROPOSAL
    return f"{'Geprüft' if review.agrees else 'Beanstandet'} von {review.by}"


def _first_open(entry: Entry, draft: AssessmentDraft) -> str:
    still = questionnaire.open_ones(asked_now(entry, draft.facts), draft.facts)
    if still:
        return reverse("compliance:assessment-question", args=[entry.uuid, still[0].key])
    return reverse("compliance:assessment-check", args=[entry.uuid])


def _tasks(entry: Entry, draft: AssessmentDraft) -> list[dict[str, Any]]:
    """The sections of the branch; what is not asked is not listed."""
    asked = asked_now(entry, draft.facts)
    tasks = []
    for title, rows in by_section(asked):
        still = questionnaire.open_ones(rows, draft.facts)
        key = (still or rows)[0].key
        known = sum(1 for one in rows if one.key in draft.from_register)
        said = "1 Frage offen" if len(still) == 1 else f"{len(still)} Fragen offen"
        tasks.append(
            {
                "label": title,
                "url": reverse("compliance:assessment-question", args=[entry.uuid, key]),
                "hint": f"{known} von {len(rows)} aus dem Register" if known else "",
                "done": not still,
                "status": said if still else "Beantwortet",
            }
        )
    still = questionnaire.open_ones(asked, draft.facts)
    check = {
        "label": "Antworten prüfen und abschließen",
        "url": reverse("compliance:assessment-check", args=[entry.uuid]),
        "status": "Bereit" if not still else "Noch Fragen offen",
        "tone": "info" if not still else "neutral",
    }
    return [{"title": "Fragen", "tasks": tasks}, {"title": "Abschließen", "tasks": [check]}]


@login_required
@require_safe
def assessment(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    found = assessment_or_404(request, uuid, number)
    entry, newest = found.entry, latest(found.entry)
    is_newest = newest is not None and newest.pk == found.pk
    may_review = (
        is_newest
        and getattr(found, "review", None) is None
        and permissions.on(request.user, REVIEW, entry)
        and not_reviewer(found, request.user) is None
    )
    may_adopt = not_adoptable(found) is None and access.allowed(request.user, "entry.edit", entry)
    page = result_page(found)
    context = {
        **page,
        **files_of(entry, of_assessment(found, page), ("assessment", uuid, number)),
        "entry": entry,
        "assessment": found,
        "review": getattr(found, "review", None),
        "newest": newest,
        "is_newest": is_newest,
        "earlier_law": is_newest and not rests_on_law_in_force(found),
        "may_review": may_review,
        "may_adopt": may_adopt,
        "locked": entry.review_state not in workflow.EDITABLE,
        "adopted": is_newest and _register_class(entry) == found.risk_class,
        "clarifications": list(open_clarifications(entry)) if is_newest else [],
        "breadcrumb": trail_to_entry(entry, str(found)),
    }
    return render(request, "compliance/assessment.html", context)


def _register_class(entry: Entry) -> str:
    return str(Entry.objects.filter(pk=entry.pk).values_list("system__ai_act_class", flat=True).get())


@login_required
@require_http_methods(FORM_METHODS)
def review(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    found = assessment_or_404(request, uuid, number)
    if not permissions.on(request.user, REVIEW, found.entry):
        raise NotAllowed()
    if reason := not_reviewer(found, request.user):
        raise Conflict(reason)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = form.cleaned_data["agrees"] == "yes"
        services.review_assessment(found, by=request.user, agrees=agrees, note=form.cleaned_data["note"])
        messages.success(request, "Ihre Prüfung ist gespeichert.")
        return redirect(found)
    context = {
        **result_page(found),
        "form": form,
        "entry": found.entry,
        "assessment": found,
        "breadcrumb": trail_to_entry(found.entry, f"{found} prüfen"),
    }
    return render(request, "compliance/assessment_review.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def adopt(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """The explicit step that makes the reviewed class the class of the register."""
    found = assessment_or_404(request, uuid, number)
    entry = Entry.objects.select_related("municipality", "department").get(pk=found.entry_id)
    access.require(request.user, "entry.edit", entry)
    if reason := not_adoptable(found):
        raise Conflict(reason)
    form = VersionForm(request.POST or None, initial={"version": entry.version})
    if request.method == "POST" and form.is_valid():
        services.adopt_assessment(found, by=request.user)
        messages.success(request, "Klasse und Begründung stehen jetzt im Eintrag.")
        return redirect(entry)
    consequences = [
        f"Im Eintrag steht als Risikoklasse: {found.get_risk_class_display()}.",
        "Die Begründung der Risikoklasse wird durch die Gründe der Bewertung ersetzt.",
        "Der Eintrag braucht danach eine neue Prüfung und Freigabe. Öffentlich bleibt bis dahin die letzte Fassung.",
    ]
    if found.risk_class == "VERBOTEN":
        consequences.append(
            "Der Eintrag kann nicht freigegeben werden, solange das System im Einsatz ist (Art. 5 KI-VO)."
        )
    if entry.review_state not in workflow.EDITABLE:
        raise Conflict("Der Eintrag ist in Prüfung und deshalb gesperrt. Holen Sie ihn zuerst aus der Prüfung zurück.")
    context = {
        "form": form,
        "title": "In den Eintrag übernehmen",
        "text": disclaimer(found.day),
        "consequences": consequences,
        "submit": "Übernehmen",
        "cancel_url": found.get_absolute_url(),
        "breadcrumb": trail_to_entry(entry, "In den Eintrag übernehmen"),
    }
    return render(request, "compliance/confirm.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def difference(request: HttpRequest, uuid: UUID, number: int, other: int) -> HttpResponse:
    new, old = assessment_or_404(request, uuid, number), assessment_or_404(request, uuid, other)
    context = {
        "entry": new.entry,
        "new": new,
        "old": old,
        "changes": difference_of(old, new),
        "old_label": f"Bewertung {old.number} vom {old.day:%d.%m.%Y}",
        "new_label": f"Bewertung {new.number} vom {new.day:%d.%m.%Y}",
        "disclaimer": disclaimer(new.day),
        "breadcrumb": trail_to_entry(new.entry, "Vergleich"),
    }
    return render(request, "compliance/assessment_difference.html", context)
