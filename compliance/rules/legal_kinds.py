"""The kinds of legal documents (data/documents/*.yaml): their sections and fields, checked when the program starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from compliance.rules.law import source
from register.rules import records
from register.rules.records import Column

_FOLDER = Path(__file__).resolve().parents[1] / "data" / "documents"

TEXT, LINE, URL, DAY, CHOICE, CHOICES, RECORDS, SHOWN = (
    "text", "line", "url", "date", "choice", "choices", "records", "shown"
)  # fmt: skip
# A day that has been, a day to come; today is both.
PAST, FUTURE = "past", "future"
LONGEST = {TEXT: 20000, LINE: 300, URL: 500}
# The order in which pages list them.
ORDER = ("dpia", "threshold", "fria", "art6_4", "annex8c")
# A document made of an assessment; nobody edits it.
ASSESSMENT = "assessment"


@dataclass(frozen=True)
class Field:
    """`source` says where its first value comes from: register, facts, compute or document. SHOWN is never typed."""

    key: str
    label: str
    kind: str = TEXT
    help: str = ""
    article: str = ""
    example: str = ""
    required: bool = False
    # Another field of the document and the answers with which this one is needed, too.
    needed_when: Mapping[str, list[str]] = field(default_factory=dict)
    # The answers with which alone this one may be filled.
    only_with: Mapping[str, list[str]] = field(default_factory=dict)
    # Answers that the law excludes beside others: `answers`, `when`, and `say`, the sentence with its article.
    refused: Mapping[str, Any] = field(default_factory=dict)
    # Which days fit: PAST or FUTURE.
    lies: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)

    def is_needed(self, values: Mapping[str, Any]) -> bool:
        return self.required or _holds(self.needed_when, values)

    @property
    def looks_into_rows(self) -> bool:
        """What it excludes hangs on the rows of another section: that one is saved all the same."""
        return any("." in key for key in self.refused.get("when", ()))

    def problems(self, value: Any) -> list[str]:
        """What is wrong with a value, one German sentence each. Empty is never wrong: it is missing."""
        if self.kind == RECORDS:
            return records.problems_in(self.columns, value)
        if self.kind == CHOICES:
            listed = isinstance(value, list) and all(isinstance(one, str) and one in self.choices for one in value)
            return [] if listed else ["Eine Antwort steht nicht zur Wahl."]
        if self.kind == SHOWN or not isinstance(value, str):
            return ["Die Angabe muss Text sein."]
        return self._problems_of_text(value) if value else []

    def _problems_of_text(self, value: str) -> list[str]:
        if self.kind == CHOICE and value not in self.choices:
            return ["Diese Antwort steht nicht zur Wahl."]
        if self.kind == DAY and not _is_day(value):
            return ["Das ist kein gültiges Datum."]
        if self.kind == URL and not value.startswith(("https://", "http://")):
            return ["Die Adresse beginnt mit https://."]
        longest = LONGEST.get(self.kind, 0)
        return [f"Möglich sind {longest} Zeichen."] if longest and len(value) > longest else []

    def contradictions(self, kind: Kind, values: Mapping[str, Any], today: date) -> list[str]:
        """What is wrong with a value beside the others and on this day, one German sentence each."""
        value = values.get(self.key)
        if not value:
            return []
        found = []
        if self.lies == PAST and value > today.isoformat():
            found.append("Der Tag liegt in der Zukunft.")
        if self.lies == FUTURE and value < today.isoformat():
            found.append("Der Tag liegt in der Vergangenheit.")
        if self.only_with and not _holds(self.only_with, values):
            found.append(f"Das passt nur zusammen mit {kind.said(self.only_with)}.")
        if self.refused and value in self.refused["answers"] and _holds(self.refused["when"], values):
            found.append(self.refused["say"])
        return found


def _holds(wanted: Mapping[str, list[str]], values: Mapping[str, Any]) -> bool:
    """Any of the answers was given; „risks.residual" looks into the column of each row."""
    return any(given in answers for key, answers in wanted.items() for given in _given(key, values))


def _given(key: str, values: Mapping[str, Any]) -> list[Any]:
    name, _, column = key.partition(".")
    if not column:
        return [values.get(name)]
    return [row.get(column) for row in values.get(name) or []]


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    fields: tuple[Field, ...]
    article: str = ""
    intro: str = ""

    @property
    def typed(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.kind != SHOWN)


@dataclass(frozen=True)
class Kind:
    """`duty` is the id of the duty in an assessment that asks for it; `due` says in words why it is due, or why not."""

    key: str
    slug: str
    title: str
    short: str
    article: str
    stand: str
    intro: str
    duty: str
    due: Mapping[str, str]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    # Art. 35 (2) DSGVO: the DSB is heard before the controller decides.
    needs_advice: bool = False
    # When an approval has to wait for other answers: `when`, `until`, and `say`. The database holds that of the DSFA too.
    approval: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> Iterator[Field]:
        return (one for section in self.sections for one in section.fields)

    def field(self, key: str) -> Field:
        return next(one for one in self.fields if one.key == key)

    def said(self, wanted: Mapping[str, list[str]]) -> str:
        """„Mitteilung an die Behörde": „mitgeteilt"."""
        parts = [(self.field(key), answers) for key, answers in wanted.items()]
        return " oder ".join(
            f"„{one.label}: {' oder '.join(one.choices[answer] for answer in answers)}“" for one, answers in parts
        )

    def contradictions(self, values: Mapping[str, Any], today: date) -> dict[str, list[str]]:
        """By the key of the field."""
        found = {one.key: one.contradictions(self, values, today) for one in self.fields}
        return {key: said for key, said in found.items() if said}

    def stands_against_approval(self, values: Mapping[str, Any]) -> str:
        """The sentence why this content cannot be approved yet; empty when it can."""
        if not self.approval or not _holds(self.approval["when"], values):
            return ""
        return "" if _holds(self.approval["until"], values) else str(self.approval["say"])


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@cache
def kinds() -> dict[str, Kind]:
    return {key: _read(key) for key in ORDER}


def by_slug(slug: str) -> Kind | None:
    return next((kind for kind in kinds().values() if kind.slug == slug), None)


def _read(key: str) -> Kind:
    path = _FOLDER / f"{key}.yaml"
    data = source.read(path.read_text(encoding="utf-8"), name=path.name)
    scales = data.pop("scales", {})
    sections = tuple(_section(one, scales) for one in data.pop("sections"))
    return Kind(key=key, sections=sections, notes=tuple(data.pop("notes", ())), **data)


def _section(data: dict[str, Any], scales: Mapping[str, dict[str, str]]) -> Section:
    return Section(fields=tuple(_field(one, scales) for one in data.pop("fields")), **data)


def _field(data: dict[str, Any], scales: Mapping[str, dict[str, str]]) -> Field:
    """A scale named in `choices` stands once in the file and is used by several fields."""
    columns = tuple(_column(one, scales) for one in data.pop("columns", ()))
    return Field(columns=columns, choices=_choices(data.pop("choices", {}), scales), **data)


def _column(data: dict[str, Any], scales: Mapping[str, dict[str, str]]) -> Column:
    return Column(choices=_choices(data.pop("choices", {}), scales), **data)


def _choices(said: str | dict[str, str], scales: Mapping[str, dict[str, str]]) -> dict[str, str]:
    return scales[said] if isinstance(said, str) else said
