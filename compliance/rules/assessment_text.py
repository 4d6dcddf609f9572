"""Results of the engine in plain German: one sentence for a class, and what the register takes over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from compliance.rules import questionnaire

Result = Mapping[str, Any]

# Class -> what it means, in one sentence.
SENTENCES = {
    "VERBOTEN": "Nach den Angaben ist das eine verbotene Praktik: Das System darf so nicht eingesetzt werden.",
    "HR_I": "Nach den Angaben ist das ein Hochrisiko-System, weil es zu einem Produkt mit eigenen Sicherheitsregeln gehört.",
    "HR_III": "Nach den Angaben ist das ein Hochrisiko-System, weil es in einem der besonders geregelten Bereiche eingesetzt wird.",
    "A63": "Nach den Angaben fällt das System in einen Hochrisiko-Bereich, es könnte aber eine Ausnahme gelten.",
    "TRANS": "Nach den Angaben müssen Menschen erfahren, dass KI im Spiel ist; ein Hochrisiko-System ist es nicht.",
    "MIN": "Nach den Angaben gelten für das System keine besonderen Pflichten der KI-Verordnung.",
    "NA": "Nach den Angaben ist die KI-Verordnung auf die Software nicht anwendbar.",
}
# What begins on the day from which a class applies.
BEGINS = {
    "VERBOTEN": "Das Verbot gilt ab dem",
    "A63": "Greift die Ausnahme nicht, gelten die Pflichten für Hochrisiko-Systeme ab dem",
}
OTHER_BEGINS = "Die besonderen Pflichten gelten ab dem"
SHORT = {
    "VERBOTEN": "Verbotene Praktik",
    "HR_I": "Hochrisiko (Anhang I)",
    "HR_III": "Hochrisiko (Anhang III)",
    "A63": "Ausnahme nach Art. 6 Abs. 3",
    "TRANS": "Transparenzpflicht",
    "MIN": "Keine besonderen Pflichten",
    "NA": "Nicht anwendbar",
}
STATUS = {
    "in_force": "geltendes Recht",
    "draft_interpretation": "Entwurf einer Auslegung, nicht verbindlich",
    "recommendation": "Empfehlung",
}
FLAGS = {
    "PRUEF": "Eine Angabe muss rechtlich geprüft werden. Die Gründe sagen, welche.",
    "VORLAEUFIG": "Das Ergebnis ist vorläufig. Die Gründe sagen, was noch fehlt.",
    "PROFILING": "Profiling ist angegeben oder nicht ausgeschlossen. Eine Ausnahme nach Art. 6 Abs. 3 KI-VO gibt es dann nicht.",
    "ART25": "Sie werden nach den Angaben selbst zum Anbieter (Art. 25 KI-VO).",
    "ANHANG_I_B": "Für das Produkt gilt vor allem das Recht seines Sektors (Art. 2 Abs. 2 KI-VO).",
    "DSFA": "Eine Datenschutz-Folgenabschätzung ist nötig (Art. 35 DSGVO).",
    "DSFA_SCHWELLE": "Eine dokumentierte Schwellwertanalyse genügt nach den Angaben (Art. 35 DSGVO).",
    "ART22": "Eine Entscheidung ohne Menschen oder ein fertiger Vorschlag ist zu prüfen (Art. 22 DSGVO).",
    "SOZIALDATEN": "Für Sozialdaten gelten eigene Regeln (§ 80 SGB X, bitte prüfen).",
    "PR": "Die Personalvertretung ist in der Regel zu beteiligen (Landesrecht, bitte prüfen).",
}
# A flag of the pre-check that rests on an assumption: still to be found out.
POSSIBLE = {
    "GPAI": "Beruht das System auf einem Allzweck-KI-Modell? Dann kommen Unterlagen des Modellanbieters dazu.",
    "PROFILING": "Werden persönliche Eigenschaften von Menschen bewertet (Profiling)? Davon hängt ab, ob eine Ausnahme möglich ist (Art. 6 Abs. 3 KI-VO).",
    "DSFA": "Ist eine Datenschutz-Folgenabschätzung nötig (Art. 35 DSGVO)?",
    "PR": "Ist die Personalvertretung zu beteiligen (Landesrecht, bitte prüfen)?",
}
PERHAPS_PROHIBITED = "Könnte verboten sein, bitte vollständig bewerten"
PERHAPS_SENTENCE = "Was Sie angekreuzt haben, kann eine verbotene Praktik sein (Art. 5 KI-VO). Das hängt von Umständen ab, die hier nicht gefragt sind. Setzen Sie das System nicht ein, bis das geklärt ist."
NOTHING_SHORT = "Bisher keine besonderen Pflichten erkennbar"
NOTHING_FOUND = (
    "Nach diesen Antworten zeigt sich keine Klasse mit besonderen Pflichten. Was nicht gefragt war, kann das ändern."
)
# Reasons that say how the others were found; the page of the result shows them too, the register does not need them.
_BACKGROUND = ("scope-ai", "role-facts", "role-deployer", "for-authority")
_BACKGROUND_KINDS = ("gdpr-", "dpia-", "staff-", "f-", "class-")
_LONGEST = 2400


def german(day: str | date | None) -> str:
    if not day:
        return ""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{found:%d.%m.%Y}"


# An answer that only opens further questions is no answer to another class (rules/law/change.py).
NOTHING_ELSE = (
    "Keine einzelne andere Antwort führt allein zu einer anderen Klasse. "
    "Eine andere Antwort kann aber neue Fragen öffnen, etwa beim Schritt vom Test in den Betrieb. Bewerten Sie dann neu."
)


def disclaimer(day: str | date) -> str:
    """Stands wherever a class of an assessment is shown."""
    return f"Selbsteinschätzung vom {german(day)}; sagt nichts über die datenschutzrechtliche Zulässigkeit."


def reasons_in_words(result: Result) -> list[str]:
    """The reasons that decided about the AI Act, each with its article. What does not apply decides only for MIN."""
    named = [
        reason
        for reason in result["reasons"]
        if reason["rule"] not in _BACKGROUND
        and not reason["rule"].startswith(_BACKGROUND_KINDS)
        and not reason["rule"].endswith("-rest")
        and (result["class"] == "MIN" or not reason["rule"].endswith("-none"))
    ]
    return [f"{reason['text']} ({reason['article']})" for reason in named]


def reason_in_register(result: Result, day: date) -> str:
    """The text of the field "Begründung der Risikoklasse"; the sentence at its end always stays."""
    end = disclaimer(day)
    text = "\n".join(reasons_in_words(result))
    return f"{text[: _LONGEST - len(end)].rstrip()}\n{end}"


def block_facts(block: Mapping[str, Any]) -> dict[str, list[str]]:
    """The block of a public document as German labels and lines. What was withheld is not in it."""
    if not block.get("ai_act_class"):
        return {}
    found = {"Ergebnis": [SENTENCES[block["ai_act_class"]]], "Stand": [disclaimer(block["day"])]}
    found["Geprüft"] = [f"Von einer zweiten Person am {german(block['reviewed_on'])}."]
    return found


def change_in_words(change: Mapping[str, Any]) -> str:
    """One line of "Was würde das Ergebnis ändern?"."""
    one = questionnaire.question(change["fact"])
    answer = " und ".join(f"„{said}“" for said in one.said(change["to"]))
    return f"{one.question} Mit der Antwort {answer}: {SHORT[change['class']]}."
