"""What lists, facets and search need of a frozen document, as columns beside it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import CombinedSearchVector, SearchVector
from django.db.models import Value

from register import content
from register.rules import search_words

# Bookkeeping, which nobody looks for.
_UNSAID = {"schema_version", "uuid", "kind", "slug", "publication_date", "origin_hash", "origin_url", "lang", "name"}
# What an entry is about; the rest says how.
_SUBJECT = ("description_short", "teaser", "tags", "category", "goal")


def of(document: dict[str, Any]) -> dict[str, Any]:
    """Column -> value."""
    said = {key: _said(key, value) for key, value in document.items() if key not in _UNSAID}
    datasets = [item["name"] for item in document.get("datasets", [])]
    subject = [said.pop(key, "") for key in _SUBJECT]
    return {
        "name": document["name"],
        "description_short": document["description_short"],
        "department": document["department"],
        "status": document.get("status", ""),
        "risk_class": document.get("ai_act_class", ""),
        "category": document.get("category", []),
        "countries": sorted({place["country"] for place in document.get("storage", [])}),
        "affects_people": document.get("affects_people", ""),
        "personal_data_level": document.get("personal_data_level", ""),
        "provider": document.get("provider", ""),
        "datasets": sorted(set(datasets)),
        "product": (document.get("product") or {}).get("uuid"),
        "search": _vector(document["name"], subject, [*said.values(), *datasets]),
        "words": search_words.vocabulary([document["name"], *subject]),
    }


def _said(key: str, value: Any) -> str:
    """A text, or the words of a code list; blocks and linked things say nothing here."""
    labels = content.CHOICES.get(key, {})
    found = value if isinstance(value, list) else [value]
    return " ".join(str(labels.get(one, one)) for one in found if isinstance(one, str))


def _vector(name: str, subject: list[str], rest: list[str]) -> CombinedSearchVector:
    texts = {"A": name, "B": " ".join(subject), "D": " ".join(rest)}
    a, b, d = (SearchVector(Value(text), weight=weight, config="german") for weight, text in texts.items())
    return a + b + d
