"""Keeping a filter and letting it go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permissions
from register import services
from register.filters import DatasetFilter, MasterDataFilter, RecipientFilter, SystemFilter
from register.forms import SavedFilterForm, add_service_errors
from register.models import SavedFilter
from register.views.reach import require_here, trail

FILTERS: dict[str, Any] = {
    SavedFilter.List.SYSTEMS: SystemFilter,
    SavedFilter.List.DATASETS: DatasetFilter,
    SavedFilter.List.STORAGE: MasterDataFilter,
    SavedFilter.List.RECIPIENTS: RecipientFilter,
}


def saved_filters_for(request: HttpRequest, name: str, *, active: bool) -> dict[str, Any]:
    """What a list shows of them: links, and the way to keep the filter that is set now."""
    municipality = request.municipality or None  # type: ignore[attr-defined]
    if municipality is None:
        return {}
    rows = (
        SavedFilter.objects.visible_to(request.user)
        .filter(municipality=municipality, list=name)
        .select_related("owner")
    )
    may_share = permissions.has(request.user, "filter.share", municipality=municipality)
    query = _kept(name, request.GET)
    known = any(row.query == query for row in rows)
    return {
        "saved_filters": [
            {
                "name": row.name,
                "url": f"?{row.query}",
                "current": row.query == query,
                "shared_by": "" if row.owner_id == request.user.pk else str(row.owner),
                "shared": row.shared,
                "delete_url": reverse("register:filter-delete", args=[row.uuid])
                if row.owner_id == request.user.pk or may_share
                else "",
            }
            for row in rows
        ],
        "save_filter_url": f"{reverse('register:filter-save', args=[name])}?{query}" if active and not known else "",
    }


def _kept(name: str, params: QueryDict) -> str:
    """Only what the list understands, in one order, so that the same filter has the same address."""
    known = [*FILTERS[name].base_filters, "sort"]
    found = QueryDict(mutable=True)
    for key in known:
        if value := params.get(key, ""):
            found[key] = value[:200]
    return found.urlencode()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, name: str) -> HttpResponse:
    if name not in FILTERS:
        raise Http404
    municipality = require_here(request, "entry.view")
    may_share = permissions.has(request.user, "filter.share", municipality=municipality)
    form = SavedFilterForm(request.POST or None, may_share=may_share)
    query, list_url = _kept(name, request.GET), reverse(f"register:{name}")
    if not query:
        # Nothing is set that could be kept.
        return redirect(list_url)
    if request.method == "POST" and form.is_valid():
        values = {"name": form.cleaned_data["name"], "shared": form.cleaned_data.get("shared", False)}
        try:
            services.save_filter(municipality, by=request.user, list_name=name, query=query, **values)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "Der Filter ist gespeichert.")
            return redirect(f"{list_url}?{query}")
    title = SavedFilter.List(name).label
    context = {
        "form": form,
        "cancel_url": f"{list_url}?{query}",
        "breadcrumb": trail((str(title), list_url), ("Filter speichern", "")),
    }
    return render(request, "register/filter_save.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = get_object_or_404(SavedFilter.objects.visible_to(request.user), uuid=uuid)
    services.delete_filter(row, by=request.user)
    messages.success(request, f"Der Filter „{row.name}“ ist gelöscht.")
    return redirect(f"register:{row.list}")
