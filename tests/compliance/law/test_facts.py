"""Facts that cannot be read are refused with key, value and the nearest that exist."""

import pytest

from compliance.rules.law import BadFacts, BadSource, program_for, source
from tests.compliance.law.golden import BASE, TODAY


def problems_of(changes) -> str:
    with pytest.raises(BadFacts) as refused:
        program_for(TODAY).assess({**BASE, **changes}, on=TODAY)
    return " ".join(refused.value.problems)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"infers_outputs": "yes"}, ["infers_outputs", "infers_output"]),
        ({"operator": "authorities"}, ["operator", "authorities", "authority"]),
        ({"roles": "deployer"}, ["roles", "deployer", "keine Liste"]),
        ({"roles": ["deployr"]}, ["roles", "deployr", "deployer"]),
        ({"roles": ["deployer", "deployer"]}, ["roles", "zweimal"]),
        ({"roles": ["[]"]}, ["roles", "[]"]),
        ({"roles": [["deployer"]]}, ["roles"]),
        ({"education": {}}, ["education", "keine Liste"]),
        ({"personal_data": True}, ["personal_data", "True", "yes"]),
        ({"personal_data": None}, ["personal_data", "None"]),
        ({"personal_data": ["yes"]}, ["personal_data", "yes"]),
        ({"placed_on_market": "2025-02-30"}, ["placed_on_market", "2025-02-30", "JJJJ-MM-TT"]),
        ({"placed_on_market": "20250201"}, ["placed_on_market", "20250201"]),
        ({"placed_on_market": 2025}, ["placed_on_market", "2025"]),
        ({"placed_on_market": ["2025-01-01"]}, ["placed_on_market"]),
    ],
)
def test_a_wrong_answer_is_named(changes, said) -> None:
    problem = problems_of(changes)
    assert [words for words in said if words not in problem] == []


def test_every_wrong_answer_is_named_at_once() -> None:
    problem = problems_of({"operator": "x", "roles": 3, "nonsense": 1})
    assert [key for key in ("operator", "roles", "nonsense") if key not in problem] == []


@pytest.mark.parametrize("given", [[], "text", 3, None])
def test_something_that_is_no_mapping_is_refused(given) -> None:
    with pytest.raises(BadFacts, match="Zuordnung"):
        program_for(TODAY).assess(given, on=TODAY)


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"infers_output": "no", "general_purpose_model": "yes"}, ["infers_output", "general_purpose_model"]),
        ({"personal_data": "no", "data_kinds": ["social"]}, ["personal_data", "data_kinds"]),
        ({"emotion_recognition": "none", "emotion_from_biometrics": "yes"}, ["emotion_from_biometrics"]),
        ({"placed_on_market": "2025-06-01", "substantially_changed": "2024-06-01"}, ["substantially_changed"]),
    ],
)
def test_answers_that_exclude_each_other_are_refused_by_name(changes, keys) -> None:
    problem = problems_of(changes)
    assert [words for words in ("Widerspruch", *keys) if words not in problem] == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"publishes_realistic_media": "deceptive"}, "media-without-generation"),
        ({"publishes_public_interest_text": "reviewed"}, "text-without-generation"),
        ({"roles": []}, "no-role"),
        ({"personal_data": "no", "education": ["access"], "profiling": "yes"}, "profiling-without-personal-data"),
        ({"personal_data": "no", "scrapes_faces": "yes"}, "biometrics-without-personal-data"),
    ],
)
def test_answers_that_hardly_fit_are_said(changes, rule) -> None:
    result = program_for(TODAY).assess({**BASE, **changes}, on=TODAY)
    assert rule in [reason["rule"] for reason in result.reasons]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"a": "x", "a": "y"}', "f.json"),
        ("a: x\na: y\n", "f.yaml"),
        ("a: &one [x]\nb: *one\n", "f.yaml"),
        ("1: x\n", "f.yaml"),
        ("{", "f.json"),
        ("a: [", "f.yaml"),
        ("[" * 5000, "f.json"),
        ("a: !!python/object:os.system x", "f.yaml"),
    ],
)
def test_a_text_that_is_not_clear_is_refused(text: str, name: str) -> None:
    with pytest.raises(BadSource, match=r"^f\."):
        source.read(text, name=name)


def test_yes_and_no_and_days_stay_words() -> None:
    assert source.read("a: no\nb: 2025-01-01\n", name="f.yaml") == {"a": "no", "b": "2025-01-01"}
