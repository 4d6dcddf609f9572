from django.urls import URLPattern, path

from exchange.api import documentation, views

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("", views.Index.as_view(), name="index"),
    path("municipalities/", views.Municipalities.as_view(), name="municipalities"),
    path("systems/", views.Systems.as_view(), name="systems"),
    path("systems/<uuid:uuid>/", views.System.as_view(), name="system"),
    path("systems/<uuid:uuid>/versions/<int:number>/", views.SystemVersion.as_view(), name="system-version"),
    path("use-cases/", views.UseCases.as_view(), name="use-cases"),
    path("datasets/", views.Datasets.as_view(), name="datasets"),
    path("datasets/<uuid:uuid>/", views.Dataset.as_view(), name="dataset"),
    path("datasets/<uuid:uuid>/versions/<int:number>/", views.DatasetVersion.as_view(), name="dataset-version"),
    path("export.jsonl", views.Export.as_view(), name="export"),
    path("feed", views.Feed.as_view(), name="feed"),
    path("schema/", documentation.SchemaView.as_view(), name="schema"),
]
