"""The few addresses of allauth that are in use. Its names are fixed: allauth asks for them itself."""

from allauth.mfa.base.views import index
from allauth.mfa.recovery_codes.views import download_recovery_codes, view_recovery_codes
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from accounts.views import sign_in as views

# allauth's form views answer PUT like POST, and redirect before they look at the method; nothing here needs it.
form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns: list[URLPattern] = [
    path("anmelden/", form(views.SignIn.as_view()), name="account_login"),
    path("anmelden/code/", form(views.Code.as_view()), name="mfa_authenticate"),
    path("anmelden/dienst/<slug:provider_id>/", views.service_sign_in, name="openid_connect_login"),
    path("anmelden/dienst/<slug:provider_id>/antwort/", views.service_answer, name="openid_connect_callback"),
    path("abmelden/", views.sign_out, name="account_logout"),
    path("konto/bestaetigen/", form(views.ConfirmPassword.as_view()), name="account_reauthenticate"),
    path("konto/bestaetigen/code/", form(views.ConfirmCode.as_view()), name="mfa_reauthenticate"),
    path("konto/zwei-schritte/", index, name="mfa_index"),
    path("konto/zwei-schritte/einrichten/", form(views.Activate.as_view()), name="mfa_activate_totp"),
    path("konto/zwei-schritte/abschalten/", form(views.Deactivate.as_view()), name="mfa_deactivate_totp"),
    path("konto/ersatzcodes/", view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "konto/ersatzcodes/neu/",
        form(views.NewRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path("konto/ersatzcodes/herunterladen/", download_recovery_codes, name="mfa_download_recovery_codes"),
]
