"""Accessible PDFs from HTML: rendered in a limited child process, put together from cached sections."""

from core.pdf.assembly import ContentsLine, assemble, contents, render_front
from core.pdf.documents import Attachment, PdfUnavailable, RenderedPdf, RenderFailed, Section
from core.pdf.renderer import render, shut_down, warm
from core.pdf.style import fingerprint
from core.pdf.system import available

__all__ = [
    "Attachment",
    "ContentsLine",
    "PdfUnavailable",
    "RenderFailed",
    "RenderedPdf",
    "Section",
    "assemble",
    "available",
    "contents",
    "fingerprint",
    "render",
    "render_front",
    "shut_down",
    "warm",
]
