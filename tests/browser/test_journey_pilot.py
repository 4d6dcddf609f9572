"""Journey of the Pilotleitung: the gate refuses, the DSFA is added, two people decide; evaluation and operation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.pilot import Pilot
from tests.browser.walk import Seen
from tests.program import Start


@pytest.fixture(scope="module")
def seen(browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: Any) -> Seen:
    folder: Path = tmp_path_factory.mktemp("pilot")
    return Pilot(browser, program.url, towns["birkenau"], script=False, folder=folder).go()


def test_the_journey_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_the_gate_says_that_the_dsfa_is_missing(seen: Seen) -> None:
    assert ("Die DSFA fehlt." in seen["refused"], seen["button"]) == (True, 0)


def test_no_stage_is_skipped_by_a_post(seen: Seen) -> None:
    assert (seen["skipped"], seen["past the gate"]) == (409, 409)


def test_two_people_decide_about_the_pilot(seen: Seen) -> None:
    said = ("Eine Entscheidung wartet" in seen["pilot proposed"], "beschlossen von" in seen["pilot decided"])
    assert said == (True, True)


def test_operation_asks_for_the_evaluation(seen: Seen) -> None:
    assert "Auswertung an den Zielen" in seen["not evaluated"]


def test_operation_is_reached_with_its_history(seen: Seen) -> None:
    said = ("Regelbetrieb", "In den Pilot", "Zur Evaluation", "ist jetzt „Regelbetrieb“")
    assert [text for text in said if text not in seen["operation decided"]] == []
