"""The worker's side of rendering: one warm child per process, replaced as soon as it misbehaves."""

import atexit
import contextlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from core.pdf import system, wire
from core.pdf.documents import Attachment, PdfUnavailable, RenderedPdf, refusal

_ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY_LIMIT = 1024**3
# A child that grew is replaced between two documents, so that no document inherits another's waste.
_RETIRE_AT = 400 * 1024**2
_START_UP_SECONDS = 60

Answer = tuple[dict[str, Any], list[bytes]]

log = logging.getLogger(__name__)


class Child:
    """A running `core.pdf.child` and the folder for its temporary files."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self._folder = tempfile.mkdtemp(prefix="pdf-")
        self._errors = (Path(self._folder) / "stderr.txt").open("w+b")  # closed in stop()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.pdf.child", str(memory), self._folder],
            cwd=_ROOT,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self._orders = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        self._timed_out = False
        self.retired = False
        header, _nothing = self._within(_START_UP_SECONDS, lambda: wire.receive(self._answers))
        if "reason" in header:
            self.stop()
            raise refusal(header, _START_UP_SECONDS)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _environment(self) -> dict[str, str]:
        """Nothing of ours gets in: no addresses, no passwords. The fixed seed makes output repeatable."""
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LD_LIBRARY_PATH", "FONTCONFIG_FILE")
            if name in os.environ
        }
        return {**kept, "TMPDIR": self._folder, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "2"}

    def ask(self, order: dict[str, Any], *parts: bytes) -> Answer:
        def exchange() -> Answer:
            wire.send(self._orders, order, *parts)
            return wire.receive(self._answers)

        # Until it has answered: an exception from outside would leave the old answer for the next question.
        self.retired = True
        header, answer = self._within(order["timeout"], exchange)
        self.retired = header.get("rss", 0) > _RETIRE_AT or header.get("reason") in {"time", "memory", "died"}
        return header, answer

    def _within(self, seconds: float, talk: Callable[[], Answer]) -> Answer:
        timer = threading.Timer(seconds, self._cut_off)
        timer.start()
        try:
            return talk()
        except (wire.HungUp, BrokenPipeError):
            return {"reason": "time" if self._timed_out else self._cause_of_death()}, []
        finally:
            timer.cancel()

    def _cut_off(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _cause_of_death(self) -> str:
        """C libraries abort when memory runs out, so the last words decide between memory and the rest."""
        self._process.wait()
        self._errors.seek(0)
        last_words = self._errors.read()[-4000:].decode(errors="replace")
        log.error("rendering child ended with %s: %s", self._process.returncode, last_words)
        starved = (
            "MemoryError",
            "Error creating thread",
            "failed to allocate",
            "Cannot allocate",
            "out of memory",
            "bad_alloc",
        )
        return "memory" if any(word in last_words for word in starved) else "died"

    def stop(self) -> None:
        self.retired = True
        self._process.kill()
        self._process.wait()
        for pipe in (self._orders, self._answers, self._errors):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)


_lock = threading.Lock()
_child: Child | None = None


def _forget() -> None:
    """After a fork the child belongs to the parent process; this one starts its own."""
    global _lock, _child
    _lock, _child = threading.Lock(), None


def _living(memory: int) -> Child:
    global _child
    if _child is not None and (_child.retired or _child.memory != memory):
        _child.stop()
        _child = None
    if _child is None:
        _child = Child(memory)
    return _child


def shut_down() -> None:
    global _child
    if _child is not None:
        _child.stop()
        _child = None


os.register_at_fork(after_in_child=_forget)
atexit.register(shut_down)


def warm() -> None:
    """Start the child and let it load its fonts, so that the first document does not wait for that."""
    if system.available() is None:
        with _lock:
            _living(MEMORY_LIMIT)


def render(
    html: str,
    *,
    title: str | None = None,
    lang: str = "de",
    base_css: str | None = None,
    created: datetime | None = None,
    attachments: Sequence[Attachment] = (),
    timeout: float = 120,
    memory: int = MEMORY_LIMIT,
) -> RenderedPdf:
    """Make an accessible PDF (PDF/UA-1) of a whole HTML page, or raise RenderFailed with a German reason.

    The same arguments give the same bytes. `html` comes out of an autoescaped template, never out of a string
    somebody typed; `base_css` replaces pdf.css.
    """
    if missing := system.available():
        raise PdfUnavailable(missing)
    order = {
        "title": title,
        "lang": lang,
        "css": base_css,
        "created": created.isoformat(timespec="seconds") if created else None,
        "attachments": [(item.name, item.description) for item in attachments],
        "timeout": timeout,
    }
    parts = [html.encode(errors="replace"), *(item.data for item in attachments)]
    header, answer = _ask_twice(order, parts, memory)
    if "reason" in header:
        raise refusal(header, timeout)
    return RenderedPdf(answer[0], header["pages"], tuple(header["warnings"]))


def _ask_twice(order: dict[str, Any], parts: list[bytes], memory: int) -> Answer:
    """A child that somebody else killed says nothing about the document, so it gets a second try."""
    with _lock:
        header, answer = _living(memory).ask(order, *parts)
        if header.get("reason") == "died":
            header, answer = _living(memory).ask(order, *parts)
        return header, answer
