"""Signing in, a new system, a section and handing in, with nothing but the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.ground import OFFICE, PASSWORD, READY
from tests.program import Start

NAME = "Sprachassistent ohne Maus"
# More than any page has of places to stop at.
LONGEST = 150
# What somebody sees of the focus: an outline, or a shadow or line drawn instead of it.
VISIBLE = """() => {
  const element = document.activeElement;
  // After the last stop the page itself has the focus, before the first comes again.
  if (element === document.body) return true;
  const seen = getComputedStyle(element), after = getComputedStyle(element, "::after");
  const outlined = s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0;
  return outlined(seen) || outlined(after) || seen.boxShadow !== "none";
}"""
NAME_OF_FOCUS = """() => {
  const e = document.activeElement;
  const label = e.labels && e.labels.length ? e.labels[0].innerText : "";
  return (e.getAttribute("aria-label") || label || e.innerText || e.value || "").trim();
}"""
LABEL = "e => e.labels[0].innerText"


class Hands:
    """A person who has no mouse. Everything seen on the way is kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.invisible: list[str] = []
        self.seen: dict[str, Any] = {}
        self.page.set_default_timeout(20_000)

    def go_to(self, wanted: str, *, exactly: bool = False) -> None:
        """Press Tab until the thing whose name begins so has the focus."""
        for _ in range(LONGEST):
            self.page.keyboard.press("Tab")
            name = self.name()
            if not self.page.evaluate(VISIBLE):
                self.invisible.append(f"{self.page.url}: {name}")
            if name == wanted or (not exactly and name.startswith(wanted)):
                return
        raise AssertionError(f"„{wanted}“ cannot be reached on {self.page.url}")

    def name(self) -> str:
        return str(self.page.evaluate(NAME_OF_FOCUS))

    def type(self, label: str, text: str) -> None:
        self.go_to(label)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        self.go_to(name, exactly=True)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, answer: str) -> None:
        """From the radio button that has the focus on to this one."""
        for _ in range(LONGEST):
            self.page.keyboard.press("ArrowDown")
            if self.name() == answer:
                return
        raise AssertionError(f"„{answer}“ is no answer on {self.page.url}")

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()


@pytest.fixture(scope="module")
def hands(browser: Browser, program: Start, towns: dict[str, Any]) -> Iterator[Hands]:
    """The whole way once; the tests read what was seen."""
    context = browser.new_context(base_url=program.url, locale="de-DE")
    hands = Hands(context.new_page())
    _sign_in(hands, towns["lindenhausen"]["people"]["amtsleitung"])
    _make_system(hands)
    _fill_section(hands)
    _hand_in(hands)
    yield hands
    context.close()


def _sign_in(hands: Hands, name: str) -> None:
    hands.page.goto("/anmelden/")
    hands.type("Benutzername", name)
    hands.type("Kennwort", PASSWORD)
    hands.press("Anmelden")
    hands.seen["after sign-in"] = hands.heading


def _make_system(hands: Hands) -> None:
    hands.press("Neues KI-System")
    hands.type("Name", NAME)
    hands.go_to("Amt")
    hands.page.keyboard.type(OFFICE[:3])
    hands.press("Anlegen")
    hands.seen["new system"] = hands.heading


def _fill_section(hands: Hands) -> None:
    hands.press("Zweck und Wirkung")
    hands.type("Zweck", "Anrufe annehmen.")
    hands.go_to("noch keine Angabe")
    hands.choose("nein")
    hands.press("Speichern")
    hands.press("Zweck und Wirkung")
    hands.seen["purpose"] = hands.page.get_by_label("Zweck", exact=False).first.input_value()
    hands.seen["answer"] = hands.page.get_by_role("radio", checked=True).first.evaluate(LABEL)


def _hand_in(hands: Hands) -> None:
    hands.page.goto("/verwaltung/ki-systeme/")
    hands.press(READY)
    hands.press("Zur Prüfung geben")
    hands.press("Zur Prüfung geben")
    hands.seen["handed in"] = hands.heading


def test_signing_in_needs_no_mouse(hands: Hands) -> None:
    assert hands.seen["after sign-in"] == "Übersicht"


def test_a_new_system_needs_no_mouse(hands: Hands) -> None:
    assert hands.seen["new system"] == NAME


def test_a_text_needs_no_mouse(hands: Hands) -> None:
    assert hands.seen["purpose"] == "Anrufe annehmen."


def test_an_answer_needs_no_mouse(hands: Hands) -> None:
    assert hands.seen["answer"] == "nein"


def test_handing_in_needs_no_mouse(hands: Hands) -> None:
    assert hands.seen["handed in"] == f"„{READY}“ ist zur Prüfung gegeben"


def test_the_focus_is_never_out_of_sight(hands: Hands) -> None:
    assert hands.invisible == []


def test_the_first_stop_of_a_page_is_the_way_past_the_navigation(hands: Hands) -> None:
    hands.page.goto("/verwaltung/")
    hands.page.keyboard.press("Tab")
    assert hands.name() == "Zum Inhalt springen"


def test_the_way_past_the_navigation_leads_into_the_page(hands: Hands) -> None:
    hands.page.goto("/verwaltung/")
    hands.page.keyboard.press("Tab")
    hands.page.keyboard.press("Enter")
    hands.page.keyboard.press("Tab")
    assert hands.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_refused_form_puts_the_focus_on_what_is_wrong(hands: Hands) -> None:
    hands.page.goto("/verwaltung/ki-systeme/neu/")
    hands.press("Anlegen")
    assert hands.page.evaluate("document.activeElement.id") == "fehler"
