"""Which rights people have, by the legal basis of a processing activity. Short wordings of our own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Right:
    article: str
    title: str
    text: str
    # The legal bases (Art. 6 (1) DSGVO) to which the right is tied; empty: every basis.
    bases: frozenset[str] = frozenset()


CONSENT, CONTRACT, PUBLIC_TASK, INTEREST = "6-1-a", "6-1-b", "6-1-e", "6-1-f"

RIGHTS = (
    Right(
        "Art. 7 Abs. 3 DSGVO",
        "Widerruf",
        "Sie können Ihre Einwilligung jederzeit für die Zukunft widerrufen.",
        frozenset({CONSENT}),
    ),
    Right(
        "Art. 15 DSGVO",
        "Auskunft",
        "Sie können erfahren, welche Daten zu Ihnen verarbeitet werden, und eine Kopie bekommen.",
    ),
    Right("Art. 16 DSGVO", "Berichtigung", "Falsche Daten müssen berichtigt, unvollständige vervollständigt werden."),
    Right(
        "Art. 17 DSGVO",
        "Löschung",
        "Sie können die Löschung verlangen. Das gilt nicht, solange die Daten für eine gesetzliche Pflicht oder eine "
        "öffentliche Aufgabe gebraucht werden (Art. 17 Abs. 3 Buchst. b DSGVO).",
    ),
    Right(
        "Art. 18 DSGVO", "Einschränkung", "Sie können verlangen, dass Ihre Daten vorerst nur noch gespeichert werden."
    ),
    Right(
        "Art. 20 DSGVO",
        "Datenübertragbarkeit",
        "Daten, die Sie selbst bereitgestellt haben, können Sie in einem üblichen Format verlangen. Das gilt nicht für "
        "öffentliche Aufgaben (Art. 20 Abs. 3 DSGVO).",
        frozenset({CONSENT, CONTRACT}),
    ),
    Right(
        "Art. 21 DSGVO",
        "Widerspruch",
        "Aus Gründen, die sich aus Ihrer besonderen Situation ergeben, können Sie der Verarbeitung widersprechen.",
        frozenset({PUBLIC_TASK, INTEREST}),
    ),
    Right(
        "Art. 22 DSGVO",
        "Entscheidung durch einen Menschen",
        "Über Sie darf grundsätzlich nicht allein ein Automat entscheiden, wenn die Entscheidung rechtlich wirkt oder Sie "
        "ähnlich erheblich trifft.",
    ),
    Right("Art. 77 DSGVO", "Beschwerde", "Sie können sich bei der Aufsichtsbehörde für den Datenschutz beschweren."),
)


def rights_for(bases: Iterable[str]) -> list[Right]:
    """The rights under these legal bases. While no basis is known, none is left out."""
    known = set(bases)
    return [right for right in RIGHTS if not right.bases or not known or right.bases & known]
