"""The steps of setting a municipality up, in the order in which they are offered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """`by_hand`: nothing in this room tells that it is done, so a person ticks it off."""

    key: str
    label: str
    hint: str
    page: str
    query: str = ""
    by_hand: bool = False


STEPS = (
    Step("kommune", "Angaben zur Kommune", "Verantwortlicher und Aufsichtsbehörde; diese ist nach dem Land vorgeschlagen.", "accounts:settings"),
    Step("aemter", "Ämter", "Als Liste einfügen, eine Zeile je Amt.", "accounts:department-list"),
    Step(
        "datenschutz",
        "Datenschutz einladen",
        "Betreut die Person mehrere Kommunen, nehmen Sie die Adresse ihres bestehenden Kontos.",
        "accounts:invite",
        "?rolle=dsb",
    ),
    Step("leitung", "Leitung und CDO einladen", "Zwei Personen sollten freigeben können.", "accounts:people"),
    Step("anmeldedienst", "Anmeldedienst", "Nur, wenn Ihre Kommune einen hat (OpenID Connect). Mit Verbindungstest.", "accounts:sign-in-service"),
    Step("mail", "E-Mail-Versand prüfen", "Eine Probemail an Sie selbst.", "accounts:mail"),
    Step("import", "Erste Liste importieren", "Das macht die Person mit der Rolle CDO/IT. Danach hier abhaken.", "imports:start", by_hand=True),
)  # fmt: skip
KEYS = frozenset(step.key for step in STEPS)
