"""The table of contradictions, row by row and without a database: a rule holds for its facts and for no others."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from register import contradictions as reader
from register.rules.contradictions import HINWEIS, MANGEL, OPERATORS, Rule, contradictions, rules

ELSE = "anders"
EVERY_RULE = pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
EVERY_CONDITION = pytest.mark.parametrize(
    ("rule", "fact"), [(rule, fact) for rule in rules().values() for fact in rule.when], ids=str
)


def fulfilled(condition: dict[str, Any]) -> Any:
    """A value for which the condition holds."""
    if "is" in condition:
        return condition["is"][0]
    if "has" in condition:
        return [condition["has"][0]]
    return [ELSE] if "filled" in condition or "lacks" in condition else []


def broken(condition: dict[str, Any]) -> Any:
    """A value for which it does not."""
    if "lacks" in condition:
        return [condition["lacks"][0]]
    if "is" in condition:
        return ELSE
    return [ELSE] if "empty" in condition or "has" in condition else []


def facts_for(rule: Rule) -> dict[str, Any]:
    neutral: dict[str, Any] = {fact: "" for other in rules().values() for fact in other.when}
    lists = {f for other in rules().values() for f, c in other.when.items() if "is" not in c} | {
        "dpia_signs",
        "transfers_missing",
    }
    neutral |= {fact: [] for fact in lists}
    return neutral | {fact: fulfilled(dict(condition)) for fact, condition in rule.when.items()}


@EVERY_RULE
def test_a_rule_holds_for_its_facts(rule: Rule) -> None:
    assert rule.id in {item.rule.id for item in contradictions(facts_for(rule))}


@EVERY_CONDITION
def test_a_rule_does_not_hold_when_one_of_its_facts_is_otherwise(rule: Rule, fact: str) -> None:
    facts = facts_for(rule) | {fact: broken(dict(rule.when[fact]))}
    assert rule.id not in {item.rule.id for item in contradictions(facts)}


@EVERY_RULE
def test_a_rule_says_what_why_where_and_what_to_do(rule: Rule) -> None:
    assert all((rule.title, rule.says, rule.why, rule.article, rule.remedy, rule.fields))


@EVERY_RULE
def test_a_rule_uses_known_words(rule: Rule) -> None:
    assert rule.severity in (MANGEL, HINWEIS)
    assert {operator for condition in rule.when.values() for operator in condition} <= OPERATORS.keys()


@EVERY_RULE
def test_a_rule_asks_for_facts_that_are_read(rule: Rule) -> None:
    assert all(f'"{fact}"' in inspect.getsource(reader) for fact in rule.when)


ONLY_GDPR = [rule for rule in rules().values() if rule.only_gdpr]


@pytest.mark.parametrize("regime", ["prosecution", "offences"])
@pytest.mark.parametrize("rule", ONLY_GDPR, ids=lambda rule: rule.id)
def test_a_rule_of_the_gdpr_alone_does_not_hold_for_prosecution(rule: Rule, regime: str) -> None:
    assert rule.id not in {item.rule.id for item in contradictions(facts_for(rule) | {"ji_regime": regime})}


@EVERY_RULE
def test_what_rests_on_articles_6_9_or_22_of_the_gdpr_is_a_rule_of_the_gdpr_alone(rule: Rule) -> None:
    grounds = ("Art. 6 Abs. 1", "Art. 6 Abs. 3 DSGVO", "Art. 9 Abs. 1 und 2", "Art. 9 Abs. 2", "Art. 22")
    rests = rule.article.startswith(grounds) and "Landesrecht" not in rule.article
    assert not rests or rule.only_gdpr


def test_offences_are_to_be_checked_under_the_law_of_the_land() -> None:
    assert rules()["ji-offences-partly"].verify
