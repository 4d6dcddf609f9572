"""A new rule set is loaded, a town sees what it changes, re-assesses with the answers it gave, and a second person reviews."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.ground import READY
from tests.browser.walk import Seen, Steps, Walk, await_worker, follow, press
from tests.compliance.law_files import next_version
from tests.program import Start

TITLE = ("title: KI-Verordnung, geltende Fassung", "title: KI-Verordnung, künftige Fassung")


class LawChange(Walk):
    def steps(self) -> Steps:
        return (self.send_broken_file, self.load, self.use, self.see, self.reassess, self.compare, self.review)

    def send(self, page: Page, content: bytes) -> None:
        page.goto("/verwaltung/regelwerke/")
        file: Any = {"name": "neu.yaml", "mimeType": "application/yaml", "buffer": content}
        page.get_by_label("Datei (YAML)", exact=False).set_input_files(file)
        press(page, "Laden und prüfen")

    def send_broken_file(self) -> None:
        page = self.window("eins")
        self.send(page, next_version(("    article: Art. 5 Abs. 1 Buchst. a\n", "")))
        self.seen["refusal"] = page.get_by_role("main").inner_text()

    def load(self) -> None:
        page = self.window("eins")
        self.send(page, next_version(TITLE))
        self.path = page.url.removeprefix(self.url)
        # Without JavaScript the page asks by itself until the worker has tried the file out.
        await_worker(page, page.get_by_role("table", name="Änderungen je Kommune"))
        self.seen["page of the file"] = page.get_by_role("main").inner_text()

    def use(self) -> None:
        page = self.window("zwei")
        page.goto(self.path)
        follow(page, "In Gebrauch nehmen …")
        press(page, "In Gebrauch nehmen")
        self.seen["in use"] = page.get_by_role("main").inner_text()

    def see(self) -> None:
        page = self.window("cdo")
        page.goto("/verwaltung/bewertungen/")
        self.seen["list"] = page.get_by_role("main").inner_text()
        follow(page, "Rechtsänderung")
        follow(page, READY)
        self.seen["side by side"] = page.get_by_role("main").inner_text()

    def reassess(self) -> None:
        page = self.window("cdo")
        follow(page, "Neu bewerten")
        press(page, "Neu bewerten")
        await_worker(page, page.get_by_text("Die Neubewertung ist fertig."))
        self.seen["run"] = page.get_by_role("main").inner_text()

    def compare(self) -> None:
        page = self.window("cdo")
        with page.expect_navigation():
            page.get_by_role("link", name="Alt und neu vergleichen").click()
        self.seen["difference"] = page.get_by_role("main").inner_text()
        page.goto(f"/verwaltung/bewertungen/{self.town['entry']}/1/")
        self.seen["earlier one"] = page.get_by_role("main").inner_text()

    def review(self) -> None:
        page = self.window("dsb")
        page.goto(f"/verwaltung/bewertungen/{self.town['entry']}/2/")
        follow(page, "Bewertung prüfen")
        page.get_by_label("Die Bewertung ist richtig und vollständig").check()
        press(page, "Prüfung speichern")
        self.seen["after the review"] = page.get_by_role("main").inner_text()


@pytest.fixture(scope="module")
def seen(browser: Browser, program: Start, tmp_path_factory: Any) -> Seen:
    town = dict(json.loads(program.run("-m", "tests.browser.ground", "law")))
    folder = tmp_path_factory.mktemp("law")
    return LawChange(browser, program.url, town, script=False, folder=folder).go()


def test_the_change_of_law_is_walked_to_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_a_broken_file_is_refused_with_its_place(seen: Seen) -> None:
    assert "neu.yaml: rules > art5-a: Es fehlt: article." in seen["refusal"]


def test_the_person_who_loaded_the_file_does_not_take_it_into_use(seen: Seen) -> None:
    assert "eine andere Person des Plattformbetriebs" in seen["page of the file"]


def test_the_second_person_takes_it_into_use(seen: Seen) -> None:
    assert "in Gebrauch" in seen["in use"]


def test_the_list_says_why(seen: Seen) -> None:
    assert "Rechtsänderung: Die Bewertung beruht auf einem früheren Regelwerk." in seen["list"]


def test_old_and_new_stand_side_by_side(seen: Seen) -> None:
    assert [day for day in ("02.12.2027", "02.12.2028") if day not in seen["side by side"]] == []


def test_the_run_says_what_has_changed(seen: Seen) -> None:
    assert "Andere Pflichten, Andere Termine" in seen["run"]


def test_the_difference_names_both_rule_sets(seen: Seen) -> None:
    assert [text for text in ("Version 2", "Version 3") if text not in seen["difference"]] == []


def test_the_earlier_assessment_is_still_there(seen: Seen) -> None:
    assert "02.12.2027" in seen["earlier one"]


def test_a_second_person_reviews_the_new_one(seen: Seen) -> None:
    assert "geprüft am" in seen["after the review"]
