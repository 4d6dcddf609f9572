"""Sign-in, second factor, sign-out, and the way through a sign-in service."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.internal.decorators import login_not_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import oidc, outbound, sso
from accounts.forms import sign_in as forms


class _Refused:
    """A form that was refused answers 422, so that scripts and tests can tell it from a page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class _Lockable:
    """No attempt at all for an account that is locked; asked again for every request."""

    def locked(self, request: HttpRequest, user: Any) -> bool:
        return not AxesProxyHandler.is_allowed(request, {"username": user.get_username()})


@method_decorator(never_cache, name="dispatch")
class SignIn(_Refused, account.LoginView):
    form_class = forms.SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "services": oidc.apps(), "next": self.get_next_url() or ""}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("/")


@method_decorator(never_cache, name="dispatch")
class Code(_Lockable, mfa.AuthenticateView):
    form_class = forms.CodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form is None:
            return redirect("mfa_authenticate")
        return super().post(request, *args, **kwargs)

    def _build_forms(self) -> Any:
        # The form tries the code when it is checked; a locked account must not come that far.
        if self.locked(self.request, self.stage.login.user):
            raise Locked
        if self.request.method == "POST" and "code" not in self.request.POST:
            self.auth_form, self.webauthn_form = self.get_form_class()(user=self.stage.login.user), None
            return None
        return super()._build_forms()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Locked:
            return sso.locked_out(request)

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Locked(Exception):
    """Too many failures for this account from this address."""


@method_decorator(login_required, name="dispatch")
class ConfirmPassword(_Refused, _Lockable, account.ReauthenticateView):
    form_class = forms.ConfirmPasswordForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return sso.locked_out(request) if self.locked(request, request.user) else super().post(request, *args, **kwargs)


@method_decorator(login_required, name="dispatch")
class ConfirmCode(_Refused, _Lockable, mfa.ReauthenticateView):
    form_class = forms.ConfirmCodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return sso.locked_out(request) if self.locked(request, request.user) else super().post(request, *args, **kwargs)


@method_decorator(login_required, name="dispatch")
class Activate(_Refused, totp.ActivateTOTPView):
    form_class = forms.ActivateForm


@method_decorator(login_required, name="dispatch")
class Deactivate(totp.DeactivateTOTPView):
    pass


@method_decorator(login_required, name="dispatch")
class NewRecoveryCodes(recovery.GenerateRecoveryCodesView):
    pass


@require_POST
@login_not_required
def service_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the sign-in service. A POST, so that no foreign page can send people there."""
    try:
        view = OAuth2LoginView.adapter_view(oidc.Adapter(request, provider_id))
        # allauth asks once more on GET; the button of our page is the question.
        return _by_refresh(request, view(request))
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except outbound.Unreachable as error:
        return render(request, "account/service_failed.html", {"message": error.message}, status=503)


def _by_refresh(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Browsers hold a redirect after a form against the page's rule that forms lead to ourselves alone
    (form-action), so the way out is a page that moves on by itself."""
    if answer.status_code != 302:
        return answer
    target = answer.headers["Location"]
    page = render(request, "account/to_service.html", {"target": target})
    page.headers["Refresh"] = f"0; url={target}"
    # The address carries state and nonce: nobody keeps it.
    page.headers["Cache-Control"] = "no-store"
    return page


@require_GET
@never_cache
@login_not_required
def service_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the sign-in service."""
    try:
        return oidc.Callback.adapter_view(oidc.Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error


@require_GET
@login_required
def no_role(request: HttpRequest) -> HttpResponse:
    """Signed in, but nobody has given a role yet."""
    return render(request, "account/no_role.html", {"known": True}, status=403)
