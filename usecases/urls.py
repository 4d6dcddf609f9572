"""Addresses of the portfolio, below /verwaltung/."""

from django.urls import URLPattern, path

from usecases.views import guideline, staff, tools, training

app_name = "usecases"
urlpatterns: list[URLPattern] = [
    path("kompetenz/", training.training, name="training"),
    path("kompetenz/nachweis/", training.proof, name="training-proof"),
    path("kompetenz/nachweis/<uuid:uuid>/", training.proof_file, name="training-proof-file"),
    path("schulungen/", training.courses, name="courses"),
    path("schulungen/neu/", training.course_new, name="course-new"),
    path("schulungen/termine/<uuid:uuid>/", training.session, name="session"),
    path("schulungen/termine/<uuid:uuid>/teilgenommen/", staff.attended, name="session-attended"),
    path("schulungen/<uuid:uuid>/", training.course, name="course"),
    path("schulungen/<uuid:uuid>/bearbeiten/", training.course_edit, name="course-edit"),
    path("schulungen/<uuid:uuid>/termin/", training.session_new, name="session-new"),
    path("werkzeuge/", tools.tools, name="tools"),
    path("werkzeuge/neu/", tools.tool_new, name="tool-new"),
    path("werkzeuge/<uuid:uuid>/", tools.tool_edit, name="tool-edit"),
    path("werkzeuge/<uuid:uuid>/beenden/", tools.tool_end, name="tool-end"),
    path("ansprechstellen/", tools.contacts, name="contacts"),
    path("ansprechstellen/neu/", tools.contact_new, name="contact-new"),
    path("ansprechstellen/<uuid:uuid>/", tools.contact_edit, name="contact-edit"),
    path("ansprechstellen/<uuid:uuid>/entfernen/", tools.contact_remove, name="contact-remove"),
    path("richtlinie/", guideline.guideline, name="guideline"),
    path("richtlinie/entwurf/", guideline.draft, name="guideline-draft"),
    path("richtlinie/in-kraft-setzen/", guideline.enact, name="guideline-enact"),
    path("richtlinie/pdf/<uuid:uuid>/", guideline.file, name="guideline-file"),
    path("richtlinie/<uuid:uuid>/", guideline.version, name="guideline-version"),
    path("richtlinie/<uuid:uuid>/vergleich/<int:number>/", guideline.difference, name="guideline-difference"),
    path("richtlinie/<uuid:uuid>/pdf/", guideline.pdf, name="guideline-pdf"),
    path("richtlinie/<uuid:uuid>/gelesen/", guideline.acknowledge, name="guideline-acknowledge"),
    path("richtlinie/<uuid:uuid>/zahlen/", guideline.count, name="guideline-count"),
    path("personenbezogenes/", staff.agreement, name="agreement"),
    path("personenbezogenes/vereinbarung/", staff.agreement_new, name="agreement-new"),
    path("personenbezogenes/<uuid:uuid>/beenden/", staff.agreement_end, name="agreement-end"),
]
