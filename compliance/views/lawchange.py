"""A change of law in a municipality: which systems it touches, and re-assessing many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.models import Department, Municipality
from compliance import selectors_law, services
from compliance.forms_law import PERSON, LawChangeFilterForm
from compliance.models import Assessment, LawRun
from compliance.rules import law_effect
from compliance.rules.assessment_text import SHORT, disclaimer
from compliance.rules.law import shelf
from compliance.rules.law_effect import KINDS, Effect
from compliance.selectors_assessments import assessed_under_earlier_law
from compliance.selectors_rulesets import in_force_today
from compliance.services import law_effects
from compliance.services.lawchange import may_reassess
from compliance.views.assessment_reach import system_or_404, trail
from compliance.views.law_runs import progress_of, run_items
from compliance.views.reach import require_here
from core import paging
from core.errors import NotAllowed
from register.models import Entry
from register.selectors import search_entries
from register.views.bulk import uuids

ALL = "alle"
SHOWN = 20
RUNS = 5


@dataclass
class Found:
    """The systems that filter and rights leave, and what was worked out for each; None where nothing is known yet."""

    form: LawChangeFilterForm
    rows: QuerySet[Any]
    kinds: dict[int, list[str] | None]
    numbers: Counter[str]
    kept: law_effects.Kept


def _found(request: HttpRequest, municipality: Municipality) -> Found:
    departments = Department.objects.visible_to(request.user).filter(municipality=municipality)
    form = LawChangeFilterForm(request.GET, departments=departments)
    # A filter that cannot be read must not choose the whole register.
    wanted = form.cleaned_data if form.is_valid() else None
    entries = Entry.objects.visible_to(request.user).of(municipality)
    if wanted is None:
        entries, wanted = entries.none(), {}
    entries = search_entries(entries, wanted.get("q", ""))
    if wanted.get("department"):
        entries = entries.filter(department=wanted["department"])
    rows = assessed_under_earlier_law(entries)
    if wanted.get("risk_class"):
        rows = rows.filter(last_class=wanted["risk_class"])
    kept = law_effects.kept_effects(municipality)
    kinds = {pk: kept.kinds(pk, last) for pk, last in rows.values_list("pk", "last_assessment")}
    numbers = _counted(kinds.values())
    if kind := wanted.get("kind"):
        kinds = {
            pk: known
            for pk, known in kinds.items()
            if known is not None and (kind in known or (kind == PERSON and law_effects.needs_person(known)))
        }
        rows = rows.filter(pk__in=list(kinds))
    return Found(form, rows, kinds, numbers, kept)


def _counted(found: Iterable[list[str] | None]) -> Counter[str]:
    numbers: Counter[str] = Counter()
    for kinds in found:
        numbers["all"] += 1
        numbers["unknown"] += kinds is None
        numbers["person"] += law_effects.needs_person(kinds or [])
        numbers.update(kinds or [])
    return numbers


@login_required
@require_safe
def law_change(request: HttpRequest) -> HttpResponse:
    """Which systems change class, duties or dates, each with the reason. The numbers are kept, the lines worked out now."""
    municipality = require_here(request, "entry.view")
    found = _found(request, municipality)
    page = paging.page(found.rows.select_related(*selectors_law.RELATED), request.GET, order=("sort_key", "pk"))
    past = Assessment.objects.in_bulk([row.last_assessment for row in page.items])
    effects = selectors_law.effects_now(page.items, past)
    runs = LawRun.objects.visible_to(request.user).filter(municipality=municipality).select_related("by")
    context = {
        "filter_form": found.form,
        "chips": _chips(request, found.form),
        "reset_url": request.path,
        "numbers": _numbers(found.numbers),
        "count": len(found.kinds),
        "lines": [_line(row, past[row.last_assessment], effects[row.pk]) for row in page.items],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "worked_out_at": found.kept.at,
        "unknown": found.numbers["unknown"],
        "job": found.kept.job,
        "may_run": permissions.has(request.user, "entry.edit", municipality=municipality),
        "filters_set": _filters_set(request),
        "in_force": shelf.in_force(timezone.localdate().isoformat()),
        "runs": list(runs[:RUNS]),
        "breadcrumb": trail(("Rechtsänderung", "")),
    }
    return render(request, "compliance/law_change.html", context)


@login_required
@require_POST
def law_effects_request(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "entry.view")
    job = services.request_law_effects(municipality, by=request.user)
    return redirect("core:job", pk=job.pk)


def _chips(request: HttpRequest, form: LawChangeFilterForm) -> list[dict[str, str]]:
    labels = {"kind": "Änderung", "risk_class": "Klasse", "department": "Amt"}
    chips = []
    for name, label in labels.items():
        if form.is_valid() and (value := form.cleaned_data[name]):
            query = request.GET.copy()
            query.pop(name, None)
            said = value if name == "department" else dict(form.fields[name].choices)[value]
            chips.append({"label": f"{label}: {said}", "url": f"?{query.urlencode()}"})
    return chips


def _filters_set(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, request.GET[name]) for name in ("q", "kind", "risk_class", "department") if request.GET.get(name)]


def _numbers(counts: Counter[str]) -> list[dict[str, Any]]:
    kinds = [
        (PERSON, "für eine Person"),
        ("class", "andere Klasse"),
        ("duties", "andere Pflichten"),
        ("dates", "andere Termine"),
        ("same", "Ergebnis gleich"),
    ]
    found = [{"value": counts["all"], "label": "betroffene KI-Systeme"}]
    return found + [
        {"value": counts[key], "label": words, "url": f"?kind={key}"} for key, words in kinds if counts[key]
    ]


def _line(row: Any, past: Assessment, effect: Effect) -> dict[str, Any]:
    new = effect.result.as_json() if effect.result else None
    return {
        "entry": row,
        "old_class": past.risk_class,
        "old_label": SHORT[past.risk_class],
        "new_class": new["class"] if new else "",
        "new_label": SHORT[new["class"]] if new else "",
        "assumed": bool(effect.open),
        "kinds": [{"label": KINDS[kind], "tone": _tone(kind)} for kind in effect.kinds],
        "needs_person": effect.needs_person,
        "said": selectors_law.said(effect),
        **_apart(past.result, new),
    }


def _apart(old: dict[str, Any], new: dict[str, Any] | None) -> dict[str, Any]:
    if new is None:
        return {"rows": [], "came": [], "went": []}
    rows = law_effect.side_by_side(old, new)
    came, went = law_effect.reasons_apart(old, new) if rows else ([], [])
    return {"rows": rows, "came": came, "went": went}


def _tone(kind: str) -> str:
    if kind in law_effect.FOR_A_PERSON:
        return "warning"
    return "neutral" if kind == law_effect.SAME else "info"


@login_required
@require_safe
def law_change_of(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Old and new side by side, before anything is decided."""
    entry = system_or_404(request, uuid)
    rows = assessed_under_earlier_law(Entry.objects.filter(pk=entry.pk))
    effect = selectors_law.effects(rows).get(entry.pk)
    if effect is None:
        return redirect("compliance:assessments", uuid=uuid)
    row = rows.get()
    past = Assessment.objects.get(pk=row.last_assessment)
    mine = may_reassess(Entry.objects.filter(pk=entry.pk), request.user)
    context = {
        "line": _line(row, past, effect),
        "entry": entry,
        "past": past,
        "in_force": in_force_today(),
        "disclaimer": disclaimer(past.day),
        "may_run": mine.exists(),
        "breadcrumb": trail(
            ("Rechtsänderung", reverse("compliance:law-change")),
            (entry.name, ""),
        ),
    }
    return render(request, "compliance/law_change_of.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def law_run_new(request: HttpRequest) -> HttpResponse:
    """The preview. The choice stands in the address: `e=` for each system, or `alle=1` with the filters of the list."""
    municipality = require_here(request, "entry.view")
    if not permissions.has(request.user, "entry.edit", municipality=municipality):
        raise NotAllowed()
    found = _found(request, municipality)
    rows = found.rows if request.GET.get(ALL) else found.rows.filter(uuid__in=uuids(request.GET.getlist("e")))
    problems = []
    if request.method == "POST":
        try:
            return redirect(services.start_law_run(municipality, by=request.user, entries=_plain(rows)))
        except ValidationError as error:
            problems = [{"text": text, "anchor": ""} for text in error.messages]
    mine = may_reassess(rows, request.user).order_by("sort_key", "pk")
    chosen = list(mine.values_list("pk", flat=True))
    shown = list(mine.select_related(*selectors_law.RELATED)[:SHOWN])
    effects = selectors_law.effects_now(shown)
    kinds = {pk: found.kinds[pk] for pk in chosen} | {pk: one.kinds for pk, one in effects.items()}
    numbers = _counted(kinds.values())
    context = {
        "problems": problems,
        "numbers": [
            {
                "value": len(chosen) - numbers["person"] - numbers["unknown"],
                "label": "werden neu bewertet, mit den bisherigen Antworten",
            },
            {"value": numbers["person"], "label": "für eine Person, als Entwurf"},
            *([{"value": numbers["unknown"], "label": "zeigen sich beim Lauf"}] if numbers["unknown"] else []),
        ],
        "lines": [
            {"entry": row, "effect": effects[row.pk], "said": selectors_law.said(effects[row.pk])} for row in shown
        ],
        "more": max(len(chosen) - SHOWN, 0),
        "chosen": len(chosen),
        "breadcrumb": trail(("Rechtsänderung", reverse("compliance:law-change")), ("Neu bewerten", "")),
    }
    return render(request, "compliance/law_run_new.html", context, status=422 if problems else 200)


def _plain(rows: QuerySet[Any]) -> QuerySet[Entry]:
    return Entry.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))


def _run_or_404(request: HttpRequest, uuid: UUID) -> LawRun:
    return get_object_or_404(LawRun.objects.visible_to(request.user).select_related("by", "municipality"), uuid=uuid)


@login_required
@require_safe
def law_run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    run = _run_or_404(request, uuid)
    may_edit = permissions.has(request.user, "entry.edit", municipality=run.municipality_id)
    context = {
        **progress_of(run, may_edit=may_edit),
        **run_items(request, run),
        "run": run,
        "breadcrumb": trail(("Rechtsänderung", reverse("compliance:law-change")), (str(run), "")),
    }
    return render(request, "compliance/law_run.html", context)


@login_required
@require_safe
def law_run_status(request: HttpRequest, uuid: UUID) -> HttpResponse:
    run = _run_or_404(request, uuid)
    may_edit = permissions.has(request.user, "entry.edit", municipality=run.municipality_id)
    answer = render(request, "components/job_status.html", progress_of(run, may_edit=may_edit))
    if run.finished_at is not None and "HX-Request" in request.headers:
        # The list below is drawn anew.
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def law_run_resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return redirect(services.resume_law_run(_run_or_404(request, uuid), by=request.user))
