"""Addresses of sign-in (names as allauth calls them) and of the pages about people and settings."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.urls_pages import urlpatterns as pages
from accounts.urls_sign_in import urlpatterns as sign_in

urlpatterns: list[URLPattern | URLResolver] = [*sign_in, path("", include((pages, "accounts")))]
