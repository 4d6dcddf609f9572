"""The migrated database, kept as a template: while no migration changes, a run starts from a copy of it."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

PREFIX = "migrated_"


def use() -> None:
    """Have the test database made from the template, if there is one for the migrations as they are."""
    if _name() in _kept():
        connection.settings_dict["TEST"]["TEMPLATE"] = _name()


def keep() -> None:
    """Keep a copy of the test database as it lies after its migrations; older copies go."""
    kept = _kept()
    if _name() in kept:
        return
    database = connection.settings_dict["NAME"]
    # A database that somebody is connected to cannot be copied.
    connection.close()
    with _outside() as cursor:
        for old in kept:
            cursor.execute(f'DROP DATABASE "{old}"')
        cursor.execute(f'CREATE DATABASE "{_name()}" TEMPLATE "{database}"')


def _name() -> str:
    """Named by the text of every migration, so that a changed one is run."""
    found = MigrationLoader(None).disk_migrations
    texts = "".join(inspect.getsource(inspect.getmodule(type(found[key]))) for key in sorted(found))  # type: ignore[arg-type]
    return PREFIX + hashlib.sha256(texts.encode()).hexdigest()[:16]


def _kept() -> list[str]:
    with _outside() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def _outside() -> Iterator[Any]:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        yield cursor
