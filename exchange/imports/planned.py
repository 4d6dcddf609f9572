"""What a dry run found, row by row, and the reader that carries a sheet into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from exchange.imports import changes, masterdata
from exchange.imports.errors import Problem
from exchange.imports.ground import Ground
from exchange.imports.recognition import Layout
from exchange.imports.records import Record
from exchange.imports.tables import Sheet, shown


@dataclass
class Row:
    """One entry to be, or what changes in one: `values` are ready for the service, `links` hold names."""

    kind: str
    sheet: int
    sheet_name: str
    number: int
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    department: Any = None
    links: dict[str, list[str]] = field(default_factory=dict)
    # What bears this name already and is passed over.
    existing: Any = None
    # What the row changes: found by its uuid, or by its name where the person wants that.
    current: Record | None = None
    by_uuid: bool = False
    version: int | None = None
    changes: list[changes.Change] = field(default_factory=list)


@dataclass
class Plan:
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    existing: list[Row] = field(default_factory=list)
    faulty: set[tuple[int, int]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    master_data: dict[tuple[str, str, str], masterdata.NewRow] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not self.problems and bool(self.new or self.changed)

    @property
    def rows(self) -> list[Row]:
        return [*self.new, *self.changed, *self.unchanged, *self.existing]


@dataclass(frozen=True)
class Choices:
    """What the person decides for the whole list."""

    unknown_departments_empty: bool = False
    # A row without uuid whose name is there already: skip, update or stop.
    on_conflict: str = changes.SKIP


@dataclass
class Reader:
    """One sheet on its way into the plan."""

    plan: Plan
    ground: Ground
    sheet: Sheet
    index: int
    layout: Layout
    choices: Choices
    seen: dict[tuple[str, str], tuple[str, int]]
    named: dict[str, set[str]]

    def problem(self, message: str, row: int | None = None, column: int | None = None) -> None:
        heading, letter, value = "", "", ""
        if column is not None:
            heading = self.layout.headings[column] if column < len(self.layout.headings) else ""
            letter = get_column_letter(column + 1) if self.sheet.lettered else ""
            cells = self.sheet.row(row) if row is not None else ()
            value = shown(cells[column]) if column < len(cells) else ""
        if row is not None:
            self.plan.faulty.add((self.index, row))
        self.plan.problems.append(Problem(message, self.sheet.name, row, letter, heading, value))

    def column_of(self, key: str) -> int | None:
        return self.layout.columns.index(key) if key in self.layout.columns else None
