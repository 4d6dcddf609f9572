"""Addresses of the import, below /verwaltung/import/."""

from django.urls import URLPattern, path

from exchange import views_export as exports
from exchange import views_import as views

app_name = "imports"
urlpatterns: list[URLPattern] = [
    path("", views.start, name="start"),
    path("beispiel.xlsx", views.sample, name="sample"),
    path("register.xlsx", exports.book, name="export-book"),
    path("auszug/<slug:kind>.<slug:suffix>", exports.one_list, name="export-list"),
    path("<uuid:uuid>/", views.run, name="run"),
    path("<uuid:uuid>/zuordnung/", views.assign, name="assign"),
    path("<uuid:uuid>/uebernehmen/", views.take_over, name="take-over"),
    path("<uuid:uuid>/zuruecknehmen/", views.undo, name="undo"),
    path("<uuid:uuid>/verwerfen/", views.discard, name="discard"),
    path("<uuid:uuid>/fehler.xlsx", views.feedback_file, name="feedback"),
    path("<uuid:uuid>/stand/", views.status, name="status"),
]
