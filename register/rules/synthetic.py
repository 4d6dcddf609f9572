"""Words for invented towns and systems. The same number and the same dice give the same words."""

from __future__ import annotations

from random import Random
from typing import Any

OFFICES = ("Bürgerbüro", "Amt für Soziales", "Bauamt", "Ordnungsamt", "Kämmerei", "Jugendamt")
PLACES = (("Rechenzentrum Nord", "own"), ("Rechenzentrum Süd", "own"), ("Verbandsrechenzentrum", "municipal_provider"))
DATASETS = ("Melderegister", "Wohngeldanträge", "Bauakten", "Posteingang", "Gewerbemeldungen", "Kita-Anmeldungen")
TASKS = ("Bürgerfragen", "Wohngeldanträge", "Bauanträge", "Posteingänge", "Gebührenbescheide", "Niederschriften")
KINDS = ("Assistent", "Vorsortierung", "Übersetzung", "Texterkennung", "Prüfhilfe", "Auskunft")
PROVIDERS = ("Beispielsoftware GmbH", "Musterdaten eG", "Kommunalwerk Süd", "Probe & Söhne")
CATEGORIES = ("citizen_services", "social_services", "planning_building", "finance", "internal_administration")
STATUS = ("planned", "development", "pilot", "operational", "operational", "operational", "retired")
TECHNIQUES = ("rule_based", "learning", "generative", "hybrid")
CLASSES = ("", "MIN", "MIN", "TRANS", "HR_III")


def town(number: int) -> str:
    return f"Musterort {number}"


def system(number: int, random: Random) -> dict[str, Any]:
    """The values of one AI system, enough for a publication."""
    task, kind = random.choice(TASKS), random.choice(KINDS)
    return {
        "name": f"{kind} für {task} {number}",
        "status": random.choice(STATUS),
        "description_short": f"Hilft bei der Arbeit mit: {task}. Entscheidungen treffen Menschen.",
        "system": {
            "category": [random.choice(CATEGORIES)],
            "algorithm_type": random.choice(TECHNIQUES),
            "goal": f"{task} schneller und gleichmäßiger bearbeiten.",
            "impact": "Kürzere Wartezeiten, gleiche Rechte.",
            "affects_people": random.choice(("yes", "no")),
            "decision_effect": random.choice(("none", "informs", "recommends")),
            "description": f"Das Verfahren liest {task} und schlägt der Sachbearbeitung den nächsten Schritt vor.",
            "provider": random.choice(PROVIDERS),
            "lawful_basis": "Gemeindeordnung und das Fachgesetz der Aufgabe",
            "ai_act_class": random.choice(CLASSES),
            "human_intervention": "Die Sachbearbeitung prüft jedes Ergebnis.",
            "objection_procedure": "Wenden Sie sich an die genannte Kontaktstelle.",
        },
        "privacy": {
            "personal_data_level": random.choice(("none", "personal")),
            "gdpr_basis": ["6-1-e"],
            "national_norm": "§ 3 Landesdatenschutzgesetz",
            "data_subjects": "Antragstellende",
            "data_categories": "Name, Anschrift, Angaben aus dem Antrag",
            "retention": "Nach Abschluss zwei Jahre",
            "automated_decision": "none",
        },
    }
