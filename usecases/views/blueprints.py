"""The catalogue of blueprints, one of its templates, and beginning a use case with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.models import Municipality
from core import paging
from register.forms import save
from register.rules.vocabulary import FIELDS_OF_ACTION
from usecases import services
from usecases.forms_blueprints import AdoptForm, BlueprintFilterForm
from usecases.models import Adoption, Blueprint
from usecases.rules import blueprints as rules
from usecases.selectors_blueprints import newest_visible, search_blueprints
from usecases.views.case_reach import FORM_METHODS, here, trail

TITLE = "Blaupausen"
# Of those that municipalities have frozen, on one page.
SHOWN = 20


@login_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    here(request, "usecase.view")
    form = BlueprintFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = {key: row for key, row in rules.catalogue().items() if _fits(row, wanted)}
    filtered = any(wanted.values())
    frozen = paging.page(_frozen(request, wanted), request.GET, order=("-at", "-pk"), size=SHOWN)
    context = {
        "filter_form": form,
        "reset_url": request.path,
        "count": len(found),
        "count_label": "Vorlagen",
        "count_one": "Vorlage",
        "start_set": [] if filtered else cards(rules.start_set()),
        "templates": cards(found),
        "frozen": [_frozen_card(row) for row in frozen.items],
        "previous_url": frozen.previous_url,
        "next_url": frozen.next_url,
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/blueprints.html", context)


def _fits(document: rules.Document, wanted: dict[str, Any]) -> bool:
    return wanted.get("field") in ("", None, document["field"]) and rules.says(document, wanted.get("q") or "")


def _frozen(request: HttpRequest, wanted: dict[str, Any]) -> QuerySet[Blueprint]:
    rows = search_blueprints(newest_visible(request.user), wanted.get("q") or "")
    return rows.filter(document__field=wanted["field"]) if wanted.get("field") else rows


def _frozen_card(row: Blueprint) -> dict[str, Any]:
    return {
        "title": row.document["title"],
        "url": row.get_absolute_url(),
        "kicker": row.municipality.name,
        "text": row.document["purpose"],
        "meta": [FIELDS_OF_ACTION[row.document["field"]], f"Fassung {row.number}"],
    }


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
        "breadcrumb": catalogue_trail((document["title"], "")),
    }
    return render(request, "usecases/blueprint.html", context)


def catalogue_trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    return trail((TITLE, reverse("usecases:blueprints")), *steps)


@login_required
@require_http_methods(FORM_METHODS)
def adopt_template(request: HttpRequest, key: str) -> HttpResponse:
    title, page = _template_or_404(key)["title"], reverse("usecases:blueprint-template", args=[key])
    return begin_page(
        request,
        title,
        page,
        lambda municipality, values: services.adopt_template(municipality, by=request.user, template=key, **values),
    )


def begin_page(
    request: HttpRequest, title: str, page: str, begin: Callable[[Municipality, dict[str, Any]], Adoption]
) -> HttpResponse:
    """The form that makes a use case of a blueprint; `page` is where it came from."""
    municipality = here(request, "usecase.edit")
    data = request.POST if request.method == "POST" else None
    form = AdoptForm(data, title=title, municipality=municipality, user=request.user)
    made: list[Adoption] = []
    status = 200
    if form.is_bound:
        status = save(form, lambda values: made.append(begin(municipality, values)))
        if not status:
            messages.success(request, "Der Entwurf ist angelegt. Bitte prüfen Sie jede Angabe.")
            return redirect(made[0].use_case)
    context = {
        "form": form,
        "title": "Als Entwurf übernehmen",
        "lead": f"Aus „{title}“ wird ein Vorhaben Ihrer Kommune auf der Stufe Idee.",
        "submit": "Entwurf anlegen",
        "cancel_url": page,
        "breadcrumb": catalogue_trail((title, page), ("Übernehmen", "")),
    }
    return render(request, "usecases/case_form.html", context, status=status)
