"""The ground that tests stand on, laid once and used by all tests of a module that want the same.

Its layers lie on each other in the savepoints of one transaction, and every test happens in a savepoint above them.
The next test keeps what it needs too, from the bottom up; the rest is taken away. So each test finds what it would
have found with everything made anew, and objects of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction

Values = dict[str, Any]
# How each layer is made of those below it, from the bottom up. A fixture of the same name hands it to tests.
LAYERS: dict[str, Callable[[Values], Any]] = {}


@dataclass
class Layer:
    name: str
    savepoint: transaction.Atomic
    values: Values  # of this layer and those below


class Ground:
    def __init__(self) -> None:
        self._layers: list[Layer] = []

    def prepare(self, names: tuple[str, ...]) -> Values:
        """Have these layers and no others, and return objects of them for one test."""
        laid = [layer.name for layer in self._layers]
        same = next((n for n, name in enumerate(laid) if names[n : n + 1] != (name,)), len(laid))
        self.dig(same)
        for name in names[same:]:
            self._lay(name)
        return self._values()

    def dig(self, depth: int = 0) -> None:
        """Take away all layers above a depth."""
        while len(self._layers) > depth:
            savepoint = self._layers.pop().savepoint
            transaction.set_rollback(True)
            savepoint.__exit__(None, None, None)

    def _lay(self, name: str) -> None:
        savepoint, values = transaction.atomic(), self._values()
        savepoint.__enter__()
        self._layers.append(Layer(name, savepoint, values))
        try:
            values[name] = LAYERS[name](values)
            # Else the check at the end of each test would look at all these rows again.
            connection.check_constraints()
        except Exception:
            self.dig(len(self._layers) - 1)
            raise

    def _values(self) -> Values:
        return deepcopy(self._layers[-1].values) if self._layers else {}


def wanted_by(item: pytest.Item) -> tuple[str, ...]:
    """The layers below a test. One that commits has to make everything itself."""
    if not isinstance(item, pytest.Function):
        return ()
    names = set(item.fixturenames)
    marker = item.get_closest_marker("django_db")
    if names & {"transactional_db", "live_server"} or (marker and marker.kwargs.get("transaction")):
        return ()
    # A module may have something else of that name.
    fixtures = item._fixtureinfo.name2fixturedefs
    return tuple(name for name in LAYERS if name in names and fixtures[name][-1].func.__module__ == "tests.world")


def sort(items: list[pytest.Item]) -> None:
    """Let tests of a module that stand on the same follow each other."""
    modules = {path: number for number, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (modules[item.path], wanted_by(item)))


def sort_for_several(items: list[pytest.Item]) -> None:
    """Where processes take modules from one row: the long ones first, so that all end together."""
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.parent.name not in ("suite", "browser"), -sizes[item.path]))
