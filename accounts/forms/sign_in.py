"""Sign-in, second factor, passwords, invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_PASSWORD_HINT = _("Mindestens 12 Zeichen. Mehrere Wörter hintereinander sind leicht zu merken und sicher.")


def password_field(label: StrOrPromise, *, new: bool = False, hint: StrOrPromise = "") -> forms.CharField:
    kind = "new-password" if new else "current-password"
    widget = forms.PasswordInput(attrs={"autocomplete": kind})
    return forms.CharField(label=label, strip=False, max_length=256, widget=widget, help_text=hint)


def code_field(hint: StrOrPromise) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "ol-input--short"}
    )
    return forms.CharField(label=_("Code"), max_length=20, widget=widget, help_text=hint)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
        self.fields["login"] = forms.CharField(label=_("Benutzername oder E-Mail-Adresse"), max_length=254, widget=name)
        self.fields["password"] = password_field(_("Kennwort"))
        self.order_fields(["login", "password"])

    def user_credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class ConfirmPasswordForm(ReauthenticateForm):
    password = password_field(_("Kennwort"))


class _CountsFailures:
    """Wrong codes count like wrong passwords, in the same table, for every process."""

    user: User

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        super()._emit_authentication_failed(authenticator)  # type: ignore[misc]
        credentials = {"username": self.user.get_username()}
        user_login_failed.send(sender=type(self), credentials=credentials, request=context.request)


class CodeForm(_CountsFailures, AuthenticateForm):
    code = code_field(_("Der Code aus Ihrer App, oder einer Ihrer Ersatzcodes."))


class ConfirmCodeForm(_CountsFailures, ReauthenticateCodeForm):
    code = code_field(_("Der Code aus Ihrer App, oder einer Ihrer Ersatzcodes."))


class ActivateForm(ActivateTOTPForm):
    code = code_field(_("Die sechs Ziffern, die Ihre App jetzt zeigt."))


class ForgottenPasswordForm(forms.Form):
    login = forms.CharField(
        label=_("Benutzername oder E-Mail-Adresse"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class NewPasswordForm(forms.Form):
    password1 = password_field(_("Neues Kennwort"), new=True, hint=_PASSWORD_HINT)
    password2 = password_field(_("Neues Kennwort wiederholen"), new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        password_validation.validate_password(password, self.user)
        return password

    def clean_password2(self) -> str:
        again = str(self.cleaned_data["password2"])
        if "password1" in self.cleaned_data and self.cleaned_data["password1"] != again:
            raise ValidationError(_("Die beiden Kennwörter sind verschieden."))
        return again


class ChangePasswordForm(NewPasswordForm):
    current = password_field(_("Bisheriges Kennwort"))
    field_order = ["current", "password1", "password2"]

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        if not self.user.check_password(current):
            raise ValidationError(_("Das bisherige Kennwort stimmt nicht."))
        return current


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "position", "mail_notifications"]
        labels = {"first_name": _("Vorname"), "last_name": _("Nachname")}


class AcceptForm(NewPasswordForm):
    """A new person with a local account."""

    first_name = forms.CharField(
        label=_("Vorname"), max_length=150, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Nachname"), max_length=150, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    field_order = ["first_name", "last_name", "password1", "password2"]
