from django.urls import URLPattern, path

app_name = "api"
urlpatterns: list[URLPattern] = []
