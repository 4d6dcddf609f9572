"""The pre-check says what was asked, and leaves the rest open."""

import pytest

from compliance.rules import precheck
from compliance.rules.law import program_for

TODAY = "2026-11-27"
NOTHING = {"technik": ["ki"], "verbot": ["nichts"], "bereich": ["nichts"], "kontakt": ["nichts"], "daten": ["nichts"]}


def check(**answers: str) -> precheck.FirstResult:
    return precheck.check(program_for(TODAY), NOTHING | {key: [value] for key, value in answers.items()}, on=TODAY)


def texts(first: precheck.FirstResult) -> str:
    return " ".join(reason["text"] for reason in first.reasons)


@pytest.mark.parametrize("ticked", ["manipulation", "schwaechen", "punkte", "gefuehle", "gesichter"])
def test_half_of_a_prohibition_may_be_prohibited_and_is_not_called_so(ticked: str) -> None:
    first = check(verbot=ticked)
    assert (first.risk_class != "VERBOTEN", first.perhaps_prohibited) == (True, True)


def test_a_whole_prohibition_is_called_prohibited() -> None:
    first = check(verbot="straftaten")
    assert (first.risk_class, first.perhaps_prohibited) == ("VERBOTEN", False)


def test_recognition_from_afar_may_be_prohibited_while_nobody_asked_when_and_why() -> None:
    assert check(bereich="gesicht").perhaps_prohibited


def test_what_nobody_asked_gives_no_reason_and_no_flag() -> None:
    first = check()
    assert (first.flags, "Allzweck" in texts(first), "Profiling" in texts(first)) == ([], False, False)


def test_what_was_assumed_is_still_to_be_found_out() -> None:
    assert {"GPAI", "PR"} <= set(check().possible)


def test_rules_alone_with_a_proposal_do_not_prove_an_impact_assessment() -> None:
    first = check(technik="regeln", daten="entscheidung")
    assert (first.risk_class, "DSFA" in first.flags, "ART22" in first.flags) == ("NA", False, True)


def test_a_doubt_that_the_answer_left_stays_an_open_question() -> None:
    assert "social_scoring" in {one.key for one in check(verbot="punkte").open}


@pytest.mark.parametrize(
    ("ticked", "rule"),
    [
        ("bewerbungen", "annex3-4a"),
        ("personal", "annex3-4b"),
        ("plaetze", "annex3-3a"),
        ("lernen", "annex3-3b"),
        ("niveau", "annex3-3c"),
        ("pruefungen", "annex3-3d"),
    ],
)
def test_each_area_has_its_own_letter(ticked: str, rule: str) -> None:
    named = {reason["rule"] for reason in check(bereich=ticked).reasons if reason["rule"].startswith("annex3-")}
    assert named - {"annex3-rest"} == {rule}


def test_every_answer_leads_to_a_class() -> None:
    for row in precheck.questions():
        for option in row["options"]:
            assert check(**{row["key"]: option["key"]}).risk_class != "None", option
