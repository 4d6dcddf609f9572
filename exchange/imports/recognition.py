"""Which sheet is what, where its headings stand, and which column becomes which field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from core import canonical
from exchange.imports.fields import KINDS, NAME, targets
from exchange.imports.tables import HEADER_SEARCH, Cell, Fault, Sheet, as_text, is_empty

EXACT, WITHOUT_BRACKETS, BEGINS, CONTAINS = 100, 90, 60, 40
# A heading is short; a long text in a row of headings is a remark.
MAX_HEADING = 150
_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_MARKS = re.compile(r"[^\wäöüß]+")
_SHEET_WORDS = {
    "system": ("ki", "system", "algorithm"),
    "activity": ("vvt", "verarbeitung", "verzeichnis", "art 30"),
    "dataset": ("datenbest",),
    "storage": ("speicherort",),
    "recipient": ("empfänger",),
}
_LEAST_SCORE = 2.0
_ENOUGH_KEYS = 3


@dataclass
class Layout:
    """How one sheet is read: its kind (empty: not at all), the row of headings, and the key of each column."""

    kind: str = ""
    header_row: int = 0
    headings: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {"kind": self.kind, "header_row": self.header_row, "columns": self.columns}


def normal(text: str) -> str:
    """Letters and digits in small letters, words one blank apart."""
    return _MARKS.sub(" ", text.casefold().replace("ß", "ss")).replace("_", " ").strip()


@cache
def aliases(kind: str) -> dict[str, str]:
    """Normalized heading -> key; own labels and keys win over customary headings."""
    table = yaml.safe_load((Path(__file__).parent / "aliases.yaml").read_text(encoding="utf-8")).get(kind, {})
    found: dict[str, str] = {}
    for key, names in table.items():
        for name in names:
            found.setdefault(normal(name), key)
    for target in targets(kind).values():
        found[normal(target.label)] = target.key
        found[normal(target.key)] = target.key
    return found


def headings_of(sheet: Sheet, header_row: int) -> list[str]:
    cells = sheet.row(header_row)
    texts = ["" if isinstance(cell, Fault) else " ".join(as_text(cell).split()) for cell in cells]
    return texts + [""] * (sheet.width - len(texts))


def recognize(sheet: Sheet) -> Layout:
    """The kind and row of headings that explain most columns; an empty kind if nothing fits."""
    best, best_score = Layout(), 0.0
    for number, cells in [row for row in sheet.rows if not is_empty(row[1])][:HEADER_SEARCH]:
        if sum(isinstance(cell, str) for cell in cells) < 2 and len(sheet.rows) > 1 and sheet.width > 1:
            continue
        headings = headings_of(sheet, number)
        for kind in KINDS:
            columns, score = assign(kind, headings)
            score += _sheet_bonus(kind, sheet.name) if score else 0
            if score > best_score:
                best, best_score = Layout(kind, number, headings, columns), score
    if best_score < _LEAST_SCORE and not _is_name_only(best):
        return Layout("", best.header_row, best.headings, [""] * len(best.headings))
    return best


def _is_name_only(layout: Layout) -> bool:
    """A list of nothing but names is a list too, if its heading says so."""
    return bool(layout.kind) and NAME[layout.kind] in layout.columns


def _sheet_bonus(kind: str, name: str) -> float:
    words = normal(name)
    return 0.5 if any(word in words for word in _SHEET_WORDS[kind]) else 0.0


def assign(kind: str, headings: list[str]) -> tuple[list[str], float]:
    """The best key for each heading, each key once; and how much of a fit that is."""
    candidates = sorted(
        ((score, -index, key) for index, text in enumerate(headings) for key, score in _scores(kind, text)),
        reverse=True,
    )
    columns, taken, total = [""] * len(headings), set(), 0.0
    for score, index, key in candidates:
        if columns[-index] or key in taken:
            continue
        columns[-index] = key
        taken.add(key)
        total += min(score, EXACT) / EXACT
    return columns, total if NAME[kind] in taken else total / 2


def _scores(kind: str, text: str) -> list[tuple[str, int]]:
    if not text or len(text) > MAX_HEADING:
        return []
    full, short = normal(text), normal(_BRACKETS.sub(" ", text))
    found: dict[str, int] = {}
    for alias, key in aliases(kind).items():
        score = _score(alias, full, short)
        if score > found.get(key, 0):
            found[key] = score
    return list(found.items())


def _score(alias: str, full: str, short: str) -> int:
    if alias == full:
        return EXACT
    if alias == short:
        return WITHOUT_BRACKETS
    if len(alias) >= 5 and short.startswith(alias + " "):
        return BEGINS + min(len(alias), 25)
    if len(alias) >= 8 and f" {alias} " in f" {short} ":
        return CONTAINS + min(len(alias), 19)
    return 0


def fingerprint(headings: list[str]) -> str:
    """The same headings in the same order: a layout that was confirmed once fits again."""
    return canonical.sha256([normal(text) for text in headings])


def problems_of(layout: Layout) -> list[str]:
    """What is missing for reading the sheet, as sentences."""
    if not layout.kind:
        return []
    found = []
    label = targets(layout.kind)[NAME[layout.kind]].label
    if NAME[layout.kind] not in layout.columns:
        found.append(f"Keine Spalte ist dem Feld „{label}“ zugeordnet. Ohne dieses Feld kann kein Eintrag entstehen.")
    chosen = [key for key in layout.columns if key]
    for key in dict.fromkeys(key for key in chosen if chosen.count(key) > 1):
        found.append(
            f"Dem Feld „{targets(layout.kind)[key].label}“ sind mehrere Spalten zugeordnet. Behalten Sie eine."
        )
    return found


def is_heading(cells: tuple[Cell, ...], layout: Layout) -> bool:
    """Headings repeated for every printed page, or in another tongue: labels below keys."""
    texts = [as_text(cell) for cell in cells if cell is not None and not isinstance(cell, Fault)]
    wanted = {text for text in layout.headings if text}
    if len(texts) < 2:
        return False
    return all(" ".join(text.split()) in wanted for text in texts) or _names_the_fields(cells, layout)


def _names_the_fields(cells: tuple[Cell, ...], layout: Layout) -> bool:
    known = targets(layout.kind)
    pairs = [(as_text(cell), key) for cell, key in zip(cells, layout.columns, strict=False) if cell is not None and key]
    return len(pairs) >= 2 and all(text in (key, known[key].label) for text, key in pairs)


def wrong_keys(cells: tuple[Cell, ...], layout: Layout) -> list[tuple[int, str]]:
    """Of a row of keys below the headings: the place and text of those that are not the key of their column.

    Empty for any other row: most of its cells must be keys.
    """
    pairs = [
        (at, as_text(cell), key) for at, (cell, key) in enumerate(zip(cells, layout.columns, strict=False)) if cell
    ]
    wrong = [(at, text) for at, text, key in pairs if text != key]
    right = len(pairs) - len(wrong)
    return wrong if right >= _ENOUGH_KEYS and right > len(wrong) else []
