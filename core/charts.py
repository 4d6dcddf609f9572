"""Bars as numbers for components/bar_chart.html, which writes the SVG and the table beside it. Knows no domain word."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

WIDTH, BAR, ROW, LETTERS = 340, 250, 42, 46
# More bars say nothing; the table has all of them.
MOST = 15


@dataclass
class Bar:
    """One line: its value in words, and what else the table says. Without a value the words stand there without a bar."""

    label: str
    value: Decimal | int | None
    said: str
    url: str = ""
    more: Sequence[str] = ()
    # For CSV, where the words are an amount: the number alone as German spreadsheets read it, and its unit.
    number: str = ""
    unit: str = ""
    # For the picture.
    y: int = 0
    width: int = 0
    short: str = ""


@dataclass
class BarChart:
    """`columns` are the headings of the table: the line, its value, and one for each of `more`."""

    key: str
    title: str
    about: str
    columns: Sequence[str]
    bars: list[Bar]
    drawn: list[Bar] = field(default_factory=list)

    width, row = WIDTH, ROW

    def __post_init__(self) -> None:
        self.drawn = self.bars[:MOST]
        most = max((bar.value or 0 for bar in self.drawn), default=0) or 1
        for number, bar in enumerate(self.drawn):
            bar.y = ROW * number
            bar.width = round(BAR * (bar.value or 0) / most)
            bar.short = textwrap.shorten(bar.label, LETTERS, placeholder=" …")

    @property
    def height(self) -> int:
        return ROW * len(self.drawn)

    @property
    def description(self) -> str:
        return f"{'; '.join(f'{bar.label}: {bar.said}' for bar in self.drawn)}. Alles steht auch in der Tabelle."

    @property
    def left_out(self) -> int:
        return len(self.bars) - len(self.drawn)

    @property
    def _has_units(self) -> bool:
        return any(bar.unit for bar in self.bars)

    @property
    def csv_columns(self) -> Sequence[str]:
        """A spreadsheet can sum numbers only where their units stand apart."""
        first, value, *more = self.columns
        return [first, "Wert", "Einheit", *more] if self._has_units else [first, value, *more]

    def lines(self) -> Iterable[list[str]]:
        """The table, for CSV."""
        if self._has_units:
            return ([bar.label, bar.number or bar.said, bar.unit, *bar.more] for bar in self.bars)
        return ([bar.label, bar.said, *bar.more] for bar in self.bars)
