"""Addresses of the register's working area, below /verwaltung/."""

from django.urls import URLPattern, path

from register.views import (
    check,
    entries,
    history,
    home,
    lists,
    master_data,
    notifications,
    review,
    sections,
    sharing,
    steps,
)

app_name = "register"
urlpatterns: list[URLPattern] = [
    path("", home.start, name="start"),
    path("ki-systeme/", lists.systems, name="systems"),
    path("ki-systeme/neu/", lists.new_system, name="system-new"),
    path("datenbestaende/", lists.datasets, name="datasets"),
    path("datenbestaende/neu/", lists.new_dataset, name="dataset-new"),
    path("speicherorte/", master_data.storage_list, name="storage-list"),
    path("speicherorte/neu/", master_data.storage_new, name="storage-new"),
    path("speicherorte/<uuid:uuid>/", master_data.storage, name="storage"),
    path("empfaenger/", master_data.recipient_list, name="recipient-list"),
    path("empfaenger/neu/", master_data.recipient_new, name="recipient-new"),
    path("empfaenger/<uuid:uuid>/", master_data.recipient, name="recipient"),
    path("eintraege/<uuid:uuid>/", entries.entry, name="entry"),
    path("eintraege/<uuid:uuid>/abschnitte/<slug:slug>/", sections.section, name="section"),
    path("eintraege/<uuid:uuid>/nicht-veroeffentlicht/", sections.withheld, name="withheld"),
    path("eintraege/<uuid:uuid>/pruefen/", check.check, name="check"),
    path("eintraege/<uuid:uuid>/eingereicht/<int:number>/", check.submitted, name="submitted"),
    path("eintraege/<uuid:uuid>/pruefung/", review.review, name="review"),
    path("eintraege/<uuid:uuid>/kommentare/", review.comment, name="comment"),
    path("eintraege/<uuid:uuid>/kommentare/<int:pk>/erledigt/", review.resolve, name="resolve"),
    path("eintraege/<uuid:uuid>/offene-punkte/", review.open_points, name="open-points"),
    path("eintraege/<uuid:uuid>/schritte/<slug:slug>/", steps.step, name="step"),
    path("eintraege/<uuid:uuid>/fassungen/<int:number>/schwaerzen/", steps.redact, name="redact"),
    path("eintraege/<uuid:uuid>/freischalten/", sharing.share, name="share"),
    path("eintraege/<uuid:uuid>/freischalten/<uuid:person>/ende/", sharing.unshare, name="unshare"),
    path("eintraege/<uuid:uuid>/verlauf/", history.history, name="history"),
    path("massnahmen/<int:pk>/", steps.measure, name="measure"),
    path("mitteilungen/", notifications.notifications, name="notifications"),
    path("mitteilungen/gelesen/", notifications.mark_read, name="notifications-read"),
    path("protokoll/", history.log, name="log"),
]
