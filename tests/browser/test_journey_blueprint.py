"""From the catalogue of blueprints to a first published entry, with the typed answers counted."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.ground import OFFICE
from tests.browser.test_first_entry import TYPED, FirstEntry
from tests.browser.walk import Seen
from tests.program import Start

TEMPLATE, NAME = "Chatbot für Fragen an die Verwaltung", "Auskunft rund um die Uhr"


class FromBlueprint(FirstEntry):
    """The same way; what the blueprint says already is only read."""

    def begin(self) -> None:
        self.page.goto("/verwaltung/")
        self.go_on("Blaupausen", "link")
        self.go_on(TEMPLATE, "link")
        self.go_on("Als Entwurf übernehmen", "link")
        self.type("Titel", NAME)
        self.select("Amt", OFFICE)
        self.go_on("Entwurf anlegen")
        self.seen["use case"] = self.page.get_by_role("main").inner_text()
        self.go_on(NAME, "link")
        self.entry_path = self.page.url.removeprefix(self.url)

    def describe(self) -> None:
        self.go_on("Technik und Anbieter", "link")
        self.seen["description"] = self.page.get_by_role("textbox", name="So funktioniert es").first.input_value()
        self.type("Anbieter", "Telefonwerk GmbH")
        self.go_on("Speichern und weiter zu „Daten und Speicherorte“")

    def classify(self) -> None:
        self.check(self.page.get_by_label("Art. 6 Abs. 1 Buchst. e", exact=False))
        self.type("Norm des Bundes- oder Landesrechts", "§ 3 Landesdatenschutzgesetz")
        self.type("Löschfrist", "30 Tage")
        self.go_on("Speichern und weiter zu „Recht und Risiko“")

    def oversee(self) -> None:
        self.type("Rechtsgrundlage", "Auskunftspflicht nach der Gemeindeordnung")
        self.go_on("Speichern und weiter zu „Aufsicht und Rechte“")


@pytest.fixture(scope="module")
def seen(browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("blueprint")
    return FromBlueprint(browser, program.url, towns["lindenhausen"], script=True, folder=folder).go()


def test_the_walk_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_the_use_case_says_where_it_comes_from(seen: Seen) -> None:
    assert TEMPLATE in seen["use case"]


def test_the_draft_begins_with_the_words_of_the_blueprint(seen: Seen) -> None:
    assert seen["description"].startswith("Ein Suchdienst findet")


def test_it_takes_twelve_typed_answers_at_most(seen: Seen) -> None:
    assert seen["typed"] <= TYPED


def test_it_is_published_in_the_end(seen: Seen) -> None:
    assert seen["state"] == "Veröffentlicht"
