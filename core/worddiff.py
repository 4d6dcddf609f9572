"""Word by word, what changed between two wordings of one text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

EQUAL, INSERT, DELETE = "equal", "insert", "delete"

# A word takes the space behind it along, so that a changed word is one part and not two.
_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
# The comparison grows with the square of the length; nobody reads a word difference of more than this.
MOST_WORDS = 6000


@dataclass(frozen=True)
class Part:
    op: str
    text: str


def word_diff(before: str, after: str) -> list[Part]:
    """The parts of both texts in reading order: equal, delete (only before), insert (only after)."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return [Part(op, text) for op, text in ((DELETE, before), (INSERT, after)) if text]
    return list(_parts(old, new))


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    # The last word of a text has no space behind it and is still the same word.
    matcher = SequenceMatcher(None, [w.rstrip() for w in old], [w.rstrip() for w in new], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield Part(EQUAL, "".join(new[new_from:new_to]))
            continue
        if old_to > old_from:
            yield Part(DELETE, "".join(old[old_from:old_to]))
        if new_to > new_from:
            yield Part(INSERT, "".join(new[new_from:new_to]))
