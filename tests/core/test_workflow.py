"""The step engine, with a table that means nothing."""

from dataclasses import dataclass

import pytest

from core.errors import Conflict, NotAllowed, Unmet
from core.workflow import Step, Workflow


@dataclass
class Door:
    state: str = "closed"
    locked: bool = False


def unlocked(door: Door, user: str) -> str | None:
    return "Die Tür ist abgeschlossen." if door.locked else None


def knows_the_way(door: Door, user: str) -> str | None:
    return None if user == "Anna" else "Sie kennen den Weg nicht."


STEPS = (
    Step("open", ("closed", "ajar"), "open", "door.open", "Öffnen", needs=("unlocked", "knows_the_way")),
    Step("close", "open", "closed", "door.close", "Schließen"),
)
DOORS = Workflow(STEPS, {"unlocked": unlocked, "knows_the_way": knows_the_way})


def everything(permission: str) -> bool:
    return True


def nothing(permission: str) -> bool:
    return False


def test_a_step_may_start_from_several_states():
    assert [step.name for step in DOORS.steps_from("ajar")] == ["open"]


def test_only_steps_of_the_present_state_are_offered():
    assert [option.step.name for option in DOORS.possible(Door("open"), "Anna", everything)] == ["close"]


def test_a_step_without_permission_is_not_offered():
    assert DOORS.possible(Door(), "Anna", nothing) == []


def test_an_offered_step_names_everything_that_is_missing():
    (option,) = DOORS.possible(Door(locked=True), "Bert", everything)
    assert option.missing == ("Die Tür ist abgeschlossen.", "Sie kennen den Weg nicht.")


def test_a_step_with_nothing_missing_is_ready():
    assert DOORS.possible(Door(), "Anna", everything)[0].is_ready


def test_require_returns_the_step():
    assert DOORS.require(Door(), "open", user="Anna", allowed=everything) is STEPS[0]


def test_require_refuses_without_permission():
    with pytest.raises(NotAllowed, match="„Öffnen“"):
        DOORS.require(Door(), "open", user="Anna", allowed=nothing)


def test_who_lacks_the_permission_learns_nothing_about_the_state():
    with pytest.raises(NotAllowed):
        DOORS.require(Door("open"), "open", user="Anna", allowed=nothing)


def test_require_refuses_in_the_wrong_state():
    with pytest.raises(Conflict, match="im jetzigen Stand nicht möglich"):
        DOORS.require(Door("open"), "open", user="Anna", allowed=everything)


def test_require_says_what_is_missing():
    with pytest.raises(Unmet, match="abgeschlossen"):
        DOORS.require(Door(locked=True), "open", user="Anna", allowed=everything)


def test_an_unknown_step_is_a_programming_error():
    with pytest.raises(LookupError):
        DOORS.require(Door(), "paint", user="Anna", allowed=everything)


def test_a_table_that_names_an_unknown_check_is_refused():
    with pytest.raises(ValueError, match="painted"):
        Workflow([Step("open", "closed", "open", "door.open", "Öffnen", needs=("painted",))])


def test_a_table_with_the_same_step_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Workflow([STEPS[1], STEPS[1]])
