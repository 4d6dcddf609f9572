"""The way from a draft to the citizens in a real browser, with JavaScript switched off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from tests.world import Town, complete_system, make_town
from tools import bootstrap

NAME = "Terminassistent"
People = Callable[[str], Page]


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town("057770123123", "Musterstadt", "musterstadt")
    complete_system(town, NAME)
    return town


@pytest.fixture
def sessions(town: Town) -> dict[str, str]:
    """Signed in before the browser starts: beside its event loop Django refuses the database."""
    found = {}
    for role, person in town.people.items():
        client = Client()
        client.force_login(person)
        found[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@pytest.fixture
def browse_as(sessions: dict[str, str], live_server) -> Iterator[People]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=bootstrap.find_browser(), args=options)

        def open_start_page(role: str) -> Page:
            context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="de-DE")
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sessions[role], "url": live_server.url}
            context.add_cookies([cookie])
            page = context.new_page()
            page.goto("/verwaltung/")
            return page

        yield open_start_page
        browser.close()


def open_task(page: Page) -> None:
    page.goto("/verwaltung/")
    page.get_by_role("link", name=NAME, exact=True).first.click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def hand_in(author: Page) -> None:
    open_task(author)
    follow(author, "Zur Prüfung geben")
    press(author, "Zur Prüfung geben")


def return_with_comment(dsb: Page) -> None:
    open_task(dsb)
    purpose = dsb.locator("#feld-goal")
    purpose.locator("summary").click()
    purpose.get_by_label("Kommentar").fill("Welche Termine?")
    purpose.get_by_role("button").click()
    follow(dsb, "Zurückgeben")
    press(dsb, "Zurückgeben")


def revise(author: Page) -> None:
    open_task(author)
    author.get_by_role("link", name="Bearbeiten").click()
    author.get_by_role("textbox", name="Zweck", exact=False).first.fill("Termine im Bürgerbüro finden.")
    press(author, "Speichern")
    follow(author, "Offene Punkte ansehen")
    author.get_by_role("button", name="Als erledigt kennzeichnen").click()
    follow(author, "Angaben prüfen und wieder einreichen")
    press(author, "Zur Prüfung geben")


def agree(dsb: Page) -> None:
    open_task(dsb)
    follow(dsb, "Stellungnahme abgeben")
    dsb.get_by_label("zustimmend", exact=True).check()
    press(dsb, "Stellungnahme abgeben")


def decide(page: Page, step: str) -> None:
    open_task(page)
    follow(page, step)
    press(page, step)


def test_an_entry_goes_from_draft_through_return_and_release_to_the_citizens(browse_as: People) -> None:
    author, dsb, cdo = browse_as("fachamt"), browse_as("dsb"), browse_as("cdo")
    hand_in(author)
    return_with_comment(dsb)
    revise(author)
    agree(dsb)
    decide(browse_as("leitung"), "Freigeben")
    decide(cdo, "Veröffentlichen")
    follow(cdo, "Öffentliche Seite ansehen")
    expect(cdo.get_by_text("Termine im Bürgerbüro finden.").first).to_be_visible()


def test_two_people_in_one_form_lose_nothing(browse_as: People) -> None:
    first, second = browse_as("fachamt"), browse_as("cdo")
    open_task(first)
    follow(first, "Grunddaten")
    second.goto(first.url)
    for page, text in ((second, "Fassung der Kollegin"), (first, "Meine Fassung")):
        page.get_by_label("Kurzbeschreibung").fill(text)
        press(page, "Speichern")
    expect(first.get_by_text("Fassung der Kollegin")).to_be_visible()
    expect(first.get_by_text("Meine Fassung")).to_be_visible()
