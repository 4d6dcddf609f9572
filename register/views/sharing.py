"""One colleague, one entry: the exception beside the roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from register import services
from register.forms import ShareForm, add_service_errors
from register.models import Entry
from register.services import access
from register.views.reach import entry_or_404, trail_to


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    access.require(request.user, "entry.share", entry)
    form = ShareForm(request.POST if request.method == "POST" else None, entry=entry, user=request.user)
    if form.is_bound and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            services.share(entry, by=request.user, with_user=person, edit=form.cleaned_data["edit"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"Der Eintrag ist für {person} freigeschaltet.")
            return redirect("register:share", entry.uuid)
    context = {
        "entry": entry,
        "form": form,
        "grants": _grants(entry),
        "cancel_url": entry.get_absolute_url(),
        "breadcrumb": trail_to(entry, "Freischalten"),
    }
    return render(request, "register/share.html", context, status=422 if form.errors else 200)


def _grants(entry: Entry) -> list[dict[str, Any]]:
    """One line a person, with the widest right."""
    found: dict[int, dict[str, Any]] = {}
    for grant in entry.grants.select_related("user", "permission").order_by("user__last_name", "pk"):
        line = found.setdefault(grant.user_id, {"person": grant.user, "edit": False})
        line["edit"] = line["edit"] or grant.permission.codename == access.EDIT_GRANT
    return list(found.values())


@login_required
@require_POST
def unshare(request: HttpRequest, uuid: UUID, person: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    granted = User.objects.filter(pk__in=entry.grants.values("user_id"))
    services.unshare(entry, by=request.user, with_user=get_object_or_404(granted, uuid=person))
    messages.success(request, "Die Freischaltung ist beendet.")
    return redirect("register:share", entry.uuid)
