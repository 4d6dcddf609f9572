"""The footer of an assembled document: the same text on every page, and the page's number in the whole.

Sections are rendered without knowing where they will stand. WeasyPrint needs 5 ms a page just to draw
footers; so it draws one, and its figures are set again for every page.
"""

import html
import io
from typing import Any

import pikepdf

from core.pdf.renderer import render

_SAMPLE = "Seite von 0123456789"
_MARKS = {"BMC", "BDC", "EMC"}


class Footer:
    """Draws itself on the pages of one document."""

    def __init__(self, target: pikepdf.Pdf, text: str, lang: str) -> None:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
        body = f'<body class="ziffern"><div class="fusszeile">{lines}</div></body>'
        with pikepdf.open(io.BytesIO(render(body, title="-", lang=lang).data)) as sheet:
            page = sheet.pages[0]
            self._frame, figures = _split(pikepdf.parse_content_stream(page))
            self._read(figures)
            resources = target.copy_foreign(sheet.make_indirect(page.Resources))
        self._box = pikepdf.Array(page.MediaBox)
        self._font = resources.Font[self._font_name]
        self._widths = _widths(self._font)
        self._form = target.make_stream(pikepdf.unparse_content_stream(self._frame))
        self._form.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form})
        self._form.BBox, self._form.Resources = self._box, resources
        self._target = target

    def _read(self, figures: dict[str, Any]) -> None:
        codes = _codes(figures["TJ"])
        self._glyphs = {letter: codes[2 * at : 2 * at + 2] for at, letter in enumerate(_SAMPLE)}
        self._font_name, self._size = str(figures["Tf"][0]), float(figures["Tf"][1])
        self._left, self._baseline = float(figures["Tm"][4]), float(figures["Tm"][5])
        self._color = " ".join(str(part) for part in figures["rg"])

    def _width(self, text: str) -> float:
        return sum(self._widths[int.from_bytes(self._glyphs[letter])] for letter in text) * self._size / 1000

    def draw(self, page: pikepdf.Page, number: int, total: int) -> None:
        text = f"Seite {number} von {total}"
        codes = b"".join(self._glyphs[letter] for letter in text).hex()
        left = self._left + self._width(_SAMPLE) - self._width(text)
        # Fixed names, or pikepdf would draw lots and no two builds would be the same.
        form = page.add_resource(self._form, pikepdf.Name.XObject, pikepdf.Name.Fusszeile)
        font = page.add_resource(self._font, pikepdf.Name.Font, pikepdf.Name.Ziffern)
        drawing = (
            f"Q /Artifact <</Type /Pagination>> BDC q {form} Do Q "
            f"q 0.75 0 0 -0.75 0 {float(self._box[3])} cm {self._color} rg "
            f"BT 1 0 0 -1 {left:.3f} {self._baseline:.3f} Tm {font} {self._size:.3f} Tf <{codes}> Tj ET Q EMC"
        )
        page.contents_add(b"q", prepend=True)
        page.contents_add(drawing.encode())


def _split(instructions: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    """Take the text with the figures out of the page, and the marks too: a footer is no content."""
    plain = [item for item in instructions if str(item.operator) not in _MARKS]
    names = [str(item.operator) for item in plain]
    at = next(
        index
        for index, name in enumerate(names)
        if name == "TJ" and len(_codes(plain[index].operands)) == 2 * len(_SAMPLE)
    )
    start = max(index for index in range(at) if names[index] == "BT")
    end = names.index("ET", at) + 1
    figures = {str(item.operator): item.operands for item in plain[:end]}
    return plain[:start] + plain[end:], figures


def _codes(operands: Any) -> bytes:
    return b"".join(bytes(part) for part in operands[0] if isinstance(part, pikepdf.String))


def _widths(font: pikepdf.Object) -> dict[int, float]:
    """Read the /W array of a composite font: a first code, then the widths from there on."""
    widths = {}
    runs = list(font.DescendantFonts[0].W)
    for first, values in zip(runs[::2], runs[1::2], strict=True):
        widths.update({int(first) + at: float(value) for at, value in enumerate(values)})
    return widths
