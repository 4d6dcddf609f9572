"""People of the municipality: roles, invitations, deputies, delegation, switching off."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.forms import people as forms
from accounts.models import Invitation, Membership, Municipality, User
from accounts.rules import conflicts, roles
from accounts.views.place import at_the_form, person, worked_in

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _person_here(municipality: Municipality, uuid: UUID) -> User:
    once_here = Membership.objects.filter(municipality=municipality)
    return get_object_or_404(User.objects.filter(memberships__in=once_here).distinct(), uuid=uuid)


def _role(request: HttpRequest, municipality: Municipality, pk: int) -> Membership:
    rows = Membership.objects.visible_to(person(request)).filter(municipality=municipality, ended_at__isnull=True)
    return get_object_or_404(rows.select_related("user", "department"), pk=pk)


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    invitations = municipality.invitations.open().select_related("department", "invited_by").order_by("-created_at")
    found = selectors.people(municipality)
    context = {
        "people": [(p.user, [selectors.describe(row) for row in p.roles]) for p in found],
        "former": selectors.former_people(municipality),
        "invitations": invitations,
        "can_release": selectors.can_release(municipality),
        "enough": selectors.ENOUGH_FOR_RELEASE,
        "conflicts": selectors.in_two_minds(found),
    }
    return render(request, "accounts/people.html", context)


@form_methods
@login_required
def invite(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    wanted = request.GET.get("rolle", "")
    initial = {"role": wanted} if wanted in roles.LABELS else {}
    form = forms.InviteForm(request.POST or None, municipality=municipality, initial=initial)
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.invite(municipality, by=person(request), **form.cleaned_data)
        if not attempt.refused:
            text = _("Die Einladung an %(email)s ist unterwegs.") % {"email": form.cleaned_data["email"]}
            messages.success(request, text)
            return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@login_required
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(person(request)), pk=pk)
    services.withdraw_invitation(invitation, by=person(request))
    messages.success(request, _("Die Einladung gilt nicht mehr."))
    return redirect("accounts:people")


@require_safe
@login_required
def person_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    user = _person_here(municipality, uuid)
    rows = selectors.lasting(municipality).filter(user=user).order_by("pk")
    context = {
        "shown": user,
        "roles": [(row, selectors.describe(row), row.deputy_for_id is None and not row.is_delegation) for row in rows],
        "is_self": user.pk == person(request).pk,
    }
    return render(request, "accounts/person.html", context)


@form_methods
@login_required
def add_role(request: HttpRequest, uuid: UUID) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    user = _person_here(municipality, uuid)
    form = forms.RoleForm(request.POST or None, municipality=municipality)
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.give_role(user, by=person(request), municipality=municipality, **form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Die Rolle ist vergeben."))
            return redirect("accounts:person", uuid=user.uuid)
    context = {"form": form, "shown": user, "title": _("Rolle geben")}
    return render(request, "accounts/role.html", context, status=422 if form.errors else 200)


@form_methods
@login_required
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    role = _role(request, municipality, pk)
    form = forms.RoleForm(request.POST or None, municipality=municipality, membership=role)
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.change_role(role, by=person(request), **form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Die Rolle ist geändert."))
            return redirect("accounts:person", uuid=role.user.uuid)
    context = {"form": form, "shown": role.user, "title": _("Rolle ändern")}
    return render(request, "accounts/role.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    role = _role(request, worked_in(request, "people.manage"), pk)
    services.end_role(role, by=person(request))
    messages.success(request, _("Die Rolle ist beendet."))
    return redirect("accounts:person", uuid=role.user.uuid)


@form_methods
@login_required
def add_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    role = _role(request, municipality, pk)
    form = forms.StandInForm(
        request.POST or None, municipality=municipality, without=role.user, label=_("Wer vertritt?")
    )
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.add_deputy(role, by=person(request), **form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Die Vertretung ist eingerichtet."))
            for reason in selectors.conflicting_roles(form.cleaned_data["user"], municipality):
                messages.warning(request, f"{reason} ({conflicts.NORM})")
            return redirect("accounts:person", uuid=role.user.uuid)
    context = {"form": form, "shown": role.user, "role": selectors.describe(role)}
    return render(request, "accounts/deputy.html", context, status=422 if form.errors else 200)


@form_methods
@login_required
def switch_off(request: HttpRequest, uuid: UUID) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    user = _person_here(municipality, uuid)
    if request.method == "POST":
        if services.switch_off(user, by=person(request), municipality=municipality):
            messages.success(request, _("%(name)s ist abgeschaltet und überall abgemeldet.") % {"name": user})
        else:
            text = _("Die Rollen von %(name)s in Ihrer Kommune sind beendet. Das Konto bleibt für andere Kommunen an.")
            messages.success(request, text % {"name": user})
        return redirect("accounts:people")
    return render(request, "accounts/switch_off.html", {"shown": user})


@require_POST
@login_required
def switch_on(request: HttpRequest, uuid: UUID) -> HttpResponse:
    municipality = worked_in(request, "people.manage")
    user = _person_here(municipality, uuid)
    services.switch_on(user, by=person(request), municipality=municipality)
    messages.success(request, _("Das Konto ist wieder an. Geben Sie jetzt eine Rolle."))
    return redirect("accounts:add-role", uuid=user.uuid)


@form_methods
@login_required
def delegation(request: HttpRequest) -> HttpResponse:
    municipality = worked_in(request, "release.delegate")
    user = person(request)
    form = forms.StandInForm(
        request.POST or None, municipality=municipality, without=user, label=_("Wer soll freigeben dürfen?")
    )
    if request.method == "POST" and form.is_valid():
        with at_the_form(form) as attempt:
            services.delegate_release(municipality, by=user, **form.cleaned_data)
        if not attempt.refused:
            messages.success(request, _("Die Freigabe ist übertragen."))
            return redirect("accounts:delegations")
    rows = selectors.lasting(municipality).filter(delegated_by__isnull=False).order_by("valid_until", "pk")
    context = {"form": form, "delegations": rows, "can_release": selectors.can_release(municipality)}
    return render(request, "accounts/delegation.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    municipality = worked_in(request, "release.delegate")
    rows = selectors.lasting(municipality).filter(delegated_by__isnull=False)
    services.end_delegation(get_object_or_404(rows, pk=pk), by=person(request))
    messages.success(request, _("Die Übertragung ist beendet."))
    return redirect("accounts:delegations")
