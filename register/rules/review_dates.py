"""When an entry has to be looked at again, and who is reminded when. Our own proposal, no deadline of a law."""

from dataclasses import dataclass

from register.rules import vocabulary


@dataclass(frozen=True)
class Interval:
    """Months from one full review to the next: what is proposed, and between what a municipality may choose."""

    months: int
    least: int
    most: int


# "" = not assessed yet. A dataset has no class and counts as such.
INTERVALS = {
    "VERBOTEN": Interval(3, 1, 6),
    "HR_I": Interval(12, 3, 12),
    "HR_III": Interval(12, 3, 12),
    "A63": Interval(12, 3, 18),
    "TRANS": Interval(24, 6, 24),
    "MIN": Interval(24, 6, 36),
    "NA": Interval(36, 6, 48),
    "": Interval(12, 3, 18),
}
LABELS = {**{code: vocabulary.RISK_CLASSES[code] for code in INTERVALS if code}, "": "noch nicht bewertet"}

# What a number alone would say wrongly.
NOTES = {
    "VERBOTEN": "Eine verbotene Praktik ist sofort abzustellen, nicht erst zum Termin (Art. 5 KI-VO). Der Termin dient "
    "nur dazu, nachzusehen, dass das System abgeschaltet bleibt.",
}

DEPARTMENT, CDO, LEITUNG = "department", "cdo", "leitung"


@dataclass(frozen=True)
class Stage:
    """From which day on, counted from the due day, who is told. Never about the DSB: what waits there is not due."""

    name: str
    from_day: int
    told: tuple[str, ...]


STAGES = (
    Stage("ahead", -30, (DEPARTMENT,)),
    Stage("due", 0, (DEPARTMENT,)),
    Stage("late", 14, (DEPARTMENT, CDO)),
    Stage("escalated", 30, (CDO, LEITUNG)),
)


def stage_at(days: int) -> Stage | None:
    """The stage that is reached `days` days after the due day (before it: negative)."""
    return next((stage for stage in reversed(STAGES) if days >= stage.from_day), None)
