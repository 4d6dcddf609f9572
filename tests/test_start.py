"""Starting everything with one command, and stopping it: real processes on a port of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Start:
    """The program in the foreground, as `make demo` runs it."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        environment = {**os.environ, "OFFENLAGE_VAR": str(var), "PORT": str(port)}
        for address in ("DATABASE_URL", "REDIS_URL"):
            environment.pop(address, None)
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "serve.py")],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_until_it_runs(self) -> None:
        while "läuft" not in self.process.stdout.readline():
            assert self.process.poll() is None, self.process.stderr.read()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def processes(self, word: str = "") -> list[int]:
        """Every living process that has this start's folder in its environment."""
        mark, found = f"OFFENLAGE_VAR={self.var}\0".encode(), []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                ours = mark in (entry / "environ").read_bytes() + b"\0"
                if ours and word.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.communicate()
        return self.process.returncode


def _until(condition, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="offenlage test "))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def running(var: Path) -> Iterator[Start]:
    start = Start(var, _free_port())
    start.wait_until_it_runs()
    yield start
    if start.process.poll() is None:
        start.stop()
    _until(lambda: not start.processes())


def test_a_start_answers_and_ctrl_c_stops_every_process(running: Start) -> None:
    assert running.answers()
    running.stop(signal.SIGINT)
    assert running.processes() == []


def test_sigterm_stops_every_process(running: Start) -> None:
    running.stop(signal.SIGTERM)
    assert running.processes() == []


def test_a_killed_supervisor_takes_everything_with_it(running: Start) -> None:
    running.stop(signal.SIGKILL)
    assert _until(lambda: not running.processes())


def test_a_killed_worker_is_started_again(running: Start) -> None:
    assert _until(lambda: len(running.processes("worker")) > 1)
    before = running.processes("worker")
    for process in before:
        os.kill(process, signal.SIGKILL)
    assert _until(lambda: set(running.processes("worker")) - set(before))


def test_a_killed_database_comes_back_without_a_restart(running: Start) -> None:
    keeper = running.processes("keeper.py\0postgres")
    os.kill(keeper[0], signal.SIGKILL)
    assert _until(lambda: set(running.processes("keeper.py\0postgres")) - set(keeper))


def test_a_taken_port_is_told_in_one_sentence(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        start = Start(var, port)
        output, errors = start.process.communicate()
    assert (start.process.returncode, output) == (1, "")
    assert errors == f"Der Port {port} ist belegt. Wählen Sie einen anderen: PORT=8123 make demo\n"


def test_two_starts_side_by_side_do_not_meet(running: Start, var: Path) -> None:
    other = Start(var.with_name("zweite Kopie"), _free_port())
    other.wait_until_it_runs()
    running.stop()
    assert other.answers()
    other.stop()
