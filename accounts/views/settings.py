"""Settings of the municipality, and the operator's area."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import oidc, outbound, permissions, selectors, services
from accounts.forms import settings as forms
from accounts.models import Department, Municipality, PlatformGrant, SignInService
from accounts.rules import authorities
from accounts.views.place import at_the_form, person, worked_in
from core.errors import NotAllowed

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
@login_required
def municipality_data(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "settings.manage")
    # A fresh object: a refused form must not change what the rest of the page shows.
    current = Municipality.objects.get(pk=municipality.pk)
    form = forms.MunicipalityForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data.pop("version")
        with at_the_form(form) as attempt:
            services.update_municipality(municipality, by=person(request), changes=form.cleaned_data, version=version)
        if not attempt.refused:
            messages.success(request, _("Die Angaben sind gespeichert."))
            return redirect("accounts:settings")
    proposed = authorities.for_land(municipality.land)["supervisory_authority"]
    context = {"form": form, "town": municipality, "proposed": proposed}
    return render(request, "accounts/settings.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def departments(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "settings.manage")
    return render(request, "accounts/departments.html", {"departments": selectors.department_tree(municipality)})


@form_methods
@login_required
def department(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new department, or a change of one."""
    municipality = worked_in(request, "settings.manage")
    rows = Department.objects.visible_to(person(request)).filter(municipality=municipality)
    current = get_object_or_404(rows.select_related("parent"), pk=pk) if pk else None
    form = forms.DepartmentForm(request.POST or None, municipality=municipality, department=current)
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            if current is None:
                services.create_department(municipality, by=person(request), **form.cleaned_data)
            else:
                services.update_department(current, by=person(request), **form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Das Amt ist gespeichert."))
            return redirect("accounts:departments")
    context = {"form": form, "department": current}
    return render(request, "accounts/department.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def set_department_active(request: HttpRequest, pk: int, active: bool) -> HttpResponse:
    municipality = worked_in(request, "settings.manage")
    rows = Department.objects.visible_to(person(request)).filter(municipality=municipality)
    services.set_department_active(get_object_or_404(rows, pk=pk), by=person(request), active=active)
    messages.success(request, _("Das Amt ist wieder offen.") if active else _("Das Amt ist geschlossen."))
    return redirect("accounts:departments")


@form_methods
@login_required
def sign_in_service(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "settings.manage")
    service = SignInService.objects.filter(municipality=municipality).first()
    form = forms.SignInServiceForm(request.POST or None, service=service)
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.save_sign_in_service(municipality, by=person(request), **form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Der Anmeldedienst ist gespeichert. Prüfen Sie jetzt die Verbindung."))
            return redirect("accounts:sign-in-service")
    return _service_page(request, municipality, service, form)


@require_POST
@login_required
def test_sign_in_service(request: HttpRequest) -> HttpResponse:
    """Ask the stored service to describe itself, and show what it says."""
    municipality = worked_in(request, "settings.manage")
    service = get_object_or_404(SignInService, municipality=municipality)
    form = forms.SignInServiceForm(service=service)
    try:
        found = oidc.discover(service.issuer)
    except outbound.Unreachable as error:
        return _service_page(request, municipality, service, form, failure=error.message)
    return _service_page(request, municipality, service, form, found=found["issuer"])


def _service_page(
    request: HttpRequest,
    municipality: Municipality,
    service: SignInService | None,
    form: forms.SignInServiceForm,
    **result: str,
) -> HttpResponse:
    callback = ""
    if service is not None:
        provider = oidc.provider_id(municipality.pk, service.issuer)
        callback = f"{oidc.base_url()}{reverse('openid_connect_callback', args=[provider])}"
    context = {"form": form, "service": service, "callback": callback, **result}
    return render(request, "accounts/sign_in_service.html", context, status=422 if form.errors else 200)


@form_methods
@login_required
def platform_access(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "settings.manage")
    form = forms.PlatformAccessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.grant_platform_access(municipality, by=person(request), **form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Der Einblick ist gewährt."))
            return redirect("accounts:platform-access")
    grants = PlatformGrant.objects.filter(municipality=municipality).select_related("operator", "granted_by")
    context = {"form": form, "grants": grants.order_by("-granted_at")[:100]}
    return render(request, "accounts/platform_access.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def end_platform_access(request: HttpRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(PlatformGrant.objects.visible_to(person(request)), pk=pk)
    services.end_platform_access(grant, by=person(request))
    messages.success(request, _("Der Einblick ist beendet."))
    return redirect("accounts:platform-access")


def _operator(request: HttpRequest) -> None:
    if not permissions.has(request.user, "platform.manage"):
        raise NotAllowed()


@require_safe
@login_required
def platform(request: HttpRequest) -> HttpResponse:
    """All tenants of the instance: names and keys, no contents."""
    _operator(request)
    rows = Municipality.objects.annotate(
        people=Count("memberships__user", filter=Q(memberships__ended_at__isnull=True), distinct=True)
    )
    granted = {c.municipality.pk for c in selectors.municipality_choices(person(request)) if c.granted}
    context = {"municipalities": [(row, row.pk in granted) for row in rows.order_by("sort_key", "pk")]}
    return render(request, "accounts/platform.html", context)


@form_methods
@login_required
def new_municipality(request: HttpRequest) -> HttpResponse:
    _operator(request)
    form = forms.NewMunicipalityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.found_municipality(by=person(request), **form.cleaned_data)
        if not attempt.refused:
            messages.success(
                request,
                _(
                    "Die Kommune ist angelegt, die Einladung ist unterwegs. Nach der Anmeldung geht es unter „Einrichtung“ weiter."
                ),
            )
            return redirect("accounts:municipalities")
    return render(request, "accounts/new_municipality.html", {"form": form}, status=422 if form.errors else 200)


@form_methods
@login_required
def deactivate_municipality(request: HttpRequest, pk: int) -> HttpResponse:
    _operator(request)
    municipality = get_object_or_404(Municipality, pk=pk)
    if request.method == "POST":
        services.set_municipality_active(municipality, by=person(request), active=False)
        messages.success(request, _("Die Kommune ist abgeschaltet."))
        return redirect("accounts:municipalities")
    return render(request, "accounts/deactivate_municipality.html", {"town": municipality})


@require_POST
@login_required
def activate_municipality(request: HttpRequest, pk: int) -> HttpResponse:
    _operator(request)
    services.set_municipality_active(get_object_or_404(Municipality, pk=pk), by=person(request), active=True)
    messages.success(request, _("Die Kommune ist wieder an."))
    return redirect("accounts:municipalities")
