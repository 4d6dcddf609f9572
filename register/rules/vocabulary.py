"""Code lists of the register: key -> German label. Keys are the standards' own where one exists (docs/register.md)."""

from register.rules.countries import COUNTRIES as COUNTRIES
from register.rules.countries import EEA as EEA

STATUS = {
    "planned": "Idee",
    "design": "Prüfung / Konzept",
    "development": "Beschaffung / Entwicklung",
    "pilot": "Pilot",
    "evaluation": "Evaluation",
    "operational": "Regelbetrieb",
    "suspended": "Ausgesetzt",
    "retired": "Beendet",
    "rejected": "Verworfen",
}

# The values of STATUS of a system that works with real cases, and of one that does or did.
IN_USE = ("pilot", "evaluation", "operational")
USED = (*IN_USE, "suspended")
# The values of STATUS after which nobody uses the system any more.
ENDED = ("retired", "rejected")

FIELDS_OF_ACTION = {
    "citizen_services": "Bürgerservice",
    "internal_administration": "Interne Verwaltung",
    "staff": "Personal",
    "finance": "Finanzen und Steuern",
    "social_services": "Soziales, Wohngeld",
    "youth_family": "Jugend und Familie",
    "health": "Gesundheit",
    "education": "Bildung",
    "culture_sports": "Kultur, Sport, Bäder",
    "mobility": "Mobilität und Verkehr",
    "utilities": "Ver- und Entsorgung",
    "environment": "Umwelt und Klima",
    "planning_building": "Planen und Bauen",
    "housing": "Wohnen",
    "public_order": "Sicherheit und Ordnung",
    "migration": "Migration",
    "civil_protection": "Bevölkerungsschutz und Krisenvorsorge",
    "economy_procurement": "Wirtschaft, Vergabe",
}

ALGORITHM_TYPES = {
    "rule_based": "regelbasiert",
    "learning": "lernend",
    "generative": "generativ",
    "hybrid": "gemischt",
    "unknown": "nicht bekannt",
}

DECISION_EFFECTS = {
    "none": "keine Wirkung auf Entscheidungen",
    "informs": "informiert",
    "assesses": "bewertet",
    "prioritises": "prognostiziert oder priorisiert",
    "recommends": "empfiehlt",
    "decides": "entscheidet",
}

# The codes of `manage.py classify`; an empty value means "not yet assessed", never "harmless".
RISK_CLASSES = {
    "VERBOTEN": "Verbotene Praktik (Art. 5 KI-VO)",
    "HR_I": "Hochrisiko (Anhang I KI-VO)",
    "HR_III": "Hochrisiko (Anhang III KI-VO)",
    "A63": "Ausnahme nach Art. 6 Abs. 3 KI-VO (Vorschlag bis zur Prüfung)",
    "TRANS": "Transparenzpflicht (Art. 50 KI-VO)",
    "MIN": "keine besonderen Pflichten nach der KI-VO",
    "NA": "kein KI-System (Art. 3 Nr. 1 KI-VO)",
}

# An answer, unlike an empty field; for texts, where no code list has it.
UNKNOWN = "nicht bekannt"
YES_NO_UNKNOWN = {"yes": "ja", "no": "nein", "unknown": "nicht bekannt"}

SYSTEM_OPENNESS = {"open": "offen", "closed": "geschlossen", "unknown": "nicht bekannt"}

PERSONAL_DATA_LEVELS = {
    "none": "keine personenbezogenen Daten",
    "pseudonymous": "pseudonymisierte Daten",
    "personal": "personenbezogene Daten",
    "unknown": "nicht bekannt",
}

# Art. 6 (1) DSGVO
LEGAL_BASES = {
    "6-1-a": "Einwilligung (Art. 6 Abs. 1 Buchst. a DSGVO)",
    "6-1-b": "Vertrag (Art. 6 Abs. 1 Buchst. b DSGVO)",
    "6-1-c": "rechtliche Verpflichtung (Art. 6 Abs. 1 Buchst. c DSGVO)",
    "6-1-d": "lebenswichtige Interessen (Art. 6 Abs. 1 Buchst. d DSGVO)",
    "6-1-e": "öffentliche Aufgabe (Art. 6 Abs. 1 Buchst. e DSGVO)",
    "6-1-f": "berechtigtes Interesse (Art. 6 Abs. 1 Buchst. f DSGVO)",
}

# Art. 9 (1) DSGVO
SPECIAL_CATEGORIES = {
    "origin": "rassische oder ethnische Herkunft",
    "politics": "politische Meinungen",
    "belief": "religiöse oder weltanschauliche Überzeugungen",
    "union": "Gewerkschaftszugehörigkeit",
    "genetic": "genetische Daten",
    "biometric": "biometrische Daten zur eindeutigen Identifizierung",
    "health": "Gesundheitsdaten",
    "sex_life": "Sexualleben oder sexuelle Orientierung",
}

# Art. 9 (2) DSGVO
SPECIAL_CATEGORY_BASES = {
    "9-2-a": "ausdrückliche Einwilligung (Art. 9 Abs. 2 Buchst. a DSGVO)",
    "9-2-b": "Arbeitsrecht und Sozialrecht (Art. 9 Abs. 2 Buchst. b DSGVO)",
    "9-2-c": "lebenswichtige Interessen (Art. 9 Abs. 2 Buchst. c DSGVO)",
    "9-2-d": "Verein oder Stiftung für Mitglieder (Art. 9 Abs. 2 Buchst. d DSGVO)",
    "9-2-e": "offenkundig öffentlich gemacht (Art. 9 Abs. 2 Buchst. e DSGVO)",
    "9-2-f": "Rechtsansprüche und Gerichte (Art. 9 Abs. 2 Buchst. f DSGVO)",
    "9-2-g": "erhebliches öffentliches Interesse (Art. 9 Abs. 2 Buchst. g DSGVO)",
    "9-2-h": "Gesundheits- und Sozialbereich (Art. 9 Abs. 2 Buchst. h DSGVO)",
    "9-2-i": "öffentliche Gesundheit (Art. 9 Abs. 2 Buchst. i DSGVO)",
    "9-2-j": "Archiv, Forschung, Statistik (Art. 9 Abs. 2 Buchst. j DSGVO)",
}

# Data with rules of their own beside the DSGVO.
SPECIAL_DATA_KINDS = {
    "social": "Sozialdaten (§ 67 Abs. 2 SGB X)",
    "employees": "Beschäftigtendaten (Art. 88 DSGVO)",
    "children": "Daten von Kindern",
    "tax_secret": "Steuergeheimnis (§ 30 AO)",
    "criminal": "Straftaten und Verurteilungen (Art. 10 DSGVO)",
    "offences": "Ordnungswidrigkeiten",
    "location": "Standortdaten",
    "licence_plates": "Kennzeichen",
    "none": "nichts davon",
}

# Art. 10 DSGVO
CRIMINAL_DATA_AUTHORITIES = {
    "official": "unter behördlicher Aufsicht",
    "law": "durch Rechtsvorschrift zugelassen",
    "neither": "keines von beiden",
}

# RL (EU) 2016/680
JI_REGIMES = {
    "no": "nein",
    "prosecution": "ja, Straftaten",
    "offences": "ja, Ordnungswidrigkeiten",
    "unknown": "nicht bekannt",
}
# Here the law that implements the directive stands in place of the DSGVO.
UNDER_JI = frozenset({"prosecution", "offences"})

# Art. 35 DSGVO
DPIA_STATES = {
    "open": "noch nicht geprüft",
    "not_needed": "nicht erforderlich (Schwellwertanalyse)",
    "needed": "erforderlich, noch nicht fertig",
    "done": "durchgeführt",
}

# Art. 22 DSGVO
AUTOMATED_DECISIONS = {
    "none": "nein, ein Mensch entscheidet",
    "with_authority": "ja, durch Rechtsvorschrift zugelassen",
    "without_authority": "ja, ohne zulassende Rechtsvorschrift",
    "unknown": "nicht bekannt",
}

# Art. 22 (2) DSGVO and what German law says to it
AUTOMATED_DECISION_BASES = {
    "vwvfg-35a": "Verwaltungsakt nach § 35a VwVfG (oder Landesrecht)",
    "sgbx-31a": "Verwaltungsakt nach § 31a SGB X",
    "ao-155-4": "Steuerbescheid nach § 155 Abs. 4 AO",
    "other-law": "andere Rechtsvorschrift",
    "contract": "Vertrag (Art. 22 Abs. 2 Buchst. a DSGVO)",
    "consent": "ausdrückliche Einwilligung (Art. 22 Abs. 2 Buchst. c DSGVO)",
}

AFFECTED_GROUPS = {
    "residents": "Einwohnerinnen und Einwohner",
    "applicants": "Antragstellende",
    "benefit_recipients": "Leistungsbeziehende",
    "children": "Kinder und Jugendliche",
    "parents": "Eltern und Sorgeberechtigte",
    "employees": "Beschäftigte",
    "job_applicants": "Bewerberinnen und Bewerber",
    "road_users": "Verkehrsteilnehmende",
    "businesses": "Unternehmen und Selbstständige",
    "visitors": "Besucherinnen und Besucher",
    "nobody": "keine Menschen unmittelbar",
}

# § 1 AGG and Art. 3 (3) GG
PROTECTED_ATTRIBUTES = {
    "age": "Alter",
    "gender": "Geschlecht",
    "ethnic_origin": "ethnische Herkunft",
    "religion": "Religion oder Weltanschauung",
    "disability": "Behinderung",
    "sexual_identity": "sexuelle Identität",
    "language": "Sprache",
    "none": "keines dieser Merkmale",
}

# The roles of the fact vocabulary (Art. 3 no. 3-7, Art. 25 KI-VO) in plain words.
AI_ACT_ROLES = {
    "deployer": "Betreiber (nutzt das System)",
    "provider": "Anbieter (entwickelt es oder lässt es entwickeln)",
    "rebranded": "Anbieter durch eigenen Namen (Art. 25 Abs. 1 Buchst. a KI-VO)",
    "modified": "Anbieter durch wesentliche Veränderung (Art. 25 Abs. 1 Buchst. b KI-VO)",
    "repurposed": "Anbieter durch neuen Zweck (Art. 25 Abs. 1 Buchst. c KI-VO)",
    "distributor": "Händler",
    "importer": "Einführer",
}

# Art. 50 KI-VO
ART50_NOTICES = {
    "chat": "Hinweis im Gespräch (Abs. 1)",
    "marking": "maschinenlesbare Kennzeichnung (Abs. 2)",
    "emotion": "Hinweis bei Emotions- oder biometrischer Erkennung (Abs. 3)",
    "deepfake": "Offenlegung bei Bild, Ton oder Video (Abs. 4)",
    "text": "Offenlegung bei Texten für die Öffentlichkeit (Abs. 4)",
    "none": "keiner erforderlich",
}

COST_CLASSES = {
    "none": "keine eigenen Kosten",
    "below_5k": "unter 5.000 € im Jahr",
    "5k_25k": "5.000 bis 25.000 € im Jahr",
    "25k_100k": "25.000 bis 100.000 € im Jahr",
    "100k_500k": "100.000 bis 500.000 € im Jahr",
    "above_500k": "über 500.000 € im Jahr",
    "not_recorded": "nicht erhoben",
}

PROCUREMENT_TYPES = {
    "direct": "Direktauftrag",
    "negotiated": "Verhandlungsvergabe",
    "restricted": "beschränkte Ausschreibung",
    "open": "öffentliche Ausschreibung oder offenes Verfahren",
    "framework": "Abruf aus einem Rahmenvertrag",
    "cooperation": "öffentlich-öffentliche Zusammenarbeit",
    "in_house": "Inhouse-Vergabe",
    "own": "Eigenentwicklung",
    "none": "keine Vergabe",
}

LANGUAGES = {"de": "Deutsch", "en": "Englisch", "fr": "Französisch", "pl": "Polnisch", "tr": "Türkisch"}

VVT_REFERENCES = {"yes": "im Verarbeitungsverzeichnis geführt"}

DATASET_ROLES = {"training": "Training", "test": "Test", "operation": "Betrieb"}

STORAGE_KINDS = {
    "own": "eigenes Rechenzentrum",
    "municipal_provider": "kommunaler IT-Dienstleister",
    "cloud": "Cloud eines Anbieters",
    "device": "Gerät vor Ort",
}

# Art. 44-49 DSGVO
THIRD_COUNTRY_BASES = {
    "": "keine Übermittlung in ein Drittland",
    "adequacy": "Angemessenheitsbeschluss (Art. 45 DSGVO)",
    "dpf": "Angemessenheitsbeschluss USA, Empfänger ist zertifiziert (EU-US Data Privacy Framework, Art. 45 DSGVO)",
    "scc": "Standarddatenschutzklauseln (Art. 46 Abs. 2 Buchst. c DSGVO)",
    "bcr": "verbindliche interne Vorschriften (Art. 47 DSGVO)",
    "derogation": "Ausnahme (Art. 49 DSGVO)",
    "missing": "noch keine Grundlage",
}

RECIPIENT_KINDS = {
    "internal": "intern (andere Stelle der Kommune)",
    "processor": "Auftragsverarbeiter (Art. 28 DSGVO)",
    "authority": "andere öffentliche Stelle",
    "third_party": "sonstige Dritte",
}

# Countries with an adequacy decision (Art. 45 (3) DSGVO); to be checked before use.
ADEQUATE = frozenset({"CA", "CH", "GB", "IL", "JP", "KR", "US"})


def is_third_country(code: str) -> bool:
    """Art. 44 DSGVO: outside the EU and the EEA. Unknown counts as third country."""
    return code not in EEA


# Most urgent first. Not assessed yet stands above what is known to be harmless.
RISK_ORDER = {"VERBOTEN": 0, "HR_I": 1, "HR_III": 1, "": 2, "A63": 3, "TRANS": 4, "MIN": 5, "NA": 6}
