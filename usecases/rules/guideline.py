"""The text of the guideline: a small plain notation, building blocks from the register, and a text to start with.

A line that begins with "## " is a heading, lines that begin with "- " are a list, everything else are paragraphs.
No markup of any other kind exists, so nothing can come in with a text: the templates escape what stands in a block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

TOOLS, DATA, CONTACTS, COURSES = "Werkzeuge", "Verbotene Daten", "Ansprechstellen", "Schulungen"
PARTS = (TOOLS, DATA, COURSES, CONTACTS)
_PART = re.compile(r"\[\[([^\[\]\n]*)\]\]")

START = """## Worum es geht
Diese Richtlinie gilt für alle, die bei uns mit KI arbeiten. Sie sagt, was erlaubt ist, was nicht und wer hilft.

## Was immer gilt
- Die Entscheidung trifft ein Mensch. KI bereitet vor, sie entscheidet nicht.
- Sie prüfen jedes Ergebnis, bevor Sie es verwenden, und stehen dafür ein.
- Sie nutzen nur zugelassene Werkzeuge und nur mit Ihrem dienstlichen Zugang.
- Neue Werkzeuge melden Sie, bevor Sie sie ausprobieren.

## Zugelassene Werkzeuge
[[Werkzeuge]]

## Was Sie nicht eingeben
[[Verbotene Daten]]
Sind Sie unsicher, geben Sie nichts ein und fragen nach.

## Texte und Bilder für die Öffentlichkeit
Vor der Veröffentlichung prüfen Sie, ob der Inhalt als von KI erzeugt zu kennzeichnen ist (Art. 50 KI-VO, bitte im Einzelfall prüfen).

## Schulung
Vor der ersten Nutzung besuchen Sie die verlangte Schulung.
[[Schulungen]]

## Wenn etwas schiefgeht
Melden Sie Fehler und Datenpannen sofort. Es geht um den Ablauf, nicht um Schuld.

## Wen Sie fragen
[[Ansprechstellen]]
"""


@dataclass
class Block:
    """A heading, a paragraph or a list."""

    kind: str
    text: str = ""
    lines: list[str] = field(default_factory=list)


def blocks(body: str) -> list[Block]:
    found: list[Block] = []
    fresh = True
    for line in (line.strip() for line in body.splitlines()):
        last = found[-1] if found and not fresh else None
        fresh = False
        if not line:
            fresh = True
        elif line.startswith("## "):
            found.append(Block("heading", line[3:].strip()))
        elif line.startswith("- "):
            if last is None or last.kind != "list":
                found.append(last := Block("list"))
            last.lines.append(line[2:].strip())
        elif last is not None and last.kind == "text":
            last.text += f"\n{line}"
        else:
            found.append(Block("text", line))
    return found


def unknown_parts(body: str) -> list[str]:
    return [name for name in _PART.findall(body) if name not in PARTS]


def fill(body: str, parts: Mapping[str, str]) -> str:
    """The building blocks replaced by what the register says today."""
    return _PART.sub(lambda found: parts.get(found[1], found[0]), body)


def as_list(lines: list[str], nothing: str) -> str:
    """One line each, whatever line ends a text brings along."""
    return "\n".join(f"- {' '.join(line.split())}" for line in lines) or nothing
