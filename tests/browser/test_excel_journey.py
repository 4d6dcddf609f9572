"""A Verarbeitungsverzeichnis from Excel: tried, corrected, taken over, exported and read again, in a real browser."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Locator, Page

from tests.browser.ground import PASSWORD
from tests.browser.walk import Seen, heading
from tests.program import Start

HEADINGS = ("Verarbeitungstätigkeit", "Zweck der Verarbeitung", "Drittlandübermittlung", "Löschfrist")
ROWS = (
    ("Hundesteuer erheben", "Steuer festsetzen", "nein", "10 Jahre"),
    ("Fundtiere vermitteln", "=Halter finden", "vielleicht", "6 Monate"),
    ("Trauungen anmelden", "- Termin finden\n- Unterlagen prüfen", "nein", "80 Jahre"),
)
DRY_RUN_CLICKS, WHOLE_WAY_CLICKS = 3, 10


def excel() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "VVT"
    sheet.append(HEADINGS)
    for row in ROWS:
        sheet.append(row)
    for cell in sheet["B"]:
        cell.data_type = "s"
    return bytes_of(book)


def bytes_of(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bomb() -> bytes:
    """A workbook whose only sheet unpacks to 200 times its size."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" + b" " * 60_000_000)
    return stream.getvalue()


class Journey:
    """The clicks of a person, counted; files chosen and the cell corrected in Excel are none."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.clicks, self.seen = page, folder, 0, Seen()

    def click(self, target: Locator) -> None:
        self.clicks += 1
        with self.page.expect_navigation():
            target.click()

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name).first)

    def download(self, name: str) -> Path:
        self.clicks += 1
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name=name).first.click()
        target = self.folder / started.value.suggested_filename
        started.value.save_as(target)
        return target

    def choose(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.write_bytes(content)
        self.page.get_by_label("Ihre Liste").set_input_files(path)

    def upload(self, name: str, content: bytes) -> None:
        self.click(self.page.get_by_role("link", name="Listen importieren").first)
        self.choose(name, content)
        self.button("Hochladen und prüfen")

    def go(self) -> Seen:
        try:
            self.try_list()
            self.correct()
            self.take_over()
            self.round_trip()
            self.send_bomb()
        except Exception as error:
            self.seen.ended = f"the journey ended: {error}"
        return self.seen

    def try_list(self) -> None:
        self.upload("vvt.xlsx", excel())
        self.seen["proposals"] = [field.input_value() for field in self.page.get_by_label("wird übernommen als").all()]
        self.button("Weiter zum Probelauf")
        self.seen["clicks to the dry run"] = self.clicks
        self.seen["faults"] = self.page.get_by_role("region", name="fehlerhaften Zellen").inner_text()

    def correct(self) -> None:
        book = load_workbook(self.download("Liste mit Anmerkungen herunterladen"))
        cell = book["VVT"]["C3"]
        self.seen["remark"] = cell.comment.text if cell.comment else ""
        self.seen["first sheet"] = book.sheetnames[0]
        cell.value = "nein"
        self.choose("vvt-berichtigt.xlsx", bytes_of(book))
        self.button("Berichtigte Liste prüfen")
        self.seen["after correction"] = self.page.get_by_role("main").inner_text()

    def take_over(self) -> None:
        self.button("übernehmen")
        self.seen["taken over"] = heading(self.page)

    def round_trip(self) -> None:
        self.click(self.page.get_by_role("link", name="Listen importieren").first)
        content = self.download("Ganzes Register als Excel-Datei").read_bytes()
        self.choose("zurueck.xlsx", content)
        self.button("Hochladen und prüfen")
        self.button("Weiter zum Probelauf")
        self.seen["after round trip"] = self.page.get_by_role("main").inner_text()
        self.seen["clicks"] = self.clicks

    def send_bomb(self) -> None:
        self.upload("bombe.xlsx", bomb())
        self.seen["bomb"] = self.page.get_by_role("main").inner_text()


@pytest.fixture(scope="module", params=["lindenhausen", "birkenau"], ids=["with JavaScript", "without JavaScript"])
def seen(
    request: pytest.FixtureRequest,
    browser: Browser,
    program: Start,
    towns: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Seen:
    script = request.param == "lindenhausen"
    context = browser.new_context(
        base_url=program.url, java_script_enabled=script, locale="de-DE", accept_downloads=True
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/verwaltung/")
    page.get_by_label("Benutzername", exact=False).fill(towns[request.param]["people"]["cdo"])
    page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Anmelden", exact=True).click()
    found = Journey(page, tmp_path_factory.mktemp("journey")).go()
    context.close()
    return found


def test_the_journey_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_every_column_has_a_proposal(seen: Seen) -> None:
    assert seen["proposals"] == ["title", "purposes", "third_country", "retention"]


def test_the_dry_run_is_reached_in_three_clicks(seen: Seen) -> None:
    assert seen["clicks to the dry run"] == DRY_RUN_CLICKS


def test_the_dry_run_names_the_faulty_cell(seen: Seen) -> None:
    assert "C3" in seen["faults"]


def test_the_returned_workbook_has_a_remark_at_the_faulty_cell(seen: Seen) -> None:
    assert "vielleicht" in seen["remark"]


def test_the_returned_workbook_begins_with_a_summary(seen: Seen) -> None:
    assert seen["first sheet"] == "Was zu berichtigen ist"


def test_the_corrected_list_goes_on_where_it_was(seen: Seen) -> None:
    assert "Die Liste ist in Ordnung" in seen["after correction"]


def test_the_list_is_taken_over(seen: Seen) -> None:
    assert seen["taken over"] == "Die Liste ist übernommen"


def test_the_export_comes_back_without_a_difference(seen: Seen) -> None:
    assert "Es gibt nichts zu übernehmen" in seen["after round trip"]


def test_the_whole_way_takes_ten_clicks(seen: Seen) -> None:
    assert seen["clicks"] == WHOLE_WAY_CLICKS


def test_a_bomb_is_refused_with_a_sentence(seen: Seen) -> None:
    assert "entpackt" in seen["bomb"]
