"""Two people, one form: field by field, whose value counts.

A form carries a short digest of every value that it showed (`seen`). With it, and with what is stored now, each field
tells whether the reader changed it, somebody else did, or both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict

from core.text import format_date

MINE, THEIRS, BOTH = "mine", "theirs", "both"
CHOICE, ASKED, STORED = "wahl-", "konflikt", "gespeichert"
_LENGTH = 12


@dataclass(frozen=True)
class Line:
    """A field in which the typed value is not the stored one, and who of the two has changed it."""

    key: str
    label: str
    mine: str
    theirs: str
    changed_by: str


def digests(form: forms.BaseForm, keys: Iterable[str]) -> str:
    """What an unbound form shows, to be sent along with it."""
    return " ".join(f"{key}:{_digest(plain(form, key))}" for key in keys)


def compare(typed: forms.BaseForm, current: forms.BaseForm, keys: Iterable[str], *, seen: str) -> list[Line]:
    """The fields that differ. A form without digests counts as typed throughout."""
    shown = dict(item.split(":", 1) for item in seen.split() if ":" in item)
    lines = []
    for key in keys:
        mine, theirs = plain(typed, key), plain(current, key)
        if mine == theirs:
            continue
        i_did, they_did = (_digest(value) != shown.get(key) for value in (mine, theirs))
        changed_by = BOTH if i_did and they_did else MINE if i_did else THEIRS
        label = str(typed.fields[key].label)
        lines.append(Line(key, label, said(typed, key), said(current, key), changed_by))
    return lines


def touched(current: forms.BaseForm, keys: Iterable[str], *, seen: str) -> bool:
    """Whether any stored value is another one than was shown."""
    return set(digests(current, keys).split()) != set(seen.split())


def restore(form: Any, kept: Mapping[str, list[str]], *, again: Callable[[QueryDict], Any]) -> str | None:
    """Put unsaved input where the stored values stand. The digests of what was shown then; None if nothing was changed.

    `again` makes the same form once more, with data.
    """
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        data.setlist(name, values)
    typed = again(data)
    typed.is_valid()
    seen = data.get("seen", "")
    typed_now, stored_now = digests(typed, form.keys), digests(form, form.keys)
    if not typed.errors and typed_now in (seen, stored_now):
        return None
    if stored_now != seen:
        # With the version of that time, so that what others saved here since is not written over.
        form.initial["version"] = data.get("version")
    for key in form.keys:
        form.initial[key] = form.fields[key].widget.value_from_datadict(data, {}, key)
    return seen


def unanswered(data: QueryDict) -> list[str]:
    """The fields in which the reader was asked and has not chosen."""
    return [key for key in data.getlist(ASKED) if key and data.get(f"{CHOICE}{key}") not in (MINE, STORED)]


def settled(data: QueryDict, current: forms.BaseForm, keys: Iterable[str]) -> QueryDict:
    """The sent data with the stored value wherever the reader has chosen that one; as it came while choices miss."""
    if ASKED not in data or unanswered(data):
        return data
    result = data.copy()
    for key in keys:
        if data.get(f"{CHOICE}{key}") == STORED:
            replace(result, current, key)
    return result


def replace(data: QueryDict, current: forms.BaseForm, key: str) -> None:
    for name in [name for name in data if belongs(name, key)]:
        del data[name]
    for name, values in _posted(current, key).items():
        data.setlist(name, values)


def belongs(name: str, key: str) -> bool:
    """A field may have one input or a group of them (`key-0-part`)."""
    return name == key or name.startswith(f"{key}-")


def plain(form: forms.BaseForm, key: str) -> Any:
    """A value that can be compared, typed or stored."""
    if not form.is_bound:
        return _plain(form.get_initial_for_field(form.fields[key], key))
    value = form.cleaned_data.get(key)  # type: ignore[attr-defined]
    return _plain(form[key].value() if isinstance(value, models.QuerySet) else value)


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        rows = [{k: v for k, v in row.items() if v} for row in value if isinstance(row, Mapping)]
        return rows or sorted(str(item) for item in value if not isinstance(item, Mapping)) or ""
    return str(value).replace("\r\n", "\n").strip()


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_LENGTH]


def _posted(form: forms.BaseForm, key: str) -> dict[str, list[str]]:
    """What a browser would send for the stored value."""
    value = form[key].value()
    if isinstance(value, bool):
        return {key: ["on"]} if value else {}
    if isinstance(value, list | tuple):
        rows = [row for row in value if isinstance(row, Mapping)]
        if rows:
            return {f"{key}-{at}-{part}": [str(v)] for at, row in enumerate(rows) for part, v in row.items()}
        return {key: [str(item) for item in value]} if value else {}
    return {key: [format_date(value) if isinstance(value, date) else str("" if value is None else value)]}


def said(form: forms.BaseForm, key: str) -> str:
    """What a form says at a field, typed or stored, in the words of its answers."""
    value = form[key].value()
    if form.is_bound and isinstance(form.cleaned_data.get(key), date):  # type: ignore[attr-defined]
        value = form.cleaned_data[key]  # type: ignore[attr-defined]
    if isinstance(value, bool):
        return "ja" if value else "nein"
    table = _answers(getattr(form.fields[key], "choices", ()))
    if table:
        chosen = value if isinstance(value, list) else [value]
        return "\n".join(sorted(table[str(item)] for item in chosen if item not in (None, "") and str(item) in table))
    if isinstance(value, list):
        rows = [", ".join(filter(None, row.values())) if isinstance(row, Mapping) else str(row) for row in value]
        return "\n".join(rows)
    return format_date(value) if isinstance(value, date) else str(value or "").strip()


def _answers(choices: Any) -> dict[str, str]:
    found = {}
    for value, label in choices:
        if isinstance(label, list | tuple):
            found.update({str(inner): f"{value}: {text}" for inner, text in label})
        else:
            found[str(value)] = str(label)
    return found
