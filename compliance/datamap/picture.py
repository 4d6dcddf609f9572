"""The map as a picture: boxes in columns and lines between them, as numbers for the template that writes the SVG.

Over LIMIT boxes nobody can read it any more: then boxes stand for many things, with their number.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from compliance.datamap.web import (
    ACTIVITY,
    DATASET,
    PRODUCT,
    PROVIDER,
    RECIPIENT,
    STORAGE,
    SUB,
    SYSTEM,
    System,
    Thing,
)
from compliance.rules import places

LIMIT = 60
OFFICES = 12
WIDTH, HEIGHT, GAP, HEADING = 184, 62, 12, 34
STEP = 40
LETTERS, SMALL = 22, 27
COLUMNS: tuple[tuple[str, ...], ...] = (
    (DATASET, ACTIVITY),
    (SYSTEM,),
    (STORAGE, RECIPIENT, PRODUCT, PROVIDER),
    (SUB,),
)
PLURALS = {
    DATASET: "Datenbestände",
    ACTIVITY: "Tätigkeiten",
    SYSTEM: "KI-Systeme",
    STORAGE: "Speicherorte",
    RECIPIENT: "Empfänger",
    PRODUCT: "Produktblätter",
    PROVIDER: "Anbieter",
    SUB: "Unterauftragnehmer",
}
SINGULARS = {
    **{kind: text for kind, text in PLURALS.items() if kind in (RECIPIENT, PROVIDER, SUB)},
    DATASET: "Datenbestand",
    ACTIVITY: "Tätigkeit",
    SYSTEM: "KI-System",
    STORAGE: "Speicherort",
    PRODUCT: "Produktblatt",
}
_OUTSIDE = {places.THIRD: "Drittland", places.UNKNOWN: "Land nicht bekannt", places.EEA: "EWR, nicht EU", places.EU: ""}
Key = tuple[str, int | str]


@dataclass
class Node:
    """A box. Of a group, `count` says how many things it stands for."""

    thing: Thing
    count: int = 0
    is_start: bool = False
    x: int = 0
    y: int = 0

    @property
    def key(self) -> Key:
        return self.thing.kind, self.thing.key

    @property
    def is_outside(self) -> bool:
        return self.thing.kind in (STORAGE, RECIPIENT, SUB) and self.thing.zone != places.EU

    @property
    def zone_text(self) -> str:
        """A group has it in its name already."""
        return _OUTSIDE[self.thing.zone] if self.is_outside and not self.count else ""

    @property
    def label(self) -> str:
        """What the link is called."""
        said = [self.thing.name, self.thing.note, self.zone_text if self.zone_text != self.thing.note else ""]
        start = " (Ausgangspunkt)" if self.is_start else ""
        return f"{SINGULARS[self.thing.kind]}: {', '.join(filter(None, said))}{start}"

    @property
    def lines(self) -> list[tuple[int, str]]:
        found = textwrap.wrap(self.thing.name, LETTERS, max_lines=2, placeholder=" …")
        return [(self.y + 20 + 17 * number, line) for number, line in enumerate(found)]

    @property
    def small(self) -> str:
        # Too long, it loses its end: that it lies outside must stay.
        note = "" if self.zone_text == _OUTSIDE[places.UNKNOWN] else self.thing.note
        text = " · ".join(filter(None, (self.zone_text, note)))
        return textwrap.shorten(text, SMALL, placeholder=" …")

    @property
    def small_y(self) -> int:
        return self.y + HEIGHT - 8

    @property
    def text_x(self) -> int:
        return self.x + 10


@dataclass
class Picture:
    width: int
    height: int
    nodes: list[Node]
    paths: list[str]
    headings: list[tuple[int, int, str]]
    is_grouped: bool
    description: str


@dataclass
class _Net:
    nodes: dict[Key, Node] = field(default_factory=dict)
    edges: set[tuple[Key, Key]] = field(default_factory=set)

    def node(self, thing: Thing, count: int = 0) -> Node:
        return self.nodes.setdefault((thing.kind, thing.key), Node(thing, count))

    def join(self, one: Thing, other: Thing) -> None:
        self.edges.add(((one.kind, one.key), (other.kind, other.key)))


def draw(
    systems: list[System], *, start: Thing | None = None, party: str = "", alone: Iterable[Thing] = ()
) -> Picture | None:
    """None when there is nothing to draw. `alone` has a box without a line."""
    lone = list(alone)
    if not systems and not lone:
        return None
    net = _all(systems, party, lone)
    is_grouped = len(net.nodes) > LIMIT
    if is_grouped:
        net = _grouped(systems, party, lone)
    for node in net.nodes.values():
        node.is_start = not is_grouped and _is(node.thing, start, party)
    return _placed(net, is_grouped=is_grouped)


def _is(thing: Thing, start: Thing | None, party: str) -> bool:
    if start is not None:
        return (thing.kind, thing.key) == (start.kind, start.key)
    return thing.kind in (RECIPIENT, PROVIDER, SUB) and places.key(thing.name) == party


def _all(systems: Iterable[System], party: str, alone: Iterable[Thing]) -> _Net:
    net = _Net()
    for system in systems:
        net.node(system.thing)
        for kind in (DATASET, ACTIVITY, STORAGE, RECIPIENT, PRODUCT, PROVIDER):
            for thing in _shown(system, kind, party):
                net.node(thing)
                net.join(system.thing, thing)
        for thing in system.places:
            for sub in thing.subs:
                if party and places.key(sub.name) != party:
                    continue
                other = Thing(SUB, places.key(sub.name), sub.name, None, places.country_name(sub.country), sub.country)
                net.node(other)
                net.join(thing, other)
    for thing in alone:
        net.node(thing)
    return net


def _shown(system: System, kind: str, party: str) -> list[Thing]:
    """A provider that is a recipient or has its product there already needs no box of its own.

    Where one name is asked about, others have no box at all.
    """
    found = system.of(kind)
    if party and kind not in (DATASET, ACTIVITY):
        found = [thing for thing in found if _has_part(thing, party)]
    if kind != PROVIDER:
        return found
    known = {places.key(t.name) for t in system.of(RECIPIENT)} | {places.key(t.operator) for t in system.of(PRODUCT)}
    return [thing for thing in found if thing.key not in known]


def _has_part(thing: Thing, party: str) -> bool:
    named = (thing.name if thing.kind in (RECIPIENT, PROVIDER) else "", thing.operator, *(s.name for s in thing.subs))
    return any(places.key(name) == party for name in named)


# --- Many things in one box -------------------------------------------------------------------------


def _grouped(systems: list[System], party: str, alone: Iterable[Thing]) -> _Net:
    """Systems by department, places by zone, the rest by kind; each box with its number."""
    small = _all(systems, party, alone)
    offices = Counter((s.office_id, s.office) for s in systems)
    own = {office for (office, _), _ in offices.most_common(OFFICES if len(offices) <= OFFICES else OFFICES - 1)}
    of_system = {s.thing.key: _office(s, own) for s in systems}
    groups: dict[Key, Thing] = {}
    members: Counter[tuple[str, int | str]] = Counter()
    for key, node in small.nodes.items():
        group = of_system[node.thing.key] if node.thing.kind == SYSTEM else _kind(node.thing)
        groups[key] = group
        members[(group.kind, group.key)] += 1
    net = _Net()
    for group in groups.values():
        count = members[(group.kind, group.key)]
        note = f"{count} {PLURALS[group.kind] if count != 1 else SINGULARS[group.kind]}"
        net.node(replace(group, note=note), count)
    for one, other in small.edges:
        net.join(groups[one], groups[other])
    return net


def _office(system: System, own: set[int]) -> Thing:
    if system.office_id in own:
        return Thing(SYSTEM, system.office_id, system.office)
    return Thing(SYSTEM, "other", "übrige Ämter")


def _kind(thing: Thing) -> Thing:
    if thing.kind in (STORAGE, RECIPIENT, SUB):
        return Thing(thing.kind, thing.zone, _OUTSIDE[thing.zone] or "in der EU", country=_STANDS_FOR[thing.zone])
    return Thing(thing.kind, "", PLURALS[thing.kind])


# A country of each zone, so that a group is marked as its members are.
_STANDS_FOR = {places.EU: "DE", places.EEA: "NO", places.THIRD: "US", places.UNKNOWN: ""}


# --- Where everything stands ------------------------------------------------------------------------


def _placed(net: _Net, *, is_grouped: bool) -> Picture:
    order = {key: number for number, key in enumerate(k for k in net.nodes if k[0] == SYSTEM)}
    columns = [[(kind, _sorted(net, kind, order)) for kind in column] for column in COLUMNS]
    columns = [[(kind, nodes) for kind, nodes in column if nodes] for column in columns]
    columns = [column for column in columns if column]
    heights = [sum(HEADING + len(nodes) * (HEIGHT + GAP) for _, nodes in column) for column in columns]
    height, headings = max(heights), []
    for number, column in enumerate(columns):
        x, y = 8 + number * (WIDTH + STEP), 4 + (height - heights[number]) // 2
        for kind, nodes in column:
            headings.append((x, y + 22, PLURALS[kind]))
            y += HEADING
            for node in nodes:
                node.x, node.y = x, y
                y += HEIGHT + GAP
    ordered = [node for column in columns for _, nodes in column for node in nodes]
    return Picture(
        width=16 + len(columns) * WIDTH + (len(columns) - 1) * STEP,
        height=height + 8,
        nodes=ordered,
        paths=sorted(_path(net.nodes[a], net.nodes[b]) for a, b in net.edges),
        headings=headings,
        is_grouped=is_grouped,
        description=_description(columns),
    )


def _sorted(net: _Net, kind: str, order: dict[Key, int]) -> list[Node]:
    """Systems as they come; the rest beside what it hangs on, so that few lines cross."""
    found = [node for node in net.nodes.values() if node.thing.kind == kind]
    if kind == SYSTEM:
        return found
    middle = {node.key: _middle(order[key] for key in _neighbours(net, node.key) if key in order) for node in found}
    return sorted(found, key=lambda node: middle[node.key])


def _neighbours(net: _Net, key: Key) -> Iterator[Key]:
    for one, other in net.edges:
        if key == one:
            yield other
        elif key == other:
            yield one


def _middle(numbers: Iterable[int]) -> float:
    found = list(numbers)
    return sum(found) / len(found) if found else 0.0


def _path(one: Node, other: Node) -> str:
    left, right = sorted((one, other), key=lambda node: node.x)
    x1, y1, x2, y2 = left.x + WIDTH, left.y + HEIGHT // 2, right.x, right.y + HEIGHT // 2
    bend = (x2 - x1) // 2
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def _description(columns: list[list[tuple[str, list[Node]]]]) -> str:
    said = [f"{sum(node.count or 1 for node in nodes)} {PLURALS[kind]}" for column in columns for kind, nodes in column]
    return f"Von links nach rechts: {', '.join(said)}. Linien zeigen Verknüpfungen. Alles steht auch in der Tabelle."
