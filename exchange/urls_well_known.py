from django.urls import URLPattern, path

app_name = "well_known"
urlpatterns: list[URLPattern] = []
