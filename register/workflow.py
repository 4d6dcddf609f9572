"""The table of review steps. Buttons, services, API and tests read this one table.

`needs` names checks in `register.services.checks`; an unmet need is a German sentence for the reader.
"""

from core.workflow import Step

DRAFT, IN_REVIEW, RETURNED = "draft", "in_review", "returned"
RELEASED, PUBLISHED, WITHDRAWN = "released", "published", "withdrawn"
# A change of what was released takes the release away.
NEEDS_REVIEW_AGAIN = (RELEASED, PUBLISHED, WITHDRAWN)
EDITABLE = (DRAFT, RETURNED, RELEASED, PUBLISHED, WITHDRAWN)

STEPS = (
    Step("submit", (DRAFT, RETURNED), IN_REVIEW, "entry.submit", "Zur Prüfung geben", needs=("complete",)),
    Step("recall", IN_REVIEW, DRAFT, "entry.submit", "Aus der Prüfung zurückholen"),
    Step("return", IN_REVIEW, RETURNED, "entry.return", "Zurückgeben"),
    Step(
        "opine",
        IN_REVIEW,
        IN_REVIEW,
        "entry.opine",
        "Stellungnahme abgeben",
        needs=("opinion_open", "not_own_content", "unchanged"),
    ),
    Step(
        "release",
        IN_REVIEW,
        RELEASED,
        "entry.release",
        "Freigeben",
        needs=(
            "not_last_editor",
            "not_submitter",
            "not_adviser",
            "opinion_given",
            "no_prohibited_use",
            "no_open_deficiency",
            "unchanged",
        ),
    ),
    Step(
        "release_editorial",
        IN_REVIEW,
        RELEASED,
        "entry.release_editorial",
        "Redaktionelle Änderung freigeben",
        needs=(
            "not_last_editor",
            "not_submitter",
            "not_adviser",
            "editorial_only",
            "no_open_corrections",
            "no_prohibited_use",
            "no_open_deficiency",
            "unchanged",
        ),
    ),
    Step(
        "publish", RELEASED, PUBLISHED, "entry.publish", "Veröffentlichen", needs=("as_released", "no_open_deficiency")
    ),
)
