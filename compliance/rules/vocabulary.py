"""Code lists of the Verarbeitungsverzeichnis: key -> German label. Shared lists are those of the register."""

STATES = {"active": "laufend", "ended": "beendet"}

# Art. 30 (1) (e) DSGVO. An empty value means that nobody has said so far.
THIRD_COUNTRY = {
    "none": "findet nicht statt und ist nicht geplant",
    "takes_place": "findet statt oder ist geplant",
}

NOT_GIVEN = "noch nicht angegeben"
NOT_ASSESSED = "noch nicht bewertet"
