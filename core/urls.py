"""Addresses of jobs in the background, below /verwaltung/."""

from django.urls import URLPattern, path

from core import views

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("auftraege/<uuid:pk>/", views.job, name="job"),
    path("auftraege/<uuid:pk>/stand/", views.job_status, name="job-status"),
    path("auftraege/<uuid:pk>/ergebnis/", views.job_result, name="job-result"),
    path("auftraege/<uuid:pk>/wiederholen/", views.job_retry, name="job-retry"),
]
