"""What has to be settled when a system goes out of operation: one row a point, with its provision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from register.rules.vocabulary import ENDED, STATUS, USED

STAND = date(2026, 11, 22)
DONE, NOT_APPLICABLE, OPEN = "done", "not_applicable", "open"
ANSWERS = {DONE: "erledigt", NOT_APPLICABLE: "trifft nicht zu", OPEN: "noch offen"}


@dataclass(frozen=True)
class Point:
    label: str
    question: str
    article: str = ""


DELETION = "deletion"
POINTS = {
    DELETION: Point(
        "Löschung",
        "Sind die Daten gelöscht, auch in Sicherungen und Protokollen? Vorher dem Archiv anbieten, wo das "
        "Archivgesetz des Landes es verlangt (bitte prüfen).",
        "Art. 5 Abs. 1 Buchst. e, Art. 17 Abs. 1 Buchst. a DSGVO",
    ),
    "return": Point(
        "Datenrückgabe",
        "Hat der Anbieter alle Daten zurückgegeben oder gelöscht, und ist das schriftlich bestätigt?",
        "Art. 28 Abs. 3 Buchst. g DSGVO",
    ),
    "contracts": Point("Verträge", "Sind Lizenz, Wartung und Betrieb gekündigt?"),
    "processing": Point(
        "Auftragsverarbeitung", "Ist der Vertrag zur Auftragsverarbeitung beendet?", "Art. 28 Abs. 3 DSGVO"
    ),
    "access": Point("Zugänge", "Sind Konten, Schnittstellen und Schlüssel gesperrt?", "Art. 32 Abs. 1 Buchst. b DSGVO"),
    "successor": Point("Nachfolge", "Ist geklärt, wie die Aufgabe weiter erledigt wird, und wissen es alle?"),
}


def lacking(key: str, given: Mapping[str, Any]) -> dict[str, str]:
    """What an answer lacks: a sentence by `<point>_<field>`."""
    answer = given.get("answer")
    if answer not in ANSWERS:
        return {f"{key}_answer": f"Bitte wählen Sie eine Antwort zu „{POINTS[key].label}“."}
    wanted = {
        NOT_APPLICABLE: {"reason": "Bitte begründen Sie, warum das nicht zutrifft."},
        OPEN: {
            "responsible": "Bitte nennen Sie, wer das erledigt.",
            "due": "Bitte nennen Sie, bis wann das erledigt ist.",
        },
    }
    return {f"{key}_{name}": text for name, text in wanted.get(answer, {}).items() if not given.get(name)}


def way_round(now: str, wanted: str) -> str:
    """Why a status cannot simply be set: what was in use ends by the list above. Empty if it can."""
    if now not in USED or wanted not in ENDED:
        return ""
    return (
        f"Das System ist oder war im Einsatz. „{STATUS[wanted]}“ wird es nur über „Außer Betrieb nehmen“ auf der Seite "
        "des Eintrags: mit Prüfliste und einer zweiten Person."
    )
