"""The few addresses of allauth that are in use. Its names are fixed: allauth asks for them itself."""

from allauth.mfa.base.views import index
from allauth.mfa.recovery_codes.views import download_recovery_codes, view_recovery_codes
from django.urls import URLPattern, path

from accounts.views import sign_in as views

# allauth's form views answer PUT like POST; nothing here needs it.
FORM = ["get", "head", "post"]

urlpatterns: list[URLPattern] = [
    path("anmelden/", views.SignIn.as_view(http_method_names=FORM), name="account_login"),
    path("anmelden/code/", views.Code.as_view(http_method_names=FORM), name="mfa_authenticate"),
    path("anmelden/dienst/<slug:provider_id>/", views.service_sign_in, name="openid_connect_login"),
    path("anmelden/dienst/<slug:provider_id>/antwort/", views.service_answer, name="openid_connect_callback"),
    path("abmelden/", views.sign_out, name="account_logout"),
    path("konto/bestaetigen/", views.ConfirmPassword.as_view(http_method_names=FORM), name="account_reauthenticate"),
    path("konto/bestaetigen/code/", views.ConfirmCode.as_view(http_method_names=FORM), name="mfa_reauthenticate"),
    path("konto/zwei-schritte/", index, name="mfa_index"),
    path("konto/zwei-schritte/einrichten/", views.Activate.as_view(http_method_names=FORM), name="mfa_activate_totp"),
    path(
        "konto/zwei-schritte/abschalten/", views.Deactivate.as_view(http_method_names=FORM), name="mfa_deactivate_totp"
    ),
    path("konto/ersatzcodes/", view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "konto/ersatzcodes/neu/",
        views.NewRecoveryCodes.as_view(http_method_names=FORM),
        name="mfa_generate_recovery_codes",
    ),
    path("konto/ersatzcodes/herunterladen/", download_recovery_codes, name="mfa_download_recovery_codes"),
]
