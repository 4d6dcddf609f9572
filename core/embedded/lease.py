"""Users' side: hold a shared lock on a service, and have a keeper started when there is none."""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from core.embedded import services
from core.embedded.places import ROOT, EmbeddedError, Places

KEEPER = Path(__file__).with_name("keeper.py")
STOP_SECONDS = 30.0

_held: dict[tuple[Path, str], int] = {}


def acquire(names: list[str], places: Places, *, durable: bool) -> None:
    """Hold each service; return when all of them answer. Cheap when nothing is to be done."""
    wanted = [name for name in names if (places.var, name) not in _held or not is_running(name, places)]
    if not wanted:
        return
    places.prepare()
    with contextlib.ExitStack() as stack:
        started = []
        try:
            for name in wanted:
                stack.enter_context(_locked(_lock(places, name, "start")))
                if (places.var, name) not in _held:
                    # Waits here while a keeper that lost its last user is still stopping.
                    _held[(places.var, name)] = _take(_lock(places, name, "users"), fcntl.LOCK_SH)
                if not is_running(name, places):
                    started.append((name, _start(name, places, durable=durable)))
            for name, keeper in started:
                _wait_until_ready(name, keeper, places)
        except EmbeddedError:
            for descriptor in filter(None, [_held.pop((places.var, name), None) for name in wanted]):
                os.close(descriptor)
            raise


def release() -> None:
    """Let go of everything held, and wait for those keepers that lost their last user."""
    while _held:
        (var, name), descriptor = _held.popitem()
        os.close(descriptor)
        places = Places.of(var)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and is_running(name, places):
            users = _lock(places, name, "users")
            if not _is_free(users, fcntl.LOCK_EX) and _is_free(users, fcntl.LOCK_SH):
                break  # Somebody else goes on using it.
            time.sleep(0.02)


def is_running(name: str, places: Places) -> bool:
    """Tell whether a keeper watches over the service."""
    lock = _lock(places, name, "keeper")
    return lock.exists() and not _is_free(lock, fcntl.LOCK_SH)


def _start(name: str, places: Places, *, durable: bool) -> subprocess.Popen[str]:
    order = {
        "command": services.prepare(name, places, durable=durable),
        "stop_signal": {"postgres": "SIGINT"}.get(name, "SIGTERM"),
        "account": [places.account.uid, places.account.gid] if places.account.is_other else None,
        "data": str(places.data(name)) if name == "postgres" else None,
        "socket": str(services.socket_of(name, places)),
        "log": str(places.log(name)),
        "locks": {part: str(_lock(places, name, part)) for part in ("users", "keeper")},
    }
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(KEEPER), name, json.dumps(order, ensure_ascii=False)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # Ctrl-C at the terminal is for the program; the servers outlive it until it has finished.
        start_new_session=True,
        cwd=ROOT,
    )


def _wait_until_ready(name: str, keeper: subprocess.Popen[str], places: Places) -> None:
    assert keeper.stdout is not None
    with keeper.stdout:
        answer = keeper.stdout.readline().strip()
    if answer != "ready":
        log = places.log(name)
        raise EmbeddedError(f"Der Dienst {name} startet nicht ({answer or 'keine Antwort'}). Näheres steht in {log}.")


def _lock(places: Places, name: str, part: str) -> Path:
    return places.locks / f"{name}.{part}"


def _take(path: Path, mode: int) -> int:
    # Read access is enough for flock, so another user's lock file is no obstacle.
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, mode)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _is_free(path: Path, mode: int) -> bool:
    try:
        os.close(_take(path, mode | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _take(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)
