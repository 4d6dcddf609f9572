from django.urls import URLPattern, path

from exchange import well_known

app_name = "well_known"
urlpatterns: list[URLPattern] = [
    path("ki-register", well_known.register, name="ki-register"),
    path("security.txt", well_known.security, name="security"),
]
