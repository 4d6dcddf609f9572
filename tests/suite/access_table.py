"""Who may open and who may act: one row for every address of the program.

`opens`: the roles whose GET shows something. `acts`: the roles whose POST is heard (it may still be refused for its
content, then with 400, 409 or 422). Everybody else is refused; strangers cannot even learn that a thing exists.
None means that the method is not offered at all (405).
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.suite.scene import ANONYMOUS, EVERYBODY, OWN_ROLES, Arguments, Scene

Roles = frozenset[str]


def only(*names: str) -> Roles:
    assert set(names) <= set(EVERYBODY), names
    return frozenset(names)


NOBODY: Roles = frozenset()
ALL: Roles = frozenset(EVERYBODY)
SIGNED_IN: Roles = ALL - {ANONYMOUS}
# Whoever works with entries in any municipality sees the lists of their own.
FOREIGN = only("fremd-cdo", "fremd-leitung")
READERS = only("fachamt", "nachbaramt", "cdo", "dsb", "leitung", "revision") | FOREIGN
HERE = only("fachamt", "cdo", "dsb", "leitung", "revision")
EDITORS = only("fachamt", "cdo")


@dataclass(frozen=True)
class Row:
    """One address. `arguments` makes its parts from the scene; `hidden` = a thing of Musterstadt that strangers get 404 for."""

    name: str
    opens: Roles | None = None
    acts: Roles | None = None
    arguments: Arguments | None = None
    query: str = ""
    hidden: bool = False


def published(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["published"].uuid}


def submitted(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["submitted"].uuid}


def town(scene: Scene) -> dict[str, object]:
    return {"slug": scene.town.municipality.slug}


REGISTER = (
    Row("register:start", SIGNED_IN),
    Row("register:systems", READERS),
    Row("register:system-new", only("fachamt", "nachbaramt", "cdo", "fremd-cdo"), only("fachamt", "nachbaramt", "cdo", "fremd-cdo")),
    Row("register:datasets", READERS),
    Row("register:dataset-new", only("fachamt", "nachbaramt", "cdo", "fremd-cdo"), only("fachamt", "nachbaramt", "cdo", "fremd-cdo")),
    Row("register:storage-list", READERS),
    Row("register:storage-new", only("cdo", "fremd-cdo"), only("cdo", "fremd-cdo")),
    Row("register:storage", only("cdo"), only("cdo"), lambda s: {"uuid": s.town.storage.uuid}, hidden=True),
    Row("register:entry", HERE, None, published, hidden=True),
)
TABLE: tuple[Row, ...] = REGISTER
