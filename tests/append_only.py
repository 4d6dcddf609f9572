"""Pausing the triggers that forbid change: to empty the database between tests, and to play the forger."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase


@contextmanager
def paused() -> Iterator[None]:
    """What somebody with full power over the database can do: switch the triggers off."""
    _switch("DISABLE")
    try:
        yield
    finally:
        _switch("ENABLE")


@pytest.fixture(scope="session", autouse=True)
def emptying_is_allowed_between_tests() -> Iterator[None]:
    """TRUNCATE is forbidden on append-only tables, and it is how Django cleans up after a test."""
    original: Any = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with paused():
            original(self)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = original


def _switch(what: str) -> None:
    with connection.cursor() as cursor:
        # Open deferred constraints would keep PostgreSQL from altering the tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgname LIKE 'append_only%' AND NOT tgisinternal"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {what} TRIGGER {trigger}")
