"""Addresses for people without an account who report a tool, below /melden/."""

from django.urls import URLPattern, path

from register.views import report_links

app_name = "reporting"
urlpatterns: list[URLPattern] = [
    path("<str:token>/", report_links.report, name="report"),
    path("<str:token>/danke/", report_links.thanks, name="thanks"),
]
