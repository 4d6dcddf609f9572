"""What a sheet still lacks: contents that Art. 30 Abs. 1 DSGVO asks for, and norms that the law ties to an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.rules.vocabulary import PROCESSOR

Content = Mapping[str, Any]

# Art. 6 Abs. 3 DSGVO: these two rest on a norm of the Union or of a member state.
_NEED_A_NORM = {"6-1-c", "6-1-e"}


@dataclass(frozen=True)
class OpenPoint:
    field: str
    text: str
    article: str


@dataclass(frozen=True)
class _Check:
    field: str
    text: str
    article: str
    applies: Callable[[Content], bool] = lambda content: True


# Art. 30 Abs. 2 asks a processor for these.
PROCESSOR_CHECKS = (
    _Check("commissioners", "Es fehlt, für wen verarbeitet wird.", "Art. 30 Abs. 2 Buchst. a, b DSGVO"),
    _Check("third_country", "Es fehlt, ob Daten in ein Drittland gehen.", "Art. 30 Abs. 2 Buchst. c DSGVO"),
    _Check(
        "third_country_details",
        "Empfänger, Land und Garantie der Übermittlung fehlen.",
        "Art. 30 Abs. 2 Buchst. c DSGVO",
        lambda content: content["third_country"] == "takes_place",
    ),
    _Check("security_measures", "Die Maßnahmen zum Schutz der Daten fehlen.", "Art. 30 Abs. 2 Buchst. d DSGVO"),
)
CHECKS = (
    _Check("department", "Das verantwortliche Amt fehlt.", "Art. 30 Abs. 1 Buchst. a DSGVO"),
    _Check("purposes", "Die Zwecke fehlen.", "Art. 30 Abs. 1 Buchst. b DSGVO"),
    _Check("data_subjects", "Die betroffenen Personen fehlen.", "Art. 30 Abs. 1 Buchst. c DSGVO"),
    _Check("data_categories", "Die Datenkategorien fehlen.", "Art. 30 Abs. 1 Buchst. c DSGVO"),
    _Check(
        "recipients_internal",
        "Es fehlt, wer die Daten erhält.",
        "Art. 30 Abs. 1 Buchst. d DSGVO",
        lambda content: not content["recipients_external"],
    ),
    _Check("third_country", "Es fehlt, ob Daten in ein Drittland gehen.", "Art. 30 Abs. 1 Buchst. e DSGVO"),
    _Check(
        "third_country_details",
        "Empfänger, Land und Garantie der Übermittlung fehlen.",
        "Art. 30 Abs. 1 Buchst. e DSGVO",
        lambda content: content["third_country"] == "takes_place",
    ),
    _Check(
        "retention",
        "Die Löschfristen fehlen.",
        "Art. 30 Abs. 1 Buchst. f DSGVO",
        lambda content: not content["retention_rules"],
    ),
    _Check(
        "joint_agreement",
        "Die Vereinbarung der gemeinsam Verantwortlichen fehlt.",
        "Art. 26 Abs. 1 Satz 2 DSGVO",
        lambda content: bool(content["joint_controller"]),
    ),
    _Check(
        "joint_essence",
        "Es fehlt, ob das Wesentliche der Vereinbarung zugänglich ist.",
        "Art. 26 Abs. 2 Satz 2 DSGVO",
        lambda content: bool(content["joint_controller"]),
    ),
    _Check("dpia_state", "Der Stand der Datenschutz-Folgenabschätzung fehlt.", "Art. 35 DSGVO"),
    _Check("security_measures", "Die Maßnahmen zum Schutz der Daten fehlen.", "Art. 30 Abs. 1 Buchst. g DSGVO"),
    _Check("gdpr_basis", "Die Rechtsgrundlage fehlt.", "Art. 6 Abs. 1 DSGVO"),
    _Check(
        "legal_basis",
        "Das Gesetz oder die Satzung fehlt.",
        "Art. 6 Abs. 3 DSGVO",
        lambda content: bool(_NEED_A_NORM & set(content["gdpr_basis"])),
    ),
    _Check(
        "special_categories_reason",
        "Die Ausnahme für die besonderen Kategorien fehlt.",
        "Art. 9 Abs. 2 DSGVO",
        lambda content: bool(content["special_categories"]),
    ),
)

# Everything the checks look at.
FIELDS = frozenset(
    {check.field for check in (*CHECKS, *PROCESSOR_CHECKS)}
    | {"role", "recipients_external", "special_categories", "joint_controller", "retention_rules"}
)


def open_points(content: Content) -> list[OpenPoint]:
    """Buchst. f and g are asked for "where possible", so an open point is a hint and blocks nothing."""
    return [
        OpenPoint(check.field, check.text, check.article)
        for check in (PROCESSOR_CHECKS if content["role"] == PROCESSOR else CHECKS)
        if not content[check.field] and check.applies(content)
    ]
