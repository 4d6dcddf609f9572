"""Settings of the public pages: colour, host name and text, coat of arms, accessibility statement."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms.settings import AccessibilityForm, CoatForm, PublicPageForm
from accounts.models import AccessibilityStatement, Municipality
from accounts.selectors import accessibility_of
from accounts.views.place import at_the_form, person, worked_in

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
@login_required
def look(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "public_page.manage")
    # A fresh object: a refused form must not change what the rest of the page shows.
    form = PublicPageForm(request.POST or None, instance=Municipality.objects.get(pk=municipality.pk))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data.pop("version")
        with at_the_form(form) as attempt:
            services.update_municipality(municipality, by=person(request), changes=form.cleaned_data, version=version)
        if not attempt.refused:
            messages.success(request, _("Die Angaben sind gespeichert und öffentlich."))
            return redirect("accounts:public-page")
    context = {"form": form, "town": municipality}
    return render(request, "accounts/public_page.html", context, status=422 if form.errors else 200)


@form_methods
@login_required
def coat(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "public_page.manage")
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CoatForm(*given, has_coat=bool(municipality.coat_digest))
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read() if file else None
        with at_the_form(form) as attempt:
            services.set_coat(municipality, by=person(request), content=content)
        if not attempt.refused:
            messages.success(request, _("Das Wappen ist gespeichert.") if file else _("Das Wappen ist entfernt."))
            return redirect("accounts:coat")
    context = {"form": form, "town": municipality}
    return render(request, "accounts/coat.html", context, status=422 if form.errors else 200)


@form_methods
@login_required
def accessibility(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "public_page.manage")
    row = accessibility_of(municipality)
    form = AccessibilityForm(
        request.POST if request.method == "POST" else None,
        instance=row or AccessibilityStatement(municipality=municipality),
        municipality=municipality,
    )
    if form.is_bound and form.is_valid():
        with at_the_form(form) as attempt:
            services.write_accessibility_statement(municipality, by=person(request), values=form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Die Erklärung ist gespeichert und öffentlich."))
            return redirect("accounts:accessibility")
    context = {"form": form, "town": municipality, "declared": row is not None}
    return render(request, "accounts/accessibility.html", context, status=422 if form.errors else 200)
