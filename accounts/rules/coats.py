"""A coat of arms as it came in becomes a picture that cannot do anything but show itself, or a sentence that refuses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

MOST_BYTES = 300 * 1024
MOST_PIXELS = 4000
# Height in the header of a page, three times for sharp screens.
HEIGHT = 256
SVG, PNG = "image/svg+xml", "image/png"
SUFFIXES = {SVG: "svg", PNG: "png"}
_SPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS = {
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "use", "symbol", "title", "desc",
    "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern",
}  # fmt: skip
_ATTRIBUTE = re.compile(r"[a-zA-Z][a-zA-Z-]*")
# A reference may lead to a part of the same picture only.
_REFERENCE = re.compile(r"url\((?!\s*['\"]?#)", re.IGNORECASE)


class UnfitPicture(ValueError):
    """A picture that is not taken; the text says what to do."""


@dataclass(frozen=True)
class Picture:
    media_type: str
    content: bytes


def clean(content: bytes) -> Picture:
    """The picture, written anew: PNG in pixels alone, SVG in shapes alone."""
    if not content:
        raise UnfitPicture("Die Datei ist leer. Wählen Sie ein Bild als PNG oder SVG.")
    if len(content) > MOST_BYTES:
        raise UnfitPicture(f"Die Datei ist größer als {MOST_BYTES // 1024} KB. Verkleinern Sie das Bild.")
    return _png(content) if content.startswith(b"\x89PNG\r\n\x1a\n") else _svg(content)


def _png(content: bytes) -> Picture:
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            if max(image.size) > MOST_PIXELS:
                raise UnfitPicture(f"Das Bild ist breiter oder höher als {MOST_PIXELS} Pixel. Verkleinern Sie es.")
            pixels = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, UnfitPicture):
            raise
        raise UnfitPicture("Das Bild lässt sich nicht lesen. Speichern Sie es neu als PNG.") from error
    pixels.thumbnail((HEIGHT * 2, HEIGHT))
    out = BytesIO()
    pixels.save(out, "PNG", optimize=True)
    return Picture(PNG, out.getvalue())


def _svg(content: bytes) -> Picture:
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnfitPicture("Das SVG enthält eine DTD. Speichern Sie es als „einfaches SVG“ oder als PNG.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnfitPicture("Das ist weder PNG noch SVG. Wählen Sie ein Bild in einem dieser Formate.") from error
    if root.tag != f"{_SPACE}svg":
        raise UnfitPicture("Das ist weder PNG noch SVG. Wählen Sie ein Bild in einem dieser Formate.")
    if not root.get("viewBox") and not (root.get("width") and root.get("height")):
        raise UnfitPicture("Dem SVG fehlt die Größe (viewBox). Speichern Sie es als „einfaches SVG“ oder als PNG.")
    _keep_shapes(root)
    register_namespace("", _SPACE[1:-1])
    return Picture(SVG, tostring(root, encoding="utf-8", xml_declaration=True))


def _styles_as_attributes(element: Element) -> None:
    """The security policy knows no inline style: "fill:red;stroke:none" becomes two attributes."""
    for part in element.attrib.pop("style", "").split(";"):
        name, _, value = part.partition(":")
        if value.strip() and _ATTRIBUTE.fullmatch(name.strip()):
            element.set(name.strip(), value.strip())


def _keep_shapes(element: Element) -> None:
    """Refuse what could run or load something; drop what drawing programs leave in a file for themselves."""
    _styles_as_attributes(element)
    for name, value in list(element.attrib.items()):
        if name.lower().startswith("on") or _REFERENCE.search(value) or "\\" in value or "javascript:" in value.lower():
            raise UnfitPicture("Das SVG enthält ein Skript oder lädt etwas nach. Speichern Sie es als PNG.")
        if name in ("href", _LINK):
            if not value.startswith("#"):
                raise UnfitPicture("Das SVG verweist auf eine andere Datei. Betten Sie nichts ein oder nehmen Sie PNG.")
            del element.attrib[name]
            element.set("href", value)
        elif not _ATTRIBUTE.fullmatch(name):
            del element.attrib[name]
    for child in list(element):
        space, _, tag = child.tag.rpartition("}") if isinstance(child.tag, str) else ("", "", "")
        if f"{space}}}" != _SPACE:
            element.remove(child)
        elif tag not in _ELEMENTS:
            if tag in ("metadata",):
                element.remove(child)
                continue
            raise UnfitPicture(f"Das SVG enthält „{tag}“. Erlaubt sind nur Formen. Speichern Sie es als PNG.")
        else:
            _keep_shapes(child)
