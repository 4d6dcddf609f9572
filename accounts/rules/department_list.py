"""Departments as people paste them: one a line, the tree by indentation or by " > "."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 120
MOST = 500
_SEPARATOR = ">"


@dataclass(frozen=True)
class Line:
    """One department with the names above it; `fault` says what is wrong with the line."""

    number: int
    path: tuple[str, ...]
    fault: str = ""

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def depth(self) -> int:
        return len(self.path) - 1


def parse(text: str) -> list[Line]:
    """Every department of the list, those above it first. A line that repeats an earlier one is left out."""
    found: dict[tuple[str, ...], Line] = {}
    for number, path in _paths(text):
        for length in range(1, len(path) + 1):
            part = path[:length]
            found.setdefault(part, Line(number, part, _fault(number, part)))
    lines = list(found.values())
    if len(lines) > MOST:
        return [Line(lines[MOST].number, lines[MOST].path, f"Die Liste hat mehr als {MOST} Ämter. Teilen Sie sie auf.")]
    return lines


def repeats(text: str) -> list[str]:
    """One sentence for each line that names a department once more: it is made once."""
    first: dict[tuple[str, ...], int] = {}
    said = []
    for number, path in _paths(text):
        if path in first:
            said.append(f"Zeile {number}: „{' > '.join(path)}“ steht schon in Zeile {first[path]} und zählt einmal.")
        first.setdefault(path, number)
    return said


def _paths(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each line that names a department: its number, and the names that lead to it."""
    above: list[tuple[int, tuple[str, ...]]] = []
    for number, raw in enumerate(text.expandtabs(4).splitlines(), start=1):
        if not raw.strip():
            continue
        indent = len(raw) - len(raw.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        names = tuple(" ".join(part.split()).lstrip("-–• ") for part in raw.split(_SEPARATOR))
        path = (above[-1][1] if above else ()) + names
        above.append((indent, path))
        yield number, path


def _fault(number: int, path: tuple[str, ...]) -> str:
    if not path[-1]:
        return f"Zeile {number}: Vor oder nach „>“ fehlt ein Name."
    if len(path[-1]) > LONGEST:
        return f"Zeile {number}: Der Name ist länger als {LONGEST} Zeichen."
    if len(path) > 10:
        return f"Zeile {number}: Mehr als zehn Ebenen sind nicht möglich."
    return ""
