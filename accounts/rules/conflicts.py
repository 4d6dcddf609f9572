"""Pairs of roles that one person should not hold in the same municipality, and why."""

from collections.abc import Iterable

from accounts.rules import roles

NORM = "Art. 38 Abs. 6 DSGVO"
PAIRS = {
    frozenset({roles.DSB, roles.LEITUNG}): "Wer die Stellungnahme abgibt, soll nicht auch freigeben.",
    frozenset({roles.DSB, roles.CDO}): "Wer Einträge pflegt, soll dazu nicht Stellung nehmen.",
    frozenset({roles.DSB, roles.FACHAMT}): "Wer Einträge bearbeitet, soll dazu nicht Stellung nehmen.",
}


def conflicts(held: Iterable[str]) -> list[str]:
    """The reasons against the roles that one person holds together."""
    names = set(held)
    return [reason for pair, reason in PAIRS.items() if pair <= names]
