from django.urls import URLPattern, path, register_converter

from public import changes, consultations, feeds, figures, notices, open_data, prints, questions, views
from public.kinds import KindConverter

register_converter(KindConverter, "kind")

app_name = "public"
urlpatterns: list[URLPattern] = [
    path("", views.start, name="start"),
    path("offene-daten/", views.open_data, name="open-data"),
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap-index"),
    path("k/<slug:slug>/", views.municipality, name="municipality"),
    path("k/<slug:slug>/feed.atom", feeds.atom, name="feed"),
    path("k/<slug:slug>/aenderungen/", changes.newest, name="changes"),
    path("k/<slug:slug>/aenderungen/<int:year>-<int:month>/", changes.month, name="changes-month"),
    path("k/<slug:slug>/zahlen/", figures.figures, name="figures"),
    path("k/<slug:slug>/zahlen/<slug:key>.csv", figures.csv, name="figures-csv"),
    path("k/<slug:slug>/daten/", open_data.overview, name="data"),
    path("k/<slug:slug>/daten/verlauf.jsonl", open_data.history, name="data-history"),
    path("k/<slug:slug>/daten/<kind:kind>.<slug:suffix>", open_data.file, name="data-file"),
    path("k/<slug:slug>/sitemap.xml", feeds.sitemap, name="sitemap"),
    path("k/<slug:slug>/impressum/", views.imprint, name="imprint"),
    path("k/<slug:slug>/datenschutz/", views.privacy, name="privacy"),
    path("k/<slug:slug>/barrierefreiheit/", views.accessibility, name="accessibility"),
    path("k/<slug:slug>/fragen/", questions.questions, name="questions"),
    path("k/<slug:slug>/beteiligung/", consultations.consultations, name="consultations"),
    path("k/<slug:slug>/beteiligung/<uuid:uuid>/", consultations.consultation, name="consultation"),
    path("k/<slug:slug>/anfrage/<slug:token>/", questions.inquiry, name="inquiry"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/frage/", questions.ask, name="ask"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/", views.entry, name="entry"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/feed.atom", feeds.of_entry, name="entry-feed"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/eintrag.pdf", prints.entry, name="entry-pdf"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/hinweise/", notices.notices, name="notices"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/hinweise/qr.svg", notices.code_svg, name="notice-svg"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/hinweise/qr.png", notices.code_png, name="notice-png"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/hinweise/aushang/", notices.poster, name="poster"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/hinweise/aushang.pdf", prints.poster, name="poster-pdf"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/versionen/", views.versions, name="versions"),
    path("k/<slug:slug>/<kind:kind>/<slug:entry>/versionen/<int:number>/", views.version, name="version"),
    path(
        "k/<slug:slug>/<kind:kind>/<slug:entry>/versionen/<int:number>/vergleich/<int:other>/",
        views.difference,
        name="difference",
    ),
]
