"""Where the embedded services keep binaries, data and sockets.

Usually all of it lies under `var/`. Two things can force a part of it elsewhere: PostgreSQL refuses to
run as root, and the unprivileged user that runs it then may not reach the project's folder; and a
socket's path may have 107 bytes at most. The place chosen is recorded in `var/embedded.json`.
"""

import functools
import json
import os
import pwd
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# sockaddr_un.sun_path holds 107 bytes and a NUL; PostgreSQL's is the longest name we put there.
SOCKET_DIR_BYTES = 107 - len("/.s.PGSQL.5432")
# In PostgreSQL's list of socket folders a comma separates and a quotation mark quotes.
UNFIT_FOR_SOCKETS = set(',"\n')
UNPRIVILEGED_USER = "nobody"


class EmbeddedError(Exception):
    """The services cannot start; the text is German and tells what to do."""


def var_dir() -> Path:
    """Return the folder of everything this installation makes itself."""
    chosen = os.environ.get("OFFENLAGE_VAR")
    return Path(chosen).absolute() if chosen else ROOT / "var"


@dataclass(frozen=True)
class Account:
    """The user that runs the servers."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """True when the servers must change to this user first."""
        return self.uid != os.geteuid()


@dataclass(frozen=True)
class Places:
    """All paths of one installation's services."""

    var: Path
    home: Path
    sockets: Path
    account: Account

    @classmethod
    def of(cls, var: Path) -> "Places":
        return _places(var)

    @property
    def locks(self) -> Path:
        return self.var / "locks"

    def data(self, service: str) -> Path:
        return self.home / {"postgres": "postgres-18"}.get(service, service)

    def log(self, service: str) -> Path:
        return self.var / "log" / f"{service}.log"

    def prepare(self) -> None:
        """Make the folders, each readable by those only who need it."""
        try:
            self._make(self.var, 0o755)
            self._make(self.locks, 0o755)
            self._make(self.var / "log", 0o700)
            self._make(self.home, 0o755)
            self._make(self.sockets, 0o700, self.account)
        except PermissionError as error:
            raise EmbeddedError(
                f"In {error.filename} darf dieser Benutzer nicht schreiben. Vermutlich wurde Offenlage dort "
                "zuvor von einem anderen Benutzer gestartet. Starten Sie es wieder als dieser, oder setzen Sie "
                "OFFENLAGE_VAR auf einen eigenen Ordner."
            ) from error

    def _make(self, folder: Path, mode: int, account: Account | None = None) -> None:
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            self._refuse_foreign(folder)
            return
        folder.chmod(mode)
        if account and account.is_other:
            os.chown(folder, account.uid, account.gid)

    def _refuse_foreign(self, folder: Path) -> None:
        """Never trust a socket folder that someone else put there: /tmp is open to all."""
        found = folder.lstat()
        ours = {os.geteuid(), self.account.uid}
        if folder == self.sockets and (not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours):
            raise EmbeddedError(
                f"Der Ordner {folder} gehört einem anderen Benutzer. Löschen Sie ihn oder setzen Sie "
                "OFFENLAGE_VAR auf einen anderen Ordner."
            )


def reachable(path: Path, account: Account) -> bool:
    """Tell whether the user may enter every folder on the way to the path."""
    for folder in [path, *path.parents]:
        try:
            found = folder.stat()
        except FileNotFoundError:
            continue
        if found.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif found.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


@functools.cache
def _places(var: Path) -> Places:
    record = var / "embedded.json"
    recorded = _read(record)
    account = _account([Path(recorded.get("home", var)) / "postgres-18", var / "postgres-18"])
    if recorded:
        return Places(var, Path(recorded["home"]), Path(recorded["sockets"]), account)
    token = secrets.token_hex(4)
    home = var
    if account.is_other and not reachable(var, account):
        home = Path("/var/lib") / f"offenlage-{token}"
    sockets = home / "run"
    if len(os.fsencode(sockets)) > SOCKET_DIR_BYTES or UNFIT_FOR_SOCKETS & set(str(sockets)):
        sockets = Path("/tmp") / f"offenlage-{token}"  # a random name; the owner is checked before use
    if home != var or sockets != var / "run":
        # Another process may choose at the same moment: the first record holds for both.
        recorded = _write_once(record, {"home": str(home), "sockets": str(sockets)})
        home, sockets = Path(recorded["home"]), Path(recorded["sockets"])
    return Places(var, home, sockets, account)


def _account(data_folders: list[Path]) -> Account:
    """Run as ourselves; as root, as the owner of the data, or else as an unprivileged user."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for folder in data_folders:
        if folder.is_dir() and folder.stat().st_uid != 0:
            return Account(folder.stat().st_uid, folder.stat().st_gid)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError as error:
        raise EmbeddedError(
            f"PostgreSQL läuft nicht als root, und den Benutzer „{UNPRIVILEGED_USER}“ gibt es hier nicht. "
            "Starten Sie Offenlage als gewöhnlicher Benutzer."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _read(record: Path) -> dict[str, str]:
    try:
        return dict(json.loads(record.read_text()))
    except FileNotFoundError:
        return {}


def _write_once(record: Path, content: dict[str, str]) -> dict[str, str]:
    record.parent.mkdir(parents=True, exist_ok=True)
    draft = record.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(content, indent=1))
    try:
        os.link(draft, record)
    except FileExistsError:
        return _read(record)
    finally:
        draft.unlink()
    return content
