"""The catalogue of blueprints, one of its templates, and beginning a use case with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from register.rules.vocabulary import FIELDS_OF_ACTION
from usecases import services
from usecases.forms_blueprints import AdoptForm, BlueprintFilterForm
from usecases.models import Adoption
from usecases.rules import blueprints as rules
from usecases.views.case_reach import FORM_METHODS, here, save, trail

TITLE = "Blaupausen"


@login_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    here(request, "usecase.view")
    form = BlueprintFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = {key: row for key, row in rules.catalogue().items() if _fits(row, wanted)}
    filtered = any(wanted.values())
    context = {
        "filter_form": form,
        "reset_url": request.path,
        "count": len(found),
        "count_label": "Vorlagen",
        "start_set": [] if filtered else cards(rules.start_set()),
        "templates": cards(found),
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/blueprints.html", context)


def _fits(document: rules.Document, wanted: dict[str, Any]) -> bool:
    words = (wanted.get("q") or "").strip().casefold()
    texts = (document["title"], document["purpose"], document["architecture"])
    return wanted.get("field") in ("", None, document["field"]) and any(words in text.casefold() for text in texts)


def cards(documents: dict[str, rules.Document]) -> list[dict[str, Any]]:
    """For components/cards.html."""
    return [
        {
            "title": row["title"],
            "url": reverse("usecases:blueprint-template", args=[key]),
            "kicker": FIELDS_OF_ACTION[row["field"]],
            "text": row["purpose"],
            "meta": [rules.graded(row)],
        }
        for key, row in documents.items()
    ]


def first_cards() -> list[dict[str, Any]]:
    """For the empty list and board of use cases."""
    return cards(dict(list(rules.start_set().items())[: rules.SHOWN_AT_START]))


def _template_or_404(key: str) -> rules.Document:
    try:
        return rules.catalogue()[key]
    except KeyError:
        raise Http404 from None


@login_required
@require_safe
def template(request: HttpRequest, key: str) -> HttpResponse:
    municipality = here(request, "usecase.view")
    document = _template_or_404(key)
    may_adopt = permissions.has(request.user, "usecase.edit", municipality=municipality)
    context = {
        "title": document["title"],
        "lead": f"Vorlage des Katalogs. Einschätzung: {rules.graded(document)}.",
        "rows": rules.rows(document),
        "adopt_url": reverse("usecases:blueprint-template-adopt", args=[key]) if may_adopt else "",
        "breadcrumb": _trail((document["title"], "")),
    }
    return render(request, "usecases/blueprint.html", context)


def _trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    return trail((TITLE, reverse("usecases:blueprints")), *steps)


@login_required
@require_http_methods(FORM_METHODS)
def adopt_template(request: HttpRequest, key: str) -> HttpResponse:
    municipality = here(request, "usecase.edit")
    document = _template_or_404(key)
    page = reverse("usecases:blueprint-template", args=[key])
    data = request.POST if request.method == "POST" else None
    form = AdoptForm(data, title=document["title"], municipality=municipality, user=request.user)
    made: list[Adoption] = []
    status = 200
    if form.is_bound:
        status = save(
            form,
            lambda values: made.append(
                services.adopt_template(municipality, by=request.user, template=key, **values),
            ),
        )
        if not status:
            messages.success(request, "Der Entwurf ist angelegt. Bitte prüfen Sie jede Angabe.")
            return redirect(made[0].use_case)
    context = {
        "form": form,
        "title": "Als Entwurf übernehmen",
        "lead": f"Aus „{document['title']}“ wird ein Vorhaben Ihrer Kommune auf der Stufe Idee.",
        "submit": "Entwurf anlegen",
        "cancel_url": page,
        "breadcrumb": _trail((document["title"], page), ("Übernehmen", "")),
    }
    return render(request, "usecases/case_form.html", context, status=status)
