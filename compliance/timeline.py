"""Dates as a picture: one system's days from top to bottom, a municipality's duties by month, quarter or year.

Numbers for the templates that write the SVG; both are narrow enough for a telephone.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from compliance.rules.law_days import LawDay
from core.text import format_date

WIDTH = 340
# One system: the line, its texts, and how much room days take.
AXIS, TEXT_X, LETTERS, LINE, LEAST, MOST = 14, 34, 40, 18, 16, 64
# A municipality: where bars begin, how long they may be, the height of a bar and of a line below it.
BAR_X, BAR, ROW, NOTE, NOTE_LETTERS = 108, 180, 26, 17, 36
ORDER = ("assessment", "law", "late", "moved", "duty", "ended", "done", "today")
# Of the duties of a time: the pieces of its bar and their words.
KINDS = {
    "late": "überfällig", "moved": "nach früherer Fassung", "open": "offen", "ended": "System beendet", "done": "erledigt",
}  # fmt: skip
MONTHS, QUARTERS = 18, 7 * 12
_NAMES = ("Jan.", "Feb.", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")


@dataclass
class Mark:
    """Something on a day of one system. `kind` gives the shape, so that colour says nothing alone."""

    day: date
    kind: str
    title: str
    detail: str = ""
    url: str = ""
    y: int = 0

    @property
    def when(self) -> str:
        return format_date(self.day)

    @property
    def label(self) -> str:
        return ". ".join(part for part in (f"{self.when}: {self.title}", self.detail) if part)

    @property
    def lines(self) -> list[tuple[int, str]]:
        text = f"{self.title}. {self.detail}" if self.detail else self.title
        found = textwrap.wrap(text, LETTERS, max_lines=3, placeholder=" …")
        return [(self.y + LINE * (number + 1), line) for number, line in enumerate(found)]

    @property
    def height(self) -> int:
        return LINE * (len(self.lines) + 1)


@dataclass
class Line:
    width: int
    height: int
    axis: int
    text_x: int
    marks: list[Mark]
    description: str


def line(marks: Iterable[Mark]) -> Line | None:
    """The days of one system from top to bottom; a longer time takes more room, up to a limit."""
    found = sorted(marks, key=lambda mark: (mark.day, ORDER.index(mark.kind)))
    if not found:
        return None
    y, before = 20, found[0].day
    for mark in found:
        y += min(MOST, LEAST + (mark.day - before).days // 10) if mark is not found[0] else 0
        mark.y, before = y, mark.day
        y += mark.height
    text = f"Von oben nach unten, vom {found[0].when} bis {found[-1].when}. Alles steht auch in der Tabelle."
    return Line(WIDTH, y + 8, AXIS, TEXT_X, found, text)


@dataclass
class Period:
    """A month, quarter or year of a municipality: its duties, assessments, and what begins to apply."""

    label: str
    first: date
    last: date
    done: int = 0
    open: int = 0
    late: int = 0
    moved: int = 0
    ended: int = 0
    assessments: int = 0
    law: list[LawDay] = field(default_factory=list)
    is_now: bool = False
    url: str = ""
    y: int = 0
    # (x, width, kind) of each piece of the bar.
    pieces: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def duties(self) -> int:
        return sum(getattr(self, kind) for kind in KINDS)

    @property
    def is_empty(self) -> bool:
        return not (self.duties or self.assessments or self.law)

    @property
    def end_x(self) -> int:
        return BAR_X + sum(width for _, width, _ in self.pieces) + 6

    @property
    def notes(self) -> list[tuple[int, str, str]]:
        """(y, kind, text) of the lines below the bar."""
        found = [("law", textwrap.shorten(one.text, NOTE_LETTERS, placeholder=" …")) for one in self.law]
        if self.assessments:
            found.append(("assessment", f"{self.assessments} Bewertung{'' if self.assessments == 1 else 'en'}"))
        return [(ROW + 10 + NOTE * number, kind, text) for number, (kind, text) in enumerate(found)]

    @property
    def height(self) -> int:
        notes = len(self.law) + bool(self.assessments)
        return ROW + (NOTE * notes + 6 if notes else 0)

    @property
    def said(self) -> str:
        parts = [f"{getattr(self, kind)} {words}" for kind, words in KINDS.items() if getattr(self, kind)]
        return f"{self.label}: {self.duties} Pflichten, {', '.join(parts)}"


@dataclass
class Bars:
    width: int
    height: int
    bar_x: int
    periods: list[Period]
    description: str


def bars(
    duties: Iterable[tuple[date, str, int]],
    assessments: Iterable[tuple[date, int]],
    law: Iterable[LawDay],
    *,
    today: date,
) -> Bars | None:
    """Duties as (day, one of KINDS, number) in periods without a gap; None when nothing has a day."""
    rows, made, begins = list(duties), list(assessments), list(law)
    days = [day for day, *_ in rows] + [day for day, _ in made]
    if not days:
        return None
    periods = _periods(min(*days, today), max(*days, today))
    counted: dict[str, Counter[int]] = {kind: Counter() for kind in (*KINDS, "assessments")}
    place = _finder(periods)
    for day, kind, number in rows:
        counted[kind][place(day)] += number
    for day, number in made:
        counted["assessments"][place(day)] += number
    for kind, numbers in counted.items():
        for index, number in numbers.items():
            setattr(periods[index], kind, number)
    for one in begins:
        if periods[0].first <= one.day <= periods[-1].last:
            periods[place(one.day)].law.append(one)
    periods[place(today)].is_now = True
    return _drawn(periods)


def _periods(first: date, last: date) -> list[Period]:
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    step = 1 if span <= MONTHS else 3 if span <= QUARTERS else 12
    found, start = [], date(first.year, (first.month - 1) // step * step + 1, 1)
    while start <= last:
        months = start.year * 12 + start.month - 1 + step
        after = date(months // 12, months % 12 + 1, 1)
        found.append(Period(_named(start, step), start, after - timedelta(days=1)))
        start = after
    return found


def _named(start: date, step: int) -> str:
    if step == 12:
        return str(start.year)
    if step == 3:
        return f"{(start.month + 2) // 3}. Quartal {start.year}"
    return f"{_NAMES[start.month - 1]} {start.year}"


def _finder(periods: list[Period]) -> Callable[[date], int]:
    return lambda day: next(index for index, one in enumerate(periods) if one.first <= day <= one.last)


def _drawn(periods: list[Period]) -> Bars:
    most = max(one.duties for one in periods) or 1
    y = 8
    for one in periods:
        one.y, x = y, BAR_X
        for kind in KINDS:
            if number := getattr(one, kind):
                width = max(4, round(BAR * number / most))
                one.pieces.append((x, width, kind))
                x += width
        y += one.height
    text = f"{periods[0].label} bis {periods[-1].label}. Je länger der Balken, desto mehr Pflichten. Alles steht auch in der Tabelle."
    return Bars(WIDTH, y + 4, BAR_X, periods, text)
