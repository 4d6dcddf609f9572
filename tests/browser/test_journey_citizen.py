"""Journey of a citizen, with and without JavaScript: search, understand, ask, read the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.citizen import ANSWER, QUESTION, Citizen
from tests.browser.ground import EASY
from tests.browser.walk import Seen
from tests.program import Start
from tests.world import CANARY


@pytest.fixture(scope="module")
def asking(program: Start) -> dict[str, Any]:
    return dict(json.loads(program.run("-m", "tests.browser.ground", "citizens")))


@pytest.fixture(scope="module", params=["rosental", "erlental"], ids=["with JavaScript", "without JavaScript"])
def seen(request: Any, browser: Browser, program: Start, asking: dict[str, Any], tmp_path_factory: Any) -> Seen:
    town = asking[request.param]
    script = request.param == "rosental"
    return Citizen(browser, program.url, town, script=script, folder=tmp_path_factory.mktemp("citizen")).go()


def test_the_journey_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_a_slip_of_the_pen_still_finds_the_system(seen: Seen) -> None:
    assert seen["entry"] in seen["hits"]


def test_the_facts_are_at_most_three_clicks_away(seen: Seen) -> None:
    assert (seen["clicks to the facts"] <= 3, seen["brief"]) == (True, True)


def test_the_entry_speaks_leichte_sprache(seen: Seen) -> None:
    assert EASY in seen["easy"]


def test_the_question_gets_a_number(seen: Seen) -> None:
    assert seen["number"].startswith("Ihre Anfrage F-")


def test_the_answer_stands_on_the_page_of_the_person(seen: Seen) -> None:
    assert ANSWER in seen["own page"]


def test_question_and_answer_stand_at_the_entry(seen: Seen) -> None:
    assert (QUESTION in seen["public"], ANSWER in seen["public"]) == (True, True)


def test_the_answer_stands_in_the_feed(seen: Seen) -> None:
    assert (seen["feed"].count("<entry>"), ANSWER in seen["feed"]) == (1, True)


def test_the_citizen_got_no_cookie(seen: Seen) -> None:
    assert seen["cookies"] == []


def test_nothing_internal_reached_the_citizen(seen: Seen) -> None:
    assert CANARY not in seen["html"]
