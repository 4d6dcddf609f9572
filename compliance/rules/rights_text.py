"""The rights block in words for citizens. Tolerant: a document may come from another municipality's program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.rules.vocabulary import THIRD_COUNTRY
from register.rules.vocabulary import LEGAL_BASES

Facts = dict[str, list[str]]


def facts(block: Mapping[str, Any]) -> Facts:
    """German label -> lines, in the order in which people ask; what is not said is left out."""
    activities = [item for item in _list(block.get("processing")) if isinstance(item, Mapping)]
    found: Facts = {
        "Zweck der Verarbeitung": _of_each(activities, lambda item: [_text(item, "purposes")]),
        "Rechtsgrundlage": _of_each(activities, _bases),
        "Wer die Daten erhält": _of_each(activities, lambda item: _text(item, "recipients").splitlines()),
        "Übermittlung in ein Drittland": _of_each(activities, _transfer),
        "Löschung": _of_each(activities, lambda item: [_text(item, "retention")]),
        "Ihre Rechte": [
            f"{_text(right, 'title')} ({_text(right, 'article')}): {_text(right, 'text')}"
            for right in _list(block.get("rights"))
            if isinstance(right, Mapping)
        ],
        "Verantwortlicher": _contact(block.get("controller")),
        "Datenschutzbeauftragte": _contact(block.get("dpo")),
        "Aufsichtsbehörde": _contact(block.get("supervisory_authority")),
    }
    return {label: lines for label, lines in found.items() if lines}


def _of_each(activities: list[Mapping[str, Any]], read: Any) -> list[str]:
    """With more than one activity every line says to which it belongs."""
    lines = []
    for item in activities:
        prefix = f"{_text(item, 'name')}: " if len(activities) > 1 else ""
        lines += [f"{prefix}{line}" for line in read(item) if line]
    return lines


def _bases(item: Mapping[str, Any]) -> list[str]:
    keys = [key for key in _list(item.get("gdpr_basis")) if isinstance(key, str)]
    return [*(LEGAL_BASES.get(key, key) for key in keys), *_text(item, "legal_basis").splitlines()]


def _transfer(item: Mapping[str, Any]) -> list[str]:
    said = THIRD_COUNTRY.get(_text(item, "third_country"), "")
    return [said, *_text(item, "third_country_details").splitlines()] if said else []


def _contact(value: Any) -> list[str]:
    keys = ("name", "address", "phone", "email", "url")
    return [line for key in keys for line in _text(value, key).splitlines()] if isinstance(value, Mapping) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""
