"""A person's own account, passwords, and the invitation page."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode, urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import oidc, permissions, selectors, services, sso
from accounts.forms import sign_in as forms
from accounts.models import Invitation, Membership, User
from accounts.services import invitations
from accounts.views.place import at_the_form, person
from core.errors import NotAllowed

_RESET_KEY = "password_reset_token"
_BACKEND = "accounts.sso.LocalBackend"
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = forms.AccountForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        services.update_account(user, by=user, **form.cleaned_data)
        messages.success(request, _("Ihre Angaben sind gespeichert."))
        return redirect("accounts:profile")
    roles = (
        Membership.objects.active()
        .filter(user=user)
        .select_related("municipality", "department", "deputy_for__user", "delegated_by")
    )
    context = {
        "form": form,
        "roles": [(row.municipality, selectors.describe(row)) for row in roles],
        "has_second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@form_methods
@never_cache
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not user.signs_in_locally:
        raise NotAllowed(_("Sie melden sich über den Anmeldedienst Ihrer Kommune an. Dort ändern Sie Ihr Kennwort."))
    form = forms.ChangePasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        services.set_password(user, by=user, password=form.cleaned_data["password1"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Ihr Kennwort ist geändert. An anderen Geräten sind Sie jetzt abgemeldet."))
        return redirect("accounts:profile")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@form_methods
@never_cache
def forgotten_password(request: HttpRequest) -> HttpResponse:
    form = forms.ForgottenPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="reset_password", key=form.cleaned_data["login"].lower()):
            return ratelimit.respond_429(request)
        services.request_password_reset(form.cleaned_data["login"])
        return redirect("accounts:forgotten-password-sent")
    return render(request, "accounts/forgotten_password.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def forgotten_password_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/forgotten_password_sent.html")


@sensitive_post_parameters()
@form_methods
@never_cache
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """A one-time link from a mail or from the command line. The token moves from the address into the session."""
    user = _user_of(uid)
    if token != "setzen":  # noqa: S105 - not a secret
        request.session[_RESET_KEY] = token
        return redirect("accounts:new-password", uid=uid, token="setzen")  # noqa: S106
    if user is None or not default_token_generator.check_token(user, request.session.get(_RESET_KEY, "")):
        return render(request, "accounts/link_gone.html", status=410)
    form = forms.NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        services.set_password(user, by=user, password=form.cleaned_data["password1"])
        del request.session[_RESET_KEY]
        messages.success(request, _("Ihr Kennwort ist gesetzt. Melden Sie sich damit an."))
        return redirect("account_login")
    return render(request, "accounts/new_password.html", {"form": form}, status=422 if form.errors else 200)


def _user_of(uid: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(uid).decode())
        return User.objects.filter(pk=pk, is_active=True).first()
    except (ValueError, OverflowError):
        return None


@sensitive_post_parameters()
@form_methods
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of an invitation: what is offered, and the ways to take it."""
    try:
        return _open_invitation(request, invitations.find(token), token)
    except invitations.Closed as closed:
        return render(request, "accounts/invitation_gone.html", {"message": closed.message}, status=closed.status)


def _open_invitation(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    request.session[sso.INVITATION_KEY] = token
    if request.user.is_authenticated:
        return _for_signed_in(request, found, token)
    identity = request.session.get(sso.IDENTITY_KEY)
    if identity and _fits(identity, found):
        return _for_identity(request, found, token, identity)
    return _for_new_person(request, found, token)


def _for_signed_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    user = person(request)
    if request.method == "POST":
        services.accept_invitation(token, by=user)
        return _arrived(request, found)
    matches = user.email.lower() == found.email.lower()
    return render(request, "accounts/invitation_signed_in.html", {"invitation": found, "matches": matches})


def _fits(identity: dict[str, Any], found: Invitation) -> bool:
    """The identity comes from the inviting municipality's own issuer, or from the instance's default."""
    known = {app.provider_id for app in oidc.apps()}
    owner = oidc.municipality_of(identity["provider"])
    return (
        identity["provider"] in known
        and owner in (None, found.municipality_id)
        and (identity["email"].lower() == found.email.lower())
    )


def _for_identity(request: HttpRequest, found: Invitation, token: str, identity: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        user = services.accept_with_identity(token, **identity)
        del request.session[sso.IDENTITY_KEY]
        login(request, user, backend=_BACKEND)
        return _arrived(request, found)
    return render(request, "accounts/invitation_identity.html", {"invitation": found, "identity": identity})


def _for_new_person(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    known = services.local_account(found.email) is not None
    form = forms.AcceptForm(request.POST or None, user=User(username=found.email, email=found.email))
    if request.method == "POST" and not known and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("first_name", "last_name")}
        with at_the_form(form) as attempt:
            user = services.accept_as_new_person(token, password=form.cleaned_data["password1"], **values)
        if not attempt.refused:
            login(request, user, backend=_BACKEND)
            return _arrived(request, found)
    here = reverse("accounts:invitation", args=[token])
    context = {
        "invitation": found,
        "form": form,
        "known": known,
        "here": here,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
        "services": [
            app for app in oidc.apps() if oidc.municipality_of(app.provider_id) in (None, found.municipality_id)
        ],
    }
    return render(request, "accounts/invitation.html", context, status=422 if form.errors else 200)


def _arrived(request: HttpRequest, found: Invitation) -> HttpResponse:
    request.session.pop(sso.INVITATION_KEY, None)
    request.session["municipality"] = found.municipality_id
    permissions.forget(person(request))
    messages.success(request, _("Sie gehören jetzt zu %(name)s.") % {"name": found.municipality})
    return redirect("/verwaltung/")
