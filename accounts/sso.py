"""How people get in: the adapters through which django-allauth asks us."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import oidc, outbound, permissions, vault
from accounts.models import User
from accounts.services import local_account

INVITATION_KEY = "invitation"
IDENTITY_KEY = "identity"

# One sentence for every reason, so that nobody learns which account exists.
_WRONG = _("Benutzername oder Kennwort stimmt nicht. Bitte prüfen Sie beides.")
_TOO_MANY = _("Zu viele Versuche. Bitte warten Sie eine Viertelstunde.")
_WRONG_CODE = _("Der Code stimmt nicht oder ist abgelaufen. Geben Sie den Code ein, den Ihre App gerade zeigt.")

# allauth's own messages in our words; those that are missing here are not shown at all.
_MESSAGES = {
    "mfa/messages/totp_activated.txt": _("Die Anmeldung in zwei Schritten ist eingeschaltet."),
    "mfa/messages/totp_deactivated.txt": _("Die Anmeldung in zwei Schritten ist abgeschaltet."),
    "mfa/messages/recovery_codes_generated.txt": _("Es gibt neue Ersatzcodes. Die alten gelten nicht mehr."),
}


class LocalBackend(ModelBackend):
    """Name or e-mail address and password; the same amount of work whether or not the account exists."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or not password:
            return None
        user = local_account(username)
        if user is None:
            make_password(password)
            return None
        correct = user.check_password(password)
        return user if correct and user.is_active else None


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """What failed attempts are counted under: the account, however its name was written."""
    given = (credentials or {}).get("username") or ""
    user = local_account(str(given))
    return user.username if user else str(given).strip().lower()[:150]


def client_ip(request: HttpRequest) -> str:
    """The address that counts for locks: behind a proxy the one that the proxy itself has seen."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return seen.rpartition(",")[2].strip()[:45] or str(request.META.get("REMOTE_ADDR", ""))


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return render(request, "account/locked.html", status=429)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _WRONG,
        "email_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": _("Das Kennwort stimmt nicht."),
        "enter_current_password": _("Das bisherige Kennwort stimmt nicht."),
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from invitations alone."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        assert isinstance(user, User) or user.is_authenticated
        rights = permissions.rights(user)
        if not rights and (token := request.session.get(INVITATION_KEY)):
            return reverse("accounts:invitation", args=[token])
        if not rights:
            return reverse("accounts:no-role")
        if all(right.municipality_id is None for right in rights):
            return reverse("accounts:municipalities")
        return str(settings.LOGIN_REDIRECT_URL)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return render(request, "account/switched_off.html", status=403)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        text = _MESSAGES.get(message_template or "")
        if text:
            super().add_message(request, level, message=str(text))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def is_ajax(self, request: HttpRequest) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _WRONG_CODE,
        "cannot_generate_recovery_codes": _("Ersatzcodes gibt es erst, wenn die Anmeldung in zwei Schritten an ist."),
    }

    def encrypt(self, text: str) -> str:
        return vault.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return vault.unseal(encrypted_text)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The municipalities' services and the instance's default; allauth's own tables are not asked."""
        return [
            app
            for app in oidc.apps()
            if (provider is None or provider in (app.provider_id, app.provider))
            and (client_id is None or client_id == app.client_id)
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> oidc.Provider:
        apps = [app for app in self.list_apps(request) if app.provider_id == provider]
        if not apps:
            raise SocialApp.DoesNotExist
        return oidc.Provider(request, app=apps[0])

    def get_requests_session(self) -> Any:
        return outbound.session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def is_email_verified(self, provider: Any, email: str) -> bool:
        return False

    def authenticate_by_email(self, login: SocialLogin) -> None:
        """An address proves nothing: identities are keyed by issuer and subject alone."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """A known identity goes on; an unknown one needs an invitation."""
        if sociallogin.is_existing:
            self._require_role(request, sociallogin)
            return
        token = request.session.get(INVITATION_KEY)
        address = next((a for a in sociallogin.email_addresses if a.verified is True), None)
        user = sociallogin.user
        if token and address:
            request.session[IDENTITY_KEY] = {
                "provider": sociallogin.account.provider,
                "subject": sociallogin.account.uid,
                "email": address.email,
                "first_name": user.first_name,
                "last_name": user.last_name,
            }
            raise ImmediateHttpResponse(redirect("accounts:invitation", token=token))
        raise ImmediateHttpResponse(render(request, "account/no_role.html", {"known": False}, status=403))

    def _require_role(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        invited = request.session.get(INVITATION_KEY)
        user = sociallogin.user
        if user.is_active and not invited and not permissions.rights(user):
            raise ImmediateHttpResponse(render(request, "account/no_role.html", {"known": True}, status=403))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        cancelled = error == "cancelled"
        page = render(request, "account/service_failed.html", {"cancelled": cancelled}, status=403)
        raise ImmediateHttpResponse(page)


def wrong_code() -> ValidationError:
    return ValidationError(_WRONG_CODE, code="incorrect_code")
