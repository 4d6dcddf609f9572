"""A small process that owns one server: starts it, restarts it after a crash, stops it with its last user.

Standard library only and no import of the project, so that it starts at once and stays small.
Called by `lease.py` as: keeper.py NAME ORDER (JSON). Prints `ready`, or in one line what went wrong.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
QUICK_CRASHES = 5
LOG_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1


class ServerGone(Exception):
    """The server ended although nobody told it to."""


class Told(Exception):
    """Somebody told the keeper to end."""


def main(name: str, order: dict) -> int:
    keeper_lock = _open(order["locks"]["keeper"])
    fcntl.flock(keeper_lock, fcntl.LOCK_EX)
    users_lock = _open(order["locks"]["users"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        server = _start(order)
    except Exception as error:
        print(str(error).splitlines()[0] if str(error) else type(error).__name__, flush=True)
        return 1
    print("ready", flush=True)
    # The starter has heard it; a pipe kept open could block somebody who waits for its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _keep(order, server, users_lock)
    # The order matters: whoever waits for the users' lock must find the keeper's free.
    os.close(keeper_lock)
    os.close(users_lock)
    return 0


def _keep(order: dict, server: subprocess.Popen, users_lock: int) -> None:
    """Wait for the last user to go; bring a crashed server back meanwhile."""
    signal.signal(signal.SIGTERM, _raise_told)
    crashes: list[float] = []
    while True:
        try:
            signal.signal(signal.SIGCHLD, _raise_gone)
            if server.poll() is not None:
                raise ServerGone
            fcntl.flock(users_lock, fcntl.LOCK_EX)
            break
        except Told:
            break
        except ServerGone:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if server.poll() is None:
                continue
            crashes = [at for at in crashes if at > time.monotonic() - 60] + [time.monotonic()]
            if len(crashes) > QUICK_CRASHES:
                return
            server = _start(order)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _stop(server, order)


def _raise_gone(_signal: int, _frame: object) -> None:
    raise ServerGone


def _raise_told(_signal: int, _frame: object) -> None:
    raise Told


def _start(order: dict) -> subprocess.Popen:
    if order["data"]:
        _clear_leftovers(Path(order["data"]), Path(order["socket"]))
    else:
        Path(order["socket"]).unlink(missing_ok=True)
    server = subprocess.Popen(
        order["command"],
        stdin=subprocess.DEVNULL,
        stdout=_log(order["log"]),
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd="/",
        preexec_fn=_die_with_keeper(getattr(signal, order["stop_signal"])),
        **_as_account(order),
    )
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(order, server):
        if server.poll() is not None:
            raise RuntimeError(f"beendet mit {server.returncode}")
        if time.monotonic() > deadline:
            _stop(server, order)
            raise RuntimeError(f"antwortet nach {READY_SECONDS:.0f} Sekunden nicht")
        time.sleep(0.01)
    return server


def _answers(order: dict, server: subprocess.Popen) -> bool:
    if order["data"]:
        # PostgreSQL's own word, as pg_ctl reads it: process id in line 1, state in line 8.
        try:
            lines = (Path(order["data"]) / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready"
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(order["socket"])
        except OSError:
            return False
    return True


def _stop(server: subprocess.Popen, order: dict) -> None:
    for stop in (getattr(signal, order["stop_signal"]), signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(stop)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break


def _clear_leftovers(data: Path, socket_path: Path) -> None:
    """After a kill, wait for the old server's processes and remove its lock files.

    The caller holds the keeper's lock, so whatever still runs on this folder is left over. PostgreSQL
    itself would refuse to start when the recorded number meanwhile belongs to a stranger's process.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    for stop in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + 5
        for process in _working_in(data):
            _signal(process, stop)
        while _working_in(data) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not _working_in(data):
            break
    for leftover in (pid_file, Path(f"{socket_path}.lock"), socket_path):
        leftover.unlink(missing_ok=True)


def _working_in(data: Path) -> list[int]:
    """Every PostgreSQL process has its data folder as working folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == data and (entry / "exe").readlink().name == "postgres":
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _signal(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _die_with_keeper(number: int) -> Callable[[], None] | None:
    """Have the kernel stop the server when the keeper itself is killed."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, number)

    return before_exec


def _as_account(order: dict) -> dict:
    if not order["account"]:
        return {}
    user, group = order["account"]
    return {"user": user, "group": group, "extra_groups": []}


def _log(path: str) -> int:
    file = Path(path)
    if file.exists() and file.stat().st_size > LOG_BYTES:
        file.replace(file.with_suffix(".log.1"))
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _open(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
