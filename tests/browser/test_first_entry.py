"""A first system, from the overview to the public page, with the typed answers and the clicks counted."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.ground import OFFICE, READY
from tests.browser.walk import Seen, Steps, Walk, follow, heading, press, state
from tests.program import Start

NAME = "Auskunft am Telefon"
# Journey 1 allows forty inputs of any kind; a first publication twelve that have to be typed.
TYPED, INPUTS = 12, 40


class FirstEntry(Walk):
    """What is typed and what is chosen or clicked, each counted once."""

    typed = 0
    chosen = 0

    def steps(self) -> Steps:
        return (
            self.begin,
            self.describe,
            self.link_data,
            self.classify,
            self.oversee,
            self.hand_in,
            self.decide_all,
        )

    @property
    def page(self) -> Page:
        return self.window("cdo")

    def type(self, label: str, text: str) -> None:
        self.typed += 1
        self.page.get_by_role("textbox", name=label).first.fill(text)

    def choose(self, group: str, answer: str) -> None:
        self.check(self.page.get_by_role("group", name=group).get_by_label(answer, exact=True))

    def check(self, box: Locator) -> None:
        self.chosen += 1
        box.check()

    def select(self, label: str, answer: str) -> None:
        self.chosen += 1
        self.page.get_by_label(label, exact=False).first.select_option(label=answer)

    def unfold(self, title: str) -> None:
        self.chosen += 1
        self.page.locator("summary", has_text=title).click()

    def go_on(self, name: str, role: Any = "button") -> None:
        self.chosen += 1
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=True).first.click()

    # --- Steps ------------------------------------------------------------------------------------

    def begin(self) -> None:
        self.page.goto("/verwaltung/")
        self.go_on("KI-Systeme", "link")
        self.go_on("Neues KI-System", "link")
        self.type("Name", NAME)
        self.select("Amt", OFFICE)
        self.go_on("Anlegen")
        self.entry_path = self.page.url.removeprefix(self.url)
        self.seen["tasks"] = self.page.get_by_role("main").inner_text()

    def describe(self) -> None:
        self.go_on("Grunddaten", "link")
        self.type("Kurzbeschreibung", "Beantwortet einfache Fragen am Telefon.")
        self.check(self.page.get_by_label("Bürgerservice", exact=True))
        self.go_on("Speichern und weiter zu „Zweck und Wirkung“")
        self.type("Zweck", "Fragen nach Öffnungszeiten werden sofort beantwortet.")
        self.type("Auswirkung auf Menschen", "Niemand wartet in der Schleife.")
        self.choose("Wirkt auf Entscheidungen über Menschen", "nein")
        self.choose("Wirkung auf Entscheidungen", "informiert")
        self.go_on("Speichern und weiter zu „Technik und Anbieter“")
        self.choose("Art der Technik", "generativ")
        self.type("So funktioniert es", "Ein Sprachmodell spricht geprüfte Texte der Stadt.")
        self.type("Anbieter", "Telefonwerk GmbH")
        self.go_on("Speichern und weiter zu „Daten und Speicherorte“")

    def link_data(self) -> None:
        self.check(self.page.get_by_role("row", name=f"Fragen an {READY}").get_by_label("Betrieb"))
        self.check(self.page.get_by_label("Serverraum", exact=False).first)
        self.go_on("Speichern und weiter zu „DSGVO-Einstufung“")

    def classify(self) -> None:
        self.choose("Personenbezug", "personenbezogene Daten")
        if not self.script:
            # With JavaScript the answer opens what it asks for.
            self.unfold("Rechtsgrundlage und betroffene Personen")
        self.check(self.page.get_by_label("Art. 6 Abs. 1 Buchst. e", exact=False))
        self.type("Norm des Bundes- oder Landesrechts", "§ 3 Landesdatenschutzgesetz")
        self.type("Betroffene Personen", "Anrufende")
        self.type("Datenkategorien", "Worte am Telefon")
        self.type("Löschfrist", "sofort nach dem Gespräch")
        self.go_on("Speichern und weiter zu „Recht und Risiko“")

    def oversee(self) -> None:
        self.type("Rechtsgrundlage", "Auskunftspflicht nach der Gemeindeordnung")
        self.go_on("Speichern und weiter zu „Aufsicht und Rechte“")
        self.type("Menschliche Aufsicht", "Das Bürgerbüro hört wöchentlich Stichproben.")
        self.go_on("Speichern")

    def hand_in(self) -> None:
        self.page.goto(self.entry_path)
        self.go_on("Zur Prüfung geben", "link")
        self.go_on("Zur Prüfung geben")
        self.seen["handed in"] = heading(self.page)
        self.seen["typed"], self.seen["inputs"] = self.typed, self.typed + self.chosen

    def decide_all(self) -> None:
        dsb = self.entry("dsb")
        follow(dsb, "Stellungnahme abgeben")
        dsb.get_by_label("zustimmend", exact=True).check()
        press(dsb, "Stellungnahme abgeben")
        self.decide("leitung", "Freigeben")
        self.decide("cdo", "Veröffentlichen")
        self.seen["state"] = state(self.page)


@pytest.fixture(scope="module", params=["lindenhausen", "birkenau"], ids=["with JavaScript", "without JavaScript"])
def seen(
    request: pytest.FixtureRequest,
    browser: Browser,
    program: Start,
    towns: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Seen:
    script = request.param == "lindenhausen"
    folder = tmp_path_factory.mktemp("first")
    return FirstEntry(browser, program.url, towns[request.param], script=script, folder=folder).go()


def test_the_walk_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_after_the_name_a_list_of_tasks_waits(seen: Seen) -> None:
    assert "DSGVO-Einstufung" in seen["tasks"]


def test_handing_in_ends_on_a_page_that_says_so(seen: Seen) -> None:
    assert seen["handed in"] == f"„{NAME}“ ist zur Prüfung gegeben"


def test_a_first_publication_needs_twelve_typed_answers(seen: Seen) -> None:
    assert seen["typed"] <= TYPED


def test_a_first_entry_takes_forty_inputs_at_most(seen: Seen) -> None:
    assert seen["inputs"] <= INPUTS


def test_it_is_published_in_the_end(seen: Seen) -> None:
    assert seen["state"] == "Veröffentlicht"
