from django.urls import URLPattern, path

app_name = "core"
urlpatterns: list[URLPattern] = []
