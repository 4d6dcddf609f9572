"""A question, its answer in numbers and sentences, and the whole of it as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.models import Municipality, User
from compliance.datamap.parties import Party, part_in
from compliance.datamap.web import (
    ACTIVITY,
    DATASET,
    PRODUCT,
    PROVIDER,
    RECIPIENT,
    STORAGE,
    SYSTEM,
    WITHOUT_OFFICE,
    Stock,
    System,
    Thing,
    activity_thing,
    load,
    running,
)
from compliance.models import ProcessingActivity
from compliance.rules import places
from register.rules import vocabulary

Cell = Sequence[Thing | str]
Row = tuple[Cell, ...]
NOT_GIVEN = "nicht angegeben"

MAP = ("KI-System", "Amt", "Status", "Datenbestände", "Speicherorte", "Empfänger und Anbieter", "Tätigkeiten")
OUTAGE = ("KI-System", "Amt", "Status", "Betroffen durch", "Datenbestände", "Tätigkeiten", "Rückfallebene")
ABROAD = ("Wo", "Land", "Einordnung", "Grundlage", "KI-System", "Amt", "Datenbestände")


@dataclass
class Answer:
    title: str
    filename: str
    headings: tuple[str, ...]
    rows: list[Row]
    numbers: list[tuple[str, int]]
    notes: list[str] = field(default_factory=list)
    systems: list[System] = field(default_factory=list)
    # Activities without a system, for the picture.
    alone: list[Thing] = field(default_factory=list)
    nothing: str = ""
    # Columns that stand below the one before them on a page; files have room for all of them.
    below: tuple[int, ...] = (1, 2)

    def texts(self) -> Iterator[list[str]]:
        for row in self.rows:
            yield ["; ".join(str(part) for part in cell) for cell in row]

    @property
    def own_headings(self) -> list[str]:
        return [heading for number, heading in enumerate(self.headings) if number not in self.below]

    def lines(self) -> Iterator[list[str]]:
        """The rows as on a page: fewer columns, several lines in a cell."""
        for row in self.rows:
            cells: list[str] = []
            for number, cell in enumerate(row):
                if number in self.below:
                    cells[-1] += f"\n{', '.join(map(str, cell))}"
                else:
                    cells.append("\n".join(map(str, cell)))
            yield cells


def of_map(
    title: str, systems: list[System], *, notes: Iterable[str] = (), filename: str = "datenkarte", nothing: str = ""
) -> Answer:
    """Everything that hangs on a thing, one line a system."""
    rows = [_map_row(s) for s in systems]
    return Answer(title, filename, MAP, rows, _numbers(systems), list(notes), systems, nothing=nothing)


def counted(ended: int) -> str:
    """The one way to count, on every page of the map."""
    left_out = f" Nicht dabei: {ended} beendete oder verworfene KI-Systeme." if ended > 1 else ""
    left_out = " Nicht dabei: ein beendetes oder verworfenes KI-System." if ended == 1 else left_out
    return f"Gezählt und gezeigt wird, was geplant ist oder läuft.{left_out}"


def of_all(activities: int) -> str:
    """Why the Verarbeitungsverzeichnis has more."""
    return (
        "Tätigkeiten zählen hier, wenn sie ein KI-System verwenden. Im Verarbeitungsverzeichnis "
        f"{'läuft eine' if activities == 1 else f'laufen {activities}'}, auch ohne KI und im Auftrag."
    )


def _map_row(system: System) -> Row:
    others = [*system.of(RECIPIENT), *system.of(PRODUCT), *_strangers(system)]
    return (*_head(system), system.of(DATASET), system.of(STORAGE), [*others, *_subs(system)], system.of(ACTIVITY))


def _head(system: System) -> Row:
    return [system.thing], [system.office], [vocabulary.STATUS[system.status]]


def _strangers(system: System) -> list[Thing]:
    """The provider, unless it is named among the recipients or with the product already."""
    known = {places.key(t.name) for t in system.of(RECIPIENT)} | {places.key(t.operator) for t in system.of(PRODUCT)}
    return [thing for thing in system.of(PROVIDER) if thing.key not in known]


def _subs(system: System) -> list[str]:
    return list(dict.fromkeys(f"{s.name} (Unterauftragnehmer von {t.name})" for t in system.places for s in t.subs))


def _numbers(systems: Iterable[System], alone: Sequence[ProcessingActivity] = ()) -> list[tuple[str, int]]:
    """`alone` are activities that hang on the same without a system; their offices count too."""
    systems = list(systems)
    data = {thing.key for s in systems for thing in s.of(DATASET)}
    activities = {thing.key for s in systems for thing in s.of(ACTIVITY)} | {row.pk for row in alone}
    offices = {s.office_id for s in systems} | {row.department_id or 0 for row in alone}
    return [
        ("KI-Systeme", len(systems)),
        ("Datenbestände", len(data)),
        ("Tätigkeiten", len(activities)),
        ("Ämter", len(offices - {0})),
    ]


# --- Was trifft uns, wenn jemand ausfällt? ----------------------------------------------------------


def outage(user: User, municipality: Municipality, stock: Stock, party: Party) -> Answer:
    systems, ended = running(load(user, municipality, stock, party.systems))
    rows: list[Row] = [
        (*_head(s), part_in(s, party.key), s.of(DATASET), s.of(ACTIVITY), [s.fallback or NOT_GIVEN]) for s in systems
    ]
    linked = {thing.key for s in systems for thing in s.of(ACTIVITY)}
    named = [row for row in _naming(user, municipality, party) if row.pk not in linked]
    alone = [activity_thing(row) for row in named]
    rows += [
        (["ohne KI-System"], [_office(row)], ["–"], ["im Text genannt"], [], [thing], [""])
        for row, thing in zip(named, alone, strict=True)
    ]
    offices = dict.fromkeys(office for office in [s.office for s in systems] + [_office(row) for row in named])
    own = [office for office in offices if office != WITHOUT_OFFICE]
    notes = [f"Betroffene Ämter: {', '.join(own)}."] if own else []
    without = sum(1 for s in systems if not s.fallback)
    if without:
        notes.append(f"Ohne eingetragene Rückfallebene: {without} von {len(systems)} KI-Systemen.")
    if named:
        notes.append(
            f"Tätigkeiten, die {party.name} nur in ihrem Text nennen: {len(named)}. Sie zählen mit; im Bild stehen sie "
            "ohne Linie."
        )
    notes += [*_parts(party, stock), counted(ended)]
    title = f"Was trifft uns, wenn {party.name} ausfällt?"
    nothing = f"Von {party.name} hängt nach dem Register nichts ab."
    return Answer(title, "ausfall", OUTAGE, rows, _numbers(systems, named), notes, systems, alone, nothing)


def _office(row: ProcessingActivity) -> str:
    return row.department.name if row.department else WITHOUT_OFFICE


def _naming(user: User, municipality: Municipality, party: Party) -> list[ProcessingActivity]:
    """Running activities that name the party in their own words only."""
    columns = ("recipients_external", "recipients_internal", "procedure_name", "third_country_details")
    named = Q()
    for column in columns:
        named |= Q(**{f"{column}__icontains": party.name})
    rows = ProcessingActivity.objects.visible_to(user).of(municipality).active().filter(named)
    return list(rows.select_related("department").order_by("role", "number"))


def _parts(party: Party, stock: Stock) -> list[str]:
    """As what the party is recorded, whether a system uses it or not."""
    found = []
    for pk in sorted(party.recipients):
        thing = stock.recipients[pk]
        own = places.key(thing.name) == party.key
        found.append(f"{thing.role} ({thing.note})" if own else f"Unterauftragnehmer von {thing.name}")
    for pk in sorted(party.storages):
        thing = stock.storages[pk]
        own = places.key(thing.operator) == party.key
        found.append(f"{'Betreiber von' if own else 'Unterauftragnehmer von'} {thing.name} ({thing.note})")
    if party.spellings or party.products:
        found.append("Anbieter von KI-Systemen")
    return [f"Im Register eingetragen als: {'; '.join(found)}."]


# --- Welche Daten liegen außerhalb der EU? ----------------------------------------------------------

# After every name.
_LAST = "\uffff"
_ORDER = (places.THIRD, places.UNKNOWN, places.EEA)


def abroad(user: User, municipality: Municipality, stock: Stock) -> Answer:
    systems, ended = running(load(user, municipality, stock))
    found: list[tuple[str, str, Row]] = []
    seen: dict[str, set[Any]] = {name: set() for name in (*_ORDER, places.EU)}
    for system in systems:
        lines = list(_lines_of(system))
        zones = {zone for zone, _, _ in lines}
        for zone in zones or {places.EU}:
            seen[zone].add(system.thing.key)
        found += lines
    linked = {(t.kind, t.key) for s in systems for t in s.places}
    for thing in stock.all:
        if (thing.kind, thing.key) not in linked:
            found += [(zone, sort, (*head, ["–"], ["–"], ["–"])) for zone, sort, head in _where(thing)]
    activities, silent = _activities_abroad(user, municipality)
    found += activities
    found.sort(key=lambda line: (_ORDER.index(line[0]), line[1]))
    numbers = [
        ("KI-Systeme mit Drittland", len(seen[places.THIRD])),
        ("KI-Systeme, Ort nicht bekannt", len(seen[places.UNKNOWN])),
        ("KI-Systeme im EWR außerhalb der EU", len(seen[places.EEA])),
        ("KI-Systeme nur in der EU", len(seen[places.EU])),
    ]
    notes = [
        f"{counted(ended)} Liegt ein System an mehreren Orten, zählt es bei jedem.",
        "Gezeigt wird, was bei Speicherorten, Empfängern und ihren Unterauftragnehmern eingetragen ist. "
        "Wo das Land fehlt, steht „nicht bekannt“: Bitte klären Sie es.",
        "Ob ein Angemessenheitsbeschluss gilt (Art. 45 DSGVO), müssen Sie prüfen: Unsere Liste ist nicht amtlich.",
        "Island, Liechtenstein und Norwegen gehören zum EWR; die DSGVO gilt dort, sie sind kein Drittland.",
    ]
    if silent:
        notes.append(f"Tätigkeiten ohne Angabe zur Übermittlung in ein Drittland: {silent}.")
    nothing = "Nach dem Register liegt nichts außerhalb der EU."
    title = "Welche Daten liegen außerhalb der EU?"
    return Answer(
        title, "ausserhalb-der-eu", ABROAD, [row for _, _, row in found], numbers, notes, nothing=nothing, below=(2, 5)
    )


def _lines_of(system: System) -> Iterator[tuple[str, str, Row]]:
    tail = ([system.thing], [system.office], system.of(DATASET))
    for thing in system.places:
        yield from ((zone, sort, (*head, *tail)) for zone, sort, head in _where(thing))
    if not system.of(STORAGE):
        nowhere: Row = (["kein Speicherort eingetragen"], ["nicht bekannt"], [places.ZONES[places.UNKNOWN]], [""])
        yield places.UNKNOWN, _LAST, (*nowhere, *tail)


def _where(thing: Thing) -> Iterator[tuple[str, str, Row]]:
    """The place and its sub-processors, as far as they are not in the EU: zone, order, first cells."""
    if thing.zone != places.EU:
        yield thing.zone, places.key(thing.name), _place(thing, thing.country, thing.basis)
    for sub in thing.subs:
        zone = places.zone(sub.country)
        if zone != places.EU:
            said = f"{sub.name} (Unterauftragnehmer von {thing.name})"
            yield zone, places.key(said), _place(said, sub.country, "")


def _place(name: Thing | str, country: str, basis: str) -> Row:
    zone = places.zone(country)
    said = (
        f"Eingetragen: {vocabulary.THIRD_COUNTRY_BASES[basis].split(' (')[0]}"
        if basis
        else "Keine Grundlage eingetragen"
    )
    grounds = [] if zone == places.EEA else [said, places.adequacy(country)]
    return [name], [places.country_name(country)], [places.ZONES[zone]], [text for text in grounds if text]


def _activities_abroad(user: User, municipality: Municipality) -> tuple[list[tuple[str, str, Row]], int]:
    """Running activities that say themselves that data go to a third country, and how many say nothing about it."""
    rows = ProcessingActivity.objects.visible_to(user).of(municipality).active().exclude(third_country="none")
    found: list[tuple[str, str, Row]] = []
    silent = 0
    for row in rows.select_related("department").order_by("number"):
        if not row.third_country:
            silent += 1
            continue
        head = (
            [activity_thing(row), "laut Verarbeitungsverzeichnis"],
            ["siehe Grundlage"],
            [places.ZONES[places.THIRD]],
        )
        found.append(
            (
                places.THIRD,
                f"{_LAST}{places.key(row.title)}",
                (*head, [row.third_country_details or NOT_GIVEN], ["–"], [_office(row)], ["–"]),
            )
        )
    return found, silent


def title_of(start: Thing) -> str:
    """The question that the map from a thing answers."""
    if start.kind == DATASET:
        return f"Welche KI nutzt „{start.name}“?"
    return f"Woran hängt „{start.name}“?" if start.kind == SYSTEM else f"Was hängt an „{start.name}“?"
