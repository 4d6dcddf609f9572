"""The process that renders: `python -m core.pdf.child BYTES FOLDER`. WeasyPrint is imported here and nowhere else.

It gets no secrets in its environment, may neither open a connection nor start a program, and is held to
a memory limit from inside and to a time limit from outside.
"""

import contextlib
import logging
import os
import resource
import shutil
import sys
import threading
import time
from functools import lru_cache
from typing import Any, BinaryIO

from core.pdf import style, wire

_BARRED = {
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
}
_WARM_UP = "<html lang=de><title>Probe</title><h1>Probe</h1><p>Ärger, <b>Größe</b></p>"


class Press:
    """One FontConfiguration and one parsed style sheet for all documents: an eighth of the time per page."""

    def __init__(self) -> None:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        from core.pdf.fetcher import ClosedFetcher

        self._weasyprint = weasyprint
        self._new_fetcher = lambda: ClosedFetcher(style.fonts())
        self._font_config = FontConfiguration()
        self._parsed = lru_cache(maxsize=8)(self._parse)
        self._remarks = Remarks()
        logging.getLogger("weasyprint").handlers = [self._remarks]

    def _parse(self, css: str) -> Any:
        return self._weasyprint.CSS(string=css, url_fetcher=self._new_fetcher(), font_config=self._font_config)

    def pull(self, order: dict[str, Any], html: str, files: list[bytes]) -> tuple[dict[str, Any], bytes]:
        from core.pdf.fetcher import Forbidden
        from core.pdf.tags import complete

        self._remarks.texts.clear()
        fetcher = self._new_fetcher()
        sheet = self._parsed(style.base_css() if order["css"] is None else order["css"])
        source = self._weasyprint.HTML(string=html, url_fetcher=fetcher)
        document = source.render(
            font_config=self._font_config, stylesheets=[sheet], pdf_variant="pdf/ua-1", presentational_hints=False
        )
        self._describe(document.metadata, order)
        if not document.metadata.title:
            return {"reason": "title"}, b""
        data = document.write_pdf(
            finisher=complete,
            pdf_variant="pdf/ua-1",
            pdf_identifier=True,
            attachments=self._attachments(order, files) or None,
        )
        if fetcher.refused:
            raise Forbidden(fetcher.refused[0])
        return {"pages": len(document.pages), "warnings": self._remarks.texts}, data

    def _describe(self, metadata: Any, order: dict[str, Any]) -> None:
        metadata.title = order["title"] or metadata.title
        metadata.lang = metadata.lang or order["lang"]
        metadata.created = metadata.modified = order["created"]

    def _attachments(self, order: dict[str, Any], files: list[bytes]) -> list[Any]:
        import weasyprint

        return [
            weasyprint.Attachment(string=data, name=name, description=description, relationship="Data")
            for (name, description), data in zip(order["attachments"], files, strict=True)
        ]


class Remarks(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.texts) < 50:
            self.texts.append(record.getMessage()[:300])


def _answer(press: Press, order: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], bytes]:
    from core.pdf.fetcher import Forbidden

    try:
        return press.pull(order, parts[0].decode(), parts[1:])
    except Forbidden as refused:
        return {"reason": "forbidden", "detail": str(refused)[:120]}, b""
    except MemoryError:
        return {"reason": "memory"}, b""
    except Exception as error:  # whatever the content provoked, the pool must live on and say so
        logging.getLogger("core.pdf").exception("rendering failed")
        return {"reason": "broken", "detail": type(error).__name__}, b""


def _serve(press: Press, orders: BinaryIO, answers: BinaryIO) -> None:
    while True:
        try:
            order, parts = wire.receive(orders)
        except wire.HungUp:
            return
        _limit_cpu(order["timeout"])
        header, data = _answer(press, order, parts)
        header["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        wire.send(answers, header, data)


def _limit_cpu(seconds: float) -> None:
    """Even if nobody is left to watch the clock, a rendering comes to its end."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime + seconds) + 10, hard))


def _end_with(parent: int, folder: str) -> None:
    """Nobody waits for the answer any more, and nobody else would clear the folder away."""
    while os.getppid() == parent:
        time.sleep(1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _bar(event: str, _args: tuple[Any, ...]) -> None:
    if event in _BARRED:
        raise PermissionError(event)


def main() -> None:
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with, args=(os.getppid(), sys.argv[2]), daemon=True).start()
    # The answers keep their own descriptor, so that a stray print of a library cannot garble them.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    press = Press()
    press.pull({"css": None, "title": None, "lang": "de", "created": None, "attachments": []}, _WARM_UP, [])
    sys.addaudithook(_bar)
    with contextlib.suppress(BrokenPipeError):
        wire.send(answers, {"ready": True})
        _serve(press, sys.stdin.buffer, answers)
    shutil.rmtree(sys.argv[2], ignore_errors=True)


if __name__ == "__main__":
    main()
