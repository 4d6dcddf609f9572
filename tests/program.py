"""The whole program as `make demo` starts it: real processes, a database of its own, a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Start:
    """The program in the foreground."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.environment = {**os.environ, "OFFENLAGE_VAR": str(var), "PORT": str(port)}
        for address in ("DATABASE_URL", "REDIS_URL"):
            self.environment.pop(address, None)
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "serve.py")],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_it_runs(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        while "läuft" not in self.process.stdout.readline():
            assert self.process.poll() is None, self.process.stderr.read()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
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

    def run(self, *command: str) -> str:
        """Run a Python command beside the program, on its database, and return what it prints."""
        done = subprocess.run(
            [sys.executable, *command], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.communicate()
        return self.process.returncode


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
