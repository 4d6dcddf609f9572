"""Journey of the CDO: a system goes out of operation, and another person confirms."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.ending import Ending
from tests.browser.walk import Seen
from tests.program import Start

AT_MOST = 12


@pytest.fixture(scope="module", params=["lindenhausen", "birkenau"], ids=["with JavaScript", "without JavaScript"])
def seen(request: Any, browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: Any) -> Seen:
    folder: Path = tmp_path_factory.mktemp("ending")
    script = request.param == "lindenhausen"
    return Ending(browser, program.url, towns[request.param], script=script, folder=folder).go()


def test_the_journey_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_it_costs_both_people_at_most_twelve_clicks(seen: Seen) -> None:
    assert seen["clicks"] <= AT_MOST


def test_person_and_day_are_asked_for_once_a_point_is_open(seen: Seen) -> None:
    assert not seen["fields before they are needed"]


def test_the_proposal_waits_for_a_second_person(seen: Seen) -> None:
    assert "Die Bestätigung macht eine andere Person." in seen["proposed"]


def test_the_proposer_cannot_confirm(seen: Seen) -> None:
    assert (seen["own confirmation offered"], seen["own confirmation posted"]) == (0, 403)


def test_the_open_deletion_names_person_and_day(seen: Seen) -> None:
    assert "noch offen" in seen["confirmed"]


def test_a_confirmation_alone_publishes_nothing(seen: Seen) -> None:
    assert "Beendet" not in seen["public page before"]


def test_the_public_page_stays_with_the_end(seen: Seen) -> None:
    assert (seen["state"], "Beendet" in seen["public page after"], str(date.today().year) in seen["public page after"]) == (
        "Veröffentlicht", True, True,
    )  # fmt: skip
