"""The report as ODT, with the same chapters as the PDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from odfdo import Element

from core import odt

Report = Mapping[str, Any]


def write(report: Report) -> bytes:
    title = f"{report['title']}, {report['edition']}"
    return odt.write(
        _elements(report),
        title=f"{title}, {report['municipality']}",
        creator=report["municipality"],
        made_on=report["made_on"],
        footer=f"{report['municipality']} · {title} · Stand {report['as_of']}",
        landscape=True,
    )


def _elements(report: Report) -> Iterable[Element]:
    yield odt.heading(1, report["title"])
    yield odt.text(f"{report['municipality']}, {report['edition']}")
    yield odt.text(f"Zeitraum: {report['since']} bis {report['until']}. Angaben zu Systemen: Stand {report['as_of']}.")
    yield odt.text(report["note"])
    for chapter in report["chapters"]:
        yield odt.heading(2, chapter["title"])
        for words in chapter["text"]:
            yield odt.text(words)
        if chapter["facts"]:
            yield odt.facts((label, value) for label, value in chapter["facts"])
        for table in chapter["tables"]:
            if table["caption"] != chapter["title"]:
                yield odt.heading(3, table["caption"])
            yield odt.grid(
                [label for label, _ in table["headings"]],
                [["\n".join(cell) for cell in row] for row in table["rows"]],
                # "b25" is a class of the PDF: 25 of a hundred.
                widths=[int(width.removeprefix("b")) for _, width in table["headings"]],
            )
        if chapter["nothing"]:
            yield odt.text(chapter["nothing"])
