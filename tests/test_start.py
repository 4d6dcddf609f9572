"""Starting everything with one command, and stopping it: real processes on a port of their own."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import Start, free_port, until


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="offenlage test "))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def running(var: Path) -> Iterator[Start]:
    start = Start(var, free_port())
    start.wait_until_it_runs()
    yield start
    if start.process.poll() is None:
        start.stop()
    until(lambda: not start.processes())


def test_a_start_answers_and_ctrl_c_stops_every_process(running: Start) -> None:
    assert running.answers()
    running.stop(signal.SIGINT)
    assert running.processes() == []


def test_sigterm_stops_every_process(running: Start) -> None:
    running.stop(signal.SIGTERM)
    assert running.processes() == []


def test_a_killed_supervisor_takes_everything_with_it(running: Start) -> None:
    running.stop(signal.SIGKILL)
    assert until(lambda: not running.processes())


def test_a_killed_worker_is_started_again(running: Start) -> None:
    assert until(lambda: len(running.processes("worker")) > 1)
    before = running.processes("worker")
    for process in before:
        os.kill(process, signal.SIGKILL)
    assert until(lambda: set(running.processes("worker")) - set(before))


def test_a_killed_database_comes_back_without_a_restart(running: Start) -> None:
    keeper = running.processes("keeper.py\0postgres")
    os.kill(keeper[0], signal.SIGKILL)
    assert until(lambda: set(running.processes("keeper.py\0postgres")) - set(keeper))


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
    other = Start(var.with_name("zweite Kopie"), free_port())
    other.wait_until_it_runs()
    running.stop()
    assert other.answers()
    other.stop()
