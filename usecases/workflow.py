"""The table of steps of a use case. Buttons, services and tests read this one table.

`needs` names the points of `rules/gates.py`. Where people decide about real cases, two of them do (`TWO_PEOPLE`); the
database asks for the second one as well. A suspended use case knows where it stood: "suspended_pilot".
"""

from core.workflow import Step
from usecases.rules.gates import FOR_OPERATION, FOR_PILOT
from usecases.rules.vocabulary import (
    DESIGN,
    DEVELOPMENT,
    EVALUATION,
    OPERATIONAL,
    PILOT,
    PLANNED,
    REJECTED,
    RETIRED,
    SUSPENDED,
)

EDIT = "usecase.edit"
NOT_YET_USED = (PLANNED, DESIGN, DEVELOPMENT)
USED = (PILOT, EVALUATION, OPERATIONAL)


def suspended(stage: str) -> str:
    return f"{SUSPENDED}_{stage}"


STEPS = (
    Step("examine", PLANNED, DESIGN, EDIT, "Zur Prüfung", needs=("scenario",)),
    Step(
        "procure",
        DESIGN,
        DEVELOPMENT,
        EDIT,
        "Zur Beschaffung oder Entwicklung",
        needs=("scenario", "ethics", "partners"),
    ),
    Step("pilot", DEVELOPMENT, PILOT, EDIT, "In den Pilot", needs=FOR_PILOT),
    Step("evaluate", PILOT, EVALUATION, EDIT, "Zur Evaluation", needs=("goals", "begun")),
    Step("extend", EVALUATION, PILOT, EDIT, "Noch einmal in den Pilot", needs=FOR_PILOT),
    Step("operate", EVALUATION, OPERATIONAL, EDIT, "In den Regelbetrieb", needs=FOR_OPERATION),
    Step("evaluate_again", OPERATIONAL, EVALUATION, EDIT, "Erneut evaluieren"),
    Step("suspend", (*NOT_YET_USED, *USED), SUSPENDED, EDIT, "Aussetzen"),
    Step("resume_planned", suspended(PLANNED), PLANNED, EDIT, "Wieder aufnehmen"),
    Step("resume_design", suspended(DESIGN), DESIGN, EDIT, "Wieder aufnehmen"),
    Step("resume_development", suspended(DEVELOPMENT), DEVELOPMENT, EDIT, "Wieder aufnehmen"),
    Step("resume_pilot", suspended(PILOT), PILOT, EDIT, "Pilot wieder aufnehmen", needs=FOR_PILOT),
    Step("resume_evaluation", suspended(EVALUATION), EVALUATION, EDIT, "Evaluation wieder aufnehmen"),
    Step(
        "resume_operation", suspended(OPERATIONAL), OPERATIONAL, EDIT, "Betrieb wieder aufnehmen", needs=FOR_OPERATION
    ),
    Step("end", (*USED, *(suspended(stage) for stage in USED)), RETIRED, EDIT, "Beenden"),
    Step("reject", (*NOT_YET_USED, *(suspended(stage) for stage in NOT_YET_USED)), REJECTED, EDIT, "Verwerfen"),
)
DECIDE = "usecase.decide"
TWO_PEOPLE = tuple(step.name for step in STEPS if step.target in (PILOT, OPERATIONAL))
# These say why, for those who come later.
NEED_REASON = ("suspend", "end", "reject", "extend", "evaluate_again")
BY_NAME = {step.name: step for step in STEPS}
