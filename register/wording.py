"""Values of the register as people read them. Works on drafts and on frozen documents alike: both are plain data."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.text import format_date
from core.worddiff import Part, word_diff
from register import content
from register.rules import records, vocabulary
from register.selectors import label_of

NOTHING = "Nicht angegeben"

_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


NOT_ASSESSED = "noch nicht bewertet"
_DAYS = {"revision_date", "evaluation_date"}


def said(kind: str, key: str, value: Any) -> str | list[str]:
    """A value as one German text, or as several where it is a list. Empty means: nothing was said."""
    if isinstance(value, list):
        return _listed(kind, key, value)
    if isinstance(value, dict):
        return f"{value['name']} (Fassung {value['number']})"
    if value in (None, ""):
        # Not yet assessed is a statement of its own; it never means harmless.
        return NOT_ASSESSED if key == "ai_act_class" else ""
    if key in content.CHOICES:
        return content.CHOICES[key].get(str(value), str(value))
    if key in _DAYS:
        return format_date(date.fromisoformat(value))
    if key in ("begin_date", "end_date"):
        year, _, month = str(value).partition("-")
        return f"{_MONTHS[int(month) - 1]} {year}"
    return str(value)


def _listed(kind: str, key: str, value: list[Any]) -> list[str]:
    if key in _LISTS:
        return _LISTS[key](kind, value)
    if key in records.COLUMNS:
        return records.words_of(key, value)
    table = content.CHOICES.get(key, {})
    return [table.get(str(item), str(item)) for item in value]


def _datasets(kind: str, items: list[dict[str, Any]]) -> list[str]:
    """One line a dataset, with all its roles."""
    roles: dict[str, list[str]] = {}
    for item in items:
        roles.setdefault(item["name"], []).append(vocabulary.DATASET_ROLES.get(item["role"], item["role"]))
    return [f"{name} ({', '.join(found)})" for name, found in roles.items()]


def _country(code: str) -> str:
    return vocabulary.COUNTRIES.get(code, code)


def _basis(item: dict[str, Any]) -> str:
    basis = item.get("third_country_basis", "")
    return f"; {vocabulary.THIRD_COUNTRY_BASES.get(basis, basis)}" if basis else ""


def _storage(kind: str, items: list[dict[str, Any]]) -> list[str]:
    lines = [
        f"{_country(item['country'])}: {vocabulary.STORAGE_KINDS.get(item['kind'], item['kind'])}{_basis(item)}"
        for item in items
    ]
    return list(dict.fromkeys(lines))


def _storage_details(kind: str, items: list[dict[str, Any]]) -> list[str]:
    return [f"{item['name']}, {item['operator']}" if item["operator"] else item["name"] for item in items]


def _recipients(kind: str, items: list[dict[str, Any]]) -> list[str]:
    return [
        f"{item['name']} – {vocabulary.RECIPIENT_KINDS.get(item['kind'], item['kind'])}, "
        f"{_country(item['country'])}{_basis(item)}"
        for item in items
    ]


def _withheld(kind: str, items: list[dict[str, Any]]) -> list[str]:
    return [
        f"{label_of(kind, item['field'])}: {item['reason']}{f' ({norm})' if (norm := item.get('norm')) else ''}"
        for item in items
    ]


_LISTS = {
    "datasets": _datasets,
    "storage": _storage,
    "storage_details": _storage_details,
    "recipients": _recipients,
    "withheld": _withheld,
}


def in_one_text(kind: str, key: str, value: Any) -> str:
    """The same in one text, for comparing."""
    words = said(kind, key, value)
    return "\n".join(words) if isinstance(words, list) else words


def difference(kind: str, key: str, before: Any, after: Any) -> dict[str, Any]:
    """One line for components/diff_list.html."""
    old, new = in_one_text(kind, key, before), in_one_text(kind, key, after)
    parts: list[Part] = word_diff(old, new) if old and new else []
    return {"key": key, "label": label_of(kind, key), "parts": parts, "old": old, "new": new}
