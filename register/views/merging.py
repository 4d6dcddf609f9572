"""The page on which somebody who was overtaken decides field by field. Nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import audit
from core.text import format_moment
from register.forms import merging

_NOT_CARRIED = ("csrfmiddlewaretoken", "version", "seen", "first", merging.ASKED)


def merge_page(
    request: HttpRequest,
    *,
    typed: forms.BaseForm,
    current: forms.BaseForm,
    keys: Sequence[str],
    row: Any,
    **context: Any,
) -> HttpResponse:
    """Answer 409 with both values; 422 where a choice is still missing."""
    seen, first = request.POST.get("seen", ""), request.POST.get("first") or request.POST.get("version", "")
    lines = merging.compare(typed, current, keys, seen=seen)
    who = changes_since(row, int(first) if first.isdecimal() else 0)
    missing = merging.unanswered(request.POST)
    page = {
        "conflicts": [
            {"line": line, "who": who.get(line.key, ""), "chosen": request.POST.get(f"{merging.CHOICE}{line.key}", "")}
            for line in lines
            if line.changed_by == merging.BOTH
        ],
        "merged": [{"line": line, "who": who.get(line.key, "")} for line in lines if line.changed_by != merging.BOTH],
        "carried": _carried(request, current, [line.key for line in lines if line.changed_by == merging.THEIRS]),
        "version": row.version,
        "seen": seen,
        "first": first,
        "problems": [
            {"text": f"Wählen Sie bei „{typed.fields[key].label}“, welche Angabe gilt.", "anchor": f"wahl-{key}"}
            for key in missing
            if key in typed.fields
        ],
        **context,
    }
    return render(request, "register/merge.html", page, status=422 if missing else 409)


def _carried(request: HttpRequest, current: forms.BaseForm, theirs: Iterable[str]) -> list[tuple[str, str]]:
    """Everything that was typed as hidden inputs, with the stored value where only somebody else has changed it."""
    data = request.POST.copy()
    for key in theirs:
        merging.replace(data, current, key)
    names = [name for name in data if name not in _NOT_CARRIED and not name.startswith(merging.CHOICE)]
    return [(name, value) for name in names for value in data.getlist(name)]


def changes_since(row: models.Model, version: int) -> dict[str, str]:
    """Which fields others have changed since this version: who and when, from the audit trail."""
    found: dict[str, str] = {}
    for record in audit.actions_of(row).filter(action__endswith=".changed")[:50]:
        if record.data.get("version", 0) <= version:
            continue
        for key in record.data.get("fields", []):
            found.setdefault(key, f"{record.actor}, {format_moment(record.at)}")
    return found
