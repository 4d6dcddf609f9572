"""Use cases over time as a picture: a row each, a piece for every stage. Numbers for the template that writes the SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from core.text import format_date
from usecases.models import UseCase, UseCaseEvent
from usecases.rules.vocabulary import PLANNED, REJECTED, RETIRED, STAGES

WIDTH, LEFT, TOP, ROW, BAR = 340, 4, 26, 46, 16
LETTERS, LEAST = 40, 3
# What is seen at a glance; the word stands in the title of each piece and in the table.
KINDS = {
    "planned": "idea", "design": "idea", "development": "idea", "pilot": "trial", "evaluation": "trial",
    "operational": "used", "suspended": "rests", "retired": "over", "rejected": "over",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A stage from a day to a day; None: it goes on."""

    stage: str
    since: date
    until: date | None
    x: float = 0
    width: float = 0

    @property
    def kind(self) -> str:
        return KINDS[self.stage]

    @property
    def said(self) -> str:
        end = "bis heute" if self.until is None else f"bis {format_date(self.until)}"
        if self.stage in (RETIRED, REJECTED):
            return f"{STAGES[self.stage]} am {format_date(self.since)}"
        return f"{STAGES[self.stage]} ab {format_date(self.since)} {end}"


@dataclass
class Row:
    use_case: UseCase
    pieces: list[Piece]
    y: int = 0

    @property
    def label(self) -> str:
        return textwrap.shorten(self.use_case.title, LETTERS, placeholder=" …")

    @property
    def said(self) -> str:
        return f"{self.use_case.title}: {'; '.join(piece.said for piece in self.pieces)}"


@dataclass
class Picture:
    width: int
    height: int
    bar: int
    first: str
    rows: list[Row] = field(default_factory=list)

    @property
    def description(self) -> str:
        return (
            f"Vom {self.first} bis heute, eine Zeile je Vorhaben, ein Stück je Stufe. Alles steht auch in der Tabelle."
        )


def picture(use_cases: Sequence[UseCase], events: Iterable[UseCaseEvent]) -> Picture | None:
    if not use_cases:
        return None
    today = timezone.localdate()
    of: dict[int, list[UseCaseEvent]] = {row.pk: [] for row in use_cases}
    for event in events:
        of[event.use_case_id].append(event)
    rows = [Row(row, _stages(row, of)) for row in use_cases]
    first = min(piece.since for row in rows for piece in row.pieces)
    scale = (WIDTH - 2 * LEFT) / max(1, (today - first).days)
    for number, row in enumerate(rows):
        row.y = TOP + number * ROW
        row.pieces = [_placed(piece, first, today, scale) for piece in row.pieces]
    return Picture(WIDTH, TOP + len(rows) * ROW, BAR, format_date(first), rows)


def _stages(use_case: UseCase, of: Mapping[int, list[UseCaseEvent]]) -> list[Piece]:
    """From the idea on; a Bestand begins with the stage at which it was taken over."""
    turns = [(timezone.localdate(use_case.created_at), PLANNED)] if not use_case.is_stock else []
    turns += [(timezone.localdate(event.at), event.target) for event in of[use_case.pk]]
    turns = turns or [(timezone.localdate(use_case.created_at), use_case.stage)]
    ends = [day for day, _ in turns[1:]]
    last = turns[-1]
    # What is over does not go on.
    ends.append(last[0] if last[1] in (RETIRED, REJECTED) else None)  # type: ignore[arg-type]
    return [Piece(stage, day, end) for (day, stage), end in zip(turns, ends, strict=True)]


def _placed(piece: Piece, first: date, today: date, scale: float) -> Piece:
    width = max(LEAST, ((piece.until or today) - piece.since).days * scale)
    x = min(LEFT + (piece.since - first).days * scale, WIDTH - LEFT - width)
    return Piece(piece.stage, piece.since, piece.until, round(x, 1), round(width, 1))
