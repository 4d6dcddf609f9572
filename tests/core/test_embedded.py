"""The embedded servers, for real: started, killed, shared and stopped by processes of their own."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS_AS_ROOT = os.geteuid() == 0
UNPRIVILEGED = pwd.getpwnam("games")

# A program that uses the services: reports what it found, and stays until its input ends.
USER = """
import json, socket, sys
from core import embedded
embedded.acquire()
import psycopg
database = embedded.addresses().database
with psycopg.connect(host=database["HOST"], user=database["USER"], dbname=database["NAME"]) as connection:
    connection.execute("select pg_advisory_lock(1)")
    connection.execute("create table if not exists visits (at timestamptz default now())")
    connection.execute("insert into visits default values")
    visits = connection.execute("select count(*) from visits").fetchone()[0]
    postmaster = connection.execute("select pg_postmaster_start_time()::text").fetchone()[0]
with socket.socket(socket.AF_UNIX) as broker:
    broker.connect(embedded.status()["valkey"]["sockets"] + "/valkey.sock")
    broker.sendall(b"PING\\r\\n")
    assert broker.recv(99) == b"+PONG\\r\\n"
print(json.dumps({"visits": visits, "postmaster": postmaster, **embedded.status()}), flush=True)
sys.stdin.read()
"""


class User:
    """A process that holds the services of one installation."""

    def __init__(self, var: Path, account: pwd.struct_passwd | None = None) -> None:
        switch = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        unset = {"DATABASE_URL", "REDIS_URL"}
        self.process = subprocess.Popen(
            [_python(), "-c", USER],
            env={**{k: v for k, v in os.environ.items() if k not in unset}, "OFFENLAGE_VAR": str(var), **_paths()},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **switch,
        )
        self.var = var

    def report(self) -> dict:
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def error(self) -> str:
        return self.process.communicate()[1]

    def leave(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def _python() -> str:
    """Return a Python that an unprivileged user may start too; the packages come by path."""
    return "/usr/bin/python3" if _same_version("/usr/bin/python3") else sys.executable


def _same_version(python: str) -> bool:
    asked = [python, "-c", "import sys; print(sys.version_info[:2])"]
    try:
        return subprocess.run(asked, capture_output=True, text=True).stdout.strip() == str(sys.version_info[:2])
    except OSError:
        return False


def _paths() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))])}


def _servers(var: Path) -> list[int]:
    """Find every process that works on this installation: keepers and servers."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes() + os.fsencode((entry / "cwd").readlink())
            if os.fsencode(var) + b"/" in words and (entry / "stat").read_text().rsplit(")")[1].split()[0] != "Z":
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _ended(var: Path, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while _servers(var) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not _servers(var)


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder with a space and an umlaut in its name that, unlike pytest's own, everyone may enter."""
    top = Path(tempfile.mkdtemp(prefix="offenlage-test-"))
    top.chmod(0o755)
    folder = top / "mit Leerzeichen und ä"
    folder.mkdir()
    yield folder / "var"
    for process in _servers(top):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    for record in top.rglob("embedded.json"):
        for place in json.loads(record.read_text()).values():
            if "/offenlage-" in place and not place.startswith(str(top)):
                shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(top, ignore_errors=True)


def test_the_last_user_to_leave_stops_the_servers(var: Path) -> None:
    user = User(var)
    user.report()
    user.leave()
    assert _ended(var)


def test_the_servers_stay_while_one_user_is_left(var: Path) -> None:
    first, second = User(var), User(var)
    started = first.report()["postmaster"]
    assert second.report()["postmaster"] == started
    first.leave()
    third = User(var)
    assert third.report()["postmaster"] == started
    second.leave()
    third.leave()


def test_a_killed_user_leaves_nothing_running(var: Path) -> None:
    user = User(var)
    user.report()
    user.kill()
    assert _ended(var)


def test_a_start_after_everything_was_killed_finds_the_data_again(var: Path) -> None:
    user = User(var)
    user.report()
    for process in [user.process.pid, *_servers(var)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    user.process.communicate()
    again = User(var)
    assert again.report()["visits"] == 2
    again.leave()


def test_a_lock_file_that_names_a_stranger_does_not_hinder_the_start(var: Path) -> None:
    user = User(var)
    data = Path(user.report()["postgres"]["data"])
    user.leave()
    assert _ended(var)
    # After a restart of the machine the old number may belong to any program, here to this one.
    (data / "postmaster.pid").write_text(f"{os.getppid()}\n{data}\n1\n5432\n{var}\n\n  0  0\nready\n")
    again = User(var)
    assert again.report()["visits"] == 2
    again.leave()


def test_a_killed_keeper_takes_its_server_with_it(var: Path) -> None:
    user = User(var)
    user.report()
    for process in _servers(var):
        # The first keeper to go may take another process with it before we look.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if b"keeper.py" in Path(f"/proc/{process}/cmdline").read_bytes():
                os.kill(process, signal.SIGKILL)
    assert _ended(var)
    user.leave()


def test_a_killed_server_is_brought_back_by_its_keeper(var: Path) -> None:
    user = User(var)
    started = user.report()
    postmaster = int((Path(started["postgres"]["data"]) / "postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    deadline = time.monotonic() + 10
    pid_file = Path(started["postgres"]["data"]) / "postmaster.pid"
    while time.monotonic() < deadline:
        lines = pid_file.read_text().split("\n") if pid_file.exists() else []
        if len(lines) > 7 and lines[0] != str(postmaster) and lines[7].strip() == "ready":
            break
        time.sleep(0.05)
    again = User(var)
    assert again.report()["visits"] == 2
    again.leave()
    user.leave()


def test_two_copies_side_by_side_have_data_of_their_own(var: Path) -> None:
    left, right = User(var.with_name("links")), User(var.with_name("rechts"))
    assert [left.report()["visits"], right.report()["visits"]] == [1, 1]
    left.leave()
    right.leave()
    assert _ended(var.with_name("links"))
    assert _ended(var.with_name("rechts"))


def test_several_users_starting_at_once_get_one_server(var: Path) -> None:
    users = [User(var) for _ in range(4)]
    assert len({user.report()["postmaster"] for user in users}) == 1
    for user in users:
        user.leave()
    assert _ended(var)


def test_a_path_too_long_for_a_socket_gets_a_short_folder(var: Path) -> None:
    deep = var.with_name("x" * 100) / "var"
    user = User(deep)
    sockets = user.report()["postgres"]["sockets"]
    assert sockets.startswith("/tmp/offenlage-")
    user.leave()
    assert json.loads((deep / "embedded.json").read_text())["sockets"] == sockets
    shutil.rmtree(sockets)
    again = User(deep)
    assert again.report()["visits"] == 2
    again.leave()


def test_other_users_of_the_machine_cannot_connect(var: Path) -> None:
    user = User(var)
    sockets = Path(user.report()["postgres"]["sockets"])
    assert sockets.stat().st_mode & 0o077 == 0
    user.leave()


def test_a_service_with_an_address_is_left_alone(var: Path) -> None:
    asked = "from core import embedded; embedded.acquire(); print(embedded.status()['valkey'])"
    environment = {**os.environ, **_paths(), "OFFENLAGE_VAR": str(var)}
    environment |= {"DATABASE_URL": "postgres://x/y", "REDIS_URL": "redis://elsewhere/0"}
    result = subprocess.run([_python(), "-c", asked], env=environment, capture_output=True, text=True)
    assert result.stdout.strip() == "{'embedded': False}"


if RUNS_AS_ROOT:

    def test_root_runs_the_servers_as_an_unprivileged_user(var: Path) -> None:
        user = User(var)
        data = Path(user.report()["postgres"]["data"])
        assert data.stat().st_uid not in (0, UNPRIVILEGED.pw_uid)
        user.leave()

    def test_root_in_a_closed_folder_puts_the_data_where_the_servers_reach_it(var: Path) -> None:
        var.parent.chmod(0o700)
        user = User(var)
        report = user.report()
        assert report["postgres"]["data"].startswith("/var/lib/offenlage-")
        assert report["visits"] == 1
        user.leave()
        again = User(var)
        assert again.report()["visits"] == 2
        again.leave()

    def test_an_ordinary_user_needs_no_root(var: Path) -> None:
        os.chown(var.parent, UNPRIVILEGED.pw_uid, UNPRIVILEGED.pw_gid)
        user = User(var, UNPRIVILEGED)
        data = Path(user.report()["postgres"]["data"])
        assert data.stat().st_uid == UNPRIVILEGED.pw_uid
        user.leave()
        assert _ended(var)

    def test_root_goes_on_with_an_ordinary_users_data(var: Path) -> None:
        os.chown(var.parent, UNPRIVILEGED.pw_uid, UNPRIVILEGED.pw_gid)
        before = User(var, UNPRIVILEGED)
        before.report()
        before.leave()
        assert _ended(var)
        root = User(var)
        assert root.report()["visits"] == 2
        root.leave()

    def test_an_ordinary_user_is_told_whose_folder_it_is(var: Path) -> None:
        first = User(var)
        first.report()
        first.leave()
        assert _ended(var)
        assert "anderen Benutzer" in User(var, UNPRIVILEGED).error()
