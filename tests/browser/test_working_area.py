"""Typing, leaving, coming back, being overtaken: in a browser, nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.ground import PASSWORD, READY
from tests.program import Start

HALF = "Ein halber Satz"
Seen = dict[str, Any]


@pytest.fixture(scope="module")
def seen(browser: Browser, program: Start, towns: dict[str, Any]) -> Iterator[Seen]:
    """The CDO types and leaves; a colleague without JavaScript saves the same field; the CDO comes back."""
    people = towns["birkenau"]["people"]
    contexts = [
        browser.new_context(base_url=program.url, locale="de-DE", java_script_enabled=on) for on in (True, False)
    ]
    cdo, colleague = (context.new_page() for context in contexts)
    _open_section(cdo, people["cdo"])
    _open_section(colleague, people["amtsleitung"])
    found: Seen = {}
    cdo.locator("[name=goal]").fill(HALF)
    cdo.locator("[name=impact]").fill("Wirkung der CDO")
    note = cdo.locator("[data-autosave-note]")
    note.wait_for()
    found["note"] = note.inner_text()
    address = cdo.url
    cdo.goto("/verwaltung/")
    cdo.goto(address)
    found["restored"] = cdo.locator("[name=goal]").input_value()
    found["left at once"] = _type_and_leave(cdo, address)
    colleague.locator("[name=goal]").fill("Zweck der Kollegin")
    colleague.get_by_role("button", name="Speichern", exact=True).click()
    cdo.get_by_role("button", name="Speichern", exact=True).click()
    found["conflict"] = cdo.locator("fieldset").inner_text()
    cdo.get_by_label("Meine Angabe").check()
    cdo.get_by_role("button", name="Zusammenführen und speichern").click()
    cdo.goto(address)
    found["after"] = [cdo.locator(f"[name={key}]").input_value() for key in ("goal", "impact")]
    found["still offered"] = cdo.get_by_text("wiederhergestellt").count()
    yield found
    for context in contexts:
        context.close()


def _type_and_leave(page: Page, address: str) -> str:
    """What stands in a field after somebody typed there and took a link without waiting."""
    page.goto(address)
    page.locator("[name=decision_making_process]").fill("Gleich weg")
    page.locator("[name=decision_making_process]").press("Tab")
    page.get_by_role("link", name="Übersicht").first.click()
    page.wait_for_load_state()
    page.goto(address)
    return page.locator("[name=decision_making_process]").input_value()


def _open_section(page: Page, username: str) -> None:
    page.set_default_timeout(20_000)
    page.goto("/anmelden/")
    page.get_by_label("Benutzername", exact=False).fill(username)
    page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.goto(f"/verwaltung/ki-systeme/?q={READY}")
    page.get_by_role("link", name=READY, exact=True).click()
    page.get_by_role("link", name="Zweck und Wirkung", exact=True).first.click()


def test_the_page_says_that_the_text_is_kept(seen: Seen) -> None:
    assert seen["note"].startswith("Zwischengespeichert um")


def test_after_an_interrupted_visit_the_text_is_offered_again(seen: Seen) -> None:
    assert seen["restored"] == HALF


def test_who_is_overtaken_sees_both_values(seen: Seen) -> None:
    assert [text for text in (HALF, "Zweck der Kollegin") if text not in seen["conflict"]] == []


def test_the_chosen_value_and_the_rest_are_saved(seen: Seen) -> None:
    assert seen["after"] == [HALF, "Wirkung der CDO"]


def test_saved_text_is_not_offered_again(seen: Seen) -> None:
    assert seen["still offered"] == 0


def test_who_leaves_at_once_loses_nothing(seen: Seen) -> None:
    assert seen["left at once"] == "Gleich weg"
