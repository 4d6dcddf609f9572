"""What holds for every system, whatever its facts."""

import itertools

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compliance.rules.law import change, program_for
from tests.compliance.law.golden import TODAY
from tests.compliance.law.systems import VOCABULARY, anything, assessed, complete, systems

SEVERITY = {"NA": 0, "MIN": 1, "TRANS": 2, "A63": 3, "HR_I": 4, "HR_III": 4, "VERBOTEN": 5}
# From the milder to the stricter answer. Whoever gives the second must never come off better.
STRICTER = {
    "manipulates_behaviour": ("no", "unclear", "yes"),
    "exploits_vulnerability": ("no", "unclear", "yes"),
    "intimate_imagery": ("none", "unclear", "foreseeable", "intended"),
    "abuse_imagery": ("none", "unclear", "foreseeable", "intended"),
    "social_scoring": ("none", "unclear", "detriment"),
    "crime_prediction": ("none", "unclear", "profiling_only"),
    "scrapes_faces": ("no", "unclear", "yes"),
    "emotion_recognition": ("none", "others", "unclear", "workplace_or_education"),
    "emotion_medical_or_safety": ("yes", "unclear", "no"),
    "biometric_categorisation": ("none", "other", "protected_trait", "sensitive_inference"),
    "biometric_identification": ("none", "verification", "remote_later", "remote_realtime"),
    "annex_i": ("none", "medical"),
    "ai_is_the_product": ("no", "unclear", "yes"),
    "third_party_assessment": ("no", "unclear", "yes"),
    "safety_role": ("none", "optimisation_only", "unclear", "failure_endangers"),
    "critical_infrastructure": ("none", "water"),
    "public_benefits": ("no", "unclear", "yes"),
    "credit_scoring": ("no", "unclear", "yes"),
    "insurance_pricing": ("no", "unclear", "yes"),
    "emergency_calls": ("none", "transcription_only", "unclear", "rates_or_dispatches"),
    "justice": ("no", "unclear", "yes"),
    "influences_votes": ("no", "unclear", "yes"),
    "profiling": ("no", "unclear", "yes"),
    "influences_decision": ("no", "unclear", "yes"),
    "exception_documented": ("yes", "unclear", "no"),
    "exception_registered": ("yes", "unclear", "no"),
    "interacts_with_people": ("none", "staff_only", "obvious", "not_obvious"),
    "generates_content": ("none", "standard_editing", "yes"),
    "publishes_realistic_media": ("none", "evidently_artistic", "deceptive"),
    "publishes_public_interest_text": ("none", "reviewed", "unreviewed"),
    "testing": ("none", "real_cases"),
    "infers_output": ("no", "unclear", "yes"),
}
GROWING_SETS = ("education", "employment", "law_enforcement", "migration", "roles")
USES = [(key, value) for key in GROWING_SETS for value in VOCABULARY.facts[key].values]


@given(facts=st.one_of(anything, complete, systems), drafts=st.booleans())
def test_any_valid_facts_have_an_answer(facts, drafts) -> None:
    result = assessed(facts, drafts=drafts)
    assert result is None or (result.class_ is None) == bool(result.open)


@given(facts=st.one_of(complete, systems))
def test_complete_facts_are_decided(facts) -> None:
    result = assessed(facts)
    assert result is None or result.class_ in SEVERITY


@given(facts=st.one_of(complete, systems))
def test_the_text_of_2024_decides_too(facts) -> None:
    result = assessed(facts, on="2026-07-01")
    assert result is None or result.class_ in SEVERITY


STEPS = [(key, *pair) for key, answers in STRICTER.items() for pair in itertools.combinations(answers, 2)]


@settings(max_examples=500)
@given(facts=systems, step=st.sampled_from(STEPS))
def test_a_stricter_answer_never_leads_to_a_milder_class(facts, step) -> None:
    key, mild, strict = step
    milder, stricter = assessed({**facts, key: mild}), assessed({**facts, key: strict})
    assume(milder is not None and stricter is not None)
    assert SEVERITY[milder.class_] <= SEVERITY[stricter.class_]


@settings(max_examples=200)
@given(facts=systems, use=st.sampled_from(USES))
def test_one_use_more_never_leads_to_a_milder_class(facts, use) -> None:
    key, more = use
    fewer = [value for value in facts[key] if value != more]
    before, after = assessed({**facts, key: fewer}), assessed({**facts, key: [*fewer, more]})
    assume(before is not None and after is not None)
    assert SEVERITY[before.class_] <= SEVERITY[after.class_]


@given(facts=st.one_of(systems, complete))
def test_every_answer_that_was_asked_for_is_named_in_a_reason(facts) -> None:
    result = assessed(facts)
    assume(result is not None)
    program = program_for(TODAY)
    bits, _ = program.asked(program.vocabulary.read(facts))
    asked = {fact.key for fact in program.vocabulary.facts.values() if bits & fact.answered}
    assert asked - {key for reason in result.reasons for key in reason["facts"]} == set()


@given(facts=st.one_of(systems, complete))
def test_answers_that_were_not_asked_for_change_nothing(facts) -> None:
    result = assessed(facts)
    assume(result is not None)
    program = program_for(TODAY)
    bits, _ = program.asked(program.vocabulary.read(facts))
    fewer = {key: value for key, value in facts.items() if bits & program.vocabulary.facts[key].answered}
    assert program.assess(fewer, on=TODAY).as_json() == result.as_json()


@given(facts=systems, key=st.sampled_from(sorted(VOCABULARY.facts)))
def test_a_missing_answer_is_named_and_never_read_as_no(facts, key) -> None:
    result = assessed(facts)
    assume(result is not None)
    without = program_for(TODAY).assess({name: value for name, value in facts.items() if name != key}, on=TODAY)
    assert without.open == [key] if without.class_ is None else without.as_json() == result.as_json()


@given(facts=systems)
def test_an_unclear_answer_is_always_marked(facts) -> None:
    result = assessed(facts)
    assume(result is not None)
    program = program_for(TODAY)
    bits, _ = program.asked(program.vocabulary.read(facts))
    unclear = [fact.key for fact in program.vocabulary.facts.values() if bits & fact.bits.get("unclear", 0)]
    assert not unclear or {"PRUEF", "VORLAEUFIG"} & set(result.flags)


@given(facts=systems)
def test_what_would_change_the_class_does(facts) -> None:
    result = assessed(facts)
    assume(result is not None)
    changes = change.would_change(program_for(TODAY), facts, on=TODAY)
    found = [assessed({**facts, one["fact"]: one["to"]}).class_ for one in changes]
    assert found == [one["class"] for one in changes]


@given(facts=systems)
def test_a_prohibited_system_has_to_be_stopped_and_gets_no_other_duty_of_the_act(facts) -> None:
    result = assessed({**facts, "scrapes_faces": "yes"})
    assume(result is not None and result.class_ == "VERBOTEN")
    ids = {duty["id"] for duty in result.obligations}
    assert ("O-05" in ids, [name for name in ids if "O-10" <= name < "O-70"]) == (True, [])


@given(facts=systems)
def test_personal_data_ask_for_an_assessment_or_for_the_reason_why_not(facts) -> None:
    result = assessed(facts)
    assume(result is not None)
    assert len({"DSFA", "DSFA_SCHWELLE"} & set(result.flags)) == (facts["personal_data"] != "no")
