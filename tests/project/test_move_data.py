"""Moving between the embedded database and a server's: two real clusters, no imitation."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import conninfo

from core import embedded

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def server(services: None) -> Iterator[str]:
    """An empty database of another cluster, as its DATABASE_URL."""
    where = embedded.addresses().database
    admin = conninfo.make_conninfo("", host=where["HOST"], port=where["PORT"], user=where["USER"], dbname=where["NAME"])
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS umzug WITH (FORCE)")
        connection.execute("CREATE DATABASE umzug")
    # The folder of the project, and so the socket's, may have a space in its name.
    yield f"postgres://{where['USER']}@/umzug?host={quote(str(where['HOST']))}&port={where['PORT']}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE umzug WITH (FORCE)")


@pytest.fixture
def move(tmp_path: Path, server: str):
    def run(direction: str, *, var: str = "var") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DATABASE_URL": server, "OFFENLAGE_VAR": str(tmp_path / var)}
        command = [sys.executable, "tools/move_data.py", direction]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


def fill(server: str) -> None:
    with psycopg.connect(server) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE amt (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
        connection.execute("INSERT INTO amt (name) VALUES ('Bürgerbüro'), ('Ordnungsamt')")


def names(server: str) -> list[str]:
    with psycopg.connect(server) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM amt ORDER BY id")]


def test_data_comes_back_from_the_embedded_database_as_it_went_there(move, server: str) -> None:
    fill(server)
    there = move("to-embedded")
    with psycopg.connect(server) as connection:
        connection.execute("DROP TABLE amt")
    back = move("to-server")
    assert (there.returncode, back.returncode, names(server)) == (0, 0, ["Bürgerbüro", "Ordnungsamt"]), (
        there.stderr + back.stderr
    )


def test_a_database_that_holds_tables_is_never_overwritten(move, server: str) -> None:
    fill(server)
    move("to-embedded")
    again = move("to-embedded")
    assert (again.returncode, "enthält schon Tabellen" in again.stderr) == (1, True), again.stderr


def test_nothing_is_moved_while_the_program_runs(move, server: str) -> None:
    fill(server)
    with psycopg.connect(server):
        refused = move("to-embedded")
    assert (refused.returncode, "Das Programm läuft noch" in refused.stderr) == (1, True), refused.stderr


def test_an_empty_source_is_not_moved(move) -> None:
    refused = move("to-embedded")
    assert (refused.returncode, "ist leer" in refused.stderr) == (1, True), refused.stderr
