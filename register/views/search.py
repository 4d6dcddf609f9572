"""One search box over everything."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from register import finding
from register.views.reach import trail

LONGEST = 200


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    groups = finding.find_everywhere(request.user, text) if text else []
    places = {hit.place for group in groups for hit in group["hits"]}
    context = {
        "text": text,
        "groups": groups,
        "several_places": len(places) > 1,
        "breadcrumb": trail(("Suche", "")),
    }
    return render(request, "register/search.html", context)
