"""The market surveillance authorities of the Länder, kept by the operator of the instance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.rules import keys
from compliance import services
from compliance.models import MarketAuthority
from core.errors import NotAllowed
from core.kern import GermanDateField
from core.text import format_date
from register.forms import add_service_errors

TITLE = "Marktüberwachung"


class AuthorityForm(forms.ModelForm):
    class Meta:
        model = MarketAuthority
        fields = ("name", "contact", "norm", "checked_on")
        field_classes = {"checked_on": GermanDateField}
        widgets = {"contact": forms.Textarea(attrs={"rows": 4})}


def _require(request: HttpRequest) -> None:
    if not permissions.has(request.user, "platform.manage"):
        raise NotAllowed()


@login_required
@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    _require(request)
    known = {row.land: row for row in MarketAuthority.objects.all()}
    tasks = [_task(land, name, known.get(land)) for land, name in keys.LAENDER.items()]
    context = {"groups": [{"title": "", "tasks": tasks}], "title": TITLE, "breadcrumb": _trail()}
    return render(request, "compliance/market_authorities.html", context)


def _task(land: str, name: str, row: MarketAuthority | None) -> dict[str, Any]:
    return {
        "label": name,
        "url": reverse("compliance:market-authority", args=[land]),
        "hint": row.name if row else "Noch keine Behörde eingetragen. In den Dokumenten steht „bitte prüfen“.",
        "done": row is not None,
        "status": f"Geprüft am {format_date(row.checked_on)}" if row else "Offen",
        "tone": "neutral",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def authority(request: HttpRequest, land: str) -> HttpResponse:
    _require(request)
    if land not in keys.LAENDER:
        raise Http404
    form = AuthorityForm(request.POST or None, instance=MarketAuthority.objects.filter(land=land).first())
    if request.method == "POST" and form.is_valid():
        try:
            services.set_market_authority(land, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"Die Behörde für {keys.LAENDER[land]} ist gespeichert.")
            return redirect("compliance:market-authorities")
    context = {"form": form, "title": keys.LAENDER[land], "breadcrumb": _trail(keys.LAENDER[land])}
    return render(request, "compliance/market_authority.html", context, status=422 if form.errors else 200)


def _trail(*steps: str) -> list[dict[str, str]]:
    start = [("Übersicht", reverse("register:start")), (TITLE, reverse("compliance:market-authorities"))]
    return [{"label": label, "url": url} for label, url in (*start, *((step, "") for step in steps))]
