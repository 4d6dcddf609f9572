"""Code lists of the Verarbeitungsverzeichnis: key -> German label. Shared lists are those of the register."""

STATES = {"active": "laufend", "ended": "beendet"}
# Taken over from a list and taken back: never shown, never printed, never counted.
WITHDRAWN = "withdrawn"
ALL_STATES = {**STATES, WITHDRAWN: "zurückgenommen"}

# In which capacity the municipality processes: Art. 30 (1) or Art. 30 (2) DSGVO.
CONTROLLER, PROCESSOR = "controller", "processor"
ROLES = {CONTROLLER: "Verantwortlicher", PROCESSOR: "Auftragsverarbeiter"}
REFERENCES = {CONTROLLER: "VVT", PROCESSOR: "AV"}
REGISTERS = {
    CONTROLLER: "Verarbeitungen in eigener Verantwortung (Art. 30 Abs. 1 DSGVO)",
    PROCESSOR: "Verarbeitungen im Auftrag anderer (Art. 30 Abs. 2 DSGVO)",
}

# Art. 26 (2) sentence 2 DSGVO: the essence of the arrangement is made available to the people concerned.
ESSENCE = {
    "published": "ja, veröffentlicht",
    "on_request": "ja, auf Anfrage",
    "missing": "noch nicht",
}

# Art. 30 (1) (e) DSGVO. An empty value means that nobody has said so far.
THIRD_COUNTRY = {
    "none": "findet nicht statt und ist nicht geplant",
    "takes_place": "findet statt oder ist geplant",
}

NOT_GIVEN = "noch nicht angegeben"
NOT_ASSESSED = "noch nicht bewertet"
