from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path


def entry(request: HttpRequest, uuid: object) -> HttpResponse:
    return HttpResponse(str(uuid))


app_name = "register"
urlpatterns: list[URLPattern] = [path("eintraege/<uuid:uuid>/", entry, name="entry")]
