"""Journey of Fachamt and DSB: a Datenpanne from the first report to the end, without JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.trouble import HAPPENED, Trouble
from tests.browser.walk import Seen
from tests.program import Start


@pytest.fixture(scope="module")
def seen(browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: Any) -> Seen:
    folder: Path = tmp_path_factory.mktemp("trouble")
    return Trouble(browser, program.url, towns["birkenau"], script=False, folder=folder).go()


def test_the_journey_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_the_first_report_is_three_clicks_and_one_text(seen: Seen) -> None:
    assert (seen["clicks"], seen["inputs"]) == (3, 1)


def test_the_report_is_confirmed_with_number_and_clock(seen: Seen) -> None:
    said = ("V-0001", "noch 71 Stunden", "Nichts davon ist öffentlich")
    assert [text for text in said if text not in seen["reported"]] == []


def test_the_assessment_shows_what_is_next(seen: Seen) -> None:
    assert "Datenschutz-Aufsichtsbehörde informieren" in seen["assessed"]


def test_the_draft_can_be_copied(seen: Seen) -> None:
    assert (HAPPENED in seen["draft"], "Anschriften sind im Haus bekannt." in seen["draft"]) == (True, True)


def test_the_clock_stops_when_it_was_sent(seen: Seen) -> None:
    assert "vor Ablauf der Frist" in seen["sent"]


def test_suspending_says_what_it_does(seen: Seen) -> None:
    assert "Das Register erfährt nur die Nummer des Vorfalls" in seen["what suspending does"]


def test_the_end_is_in_the_chronicle(seen: Seen) -> None:
    said = ("abgeschlossen", "Vorfall gemeldet", "System im Register ausgesetzt", "Maßnahme erledigt")
    assert [text for text in said if text not in seen["closed"]] == []


def test_citizens_see_the_suspension_and_no_word_of_the_incident(seen: Seen) -> None:
    said = ("Das System ist zurzeit ausgesetzt.", HAPPENED, "V-0001")
    assert [text in seen["public"] for text in said] == [True, False, False]


def test_a_stranger_is_sent_to_the_sign_in(seen: Seen) -> None:
    assert seen["stranger"] == 302
