"""Run a few programs in the foreground: start, watch, restart, and stop every one of them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
PAUSE_BEFORE_RESTART = 1.0
# A worker may finish a short task; a long one comes back through its job row.
STOP_SECONDS = {signal.SIGTERM: 10.0, signal.SIGQUIT: 5.0, signal.SIGKILL: 5.0}


class StartFailedError(Exception):
    """A program ended before it had answered for the first time."""


@dataclass
class Program:
    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    ended_at: float = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C reaches the supervisor alone, which stops all in order.
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.runs and self.process:
            self.process.send_signal(number)

    def sweep_up(self) -> None:
        """Kill what a dead program has left behind in its group."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


@dataclass
class Supervisor:
    programs: list[Program]
    on_tick: Callable[[], None] = lambda: None
    _told: int = field(default=0, init=False)

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._tell)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_all()

    @property
    def told_to_stop(self) -> bool:
        return self._told > 0

    def start(self) -> None:
        for program in self.programs:
            program.start()

    def add(self, program: Program) -> None:
        """Start one more; for what can wait until the others answer."""
        self.programs.append(program)
        program.start()

    def wait_until(self, ready: Callable[[], bool]) -> bool:
        """Wait for the first answer; False when told to stop before it came."""
        while not self.told_to_stop:
            if ready():
                return True
            for program in self.programs:
                if not program.runs:
                    raise StartFailedError(f"{program.name}:\n{program.last_words()}")
            time.sleep(0.03)
        return False

    def watch(self) -> None:
        """Bring back what ends, until told to stop."""
        while not self.told_to_stop:
            time.sleep(0.2)
            self.on_tick()
            for program in self.programs:
                self._revive(program)

    def _revive(self, program: Program) -> None:
        if program.runs:
            program.ended_at = 0.0
        elif not program.ended_at:
            program.ended_at = time.monotonic()
            program.sweep_up()
        elif time.monotonic() - program.ended_at > PAUSE_BEFORE_RESTART:
            program.start()

    def _tell(self, _number: int, _frame: FrameType | None) -> None:
        self._told += 1

    def _stop_all(self) -> None:
        for number, seconds in STOP_SECONDS.items():
            for program in self.programs:
                program.signal(number)
            deadline = time.monotonic() + seconds
            # A second Ctrl-C means: at once.
            while any(one.runs for one in self.programs) and time.monotonic() < deadline and self._told < 2:
                time.sleep(0.02)
        for program in self.programs:
            program.sweep_up()


def _die_with_parent() -> Callable[[], None] | None:
    """Have the kernel stop the program when the supervisor is killed."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
