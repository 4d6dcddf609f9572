"""What the reasons say: an unclear answer is no statement of fact, and a flag has its article."""

import pytest

from compliance.rules import reason_groups
from compliance.rules.law import program_for, shelf
from compliance.rules.law.conditions import atoms
from tests.compliance.law.golden import BASE, TODAY

SHIPPED = [one for versions in shelf.editions().values() for one in versions.values()]
# Their sentence claims nothing about what is not clear.
NEUTRAL = {
    "annex1-no-safety",
    "annex1-optimisation",
    "annex3-2-no-entity",
    "annex3-8b-neutrality",
    "annex3-5a-not-for-authority",
    "annex3-6-not-for-authority",
    "annex3-7-not-for-authority",
    "art5-f-medical",
    "art5-f-unclear",
    "art5-h-unclear",
    "art6-3-without-area",
    "dpia-list-not-checked",
}


def assess(**changes):
    return program_for(TODAY).assess({**BASE, **changes}, on=TODAY)


def said(**changes) -> dict[str, str]:
    return {reason["rule"]: reason["text"] for reason in assess(**changes).reasons}


@pytest.mark.parametrize("ruleset", SHIPPED, ids=lambda one: f"{one.id}@{one.version}")
def test_a_rule_that_also_reads_unclear_has_a_sentence_for_it(ruleset) -> None:
    silent = [
        row["id"]
        for row in ruleset.data["rules"]
        if "unclear" not in row
        and any(wanted and isinstance(values, list) and "unclear" in values for _, values, wanted in atoms(row["when"]))
    ]
    assert set(silent) - NEUTRAL == set()


def test_profiling_that_is_not_clear_is_assumed_and_not_stated() -> None:
    assert said(education=["access"], profiling="unclear")["art6-3-profiling"].startswith(
        "Profiling wird vorsichtshalber"
    )


def test_a_model_that_is_not_clear_is_assumed_and_not_stated() -> None:
    assert said(general_purpose_model="unclear")["gpai"].startswith("Vorsichtshalber wird angenommen")


def test_what_is_certain_is_stated_although_something_else_is_unclear() -> None:
    facts = {"annex_i": "lifts", "third_party_assessment": "yes", "ai_is_the_product": "yes", "safety_role": "unclear"}
    assert said(**facts)["annex1-high"].startswith("Die KI ist Sicherheitsbauteil")


def test_the_question_of_administrative_offences_names_its_article() -> None:
    result = assess(administrative_offences="yes", data_kinds=["number_plates"])
    assert (result.articles, "PRUEF" in result.flags) == (["AIII.6"], True)


@pytest.mark.parametrize(("roles", "due"), [([], True), (["deployer"], True), (["distributor"], False)])
def test_no_role_named_does_not_silently_end_the_duty_to_teach(roles, due) -> None:
    assert ("O-01" in [duty["id"] for duty in assess(roles=roles).obligations]) == due


@pytest.mark.parametrize(("role", "article"), [("distributor", "Art. 24"), ("importer", "Art. 23")])
def test_who_passes_a_system_on_is_told_their_article_and_what_is_missing(role, article) -> None:
    result = assess(roles=[role], public_benefits="yes", profiling="yes")
    rules = {reason["rule"]: reason["article"] for reason in result.reasons}
    assert (article in rules[f"role-{role}"], "role-no-use" in rules) == (True, True)


def test_a_deployer_who_also_passes_it_on_is_not_asked_for_a_use() -> None:
    assert "role-no-use" not in said(roles=["deployer", "distributor"])


def groups(**changes) -> dict[str, list[str]]:
    found = reason_groups.grouped(assess(**changes).as_json())
    return {key: [reason["rule"] for reason in rows] for key, rows in found.items()}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        (
            {"education": ["access"], "profiling": "yes"},
            ["class-HR_III", "annex3-3a", "art6-3-profiling", "annex3-high"],
        ),
        ({"interacts_with_people": "not_obvious"}, ["class-TRANS", "art50-1"]),
        ({"infers_output": "no"}, ["class-NA", "scope-rules-only"]),
        ({}, ["class-MIN", "art5-none", "annex1-none", "annex3-none", "art50-none"]),
    ],
)
def test_what_decided_comes_first(changes, rules) -> None:
    found = groups(**changes)["deciding"]
    assert (found[0], set(rules) - set(found)) == (rules[0], set())


def test_what_does_not_apply_is_told_apart() -> None:
    found = groups(education=["access"], profiling="yes")
    assert ({"art5-none", "annex1-none"} <= set(found["rest"]), "art5-none" in found["deciding"]) == (True, False)


def test_every_reason_stands_in_one_group() -> None:
    result = assess(education=["access"], profiling="unclear", general_purpose_model="unclear").as_json()
    shown = [reason for rows in reason_groups.grouped(result).values() for reason in rows]
    assert sorted(map(str, shown)) == sorted(map(str, result["reasons"]))
