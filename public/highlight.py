"""Words of a hit, marked in its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from register.rules import search_words


def marked(text: str, needles: Sequence[str]) -> SafeString:
    """The text, escaped, with <mark> around the words that the search found."""
    words = re.split(r"(\w+)", text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", word) if place % 2 and search_words.is_hit(word, needles) else word,)
            for place, word in enumerate(words)
        ),
    )
