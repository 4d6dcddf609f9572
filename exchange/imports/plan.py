"""The dry run: what would be made of each row, what is there already, and what has to be put right first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from exchange.imports import masterdata, values
from exchange.imports.errors import BadCell, FileTooBig, Problem
from exchange.imports.fields import ACTIVITY, KINDS, NAME, SYSTEM, Target, targets
from exchange.imports.ground import Ground, folded
from exchange.imports.recognition import Layout, is_heading, problems_of
from exchange.imports.tables import MAX_ROWS, Cell, Fault, Sheet, as_text, shown

_REMARK = re.compile(
    r"^(\*|(hinweise?|anmerkung(en)?|legende|quelle|erstellt|ende)\b|(stand|summe|gesamt)\b\s*[:.\d])", re.IGNORECASE
)
_YES = re.compile(r"^(ja|findet statt|geplant)\b[\s,:;–-]*", re.IGNORECASE)
_NO = re.compile(r"^(nein|keine?|findet nicht statt|nicht)\b", re.IGNORECASE)
LINKS = ("datasets", "training_data", "storage", "processors", "recipients", "systems")


@dataclass
class Row:
    """One entry to be: `values` are ready for the service, `links` hold names."""

    kind: str
    sheet: int
    sheet_name: str
    number: int
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    department: Any = None
    links: dict[str, list[str]] = field(default_factory=dict)
    # What bears this name already.
    existing: Any = None


@dataclass
class Plan:
    new: list[Row] = field(default_factory=list)
    existing: list[Row] = field(default_factory=list)
    faulty: set[tuple[int, int]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    master_data: dict[tuple[str, str, str], masterdata.NewRow] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return not self.problems and bool(self.new)


@dataclass
class _Reader:
    """One sheet on its way into the plan."""

    plan: Plan
    ground: Ground
    sheet: Sheet
    index: int
    layout: Layout
    unknown_departments_empty: bool
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


def build(
    sheets: list[Sheet], layouts: list[Layout], ground: Ground, *, unknown_departments_empty: bool = False
) -> Plan:
    """Read every sheet that has a kind. Systems come first, because activities may name them."""
    plan = Plan()
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    named: dict[str, set[str]] = {SYSTEM: set(ground.names[SYSTEM]), ACTIVITY: set()}
    chosen = [(i, sheet, layout) for i, (sheet, layout) in enumerate(zip(sheets, layouts, strict=True)) if layout.kind]
    if not chosen:
        plan.problems.append(
            Problem(
                "In der Datei ist keine Liste von KI-Systemen oder Verarbeitungstätigkeiten erkannt worden. Sie braucht eine "
                "Zeile mit Überschriften, zum Beispiel „Bezeichnung“, „Amt“ und „Zweck“. Ordnen Sie die Spalten zu."
            )
        )
    for index, sheet, layout in sorted(chosen, key=lambda item: item[2].kind != SYSTEM):
        reader = _Reader(plan, ground, sheet, index, layout, unknown_departments_empty, seen, named)
        _read_sheet(reader)
    if len(plan.new) + len(plan.existing) > MAX_ROWS:
        raise FileTooBig(f"Die Datei hat mehr als {MAX_ROWS} Zeilen. Teilen Sie die Liste auf mehrere Dateien auf.")
    if not plan.new and not plan.existing and not plan.problems:
        plan.problems.append(Problem("Unter den Überschriften steht keine Zeile, die sich übernehmen lässt."))
    plan.problems.sort(key=lambda p: ([s.name for s in sheets].index(p.sheet) if p.sheet else -1, p.row or 0))
    return plan


def _read_sheet(reader: _Reader) -> None:
    missing = problems_of(reader.layout)
    for message in missing:
        reader.problem(message)
    if missing:
        return
    _note_ignored(reader)
    for number, cells in _content_rows(reader):
        row = Row(reader.layout.kind, reader.index, reader.sheet.name, number)
        _fill(reader, row, cells)
        _judge(reader, row)


def _note_ignored(reader: _Reader) -> None:
    ignored = [h for h, key in zip(reader.layout.headings, reader.layout.columns, strict=False) if h and not key]
    if ignored:
        listed = ", ".join(f"„{shown(heading, 40)}“" for heading in ignored)
        reader.plan.notes.append(f"Tabelle „{reader.sheet.name}“: Nicht übernommen werden die Spalten {listed}.")
    if reader.layout.kind == SYSTEM and "status" not in reader.layout.columns:
        reader.plan.notes.append(
            f"Tabelle „{reader.sheet.name}“: Ohne Spalte „Status“ beginnt jedes System als „Idee“."
        )


def _content_rows(reader: _Reader) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Rows below the headings, without repeated headings, group titles and remarks; those are named."""
    skipped = []
    for number, cells in reader.sheet.rows:
        if number <= reader.layout.header_row or is_heading(cells, reader.layout):
            continue
        used = [i for i, cell in enumerate(cells) if not values.is_nothing(cell)]
        mapped = [i for i in used if i < len(reader.layout.columns) and reader.layout.columns[i]]
        if _is_remark(reader.layout, cells, used, mapped):
            skipped.append(f"{number} („{shown(cells[used[0]], 30)}“)")
        elif mapped:
            yield number, cells
    if skipped:
        reader.plan.notes.append(
            f"Tabelle „{reader.sheet.name}“: Als Zwischentitel oder Anmerkung übergangen: {reader.sheet.unit} {', '.join(skipped)}."
        )


def _is_remark(layout: Layout, cells: tuple[Cell, ...], used: list[int], mapped: list[int]) -> bool:
    """A single text that is no name: a title between the rows or a note below them."""
    if len(used) != 1 or not isinstance(text := cells[used[0]], str):
        return False
    is_name = layout.columns[used[0]] == NAME[layout.kind] if mapped else len(layout.columns) == 1
    return not is_name or bool(_REMARK.match(text))


def _fill(reader: _Reader, row: Row, cells: tuple[Cell, ...]) -> None:
    table = targets(row.kind)
    for column, key in enumerate(reader.layout.columns):
        cell = cells[column] if column < len(cells) else None
        if not key or values.is_nothing(cell):
            continue
        try:
            _take(reader, row, table[key], cell)
        except BadCell as error:
            reader.problem(str(error), row.number, column)
    _derive(reader, row)
    _check_links(reader, row)


def _take(reader: _Reader, row: Row, target: Target, cell: Cell) -> None:
    if target.key == "third_country" and isinstance(cell, str):
        row.values |= _third_country(target, cell)
    elif target.kind == "ars":
        _check_ars(reader.ground, values.convert(target, cell))
    elif target.kind == "department":
        row.department = _department(reader, values.convert(target, cell))
    elif target.kind == "names":
        row.links[target.key] = values.convert(target, cell)
    elif target.key == NAME[row.kind]:
        row.name = " ".join(values.convert(target, cell).split())
    else:
        row.values[target.key] = values.convert(target, cell)


def _third_country(target: Target, cell: str) -> dict[str, str]:
    """People often add the country to the yes; it belongs into the field for the details."""
    key = values.find_choice(target, cell)
    if key is None and _NO.match(cell):
        key = "none"
    if key is not None:
        return {"third_country": key}
    if not _YES.match(cell):
        return {"third_country": values.choice(target, cell)}
    return {"third_country": "takes_place", "third_country_details": _YES.sub("", cell).strip()}


def _check_ars(ground: Ground, digits: str) -> None:
    if digits not in (ground.ars, ground.ags):
        raise BadCell(
            f"Der Schlüssel {digits} gehört nicht zu {ground.municipality} (ARS {ground.ars}, AGS {ground.ags}). Importiert "
            "wird nur für die eigene Kommune."
        )


def _department(reader: _Reader, name: str) -> Any:
    found = reader.ground.department(name)
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise BadCell(f"Ämter mit dem Namen „{shown(name)}“ gibt es mehrmals. Benennen Sie sie unterscheidbar.")
    if reader.unknown_departments_empty:
        return None
    near = reader.ground.departments_like(name)
    hint = f" Ähnlich heißen: {', '.join(near)}." if near else ""
    raise BadCell(
        f"Das Amt „{shown(name)}“ gibt es in {reader.ground.municipality} nicht.{hint} Berichtigen Sie den Namen, legen Sie "
        "das Amt an oder lassen Sie unbekannte Ämter leer."
    )


def _derive(reader: _Reader, row: Row) -> None:
    """What one cell says for a second field, where that has no column of its own."""
    source = "lawful_basis" if row.kind == SYSTEM else "legal_basis"
    letters = values.legal_bases(row.values.get(source, ""))
    if letters and "gdpr_basis" not in reader.layout.columns:
        row.values["gdpr_basis"] = letters
    begin, end = row.values.get("begin_date"), row.values.get("end_date")
    if begin and end and end < begin:
        reader.problem(
            "Das Ende liegt vor dem Beginn. Prüfen Sie beide Angaben.", row.number, reader.column_of("end_date")
        )


def _check_links(reader: _Reader, row: Row) -> None:
    kind, country = row.values.pop("storage_kind", ""), row.values.pop("storage_country", "")
    for key in LINKS:
        for name in row.links.get(key, ()):
            try:
                if key == "systems":
                    _check_system(reader, name)
                elif new := _new_master_data(reader.ground, key, name, (kind, country)):
                    _remember(reader.plan, new)
            except BadCell as error:
                reader.problem(str(error), row.number, reader.column_of(key))


def _new_master_data(ground: Ground, key: str, name: str, place: tuple[str, str]) -> masterdata.NewRow | None:
    if key == "storage":
        return masterdata.storage(ground, name, *place)
    if key in ("datasets", "training_data"):
        return masterdata.dataset(ground, name)
    return masterdata.recipient(ground, name, "processor" if key == "processors" else "")


def _remember(plan: Plan, new: masterdata.NewRow) -> None:
    kind = dict(new.values).get("kind", "") if new.what == "recipient" else ""
    known = plan.master_data.setdefault((new.what, folded(new.name), kind), new)
    if known.values != new.values:
        raise BadCell(
            f"„{new.name}“ ist weiter oben anders beschrieben: {known.described}. Gleichen Sie die Angaben an."
        )


def _check_system(reader: _Reader, name: str) -> None:
    if folded(name) not in reader.named[SYSTEM]:
        raise BadCell(
            f"Ein KI-System „{shown(name)}“ gibt es weder im Register noch in dieser Datei. Berichtigen Sie den Namen oder "
            "nehmen Sie das System in die Liste der KI-Systeme auf."
        )


def _judge(reader: _Reader, row: Row) -> None:
    column = reader.column_of(NAME[row.kind])
    if not row.name:
        if not _has_fault(reader, row.number, column):
            label = targets(row.kind)[NAME[row.kind]].label
            reader.problem(
                f"Das Feld „{label}“ ist leer. Tragen Sie einen Namen ein oder löschen Sie die Zeile.",
                row.number,
                column,
            )
        return
    key = (row.kind, folded(row.name))
    reader.named[row.kind].add(key[1])
    if key in reader.seen:
        sheet, number = reader.seen[key]
        place = (
            f"{reader.sheet.unit} {number}"
            if sheet == row.sheet_name
            else f"Tabelle „{sheet}“, {reader.sheet.unit} {number}"
        )
        reader.problem(
            f"„{shown(row.name)}“ steht schon in {place}. Löschen Sie eine der Zeilen oder ändern Sie den Namen.",
            row.number,
            column,
        )
        return
    reader.seen[key] = (row.sheet_name, row.number)
    if key[1] in reader.ground.names[row.kind]:
        row.existing = reader.ground.names[row.kind][key[1]]
        reader.plan.existing.append(row)
    elif (row.sheet, row.number) not in reader.plan.faulty:
        reader.plan.new.append(row)


def _has_fault(reader: _Reader, number: int, column: int | None) -> bool:
    cells = reader.sheet.row(number)
    return (
        column is not None
        and column < len(cells)
        and (isinstance(cells[column], Fault) or bool(as_text(cells[column])))
    )


def summary(plan: Plan) -> dict[str, dict[str, int]]:
    """How many of each kind: new, existing."""
    return {
        name: {kind: sum(row.kind == kind for row in rows) for kind in KINDS}
        for name, rows in (("new", plan.new), ("existing", plan.existing))
    }
