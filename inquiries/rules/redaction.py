"""A text may be shortened for the public, never changed: what is left stands in the original, in the same order."""

from __future__ import annotations

MARK = "[…]"


def plain(text: str) -> str:
    """Without the differences that browsers make: line ends, blanks at the end of a line."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def is_redaction(original: str, shown: str) -> bool:
    """True if `shown` is `original` with passages replaced by the mark."""
    rest, shown = plain(original), plain(shown)
    if MARK not in shown:
        return shown == rest
    first, *middle, last = (piece.strip() for piece in shown.split(MARK))
    if not rest.startswith(first):
        return False
    rest = rest[len(first) :]
    for piece in middle:
        at = rest.find(piece)
        if at < 0:
            return False
        rest = rest[at + len(piece) :]
    return rest.endswith(last)


def is_marked(shown: str) -> bool:
    return MARK in shown
