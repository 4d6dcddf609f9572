"""What the gates ask for: one row a point, with its provision and with the step of the Handreichung it belongs to.

The six steps are the checklist of the Handreichung "Six Pages" (June 2024), in our own words. Only what no law asks
for can be left open with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass

STAND = "22.11.2026"
SOURCE = "Checkliste der Handreichung „Six Pages“ (Juni 2024), in eigenen Worten"
STEPS = {
    1: "Szenario und Nutzen klären",
    2: "Recht und Ethik prüfen",
    3: "Partner suchen",
    4: "Klein erproben, vor dem Betrieb auswerten",
    5: "Menschen beteiligen und schulen",
    6: "Daten schützen",
}
ORGANISATION = "Handreichung „Six Pages“"


@dataclass(frozen=True)
class Point:
    """`label` names what is asked for and never sounds as if it were done.

    `may_waive`: two people may go on without it, with a reason. `statement`: somebody says it, with a day.
    """

    step: int
    label: str
    article: str = ""
    may_waive: bool = False
    statement: str = ""
    hint: str = ""


POINTS = {
    "scenario": Point(1, "Szenario und Nutzen"),
    "ethics": Point(
        2,
        "Rechtliche und ethische Prüfung",
        statement="Rechtliche und ethische Prüfung",
        hint="Was haben Sie geprüft, mit welchem Ergebnis? Wer könnte benachteiligt werden?",
    ),
    "partners": Point(
        3,
        "Anfrage bei Partnern",
        may_waive=True,
        statement="Anfrage bei Partnern",
        hint="Wen haben Sie gefragt (Nachbarkommunen, IT-Dienstleister, Hochschule), und was kam heraus?",
    ),
    "system": Point(2, "Verknüpftes KI-System des Registers"),
    "assessment": Point(2, "Bewertung nach der KI-VO, von einer zweiten Person geprüft", "Art. 5, 6 und 50 KI-VO"),
    "legal_basis": Point(6, "Rechtsgrundlage", "Art. 6 Abs. 1 DSGVO"),
    "processor": Point(6, "Verträge mit Auftragsverarbeitern", "Art. 28 Abs. 3 DSGVO"),
    "dpia": Point(6, "DSFA oder Schwellwertanalyse, genehmigt", "Art. 35 DSGVO"),
    "dpo": Point(6, "Anhörung der oder des Datenschutzbeauftragten", "Art. 35 Abs. 2, Art. 38 Abs. 1 DSGVO"),
    "works_council": Point(
        5,
        "Beteiligung von Personalrat oder Betriebsrat",
        "Art. 26 Abs. 7 KI-VO; Mitbestimmung nach Landesrecht: bitte prüfen",
        statement="Beteiligung des Personalrats",
        hint="Was ist vereinbart, und wo liegt die Zustimmung oder Dienstvereinbarung?",
    ),
    "training": Point(
        5,
        "Schulung der Beteiligten",
        "Art. 4 KI-VO",
        statement="Schulung",
        hint="Wer wurde wann worin geschult? Gruppen genügen, keine Namen.",
    ),
    "plan": Point(4, "Plan mit Beteiligten und Betroffenen, Dauer und Ende", may_waive=False),
    "goals": Point(4, "Ziele mit Messgröße und Zielwert", may_waive=True),
    "begun": Point(4, "Beginn des Piloten"),
    "evaluation": Point(4, "Auswertung an den Zielen"),
    "human": Point(2, "Letzte Entscheidung durch einen Menschen", "Art. 22 DSGVO; Art. 26 Abs. 2 KI-VO"),
    "fallback": Point(4, "Rückfallebene", may_waive=True),
    "incidents": Point(6, "Abschluss aller Vorfälle", may_waive=True),
}
# What is asked for before real data, real cases or staff. A bought system that is tried on real cases is in use;
# Art. 60 KI-VO is for providers and would-be providers only.
FOR_PILOT = (
    "scenario", "ethics", "partners", "system", "assessment", "legal_basis", "processor", "dpia", "dpo", "works_council",
    "training", "plan", "incidents",
)  # fmt: skip
FOR_OPERATION = (*(key for key in FOR_PILOT if key != "plan"), "goals", "evaluation", "human", "fallback")
STATEMENTS = {key: point for key, point in POINTS.items() if point.statement}
