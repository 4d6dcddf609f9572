"""What goes in and what comes out, and how a rendering is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import JobFailed


class RenderFailed(JobFailed):
    """The same HTML would fail again; the message tells a person why."""


class PdfUnavailable(RenderFailed):
    """The machine lacks the libraries; the message names the command that installs them."""


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF, for example the same content as JSON."""

    name: str
    data: bytes
    description: str


@dataclass(frozen=True)
class RenderedPdf:
    data: bytes
    pages: int
    # What WeasyPrint complained about, such as an unknown property or a link that leads nowhere.
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of an assembled document, rendered on its own and kept by the hash of its content.

    Any part may link to it with `<a href="section:ANCHOR">`.
    """

    anchor: str
    title: str
    pdf: RenderedPdf


def refusal(header: Mapping[str, str], timeout: float) -> RenderFailed:
    """Turn the reason code of the child into the sentence a person reads."""
    reason, detail = header["reason"], header.get("detail", "")
    texts = {
        "time": _(
            "Das PDF wurde nicht innerhalb von %(seconds)d Sekunden fertig. Bitte kürzen oder teilen Sie den Inhalt."
        )
        % {"seconds": timeout},
        "memory": _("Das PDF braucht mehr Arbeitsspeicher als erlaubt. Bitte kürzen oder teilen Sie den Inhalt."),
        "forbidden": _(
            "Das PDF verweist auf eine fremde Datei oder Adresse und wurde deshalb nicht erzeugt: %(detail)s"
        )
        % {"detail": detail},
        "title": _("Das PDF hat keinen Titel und wurde deshalb nicht erzeugt."),
        "broken": _("Der Inhalt lässt sich nicht als PDF setzen (%(detail)s).") % {"detail": detail},
        "died": _("Die PDF-Erzeugung ist abgebrochen. Bitte versuchen Sie es erneut oder kürzen Sie den Inhalt."),
    }
    return RenderFailed(texts[reason])
