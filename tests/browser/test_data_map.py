"""Three questions about the data, each answered with one click, and the picture walked with the keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.ground import MAP_DATASET, MAP_PARTY, PASSWORD, READY
from tests.browser.walk import press
from tests.program import Start

START = "/verwaltung/datenkarte/"


@pytest.fixture(scope="module")
def town(program: Start) -> dict[str, Any]:
    return dict(json.loads(program.run("-m", "tests.browser.ground", "map")))


@pytest.fixture(scope="module", params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(request: Any, browser: Browser, program: Start, town: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(base_url=program.url, java_script_enabled=request.param, locale="de-DE")
    context.set_default_timeout(20_000)
    opened = context.new_page()
    opened.goto("/verwaltung/")
    opened.get_by_label("Benutzername", exact=False).fill(town["cdo"])
    opened.get_by_label("Kennwort", exact=True).fill(PASSWORD)
    press(opened, "Anmelden")
    yield opened
    context.close()


DATA = "Welche KI nutzt diese Daten?"
ABROAD = "Welche Daten liegen außerhalb der EU?"
OUTAGE = "Was trifft uns, wenn jemand ausfällt?"


def answer_to(page: Page, question: str, link: str) -> str:
    """What stands on the page that one click leads to."""
    page.goto(START)
    with page.expect_navigation():
        page.get_by_role("region", name=question).get_by_role("link", name=link).click()
    return page.get_by_role("main").inner_text()


def test_which_ai_uses_the_melderegister(page: Page) -> None:
    text = answer_to(page, DATA, MAP_DATASET)
    assert (f"Welche KI nutzt „{MAP_DATASET}“?" in text, READY in text) == (True, True)


def test_which_data_are_outside_the_eu(page: Page) -> None:
    text = answer_to(page, ABROAD, "Daten außerhalb der EU zeigen")
    assert (MAP_PARTY in text, "Drittland" in text, MAP_DATASET in text) == (True, True, True)


def test_what_an_outage_hits(page: Page) -> None:
    text = answer_to(page, OUTAGE, MAP_PARTY)
    assert (READY in text, MAP_DATASET in text, "Rückfallebene" in text) == (True, True, True)


def test_the_page_of_a_dataset_asks_the_question_too(page: Page) -> None:
    answer_to(page, DATA, MAP_DATASET)
    page.get_by_role("link", name=f"Zur Seite von „{MAP_DATASET}“").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Welche KI nutzt diesen Datenbestand?").click()
    assert page.get_by_role("heading", level=1).inner_text() == f"Welche KI nutzt „{MAP_DATASET}“?"


def test_a_box_of_the_picture_is_reached_and_opened_with_the_keyboard(page: Page) -> None:
    answer_to(page, DATA, MAP_DATASET)
    page.get_by_role("region", name="Datenkarte als Bild").focus()
    name = f"KI-System: {READY}"
    for _ in range(20):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.getAttribute('aria-label')") or "").startswith(name):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == f"Woran hängt „{READY}“?"
