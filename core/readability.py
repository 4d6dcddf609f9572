"""How easy a German text is to read: the Flesch value in the form of Amstad (1978) for German."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+(?:-[A-Za-zÄÖÜäöüß]+)*")
# A vowel is a syllable, and so are two that sound as one; "ien" is two, as in "Da-tei-en" and "Fa-mi-li-en".
_SYLLABLE = re.compile(r"ie(?!n)|ei|eu|äu|au|ai|aa|ee|oo|qu[aeiouyäöü]|[aeiouyäöü]", re.IGNORECASE)
_FEW = 5
_GRADES = ((70, "leicht zu lesen"), (50, "gut zu lesen"), (30, "schwer zu lesen"))


@dataclass(frozen=True)
class Readability:
    """`value`: about 0 (hard) to 100 (easy), may lie outside; `label`: the same in words."""

    value: int
    label: str


def of(text: str) -> Readability | None:
    """None for a text of fewer than five words, which says nothing about sentences."""
    words = _WORD.findall(text)
    if len(words) < _FEW:
        return None
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    syllables = sum(max(1, len(_SYLLABLE.findall(word))) for word in words)
    value = round(180 - len(words) / len(sentences) - 58.5 * syllables / len(words))
    label = next((label for least, label in _GRADES if value >= least), "sehr schwer zu lesen")
    return Readability(value, label)
