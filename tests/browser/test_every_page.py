"""Every page of the program in a real browser: the pages come from the table of addresses, so a new one is looked at too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Browser, ConsoleMessage, Page, Response, ViewportSize

from tests.program import Start

SCRIPT = Axe().axe_script
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# Dark differs from light in its colours alone.
AXE_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
WIDE, PHONE, NARROW = (ViewportSize(width=width, height=900) for width in (1280, 390, 320))
WIDEST = "document.documentElement.scrollWidth - window.innerWidth"
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => Number(e.tagName[1]))"


@dataclass
class Look:
    """What one page showed."""

    status: int
    title: str
    headings: list[int]
    light: list[str]
    dark: list[str] = field(default_factory=list)
    too_wide_by: int = 0
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def looks(browser: Browser, program: Start, pictures: Path | None) -> dict[str, Look]:
    """Every page once, one window for each role."""
    scene = json.loads(program.run("-m", "tests.browser.ground", "scene"))
    found = {}
    for role in sorted({page["role"] for page in scene["pages"]}):
        with _window(browser, program.url, scene, role) as page:
            for address in (a for a in scene["pages"] if a["role"] == role):
                if _is_page(page.request.get(address["path"])):
                    found[address["name"]] = _look(page, address["path"])
                    _keep_pictures(page, pictures, address["name"])
    return found


def _is_page(answer: APIResponse) -> bool:
    """A whole page, and neither a file nor the part of a page that htmx asks for."""
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return is_html and answer.text().lstrip().lower().startswith("<!doctype html")


@contextmanager
def _window(browser: Browser, url: str, scene: dict[str, Any], role: str) -> Iterator[Page]:
    context = browser.new_context(base_url=url, locale="de-DE")
    if role in scene["sessions"]:
        context.add_cookies([{"name": scene["cookie"], "value": scene["sessions"][role], "url": url}])
    yield context.new_page()
    context.close()


def _look(page: Page, path: str) -> Look:
    said: list[ConsoleMessage] = []

    def listen(message: ConsoleMessage) -> None:
        said.append(message)

    page.on("console", listen)
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    answer = page.goto(path)
    assert answer is not None
    page.evaluate(SCRIPT)
    look = Look(answer.status, page.title(), page.evaluate(HEADINGS), light=_axe(page, AXE))
    page.emulate_media(color_scheme="dark")
    look.dark = _axe(page, AXE_COLOURS)
    page.set_viewport_size(NARROW)
    look.too_wide_by = page.evaluate(WIDEST)
    page.remove_listener("console", listen)
    look.said = [message.text for message in said if _is_complaint(message, answer)]
    return look


def _axe(page: Page, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]


def _is_complaint(message: ConsoleMessage, answer: Response) -> bool:
    """A page that is refused on purpose is reported as well; that is no fault of the page."""
    own_refusal = answer.status >= 400 and message.location["url"] == answer.url
    return message.type in ("error", "warning") and not own_refusal


def _keep_pictures(page: Page, folder: Path | None, name: str) -> None:
    if folder is None:
        return
    page.emulate_media(color_scheme="light")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        page.screenshot(path=folder / f"{file}-{size['width']}.png", full_page=True)


def _skips(levels: list[int]) -> bool:
    return any(after > before + 1 for before, after in pairwise([0, *levels]))


def test_every_kind_of_page_was_looked_at(looks: dict[str, Look]) -> None:
    rooms = {name.partition(":")[0] for name in looks}
    assert {"register", "compliance", "core", "accounts", "imports", "public", "account_login"} - rooms == set()


def test_no_page_is_an_error_of_the_program(looks: dict[str, Look]) -> None:
    assert {name: look.status for name, look in looks.items() if look.status >= 500} == {}


def test_axe_finds_nothing_on_any_page(looks: dict[str, Look]) -> None:
    assert {name: look.light for name, look in looks.items() if look.light} == {}


def test_axe_finds_nothing_in_the_dark(looks: dict[str, Look]) -> None:
    assert {name: look.dark for name, look in looks.items() if look.dark} == {}


def test_no_page_is_wider_than_a_small_phone(looks: dict[str, Look]) -> None:
    assert {name: look.too_wide_by for name, look in looks.items() if look.too_wide_by > 0} == {}


def test_no_page_makes_the_browser_complain(looks: dict[str, Look]) -> None:
    assert {name: look.said for name, look in looks.items() if look.said} == {}


def test_every_page_has_one_first_heading(looks: dict[str, Look]) -> None:
    assert {name: look.headings for name, look in looks.items() if look.headings.count(1) != 1} == {}


def test_no_page_skips_a_level_of_headings(looks: dict[str, Look]) -> None:
    assert {name: look.headings for name, look in looks.items() if _skips(look.headings)} == {}


def test_every_page_has_a_title_of_its_own(looks: dict[str, Look]) -> None:
    assert [name for name, look in looks.items() if not look.title.removesuffix("– Offenlage").strip()] == []
