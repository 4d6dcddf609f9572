"""The operator's rule sets: what is in use, loading a file, trying it out, taking it into use."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from compliance import services
from compliance.forms_law import RulesetForm
from compliance.models import LoadedRuleset
from compliance.rules.law import comparison
from compliance.rules.law.rulesets import BadRuleset
from compliance.selectors_rulesets import before, catch_up, loaded_rulesets, parsed, shelf_rows
from compliance.services.rulesets import OPERATOR, is_alone, not_usable, trial_job, trial_result
from core.errors import NotAllowed

_COLUMNS = {
    "class": "Klasse",
    "duties": "Pflichten",
    "dates": "Termine",
    "open": "Neue Fragen",
    "conflict": "Widerspruch",
}


def _operator(request: HttpRequest) -> None:
    if not permissions.has(request.user, OPERATOR):
        raise NotAllowed()


def _trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    start = [("Plattform", reverse("accounts:municipalities")), ("Regelwerke", reverse("compliance:rulesets"))]
    return [{"label": label, "url": url} for label, url in (*start, *steps)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rulesets(request: HttpRequest) -> HttpResponse:
    """Everything on the shelf and everything loaded; a new file is sent here."""
    _operator(request)
    form = RulesetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return redirect(services.load_ruleset(file.read(), by=request.user, filename=file.name))
        except ValidationError as error:
            form.add_error("file", error)
    context = {
        "form": form,
        "rows": shelf_rows(),
        "waiting": list(loaded_rulesets().filter(use__isnull=True).order_by("-loaded_at")[:20]),
        "alone": is_alone(request.user),
        "breadcrumb": _trail(),
    }
    return render(request, "compliance/rulesets.html", context, status=422 if form.errors else 200)


def _ruleset(request: HttpRequest, uuid: UUID) -> LoadedRuleset:
    _operator(request)
    return get_object_or_404(LoadedRuleset.objects.select_related("loaded_by", "use__by"), uuid=uuid)


@login_required
@require_safe
def ruleset(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the file says differently, and how many systems it would touch where."""
    row = _ruleset(request, uuid)
    catch_up()
    use = getattr(row, "use", None)
    result = trial_result(row)
    context = {
        "row": row,
        "use": use,
        **_text_changes(row),
        "trial": _trial_rows(result) if result else [],
        "trial_day": result["day"] if result else "",
        "columns": list(_COLUMNS.values()),
        "refusal": not_usable(row, by=request.user) if use is None else "",
        "alone": use is None and is_alone(request.user),
        **_progress(row),
        "breadcrumb": _trail((str(row), "")),
    }
    return render(request, "compliance/ruleset.html", context)


def _text_changes(row: LoadedRuleset) -> dict[str, Any]:
    try:
        candidate = parsed(row)
    except BadRuleset as error:
        return {"changes": [], "fault": str(error)}
    earlier = before(candidate)
    return {
        "changes": comparison.differences(earlier, candidate),
        "old_label": f"Version {earlier.version}",
        "new_label": f"Version {candidate.version}",
    }


def _trial_rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "all": numbers["all"],
            "numbers": [{"label": label, "value": numbers.get(key, 0)} for key, label in _COLUMNS.items()],
            "same": numbers.get("same", 0),
        }
        for name, numbers in result["towns"].items()
    ]


def _progress(row: LoadedRuleset) -> dict[str, Any]:
    return {
        "job": trial_job(row),
        "title": "Die Probe",
        "poll_url": reverse("compliance:ruleset-status", args=[row.uuid]),
        "result_url": row.get_absolute_url(),
        "result_label": "Ergebnis ansehen",
        "retry_url": reverse("compliance:ruleset-try", args=[row.uuid]),
    }


@login_required
@require_safe
def ruleset_status(request: HttpRequest, uuid: UUID) -> HttpResponse:
    progress = _progress(_ruleset(request, uuid))
    answer = render(request, "components/job_status.html", progress)
    if progress["job"] is not None and progress["job"].is_finished and "HX-Request" in request.headers:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def ruleset_try(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _ruleset(request, uuid)
    services.try_again(row, by=request.user)
    return redirect(row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ruleset_use(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The explicit second step."""
    row = _ruleset(request, uuid)
    if request.method == "POST":
        services.take_into_use(row, by=request.user)
        messages.success(request, f"{row} ist in Gebrauch.")
        return redirect(row)
    context = {
        "title": "In Gebrauch nehmen",
        "text": f"{row.title}, gilt ab {row.valid_from:%d.%m.%Y}.",
        "consequences": [
            "Ab diesem Tag wird in allen Kommunen nach dieser Version bewertet.",
            "Frühere Bewertungen bleiben unverändert und zeigen „Neubewertung nötig“ mit dem Grund „Rechtsänderung“.",
            "Das lässt sich nicht zurücknehmen. Eine Korrektur ist eine neue Version.",
        ],
        "submit": "In Gebrauch nehmen",
        "cancel_url": row.get_absolute_url(),
        "breadcrumb": _trail((str(row), row.get_absolute_url()), ("In Gebrauch nehmen", "")),
    }
    return render(request, "compliance/confirm.html", context)
