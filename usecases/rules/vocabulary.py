"""Code lists of the portfolio: key -> German label. Stages and fields of action are those of the register."""

from register.rules.vocabulary import FIELDS_OF_ACTION, STATUS

PLANNED, DESIGN, DEVELOPMENT = "planned", "design", "development"
PILOT, EVALUATION, OPERATIONAL = "pilot", "evaluation", "operational"
SUSPENDED, RETIRED, REJECTED = "suspended", "retired", "rejected"
STAGES = STATUS
# The way of a use case, in order.
WAY = (PLANNED, DESIGN, DEVELOPMENT, PILOT, EVALUATION, OPERATIONAL)

# The four main fields of WIK's study of municipal AI.
MAIN_FIELDS = ("mobility", "citizen_services", "internal_administration", "utilities")
FIELDS = {key: FIELDS_OF_ACTION[key] for key in MAIN_FIELDS} | FIELDS_OF_ACTION
# Where people choose; a chosen field is named without its group.
FIELD_GROUPS = [
    ("Schwerpunkte kommunaler KI (WIK-Studie)", [(key, FIELDS[key]) for key in MAIN_FIELDS]),
    ("Weitere Felder", [(key, label) for key, label in FIELDS.items() if key not in MAIN_FIELDS]),
]
STRATEGIES = {"ready_made": "schlüsselfertig", "own": "Eigenentwicklung", "alliance": "Verbund"}
FINANCES = {"budget": "Haushalt", "funding": "Förderung", "mixed": "gemischt"}
