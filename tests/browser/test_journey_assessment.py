"""A beginner assesses a system: plain questions, one that somebody else clarifies, a result that a second person reviews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.questions import NOTE, UNSURE, Questions
from tests.browser.walk import Seen
from tests.program import Start


@pytest.fixture(scope="module", params=["lindenhausen", "birkenau"], ids=["with JavaScript", "without JavaScript"])
def seen(request: Any, browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: Any) -> Seen:
    folder: Path = tmp_path_factory.mktemp("questions")
    script = request.param == "lindenhausen"
    return Questions(browser, program.url, towns[request.param], script=script, folder=folder).go()


def test_the_assessment_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_no_question_is_asked_twice(seen: Seen) -> None:
    assert len(seen["asked"]) == len(set(seen["asked"]))


def test_what_the_register_knows_is_not_asked_again(seen: Seen) -> None:
    assert {"infers_output", "personal_data"} & set(seen["asked"]) == set()


def test_questions_of_other_branches_are_not_asked(seen: Seen) -> None:
    assert {"emotion_from_biometrics", "safety_role", "profiling"} & set(seen["asked"]) == set()


def test_not_knowing_leads_to_a_person(seen: Seen) -> None:
    assert (seen["who clarifies"], UNSURE in seen["asked"]) == ("Wer klärt die Frage?", True)


def test_the_answers_are_checked_at_the_end(seen: Seen) -> None:
    assert (seen["heading of the check"], seen["heading after a change"]) == ("Antworten prüfen", "Antworten prüfen")


def test_answers_from_the_register_are_marked(seen: Seen) -> None:
    assert seen["marked as from the register"] > 0


def test_the_result_is_one_sentence_with_its_reservation(seen: Seen) -> None:
    said = ("müssen Menschen erfahren, dass KI im Spiel ist", "sagt nichts über die datenschutzrechtliche Zulässigkeit")
    assert [text for text in said if text not in seen["result"]] == []


def test_the_result_is_a_proposal_at_first(seen: Seen) -> None:
    assert "Vorschlag, noch nicht geprüft" in seen["result"]


def test_the_person_who_was_asked_reads_the_note(seen: Seen) -> None:
    assert NOTE in seen["question to the DSB"]


def test_the_answer_of_the_person_is_kept(seen: Seen) -> None:
    assert "Beantwortet von" in seen["answer of the DSB"]


def test_a_second_person_reviews(seen: Seen) -> None:
    assert "geprüft am" in seen["after the review"]


def test_the_entry_shows_the_result(seen: Seen) -> None:
    assert "Bewertung nach der KI-Verordnung" in seen["entry"]
