"""Every address of the program, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from config import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("verwaltung/", include("register.urls")),
    path("verwaltung/", include("compliance.urls")),
    path("verwaltung/", include("usecases.urls")),
    path("verwaltung/", include("inquiries.urls")),
    path("verwaltung/", include("core.urls")),
    path("verwaltung/import/", include("exchange.urls_import")),
    path("melden/", include("register.urls_reporting")),
    path("kalender/", include("compliance.urls_calendar")),
    path("api/v1/", include("exchange.urls_api")),
    path(".well-known/", include("exchange.urls_well_known")),
    path("", include("accounts.urls")),
    path("", include("public.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
