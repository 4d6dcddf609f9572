"""A DSFA in a browser, without JavaScript: written, handed in, advised on, approved, taken away as a PDF."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser.ground import TROUBLED
from tests.browser.walk import Seen, Steps, Walk, await_worker, follow, press
from tests.program import Start

SECTIONS = 7
WRITTEN = "Das Amt hat diese Angabe geprüft."
ADVICE = "Bitte die Löschfrist festlegen."
# Only a consultation of the authority has these, and none is needed here.
LEFT_OUT = ("consulted_on", "consultation_result")


class Paper(Walk):
    def steps(self) -> Steps:
        return (self.begin, self.write, self.hand_in, self.advise, self.decide, self.take)

    def visit(self, role: str) -> Page:
        page = self.window(role)
        page.goto(self.paper)
        return page

    def begin(self) -> None:
        page = self.window("cdo")
        page.goto("/verwaltung/ki-systeme/?q=" + TROUBLED)
        page.get_by_role("main").get_by_role("link", name=TROUBLED, exact=True).first.click()
        follow(page, "Rechtsdokumente ansehen")
        follow(page, "Datenschutz-Folgenabschätzung")
        self.paper = page.url.removeprefix(self.url)
        press(page, "Dokument beginnen")
        self.seen["begun"] = page.get_by_role("main").inner_text()

    def write(self) -> None:
        """Every section after the other, from the first to the last."""
        page = self.window("cdo")
        page.locator(".kern-task-list__item a").first.click()
        for _ in range(SECTIONS):
            fill(page)
            button = page.locator("main button[name=next]")
            last = not button.count()
            with page.expect_navigation():
                (page.get_by_role("button", name="Speichern", exact=True) if last else button).click()
            if last:
                break
        self.seen["written"] = self.visit("cdo").get_by_role("main").inner_text()

    def hand_in(self) -> None:
        page = self.visit("cdo")
        follow(page, "Zur Entscheidung vorlegen")
        press(page, "Vorlegen")
        self.seen["handed in"] = self.visit("cdo").get_by_role("main").inner_text()

    def advise(self) -> None:
        page = self.visit("dsb")
        follow(page, "Rat geben")
        page.get_by_label("zustimmend mit Hinweisen").check()
        page.get_by_label("Begründung und Hinweise").fill(ADVICE)
        press(page, "Rat geben")

    def decide(self) -> None:
        page = self.visit("leitung")
        follow(page, "Entscheiden")
        self.seen["before the decision"] = page.get_by_role("main").inner_text()
        page.get_by_label("Genehmigen").check()
        press(page, "Entscheidung speichern")
        self.seen["decided"] = page.get_by_role("main").inner_text()

    def take(self) -> None:
        page = self.visit("cdo")
        press(page, "PDF erstellen")
        link = page.get_by_role("link", name="Herunterladen")
        await_worker(page, link)
        with page.expect_download() as started:
            link.click()
        target = self.folder / started.value.suggested_filename
        started.value.save_as(target)
        self.seen["pdf"] = target.read_bytes()


def fill(page: Page) -> None:
    """An answer for everything in the form that has none."""
    form = page.locator("main form.ol-form-page")
    for area in form.locator("textarea").all():
        if not area.input_value() and area.get_attribute("name") not in LEFT_OUT:
            area.fill(WRITTEN)
    for choice in form.locator("select").all():
        if not choice.input_value():
            choice.select_option(index=1)
    for name in [one.get_attribute("name") for one in form.locator('input[type=radio][value=""]:checked').all()]:
        form.locator(f'input[type=radio][name="{name}"]:not([value=""])').first.check()
    for line in form.locator("input[type=text]").all():
        if not line.input_value() and line.get_attribute("name") not in LEFT_OUT:
            line.fill("01.03.2027" if (line.get_attribute("name") or "").endswith("_on") else WRITTEN)


@pytest.fixture(scope="module")
def seen(browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: Any) -> Seen:
    folder: Path = tmp_path_factory.mktemp("papers")
    return Paper(browser, program.url, towns["lindenhausen"], script=False, folder=folder).go()


def test_the_journey_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_a_new_document_says_how_much_is_missing(seen: Seen) -> None:
    assert "nötige Angaben fehlen noch" in seen["begun"]


def test_when_everything_is_there_it_can_be_handed_in(seen: Seen) -> None:
    assert "Alle nötigen Angaben sind da." in seen["written"]


def test_then_it_waits_for_the_dsb(seen: Seen) -> None:
    assert "wartet auf den Rat des Datenschutzes (Art. 35 Abs. 2 DSGVO)" in seen["handed in"]


def test_who_decides_reads_the_advice(seen: Seen) -> None:
    assert ADVICE in seen["before the decision"]


def test_the_pdf_is_approved_and_holds_text_and_advice(seen: Seen) -> None:
    said = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(seen["pdf"])).pages).split())
    assert [text for text in ("GENEHMIGT", WRITTEN, ADVICE) if text not in said] == []
