"""German full text with beginnings of words and both ways of writing an umlaut (Gebühr, Gebuehr)."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Lower

from core.sorting import Replace

_WRITTEN_OUT = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
# A search of a thousand words is none.
_MOST_WORDS = 20


def german_vector(*fields: str) -> Combinable:
    """Immutable expression for a GeneratedField: every text as it stands, and with its umlauts written out."""
    return SearchVector(*fields, config="german") + SearchVector(*map(_written_out, fields), config="german")


def _written_out(field: str) -> Combinable:
    text: Combinable = Lower(Coalesce(Cast(F(field), TextField()), Value(""), output_field=TextField()))
    for umlaut, letters in _WRITTEN_OUT:
        text = Replace(text, Value(umlaut), Value(letters), output_field=TextField())
    return text


def german_query(text: str) -> SearchQuery | None:
    """Rows in which every word occurs, or begins a word; None if there is no word in the text."""
    words = re.findall(r"\w+", text.lower())[:_MOST_WORDS]
    if not words:
        return None
    parts = [" | ".join(f"{form}:*" for form in dict.fromkeys((word, _plain(word)))) for word in words]
    return SearchQuery(" & ".join(f"({part})" for part in parts), config="german", search_type="raw")


def _plain(word: str) -> str:
    for umlaut, letters in _WRITTEN_OUT:
        word = word.replace(umlaut, letters)
    return word
