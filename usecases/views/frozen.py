"""Frozen blueprints: freezing a use case, one version, opening it for others, and what a source says by now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core.errors import NotAllowed
from core.text import format_date
from register.forms import save
from register.selectors_products import difference
from usecases import services
from usecases.forms_blueprints import FreezeForm, SourceForm
from usecases.models import Blueprint
from usecases.rules import blueprints as rules
from usecases.selectors_blueprints import computed, differing, ground_of, own_parts, removed, source_of, suggestion
from usecases.services.access import reads_every_entry
from usecases.views.blueprints import begin_page, catalogue_trail
from usecases.views.case_reach import FORM_METHODS, edited_or_404, trail_to
from usecases.workflow import DECIDE


@login_required
@require_http_methods(FORM_METHODS)
def freeze(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    if not reads_every_entry(request.user, use_case):
        raise NotAllowed("Zu diesem Vorhaben gehören Einträge, die Sie nicht lesen dürfen.")
    ground = ground_of(use_case)
    form = FreezeForm(request.POST if request.method == "POST" else None, initial=suggestion(ground))
    made: list[Blueprint] = []
    status = 200
    if form.is_bound:
        status = save(
            form, lambda _: made.append(services.freeze_blueprint(use_case, by=request.user, values=form.values))
        )
        if not status:
            messages.success(request, f"Die Blaupause ist als Fassung {made[0].number} eingefroren.")
            return redirect(made[0])
    context = {
        "use_case": use_case,
        "form": form,
        "removed": removed(ground),
        "computed": rules.rows(computed(ground)),
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, "Als Blaupause einfrieren"),
    }
    return render(request, "usecases/freeze.html", context, status=status)


def _visible_or_404(request: HttpRequest, uuid: UUID) -> Blueprint:
    rows = Blueprint.objects.visible_to(request.user).select_related("municipality", "use_case")
    row: Blueprint = get_object_or_404(rows, uuid=uuid)
    return row


@login_required
@require_safe
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _visible_or_404(request, uuid)
    here = getattr(request, "municipality", None)
    reads = permissions.has(request.user, "usecase.view", municipality=row.municipality)
    versions = Blueprint.objects.visible_to(request.user).filter(use_case=row.use_case).exclude(pk=row.pk)
    context = {
        "title": row.document["title"],
        "lead": f"Aus einem Vorhaben von {row.municipality.name}, Fassung {row.number} vom {format_date(row.at)}.",
        "rows": rules.rows(row.document),
        "adopt_url": reverse("usecases:blueprint-adopt", args=[row.uuid])
        if here and permissions.has(request.user, "usecase.edit", municipality=here)
        else "",
        "blueprint": row,
        "use_case": row.use_case if reads else None,
        "may_share": permissions.on(request.user, DECIDE, row.use_case),
        "versions": list(versions.order_by("-number")[:20]),
        "breadcrumb": catalogue_trail((row.document["title"], "")),
    }
    return render(request, "usecases/blueprint.html", context)


@login_required
@require_POST
def share(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _visible_or_404(request, uuid)
    row = services.share_blueprint(row, by=request.user, shared=request.POST.get("shared") == "yes")
    said = (
        "Andere Kommunen sehen diese Fassung jetzt."
        if row.shared
        else "Andere Kommunen sehen diese Fassung nicht mehr."
    )
    messages.success(request, said)
    return redirect(row)


@login_required
@require_http_methods(FORM_METHODS)
def adopt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _visible_or_404(request, uuid)
    return begin_page(
        request,
        row.document["title"],
        row.get_absolute_url(),
        lambda municipality, values: services.adopt_blueprint(
            row, by=request.user, municipality=municipality, **values
        ),
    )


@login_required
@require_http_methods(FORM_METHODS)
def source(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the source says otherwise by now, part by part."""
    use_case = edited_or_404(request, uuid)
    adoption = getattr(use_case, "adoption", None)
    found = source_of(adoption, use_case.municipality) if adoption else None
    if adoption is None or found is None:
        raise Http404
    mine = own_parts(adoption)
    parts = differing(mine, found.document)
    form = SourceForm(request.POST if request.method == "POST" else None, sha256=found.sha256, parts=parts)
    status = 200
    if form.is_bound:
        status = save(form, lambda values: services.take_over_source(adoption, by=request.user, **values))
        if not status:
            messages.success(request, "Ihre Auswahl ist übernommen.")
            return redirect(use_case)
    context = {
        "use_case": use_case,
        "source": found,
        "changes": [_change(part, mine, found.document) for part in parts],
        "form": form,
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, "Quelle vergleichen"),
    }
    return render(request, "usecases/source.html", context, status=status)


def _change(part: str, mine: rules.Document, theirs: rules.Document) -> dict[str, Any]:
    """For components/diff_list.html."""
    old, new = ("; ".join(rules.said(part, one[part])) if one.get(part) else "" for one in (mine, theirs))
    return difference(rules.LABELS[part], old, new)
