"""Every golden case comes out as reasoned by hand."""

import pytest

from compliance.rules.law import Result, program_for
from tests.compliance.law.golden import CASES, TODAY, facts_of


def result_of(case) -> Result:
    day = case.get("on", TODAY)
    return program_for(day, drafts=case.get("drafts", True)).assess(facts_of(case), on=day)


def of(key: str):
    """The cases that say something about a key."""
    return pytest.mark.parametrize("case", [case for case in CASES if key in case], ids=lambda case: case["name"])


@of("class")
def test_the_class_is_as_reasoned(case) -> None:
    result = result_of(case)
    assert (result.class_, result.open) == (case["class"], [])


@of("flags")
def test_the_flags_are_as_reasoned(case) -> None:
    assert set(result_of(case).flags) == set(case["flags"])


@of("articles")
def test_the_articles_are_named(case) -> None:
    assert set(case["articles"]) - set(result_of(case).articles) == set()


@of("applies_from")
def test_the_day_is_as_reasoned(case) -> None:
    assert result_of(case).applies_from == case["applies_from"]


@of("duties")
def test_the_duties_are_there(case) -> None:
    assert set(case["duties"]) - {duty["id"] for duty in result_of(case).obligations} == set()


@of("without")
def test_other_duties_are_not(case) -> None:
    assert set(case["without"]) & {duty["id"] for duty in result_of(case).obligations} == set()


@of("due")
def test_duties_are_due_on_their_day(case) -> None:
    due = {duty["id"]: duty["due"] for duty in result_of(case).obligations}
    assert {name: due.get(name) for name in case["due"]} == case["due"]


def test_there_are_at_least_sixty_cases_with_names_of_their_own() -> None:
    names = {case["name"] for case in CASES}
    assert (len(names) == len(CASES), len(names) >= 60) == (True, True)
