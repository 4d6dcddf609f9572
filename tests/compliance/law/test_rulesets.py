"""The shipped rule sets are sound, complete and never change once released."""

import hashlib
import itertools
import re

import pytest

from compliance.rules.law import dates, facts, rulesets, shelf
from compliance.rules.law.conditions import atoms
from tests.project.files import read

SHIPPED = [one for versions in shelf.editions().values() for one in versions.values()]
AI_ACT = list(shelf.editions()["ai-act/classification"].values())
VOCABULARY = facts.load()


def name_of(one: rulesets.Ruleset) -> str:
    return f"{one.id}@{one.version}"


every_ruleset = pytest.mark.parametrize("ruleset", SHIPPED, ids=name_of)
every_ai_act = pytest.mark.parametrize("ruleset", AI_ACT, ids=name_of)


def released() -> list[list[str]]:
    return [line.split() for line in read("compliance/rulesets/RELEASED.txt").splitlines()]


@pytest.mark.parametrize(("sha256", "name"), released())
def test_a_released_file_never_changes(sha256: str, name: str) -> None:
    assert hashlib.sha256((rulesets.FOLDER / name).read_bytes()).hexdigest() == sha256


def test_every_shipped_file_is_released() -> None:
    shipped = {path.relative_to(rulesets.FOLDER).as_posix() for path in rulesets.FOLDER.rglob("*.yaml")}
    assert {name for _, name in released()} == shipped


@every_ruleset
def test_ids_are_unique(ruleset) -> None:
    rows = [row["id"] for kind in ("rules", "contradictions", "duties") for row in ruleset.data[kind]]
    assert sorted(rows) == sorted(set(rows))


@every_ruleset
def test_every_row_has_an_article_and_a_text(ruleset) -> None:
    rows = [row for kind in ("rules", "contradictions", "outcomes", "duties") for row in ruleset.data[kind]]
    assert [row for row in rows if not row["article"] or not row["text"]] == []


@every_ruleset
def test_every_question_is_read_by_a_rule(ruleset) -> None:
    """A question that no rule reads would leave results undecided for nothing."""
    asked = {fact for question in ruleset.data["questions"] for fact in question["facts"]}
    others = [one for one in SHIPPED if one.id != ruleset.id]
    read_facts = set().union(*(rulesets.facts_in_conditions(one.data) for one in [ruleset, *others]))
    assert asked - read_facts - set(dates.HIGH_RISK_FACTS) == set()


@every_ruleset
def test_every_fact_a_rule_reads_is_asked(ruleset) -> None:
    questions = [question for one in SHIPPED for question in one.data["questions"]]
    asked = {fact for question in questions for fact in question["facts"]}
    assert rulesets.facts_in_conditions(ruleset.data) - asked == set()


def test_the_rule_sets_in_force_ask_for_the_whole_vocabulary() -> None:
    latest = [list(versions.values())[-1] for versions in shelf.editions().values()]
    asked = [fact for one in latest for question in one.data["questions"] for fact in question["facts"]]
    assert sorted(asked) == sorted(VOCABULARY.facts)


@every_ruleset
def test_every_conclusion_is_used(ruleset) -> None:
    """Something that is set and never read is a rule without effect."""
    used = set(ruleset.data["flags"]) | {name for one in SHIPPED for name in one.data.get("imports", [])}
    for one in rulesets.conditions(ruleset.data):
        for key, values, _ in atoms(one):
            if key == "conclusion":
                used |= {values} if isinstance(values, str) else set(values)
    set_names = {name for rule in ruleset.data["rules"] for name in rule.get("sets", [])}
    assert set_names - used - {"prohibited_later", "transparency_50", "transparency_502"} == set()


@every_ai_act
def test_every_class_has_an_outcome_from_the_strictest_to_the_mildest(ruleset) -> None:
    classes = [outcome["class"] for outcome in ruleset.data["outcomes"]]
    assert classes == ["VERBOTEN", "HR_III", "HR_I", "A63", "TRANS", "MIN", "NA"]


@pytest.mark.parametrize("number", range(1, 9))
@every_ai_act
def test_every_number_of_annex_iii_has_its_letters(ruleset, number: int) -> None:
    letters = {1: "abc", 3: "abcd", 4: "ab", 5: "abcd", 6: "abcde", 7: "abcd", 8: "ab"}.get(number, "")
    wanted = {f"AIII.{number}{letter}" for letter in letters} or {f"AIII.{number}"}
    codes = {code for rule in ruleset.data["rules"] for code in rule.get("codes", [])}
    assert wanted - codes == set()


def test_every_prohibition_in_force_has_a_rule() -> None:
    codes = {code for rule in AI_ACT[-1].data["rules"] for code in rule.get("codes", [])}
    letters = ["a", "b", "ba", "bb", "c", "d", "e", "f", "g", "h"]
    assert {f"Art5.1.{letter}" for letter in letters} - codes == set()


def test_every_duty_of_the_catalogue_exists() -> None:
    numbers = [1, 2, 5, *range(10, 24), 30, 31, 32, 40, 41, *range(50, 55), 60, *range(70, 82), 90]
    latest = [list(versions.values())[-1] for versions in shelf.editions().values()]
    duties = [duty["id"] for one in latest for duty in one.data["duties"]]
    assert sorted(duties) == [f"O-{number:02}" for number in numbers]


@every_ai_act
def test_a_newer_text_is_in_force_later(ruleset) -> None:
    newer = [one for one in AI_ACT if int(one.version) > int(ruleset.version)]
    assert [one for one in newer if one.valid_from <= ruleset.valid_from] == []


def test_days_in_texts_are_days_of_the_dates() -> None:
    """A reason that says a day and a date that is another one would contradict each other."""
    wrong = []
    for one in AI_ACT:
        for name, rule in one.data["dates"].items():
            days = {".".join(reversed(value.split("-"))) for value in rule.values() if isinstance(value, str)}
            said = itertools.chain(*(re.findall(r"\d\d\.\d\d\.\d{4}", row["text"]) for row in rule["reasons"].values()))
            wrong += [(name_of(one), name, day) for day in said if day not in days | {"02.08.2026"}]
    assert wrong == []


def test_v1_is_the_text_before_the_omnibus() -> None:
    first, second = AI_ACT
    assert {question for row in second.data["questions"] for question in row["facts"]} - {
        question for row in first.data["questions"] for question in row["facts"]
    } == {"intimate_imagery", "abuse_imagery"}
