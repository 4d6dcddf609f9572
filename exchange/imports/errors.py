"""What can be wrong with a file, said to the person who has to put it right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import Refusal


class BadFile(Refusal):
    """The file as a whole cannot be used."""

    status = 422


class FileTooBig(BadFile):
    status = 413


class BadMapping(BadFile):
    """The assignment of columns cannot be used."""


class BadCell(Exception):
    """One value cannot be taken over; the text says what to do."""


@dataclass(frozen=True)
class Problem:
    """One thing to put right, with the place where it stands."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    heading: str = ""
    value: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "heading": self.heading,
            "value": self.value,
            "message": self.message,
        }
