"""Addresses of the Verarbeitungsverzeichnis and the data map, below /verwaltung/."""

from django.urls import URLPattern, path

from compliance.views import activities, datamap, documents, lines, lists, systems

app_name = "compliance"
urlpatterns: list[URLPattern] = [
    path("vvt/", activities.activities, name="activities"),
    path("vvt/neu/", activities.new, name="activity-new"),
    path("vvt/aus-ki-system/", systems.from_system, name="activity-from-system"),
    path("vvt/erklaerung/", documents.declare, name="vvt-declare"),
    path("vvt/dokumente/", documents.documents, name="vvt-reports"),
    path("vvt/dokumente/neu/", documents.request_document, name="vvt-request"),
    path("vvt/dokumente/<uuid:uuid>/", documents.document, name="vvt-report"),
    path("vvt/dokumente/<uuid:uuid>/stand/", documents.status, name="vvt-status"),
    path("vvt/dokumente/<uuid:uuid>/noch-einmal/", documents.retry, name="vvt-retry"),
    path("vvt/dokumente/<uuid:uuid>/pdf/", documents.download, name="vvt-download"),
    path("vvt/dokumente/<uuid:uuid>/<str:kind>/", documents.download_other, name="vvt-download-other"),
    path("vvt/im-auftrag/", activities.commissioned, name="commissioned"),
    path("vvt/im-auftrag/neu/", activities.new_commissioned, name="commissioned-new"),
    path("vvt/loeschkonzept/", lists.retention, name="retention"),
    path("vvt/folgenabschaetzungen/", lists.dpia, name="dpia"),
    path("datenkarte/", datamap.overview, name="datamap"),
    path("datenkarte/ausserhalb-der-eu/", datamap.abroad, name="datamap-abroad"),
    path("datenkarte/ausfall/", datamap.outage, name="datamap-party"),
    path("datenkarte/auszug/<uuid:uuid>/", datamap.document, name="datamap-pdf"),
    path("datenkarte/<slug:kind>/<uuid:uuid>/", datamap.from_thing, name="datamap-from"),
    path("vvt/<uuid:uuid>/", activities.activity, name="activity"),
    path("vvt/<uuid:uuid>/bearbeiten/", activities.edit, name="activity-edit"),
    path("vvt/<uuid:uuid>/loeschregeln/", lines.retention_rules, name="activity-retention"),
    path("vvt/<uuid:uuid>/verantwortliche/", lines.commissioners, name="activity-commissioners"),
    path("vvt/<uuid:uuid>/beenden/", activities.end, name="activity-end"),
    path("vvt/<uuid:uuid>/wieder-aufnehmen/", activities.reopen, name="activity-reopen"),
    path("vvt/<uuid:uuid>/staende/<int:number>/", activities.version, name="activity-version"),
    path("vvt/<uuid:uuid>/ki-systeme/", systems.link, name="activity-link"),
    path("vvt/<uuid:uuid>/ki-systeme/<uuid:system>/loesen/", systems.unlink, name="activity-unlink"),
    path("vvt/<uuid:uuid>/rechte-nachreichen/", systems.hand_down_rights, name="activity-rights"),
]
