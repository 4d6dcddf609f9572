"""What was trained in which office and what is missing, as page, CSV and PDF; the courses and their dates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core import paging
from core.models import Job
from core.text import format_date
from usecases import services
from usecases.forms_training import CourseForm, SessionForm
from usecases.models import Course, CourseSession, TrainingRecord
from usecases.models.keeping import MANAGE, VIEW
from usecases.rules import training as rules
from usecases.selectors_guideline import running_agreement
from usecases.selectors_training import contacts_of, counted, courses_with_numbers, offices, sessions_of
from usecases.services.training_proof import PAPER
from usecases.views.reach import (
    FORM_METHODS,
    csv_answer,
    data_of,
    form_page,
    manages,
    require_here,
    require_manages,
    saved,
    skills,
    trail,
)

COURSES = "Schulungen"


@login_required
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request)
    rows = offices(municipality)
    if request.GET.get("format") == "csv":
        return _csv(rows, municipality.slug)
    asked = counted(rows)
    context = {
        "rows": rows,
        "kinds": rules.KINDS.values(),
        "numbers": [
            {"value": len(asked), "label": "Ämter"},
            {"value": sum(rules.BASICS in row.last for row in asked), "label": "mit Grundlagen"},
            {"value": sum(not row.missing for row in asked), "label": "ohne offenen Punkt"},
        ],
        "law": rules,
        "contacts": contacts_of(municipality).filter(department__isnull=True),
        "breadcrumb": trail(("KI-Kompetenz", "")),
    }
    return render(request, "usecases/training.html", context)


def _csv(rows: list[Any], slug: str) -> HttpResponse:
    headings = ["Amt"]
    for label in rules.KINDS.values():
        headings += [f"{label}: zuletzt", f"{label}: Teilnahmen"]
    lines = []
    for row in rows:
        cells = [row.department.name]
        for _, day, people in row.cells:
            cells += [format_date(day) if day else "", str(people)]
        lines.append([*cells, "; ".join(row.missing)])
    return csv_answer(f"Schulungen-{slug}", [*headings, "Fehlt noch"], lines)


@login_required
@require_POST
def proof(request: HttpRequest) -> HttpResponse:
    job = services.request_training_proof(require_here(request), by=request.user)
    return redirect("core:job", job.pk)


@login_required
@require_safe
def proof_file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """The PDF, for who asked for it and still works there."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("result"), pk=uuid, kind=PAPER.kind)
    if job.result is None or job.data["municipality"] not in permissions.municipality_ids(request.user, VIEW):
        raise Http404
    return pdf_file(job)


def pdf_file(job: Job) -> FileResponse:
    assert job.result is not None
    response = FileResponse(
        job.result.file.open("rb"), as_attachment=True, filename=job.result.filename, content_type="application/pdf"
    )
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request)
    page = paging.page(courses_with_numbers(municipality), request.GET, order=("kind", "title", "pk"))
    context = {
        "courses": page.items,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "manages": manages(request, municipality),
        "breadcrumb": skills((COURSES, "")),
    }
    return render(request, "usecases/courses.html", context)


def _to_courses(*more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return ((COURSES, reverse("usecases:courses")), *more)


@login_required
@require_http_methods(FORM_METHODS)
def course_new(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, MANAGE)
    form = CourseForm(data_of(request), municipality=municipality, user=request.user)
    if row := saved(form, lambda: services.create_course(municipality, by=request.user, **form.values)):
        messages.success(request, "Die Schulung ist angelegt. Tragen Sie jetzt ihre Termine ein.")
        return redirect(row)
    return form_page(request, form, "Schulung anlegen", steps=_to_courses(), submit="Anlegen")


def _course_or_404(request: HttpRequest, uuid: UUID) -> Course:
    return get_object_or_404(Course.objects.visible_to(request.user).select_related("municipality"), uuid=uuid)


@login_required
@require_safe
def course(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _course_or_404(request, uuid)
    page = paging.page(sessions_of(row, request.user), request.GET, order=("-held_on", "-pk"))
    context = {
        "course": row,
        "facts": _facts(row),
        "sessions": page.items,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "tools": row.tools.running(),
        "agreement": running_agreement(row.municipality_id),
        "attended": set(
            TrainingRecord.objects.visible_to(request.user)
            .filter(session__course=row)
            .values_list("session_id", flat=True)
        ),
        "manages": manages(request, row.municipality),
        "breadcrumb": skills(*_to_courses((row.title, ""))),
    }
    return render(request, "usecases/course.html", context)


def _facts(row: Course) -> list[dict[str, Any]]:
    refresh = f"nach {row.refresh_months} Monaten" if row.refresh_months else ""
    values = [
        ("Thema", row.get_kind_display()),
        ("Inhalte", row.contents),
        ("Dauer", f"{row.minutes} Minuten"),
        ("Wer schult?", row.given_by),
        ("Gibt es seit", format_date(row.since)),
        ("Auffrischen", refresh),
    ]
    return [{"label": label, "value": value} for label, value in values if value]


@login_required
@require_http_methods(FORM_METHODS)
def course_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _course_or_404(request, uuid)
    require_manages(request, row.municipality)
    form = CourseForm(data_of(request), municipality=row.municipality, user=request.user, instance=row)
    if saved(form, lambda: services.update_course(row, by=request.user, **form.values)):
        messages.success(request, "Die Schulung ist gespeichert.")
        return redirect(row)
    return form_page(request, form, "Schulung ändern", steps=_to_courses((row.title, row.get_absolute_url())))


@login_required
@require_http_methods(FORM_METHODS)
def session_new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _course_or_404(request, uuid)
    require_manages(request, row.municipality)
    form = SessionForm(data_of(request), departments=list(row.municipality.departments.active()))
    if saved(form, lambda: services.add_session(row, by=request.user, **form.values)):
        messages.success(request, "Der Termin ist eingetragen.")
        return redirect(row)
    return _session_page(request, form, row, "Termin eintragen")


@login_required
@require_http_methods(FORM_METHODS)
def session(request: HttpRequest, uuid: UUID) -> HttpResponse:
    rows = CourseSession.objects.visible_to(request.user).select_related("course__municipality")
    row = get_object_or_404(rows.prefetch_related("participants"), uuid=uuid)
    require_manages(request, row.course.municipality)
    form = SessionForm(data_of(request), departments=list(row.course.municipality.departments.active()), session=row)
    if saved(form, lambda: services.update_session(row, by=request.user, **form.values)):
        messages.success(request, "Der Termin ist gespeichert.")
        return redirect(row.course)
    return _session_page(request, form, row.course, f"Termin am {format_date(row.held_on)}")


def _session_page(request: HttpRequest, form: SessionForm, row: Course, title: str) -> HttpResponse:
    steps = _to_courses((row.title, row.get_absolute_url()))
    context = {
        "form": form,
        "course": row,
        "title": title,
        "cancel_url": row.get_absolute_url(),
        "breadcrumb": skills(*steps, (title, "")),
    }
    return render(request, "usecases/session.html", context, status=422 if form.errors else 200)
