"""Roles are tables of permissions. Code asks for a permission, never for a role.

ALL = in the whole municipality, OWN = in the person's department and those below it.
"""

ALL, OWN = "all", "own"

FACHAMT, CDO, DSB, LEITUNG = "fachamt", "cdo", "dsb", "leitung"
REVISION, VERWALTUNG, PLATTFORM = "revision", "verwaltung", "plattform"

LABELS = {
    FACHAMT: "Fachamt",
    CDO: "CDO/IT",
    DSB: "Datenschutzbeauftragte/r",
    LEITUNG: "Leitung",
    REVISION: "Revision",
    VERWALTUNG: "Verwaltung (Personen, Einstellungen)",
    PLATTFORM: "Plattformbetrieb",
}

PERMISSIONS = {
    "entry.view": "Einträge lesen",
    "entry.edit": "Einträge anlegen und bearbeiten",
    "entry.submit": "Einträge zur Prüfung geben",
    "entry.comment": "Angaben kommentieren",
    "entry.return": "Einträge zurückgeben",
    "entry.opine": "Stellungnahme des Datenschutzes abgeben",
    "entry.release": "Einträge freigeben",
    "entry.release_editorial": "redaktionelle Änderungen freigeben",
    "entry.publish": "freigegebene Einträge veröffentlichen",
    "entry.withdraw": "Veröffentlichungen sofort zurückziehen",
    "entry.suspend": "Systeme sofort aussetzen",
    "entry.retire": "die Außerbetriebnahme eines Systems bestätigen",
    "entry.after_review": "Sofortmaßnahmen nachträglich prüfen",
    "entry.redact": "veröffentlichte Fassungen schwärzen",
    "entry.share": "einzelne Einträge für andere freischalten",
    "master_data.edit": "Speicherorte, Empfänger und Produktblätter pflegen",
    "coverage.state": "für ein Amt melden, ob es KI einsetzt",
    "coverage.manage": "Stichtag der Meldungen festlegen und Ämter erinnern",
    "review_dates.edit": "Prüffristen festlegen",
    "dpo_report.view": "Jahresbericht des Datenschutzes lesen",
    "dpo_report.make": "Jahresbericht des Datenschutzes erstellen",
    "filter.share": "Filter für alle in der Kommune speichern",
    "history.view": "Protokoll und Verlauf lesen",
    "assessment.review": "Bewertungen nach der KI-VO prüfen",
    "incident.report": "Vorfälle melden",
    "incident.handle": "Vorfälle bewerten und abschließen",
    "vvt.view": "Verarbeitungsverzeichnis lesen",
    "vvt.edit": "Verarbeitungstätigkeiten pflegen",
    "vvt.report": "Verarbeitungsverzeichnis als PDF erstellen",
    "import.run": "Listen importieren",
    "release.delegate": "Freigabe befristet übertragen",
    "people.manage": "Personen und Rollen pflegen",
    "settings.manage": "Einstellungen der Kommune pflegen",
    "platform.manage": "Kommunen der Instanz pflegen",
}

ROLES: dict[str, dict[str, str]] = {
    FACHAMT: {
        "entry.view": OWN,
        "entry.edit": OWN,
        "entry.submit": OWN,
        "coverage.state": OWN,
        "incident.report": ALL,
        "vvt.view": OWN,
        "vvt.edit": OWN,
    },
    CDO: {
        "entry.view": ALL,
        "entry.edit": ALL,
        "entry.submit": ALL,
        "entry.release_editorial": ALL,
        "entry.publish": ALL,
        "entry.withdraw": ALL,
        "entry.suspend": ALL,
        "entry.retire": ALL,
        "entry.after_review": ALL,
        "entry.share": ALL,
        "master_data.edit": ALL,
        "review_dates.edit": ALL,
        "coverage.state": ALL,
        "coverage.manage": ALL,
        "filter.share": ALL,
        "history.view": ALL,
        "assessment.review": ALL,
        "incident.report": ALL,
        "vvt.view": ALL,
        "vvt.edit": ALL,
        "vvt.report": ALL,
        "import.run": ALL,
    },
    DSB: {
        "entry.view": ALL,
        "entry.comment": ALL,
        "entry.return": ALL,
        "entry.opine": ALL,
        "dpo_report.view": ALL,
        "dpo_report.make": ALL,
        "entry.after_review": ALL,
        "filter.share": ALL,
        "history.view": ALL,
        "assessment.review": ALL,
        "incident.report": ALL,
        "incident.handle": ALL,
        "vvt.view": ALL,
        "vvt.report": ALL,
    },
    LEITUNG: {
        "entry.view": ALL,
        "entry.comment": ALL,
        "entry.return": ALL,
        "entry.release": ALL,
        "entry.release_editorial": ALL,
        "entry.withdraw": ALL,
        "entry.suspend": ALL,
        "entry.retire": ALL,
        "entry.after_review": ALL,
        "entry.redact": ALL,
        "dpo_report.view": ALL,
        "review_dates.edit": ALL,
        "filter.share": ALL,
        "history.view": ALL,
        "assessment.review": ALL,
        "incident.report": ALL,
        "incident.handle": ALL,
        "vvt.view": ALL,
        "vvt.report": ALL,
        "release.delegate": ALL,
    },
    REVISION: {
        "entry.view": ALL,
        "history.view": ALL,
        "incident.report": ALL,
        "vvt.view": ALL,
        "vvt.report": ALL,
    },
    VERWALTUNG: {"people.manage": ALL, "settings.manage": ALL, "incident.report": ALL},
    PLATTFORM: {"platform.manage": ALL},
}

# What a platform operator may do in a municipality that has granted access for a time.
GRANTED_TO_OPERATOR = {"entry.view": ALL, "history.view": ALL, "vvt.view": ALL}

# What Leitung may hand to somebody else until a day.
DELEGABLE = {"entry.view": ALL, "entry.release": ALL, "entry.release_editorial": ALL, "entry.return": ALL}
