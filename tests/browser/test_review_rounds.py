"""Journey of the DSB: return with a point, see the correction, find it acceptable; another person releases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import rounds
from tests.browser.rounds import Rounds
from tests.browser.walk import Seen
from tests.program import Start, until

AT_MOST = 8


@pytest.fixture(scope="module", params=["lindenhausen", "birkenau"], ids=["with JavaScript", "without JavaScript"])
def seen(request: Any, browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: Any) -> Seen:
    folder: Path = tmp_path_factory.mktemp("rounds")
    script = request.param == "lindenhausen"
    return Rounds(browser, program.url, towns[request.param], script=script, folder=folder).go()


def test_the_review_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_the_dsb_sees_the_difference_since_the_last_release(seen: Seen) -> None:
    assert "Seit der letzten Freigabe" in seen["difference"]


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_round_costs_the_dsb_at_most_eight_clicks(seen: Seen, which: str) -> None:
    assert seen[f"clicks of the {which} round"] <= AT_MOST


def test_the_entry_is_returned(seen: Seen) -> None:
    assert seen["state after return"] == "Zurückgegeben"


def test_the_office_is_notified(seen: Seen) -> None:
    assert seen["notified"]


def test_the_office_reads_what_is_to_be_corrected(seen: Seen) -> None:
    assert (rounds.POINT in seen["open points"], "zu korrigieren" in seen["open points"].lower()) == (True, True)


def test_the_second_round_shows_answer_and_correction(seen: Seen) -> None:
    assert (rounds.ANSWER in seen["second round"], "6 Monate" in seen["second round"]) == (True, True)


def test_the_editor_is_offered_no_release(seen: Seen) -> None:
    assert seen["own release offered"] == 0


def test_the_editor_is_refused_a_posted_release(seen: Seen) -> None:
    assert seen["own release posted"] == 409


def test_another_person_releases(seen: Seen) -> None:
    assert seen["state after release"] == "Freigegeben"


def test_the_return_was_mailed_too(seen: Seen, program: Start, towns: dict[str, Any]) -> None:
    import json

    names = {town["people"]["amtsleitung"] for town in towns.values()}
    until(lambda: bool(names & json.loads(program.run("-m", "tests.browser.ground", "mails")).keys()))
