"""Addresses of the desk, below /verwaltung/."""

from django.urls import URLPattern, path

from inquiries.views import consultations, desk, steps

app_name = "inquiries"
urlpatterns: list[URLPattern] = [
    path("anfragen/", desk.desk, name="desk"),
    path("anfragen/regeln/", desk.rules, name="rules"),
    path("anfragen/<uuid:uuid>/", desk.inquiry, name="inquiry"),
    path("anfragen/<uuid:uuid>/antwort/", steps.answer, name="answer"),
    path("anfragen/<uuid:uuid>/pruefen/", steps.check, name="check"),
    path("anfragen/<uuid:uuid>/weiterleiten/", steps.route, name="route"),
    path("anfragen/<uuid:uuid>/einordnen/", steps.label, name="label"),
    path("anfragen/<uuid:uuid>/schliessen/", steps.close, name="close"),
    path("anfragen/<uuid:uuid>/verlaengern/", steps.extend, name="extend"),
    path("anfragen/<uuid:uuid>/veroeffentlichen/", steps.release, name="release"),
    path("vorhaben/<uuid:uuid>/beteiligung/neu/", consultations.new, name="consultation-new"),
    path("beteiligung/<uuid:uuid>/", consultations.consultation, name="consultation"),
    path("beteiligung/<uuid:uuid>/bearbeiten/", consultations.edit, name="consultation-edit"),
    path("beteiligung/<uuid:uuid>/freigeben/", consultations.release, name="consultation-release"),
    path("anfragen/<uuid:uuid>/zuruecknehmen/", steps.withdraw, name="withdraw"),
]
