"""The style sheet, the fonts it may use, and the fingerprint that says which look a document has."""

import hashlib
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_STYLE_SHEET = Path(__file__).with_name("pdf.css")
_BASE_TEMPLATE = _ROOT / "templates" / "pdf" / "base.html"
# KERN's Fira Sans, collected at install. Without it the system's DejaVu Sans is used.
_FONT_FOLDER = _ROOT / ".vendor"
_WEIGHTS = {"regular": 400, "medium": 500, "bold": 700}

# Raise it when the renderer itself makes the same HTML look or read differently.
RENDERER_VERSION = "1"


@cache
def fonts() -> dict[str, Path]:
    """The only files a document may name, by their `static:` address."""
    found: dict[str, Path] = {}
    for path in sorted(_FONT_FOLDER.rglob("*.woff2")):
        match = re.fullmatch(r"fira-?sans-(regular|medium|bold)", path.stem, re.IGNORECASE)
        if match:
            found.setdefault(f"static:fira-sans-{match[1].lower()}.woff2", path)
    return found


def base_css() -> str:
    """pdf.css with the @font-face rules of the fonts that are there."""
    faces = [
        f'@font-face {{ font-family: "Fira Sans"; font-weight: {weight}; '
        f'src: url("static:fira-sans-{name}.woff2") format("woff2"); }}'
        for name, weight in _WEIGHTS.items()
        if f"static:fira-sans-{name}.woff2" in fonts()
    ]
    return "\n".join([*faces, _STYLE_SHEET.read_text(encoding="utf-8")])


@cache
def fingerprint() -> str:
    """Changes whenever the same content would come out as a different PDF; part of a document's key."""
    digest = hashlib.sha256()
    for part in (RENDERER_VERSION, version("weasyprint"), base_css()):
        digest.update(part.encode() + b"\0")
    digest.update(_BASE_TEMPLATE.read_bytes())
    for path in fonts().values():
        digest.update(path.read_bytes())
    return digest.hexdigest()
