"""Addresses of public things. Absolute ones start with BASE_URL, never with what a request claims to be asked at."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from public.kinds import KINDS


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def municipality_url(slug: str) -> str:
    return reverse("public:municipality", args=[slug])


def feed_url(slug: str, department: str = "") -> str:
    query = f"?{urlencode({'department': department})}" if department else ""
    return reverse("public:feed", args=[slug]) + query


def entry_url(document: Any) -> str:
    """Page of a public document (or anything with kind, slug and municipality)."""
    return reverse("public:entry", args=[document.municipality.slug, KINDS[document.kind], document.slug])


def json_url(kind: str, uuid: object, number: int | None = None) -> str:
    path = f"/api/v1/{KINDS[kind].api}/{uuid}/"
    return f"{path}versions/{number}/" if number is not None else path
