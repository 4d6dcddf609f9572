"""The checklist for the review of the Datenschutzbeauftragte: data in a file, so that wording and Stand can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parent.parent / "data" / "checklist_dsk.yaml"
ANSWERS = {"yes": "ja", "no": "nein", "not_applicable": "nicht anwendbar"}


@dataclass(frozen=True)
class Item:
    """One point; `check` says that its number and content still have to be compared with the source."""

    id: str
    title: str
    question: str
    check: bool

    @property
    def key(self) -> str:
        return self.id.replace(".", "-")


@dataclass(frozen=True)
class ChecklistFile:
    id: str
    source: str
    as_of: date
    parts: tuple[tuple[str, tuple[Item, ...]], ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for _, items in self.parts for item in items)


@cache
def current() -> ChecklistFile:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    parts = tuple((part["title"], tuple(Item(**item) for item in part["items"])) for part in data["parts"])
    return ChecklistFile(data["id"], data["source"], date.fromisoformat(data["as_of"]), parts)


def denied(answers: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    said = [(item, answers.get(item.id, {})) for item in current().items]
    return [
        {"id": item.id, "question": item.question, "evidence": answer.get("evidence", "")}
        for item, answer in said
        if answer.get("answer") == "no"
    ]


def summary(answers: Mapping[str, Mapping[str, str]]) -> str:
    """How far it is, in one line: "18 von 24 beantwortet, davon 2 nein"."""
    given = [answer["answer"] for answer in answers.values() if answer.get("answer")]
    said = f"{len(given)} von {len(current().items)} beantwortet"
    return f"{said}, davon {given.count('no')} nein" if "no" in given else said
