"""The dry run: what would be made of each row, what is there already, and what has to be put right first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from exchange.imports import changes, masterdata, values
from exchange.imports.errors import BadCell, FileTooBig, Problem
from exchange.imports.fields import (
    ACTIVITY,
    DATASET,
    KINDS,
    NAME,
    ONE,
    ORDER,
    RECIPIENT,
    STORAGE,
    SYSTEM,
    Target,
    targets,
)
from exchange.imports.ground import Ground, folded, recipient_key
from exchange.imports.recognition import Layout, is_heading, problems_of
from exchange.imports.records import Record
from exchange.imports.tables import MAX_ROWS, Cell, Fault, Sheet, as_text, shown

_REMARK = re.compile(
    r"^(\*|(hinweise?|anmerkung(en)?|legende|quelle|erstellt|ende)\b|(stand|summe|gesamt)\b\s*[:.\d])", re.IGNORECASE
)
_YES = re.compile(r"^(ja|findet statt|geplant)\b[\s,:;–-]*", re.IGNORECASE)
_NO = re.compile(r"^(nein|keine?|findet nicht statt|nicht)\b", re.IGNORECASE)
LINKS = ("datasets", "training_data", "test_data", "storage", "processors", "recipients", "systems")


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
class _Reader:
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


def changeable(layouts: list[Layout], choices: Choices) -> set[str]:
    """Kinds of which a list may change what is there; only these need to be read in full."""
    return {
        layout.kind
        for layout in layouts
        if layout.kind and ("uuid" in layout.columns or choices.on_conflict == changes.UPDATE)
    }


def build(sheets: list[Sheet], layouts: list[Layout], ground: Ground, choices: Choices | None = None) -> Plan:
    """Read every sheet that has a kind. What others may name comes first."""
    plan, choices = Plan(), choices or Choices()
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    named: dict[str, set[str]] = {kind: set(names) for kind, names in ground.names.items()}
    named[RECIPIENT] |= set(ground.recipients)
    chosen = [(i, sheet, layout) for i, (sheet, layout) in enumerate(zip(sheets, layouts, strict=True)) if layout.kind]
    if not chosen:
        plan.problems.append(
            Problem(
                "In der Datei ist keine Liste von KI-Systemen oder Verarbeitungstätigkeiten erkannt worden. Sie braucht eine "
                "Zeile mit Überschriften, zum Beispiel „Bezeichnung“, „Amt“ und „Zweck“. Ordnen Sie die Spalten zu."
            )
        )
    for index, sheet, layout in sorted(chosen, key=lambda item: ORDER.index(item[2].kind)):
        reader = _Reader(plan, ground, sheet, index, layout, choices, seen, named)
        _read_sheet(reader)
    if len(plan.rows) > MAX_ROWS:
        raise FileTooBig(f"Die Datei hat mehr als {MAX_ROWS} Zeilen. Teilen Sie die Liste auf mehrere Dateien auf.")
    if not plan.rows and not plan.problems:
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
        _match(reader, row, cells)
        _fill(reader, row, cells)
        _judge(reader, row)


def _note_ignored(reader: _Reader) -> None:
    columns = zip(reader.layout.headings, reader.layout.columns, strict=False)
    ignored = [heading for heading, key in columns if heading and not key]
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


def _match(reader: _Reader, row: Row, cells: tuple[Cell, ...]) -> None:
    """Which row of the register is meant: by the uuid, else by the name where the person wants that."""
    column = reader.column_of("uuid")
    try:
        if column is not None and column < len(cells):
            row.current = changes.meant(reader.ground, row.kind, cells[column])
    except BadCell as error:
        reader.problem(str(error), row.number, column)
        return
    row.by_uuid = row.current is not None
    if row.current is None and reader.choices.on_conflict == changes.UPDATE:
        row.current = _of_that_name(reader, row, cells)
    if row.current is not None:
        row.name = row.current.name


def _of_that_name(reader: _Reader, row: Row, cells: tuple[Cell, ...]) -> Record | None:
    names = [as_text(cell) for cell, key in zip(cells, reader.layout.columns, strict=False) if key == NAME[row.kind]]
    wanted = folded(names[0]) if names else ""
    rows = [rec for rec in reader.ground.records[row.kind].values() if wanted and folded(rec.name) == wanted]
    return rows[0] if len(rows) == 1 else None


def _fill(reader: _Reader, row: Row, cells: tuple[Cell, ...]) -> None:
    table = targets(row.kind)
    for column, key in enumerate(reader.layout.columns):
        cell = cells[column] if column < len(cells) else None
        if not key or key == "uuid" or (row.current and changes.is_as_before(row.current, key, cell)):
            continue
        try:
            if not values.is_nothing(cell):
                _take(reader, row, table[key], cell)
            elif row.by_uuid:
                _clear(row, table[key])
        except BadCell as error:
            reader.problem(str(error), row.number, column)
    _derive(reader, row)
    _check_links(reader, row)


def _clear(row: Row, target: Target) -> None:
    """An emptied cell of an export empties the field; in other lists it says nothing."""
    if target.key == NAME[row.kind]:
        row.name = ""
    elif target.kind == "names":
        row.links[target.key] = []
    elif target.kind not in ("version", "ars") and target.exported:
        row.values[target.key] = changes.empty(target)


def _take(reader: _Reader, row: Row, target: Target, cell: Cell) -> None:
    if target.key == "third_country" and isinstance(cell, str):
        row.values |= _third_country(target, cell)
    elif target.kind == "ars":
        _check_ars(reader.ground, values.convert(target, cell))
    elif target.kind == "department":
        row.department = _department(reader, values.convert(target, cell))
        if row.current:
            row.values["department"] = row.department
    elif target.kind == "version":
        row.version = values.convert(target, cell)
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
    if reader.choices.unknown_departments_empty:
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
    if letters and row.current is None and "gdpr_basis" not in reader.layout.columns:
        row.values["gdpr_basis"] = letters
    begin, end = row.values.get("begin_date"), row.values.get("end_date")
    if begin and end and end < begin:
        reader.problem(
            "Das Ende liegt vor dem Beginn. Prüfen Sie beide Angaben.", row.number, reader.column_of("end_date")
        )


_LINKED = {
    "datasets": DATASET,
    "training_data": DATASET,
    "test_data": DATASET,
    "storage": STORAGE,
    "recipients": RECIPIENT,
    "processors": RECIPIENT,
}


def _check_links(reader: _Reader, row: Row) -> None:
    kind, country = row.values.pop("storage_kind", ""), row.values.pop("storage_country", "")
    for key in LINKS:
        for name in row.links.get(key, ()):
            try:
                if key == "systems":
                    _check_system(reader, name)
                elif _is_new(reader, key, name) and (
                    new := _new_master_data(reader.ground, key, name, (kind, country))
                ):
                    _remember(reader.plan, new)
            except BadCell as error:
                reader.problem(str(error), row.number, reader.column_of(key))


def _is_new(reader: _Reader, key: str, name: str) -> bool:
    """Neither in the register nor in a sheet of its own."""
    wanted = recipient_key(name, "processor") if key == "processors" else folded(name)
    return wanted not in reader.named[_LINKED[key]]


def _new_master_data(ground: Ground, key: str, name: str, place: tuple[str, str]) -> masterdata.NewRow | None:
    if key == "storage":
        return masterdata.storage(ground, name, *place)
    if _LINKED[key] == DATASET:
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
    if row.current is None and (lacking := _lacking(reader, row)):
        reader.problem(f"Es fehlt: {lacking}.", row.number, column)
    same = row.current is not None and row.name == row.current.name
    key = (row.kind, str(row.current.obj.uuid) if row.current and same else changes.key_of(row))
    reader.named[row.kind] |= {folded(row.name), changes.key_of(row)}
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
    _sort_in(reader, row, column)


def _lacking(reader: _Reader, row: Row) -> str:
    """Master data have no state of a draft: what they need, they need at once."""
    if row.kind not in (STORAGE, RECIPIENT) or (row.sheet, row.number) in reader.plan.faulty:
        return ""
    needed = [target for target in targets(row.kind).values() if target.required and target.key != NAME[row.kind]]
    return ", ".join(target.label for target in needed if not row.values.get(target.key))


def _sort_in(reader: _Reader, row: Row, column: int | None) -> None:
    plan, known = reader.plan, reader.ground.names[row.kind].get(changes.key_of(row))
    if row.current is not None:
        changes.settle(row)
        refused = changes.refusal(reader.ground, row, row.version) if row.changes else ""
        if refused:
            reader.problem(refused, row.number, column)
        elif (row.sheet, row.number) not in plan.faulty:
            (plan.changed if row.changes else plan.unchanged).append(row)
    elif known is None:
        if (row.sheet, row.number) not in plan.faulty:
            plan.new.append(row)
    elif reader.choices.on_conflict == changes.STOP:
        reader.problem(
            f"„{shown(row.name)}“ ({ONE[row.kind]}) gibt es schon. Löschen Sie die Zeile oder ändern Sie den Namen.",
            row.number,
            column,
        )
    else:
        row.existing = known
        plan.existing.append(row)


def _has_fault(reader: _Reader, number: int, column: int | None) -> bool:
    cells = reader.sheet.row(number)
    return (
        column is not None
        and column < len(cells)
        and (isinstance(cells[column], Fault) or bool(as_text(cells[column])))
    )


def summary(plan: Plan) -> dict[str, dict[str, int]]:
    """How many of each kind: new, changed, unchanged, existing. Systems and activities are always named."""
    return {
        name: {
            kind: count
            for kind in KINDS
            if (count := sum(row.kind == kind for row in rows)) or kind in (SYSTEM, ACTIVITY)
        }
        for name, rows in (
            ("new", plan.new),
            ("changed", plan.changed),
            ("unchanged", plan.unchanged),
            ("existing", plan.existing),
        )
    }
