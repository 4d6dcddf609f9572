"""The dry run: what would be made of each row, what is there already, and what has to be put right first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openpyxl.utils import get_column_letter

from exchange.imports import changes, values
from exchange.imports.cells import fill
from exchange.imports.errors import BadCell, FileTooBig, Problem
from exchange.imports.fields import (
    ACTIVITY,
    KINDS,
    NAME,
    ONE,
    ORDER,
    RECIPIENT,
    STORAGE,
    SYSTEM,
    targets,
)
from exchange.imports.ground import Ground, folded
from exchange.imports.planned import Choices, Plan, Reader, Row
from exchange.imports.recognition import Layout, is_heading, problems_of, wrong_keys
from exchange.imports.records import Record
from exchange.imports.tables import MAX_ROWS, Cell, Fault, Sheet, as_text, shown

_REMARK = re.compile(
    r"^(\*|(hinweise?|anmerkung(en)?|legende|quelle|erstellt|ende)\b|(stand|summe|gesamt)\b\s*[:.\d])", re.IGNORECASE
)


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
        reader = Reader(plan, ground, sheet, index, layout, choices, seen, named)
        _read_sheet(reader)
    if len(plan.rows) > MAX_ROWS:
        raise FileTooBig(f"Die Datei hat mehr als {MAX_ROWS} Zeilen. Teilen Sie die Liste auf mehrere Dateien auf.")
    if not plan.rows and not plan.problems:
        plan.problems.append(Problem("Unter den Überschriften steht keine Zeile, die sich übernehmen lässt."))
    plan.problems.sort(key=lambda p: ([s.name for s in sheets].index(p.sheet) if p.sheet else -1, p.row or 0))
    return plan


def _read_sheet(reader: Reader) -> None:
    missing = problems_of(reader.layout)
    for message in missing:
        reader.problem(message)
    if missing:
        return
    _note_ignored(reader)
    for number, cells in _content_rows(reader):
        row = Row(reader.layout.kind, reader.index, reader.sheet.name, number)
        _match(reader, row, cells)
        fill(reader, row, cells)
        _judge(reader, row)


def _note_ignored(reader: Reader) -> None:
    columns = zip(reader.layout.headings, reader.layout.columns, strict=False)
    ignored = [heading for heading, key in columns if heading and not key]
    if ignored:
        listed = ", ".join(f"„{shown(heading, 40)}“" for heading in ignored)
        reader.plan.notes.append(f"Tabelle „{reader.sheet.name}“: Nicht übernommen werden die Spalten {listed}.")
    if reader.layout.kind == SYSTEM and "status" not in reader.layout.columns:
        reader.plan.notes.append(
            f"Tabelle „{reader.sheet.name}“: Ohne Spalte „Status“ beginnt jedes System als „Idee“."
        )


def _content_rows(reader: Reader) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Rows below the headings, without repeated headings, group titles and remarks; those are named."""
    skipped = []
    for number, cells in reader.sheet.rows:
        if number <= reader.layout.header_row or is_heading(cells, reader.layout):
            continue
        if wrong := wrong_keys(cells, reader.layout):
            reader.plan.notes.append(_about_keys(reader, number, wrong))
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


def _about_keys(reader: Reader, number: int, wrong: list[tuple[int, str]]) -> str:
    named = ", ".join(f"„{shown(text, 40)}“ in Spalte {get_column_letter(at + 1)}" for at, text in wrong)
    return (
        f"Tabelle „{reader.sheet.name}“, Zeile {number}: Das ist die Zeile der Schlüssel, aber {named} passt nicht zur "
        "Überschrift darüber. Gelesen wird nach den Überschriften; prüfen Sie, ob Spalten vertauscht sind."
    )


def _is_remark(layout: Layout, cells: tuple[Cell, ...], used: list[int], mapped: list[int]) -> bool:
    """A single text that is no name: a title between the rows or a note below them."""
    if len(used) != 1 or not isinstance(text := cells[used[0]], str):
        return False
    is_name = layout.columns[used[0]] == NAME[layout.kind] if mapped else len(layout.columns) == 1
    return not is_name or bool(_REMARK.match(text))


def _match(reader: Reader, row: Row, cells: tuple[Cell, ...]) -> None:
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


def _of_that_name(reader: Reader, row: Row, cells: tuple[Cell, ...]) -> Record | None:
    names = [as_text(cell) for cell, key in zip(cells, reader.layout.columns, strict=False) if key == NAME[row.kind]]
    wanted = folded(names[0]) if names else ""
    rows = [rec for rec in reader.ground.records[row.kind].values() if wanted and folded(rec.name) == wanted]
    return rows[0] if len(rows) == 1 else None


def _judge(reader: Reader, row: Row) -> None:
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
        # Two rows of one entry: another name would not help.
        instead = "leeren Sie die Kennung" if row.current and row.by_uuid and same else "ändern Sie den Namen"
        reader.problem(
            f"„{shown(row.name)}“ steht schon in {place}. Löschen Sie eine der Zeilen oder {instead}.",
            row.number,
            column,
        )
        return
    reader.seen[key] = (row.sheet_name, row.number)
    _sort_in(reader, row, column)


def _lacking(reader: Reader, row: Row) -> str:
    """Master data have no state of a draft: what they need, they need at once."""
    if row.kind not in (STORAGE, RECIPIENT) or (row.sheet, row.number) in reader.plan.faulty:
        return ""
    needed = [target for target in targets(row.kind).values() if target.required and target.key != NAME[row.kind]]
    return ", ".join(target.label for target in needed if not row.values.get(target.key))


def _sort_in(reader: Reader, row: Row, column: int | None) -> None:
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


def _has_fault(reader: Reader, number: int, column: int | None) -> bool:
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
