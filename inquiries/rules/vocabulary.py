"""What people may write about an entry, what a request is by law, and the words for both."""

from __future__ import annotations

from dataclasses import dataclass

STAND = "22.11.2026"
# What may be written at an entry; a barrier is about the pages themselves.
ASKABLE = {"question": "Frage", "hint": "Hinweis", "complaint": "Beschwerde"}
BARRIER = "barrier"
KINDS = {**ASKABLE, BARRIER: "Barriere"}
# Why an inquiry gets no answer.
CLOSINGS = {"spam": "Werbung oder Unsinn", "twice": "schon einmal eingegangen", "elsewhere": "betrifft uns nicht"}


@dataclass(frozen=True)
class Request:
    """A request with a statutory deadline. `months` is None where the deadline has to be looked up and typed in."""

    label: str
    months: int | None
    article: str
    longer: str = ""


REQUESTS = {
    "gdpr": Request(
        "Antrag zu Daten der eigenen Person (Art. 15 bis 22 DSGVO)",
        1,
        "Art. 12 Abs. 3 DSGVO",
        "Eine Verlängerung um bis zu zwei Monate ist möglich; das Amt prüft, ob ihre Voraussetzungen vorliegen.",
    ),
    "information": Request("Antrag auf Zugang zu Informationen", None, "Frist nach Landesrecht, bitte prüfen"),
}
REQUEST_LABELS = {key: request.label for key, request in REQUESTS.items()}
COMPLAINT_OFFICE = "Zentrale Beschwerdestelle der Bundesnetzagentur (§ 8 KI-MIG)"

# How long a text may be, and how much may come in before somebody floods the desk.
LONGEST, LONGEST_ANSWER = 3000, 6000
AN_HOUR_PER_ADDRESS, A_DAY_PER_MUNICIPALITY = 6, 200
