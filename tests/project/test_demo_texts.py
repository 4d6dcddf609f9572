"""Short texts of the demo are an example for everybody who writes one: they can be read easily."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from config.demo.story import read
from core import readability

EASY = 50


def short_texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "description_short":
                yield value
            else:
                yield from short_texts(value)
    elif isinstance(part, list):
        for item in part:
            yield from short_texts(item)


@pytest.mark.parametrize("text", [text for name in ("musterstadt", "neudorf") for text in short_texts(read(name))])
def test_a_short_text_of_the_demo_is_easy_to_read(text: str) -> None:
    found = readability.of(text)
    assert (text, found is None or found.value >= EASY) == (text, True)
