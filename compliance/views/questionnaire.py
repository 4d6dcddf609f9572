"""Answering the questions of an assessment: one a page, or all of the branch at once; both call the same services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from compliance import services
from compliance.forms_assessment import AskForm, CompactForm, FactsForm
from compliance.models import AssessmentDraft, Clarification
from compliance.rules import questionnaire
from compliance.rules.questionnaire import Question
from compliance.selectors_assessments import open_clarifications, people_to_ask, program_on
from compliance.suggested import suggested_for
from compliance.views.assessment_reach import system_or_404, trail_to_entry
from register.forms import add_service_errors
from register.models import Entry
from register.services import access

FORM_METHODS = ["GET", "HEAD", "POST"]
FROM_REGISTER = "Aus dem Register"
# Where "Weiter" leads after a change on the page "Antworten prüfen".
BACK = "pruefen"


def draft_of(request: HttpRequest, entry: Entry) -> AssessmentDraft | None:
    """The open assessment, for somebody who may answer."""
    access.require(request.user, "entry.edit", entry)
    return AssessmentDraft.objects.filter(entry=entry).select_related("entry").first()


def asked_now(entry: Entry, facts: dict[str, Any]) -> list[Question]:
    program, _ = program_on(entry, timezone.localdate().isoformat())
    return questionnaire.asked(program, facts)


@login_required
@require_POST
def start(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = system_or_404(request, uuid)
    services.start_assessment(entry, by=request.user)
    return redirect("compliance:assessments", uuid=entry.uuid)


@login_required
@require_http_methods(FORM_METHODS)
def question(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    entry = system_or_404(request, uuid)
    draft = draft_of(request, entry)
    if not questionnaire.has_question(key):
        raise Http404
    asked = asked_now(entry, draft.facts) if draft else []
    one = next((row for row in asked if row.key == key), None)
    if draft is None or one is None:
        return redirect("compliance:assessments", uuid=entry.uuid)
    suggested = suggested_for(entry)
    form = FactsForm(
        request.POST or None, questions=[one], facts=draft.facts, version=draft.version, suggested=suggested, lone=True
    )
    if request.method == "POST" and form.is_valid():
        if form.unsure:
            return redirect(_with_back(request, reverse("compliance:assessment-ask", args=[entry.uuid, key])))
        try:
            draft = services.answer(draft, by=request.user, answers=form.answers, version=form.cleaned_data["version"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            return redirect(_next(request, entry, draft, key))
    number = [row.key for row in asked].index(key)
    context = {
        "form": form,
        "entry": entry,
        "question": one,
        "section": questionnaire.sections()[one.section],
        "position": f"Frage {number + 1} von zurzeit {len(asked)}",
        "from_register": key in draft.from_register,
        "suggested_by": suggested.source if key in form.proposed else "",
        "previous_url": _question_url(entry, asked[number - 1].key) if number else _overview(entry),
        "overview_url": _overview(entry),
        "breadcrumb": trail_to_entry(entry, one.label),
    }
    return render(request, "compliance/question.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def ask(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """ "Weiß ich nicht": who clarifies it?"""
    entry = system_or_404(request, uuid)
    draft = draft_of(request, entry)
    if not questionnaire.has_question(key):
        raise Http404
    if draft is None or key not in {row.key for row in asked_now(entry, draft.facts)}:
        return redirect("compliance:assessments", uuid=entry.uuid)
    initial = {"person": entry.owner_person.uuid} if entry.owner_person else None
    form = AskForm(request.POST or None, people=people_to_ask(entry), version=draft.version, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            draft = services.answer(
                draft,
                by=request.user,
                answers={},
                ask={key: wanted["person"]},
                note=wanted["note"],
                version=wanted["version"],
            )
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"{wanted['person']} wird gebeten, die Frage zu klären.")
            return redirect(_next(request, entry, draft, key))
    context = {
        "form": form,
        "entry": entry,
        "question": questionnaire.question(key),
        "cancel_url": _question_url(entry, key),
        "breadcrumb": trail_to_entry(entry, "Klären lassen"),
    }
    return render(request, "compliance/ask.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(FORM_METHODS)
def compact(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = system_or_404(request, uuid)
    draft = draft_of(request, entry)
    if draft is None:
        return redirect("compliance:assessments", uuid=entry.uuid)
    asked = asked_now(entry, draft.facts)
    form = CompactForm(
        request.POST or None,
        questions=asked,
        facts=draft.facts,
        version=draft.version,
        from_register=draft.from_register,
        suggested=suggested_for(entry),
        people=people_to_ask(entry),
        waiting=open_clarifications(entry).values_list("fact", flat=True),
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = _save_all(form, draft, by=request.user)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            return _after_compact(request, entry, draft, asked)
    context = {
        "form": form,
        "sections": form.sections,
        "entry": entry,
        "overview_url": _overview(entry),
        "breadcrumb": trail_to_entry(entry, "Alle Fragen auf einer Seite"),
    }
    return render(request, "compliance/compact.html", context, status=422 if form.errors else 200)


def _save_all(form: CompactForm, draft: AssessmentDraft, *, by: User) -> AssessmentDraft:
    """Only what is different; a question that already waits for the same person is not asked again."""
    wanted, facts = form.cleaned_data, draft.facts
    answers = {key: value for key, value in form.answers.items() if key not in facts or facts[key] != value}
    # What somebody left empty or confirmed as it came from the register stays as it is.
    return services.answer(
        draft,
        by=by,
        answers=answers,
        ask=dict.fromkeys(form.to_ask, wanted["person"]),
        note=wanted["note"],
        version=wanted["version"],
    )


def _after_compact(request: HttpRequest, entry: Entry, draft: AssessmentDraft, before: list[Question]) -> HttpResponse:
    asked = asked_now(entry, draft.facts)
    new = [one for one in questionnaire.open_ones(asked, draft.facts) if one not in before]
    if new:
        said = "1 weitere Frage ist" if len(new) == 1 else f"{len(new)} weitere Fragen sind"
        messages.success(request, f"Gespeichert. Nach Ihren Antworten {said} dazugekommen.")
        return redirect("compliance:assessment-compact", uuid=entry.uuid)
    return redirect("compliance:assessment-check", uuid=entry.uuid)


@login_required
@require_http_methods(FORM_METHODS)
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Antworten prüfen: everything once more, then finish."""
    entry = system_or_404(request, uuid)
    draft = draft_of(request, entry)
    if draft is None:
        return redirect("compliance:assessments", uuid=entry.uuid)
    asked = asked_now(entry, draft.facts)
    form = FactsForm(request.POST or None, questions=[], facts={}, version=draft.version)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.finish_assessment(draft, by=request.user, version=form.cleaned_data["version"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "Die Bewertung ist abgeschlossen. Eine zweite Person prüft sie.")
            return redirect(done)
    waiting = {row.fact: row for row in open_clarifications(entry)}
    context = {
        "form": form,
        "entry": entry,
        "sections": [_section(entry, draft, name, rows, waiting) for name, rows in by_section(asked)],
        "open": len(questionnaire.open_ones(asked, draft.facts)),
        "waiting": list(waiting.values()),
        "overview_url": _overview(entry),
        "breadcrumb": trail_to_entry(entry, "Antworten prüfen"),
    }
    return render(request, "compliance/check_answers.html", context, status=422 if form.errors else 200)


def by_section(asked: list[Question]) -> list[tuple[str, list[Question]]]:
    found: dict[str, list[Question]] = {}
    for one in asked:
        found.setdefault(questionnaire.sections()[one.section], []).append(one)
    return list(found.items())


def _section(
    entry: Entry, draft: AssessmentDraft, title: str, rows: list[Question], waiting: dict[str, Clarification]
) -> dict[str, Any]:
    return {"title": title, "rows": [_row(entry, draft, one, waiting.get(one.key)) for one in rows]}


def _row(entry: Entry, draft: AssessmentDraft, one: Question, waits: Clarification | None) -> dict[str, Any]:
    given = one.key in draft.facts
    hint = FROM_REGISTER if one.key in draft.from_register else ""
    if waits:
        hint = f"Wird geklärt von {waits.person}, gefragt am {timezone.localtime(waits.asked_at):%d.%m.%Y}"
    return {
        "label": one.question,
        "list": one.said(draft.facts[one.key]) if given else [],
        "missing": not given,
        "hint": hint,
        "change_url": f"{_question_url(entry, one.key)}?zurueck={BACK}",
    }


@login_required
@require_http_methods(FORM_METHODS)
def clarification(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the person who was asked answers."""
    related = (
        "entry__municipality",
        "entry__department",
        "entry__system__privacy",
        "person",
        "asked_by",
        "answered_by",
    )
    row = get_object_or_404(Clarification.objects.visible_to(request.user).select_related(*related), uuid=uuid)
    may = row.person_id == request.user.pk or access.allowed(request.user, "entry.edit", row.entry)
    one = questionnaire.question(row.fact)
    form = FactsForm(request.POST or None, questions=[one], facts={}, lone=True, unsure=False)
    if request.method == "POST":
        if not may or row.answered_at is not None:
            # The service says why.
            services.clarify(row, by=request.user, value=None)
        if form.is_valid():
            try:
                services.clarify(row, by=request.user, value=form.answers[row.fact])
            except ValidationError as error:
                add_service_errors(form, error)
            else:
                messages.success(request, "Danke. Ihre Antwort steht jetzt in der Bewertung.")
                return redirect(row)
    context = {
        "form": form if may and row.answered_at is None else None,
        "row": row,
        "question": one,
        "breadcrumb": trail_to_entry(row.entry, "Frage klären"),
    }
    return render(request, "compliance/clarification.html", context, status=422 if form.errors else 200)


def _overview(entry: Entry) -> str:
    return reverse("compliance:assessments", args=[entry.uuid])


def _question_url(entry: Entry, key: str) -> str:
    return reverse("compliance:assessment-question", args=[entry.uuid, key])


def _with_back(request: HttpRequest, url: str) -> str:
    return f"{url}?zurueck={BACK}" if request.GET.get("zurueck") == BACK else url


def _next(request: HttpRequest, entry: Entry, draft: AssessmentDraft, key: str) -> str:
    """The next open question after this one, or the check; after a change there, back to it."""
    check_url = reverse("compliance:assessment-check", args=[entry.uuid])
    asked = asked_now(entry, draft.facts)
    keys = [one.key for one in asked]
    at = keys.index(key) + 1 if key in keys else 0
    waiting = set(open_clarifications(entry).values_list("fact", flat=True))
    still = [one.key for one in questionnaire.open_ones(asked, draft.facts) if one.key not in waiting]
    if not still or (request.GET.get("zurueck") == BACK and not _is_new(still, keys, at)):
        return check_url
    after = [one for one in keys[at:] if one in still]
    return _question_url(entry, (after or still)[0])


def _is_new(still: list[str], keys: list[str], at: int) -> bool:
    """A changed answer may open further questions right behind it."""
    return any(key in still for key in keys[at:])
