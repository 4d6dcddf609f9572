"""Journey 6: the DSB takes the Verarbeitungsverzeichnis of a day away, in at most four clicks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser.ground import PASSWORD
from tests.browser.walk import await_worker, press
from tests.program import Start

CLICKS = 4


@pytest.fixture(scope="module", params=[True, False], ids=["with JavaScript", "without JavaScript"])
def seen(
    request: Any, browser: Browser, program: Start, towns: dict[str, Any], tmp_path_factory: Any
) -> dict[str, Any]:
    town = towns["lindenhausen" if request.param else "birkenau"]
    folder: Path = tmp_path_factory.mktemp("vvt")
    context = browser.new_context(
        base_url=program.url, java_script_enabled=request.param, locale="de-DE", accept_downloads=True
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/verwaltung/")
    page.get_by_label("Benutzername", exact=False).fill(town["people"]["dsb"])
    page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
    press(page, "Anmelden")
    clicks = 0

    def click(link: Any) -> None:
        nonlocal clicks
        clicks += 1
        link.click()

    click(page.get_by_role("navigation").get_by_role("link", name="Verarbeitungsverzeichnis"))
    click(page.get_by_role("main").get_by_role("button", name="Erstellen"))
    files = {}
    for name in ("PDF herunterladen", "Excel-Datei"):
        link = page.get_by_role("link", name=name)
        await_worker(page, link)
        with page.expect_download() as started:
            click(link)
        target = folder / started.value.suggested_filename
        started.value.save_as(target)
        files[name] = target.read_bytes()
    found = {"clicks": clicks, "page": page.get_by_role("main").inner_text(), **files}
    context.close()
    return found


def test_four_clicks_are_enough(seen: dict[str, Any]) -> None:
    assert seen["clicks"] <= CLICKS


def test_the_checksum_stands_beside_the_files(seen: dict[str, Any]) -> None:
    assert "SHA-256" in seen["page"]


def test_the_chain_stands_in_the_footer_of_every_page(seen: dict[str, Any]) -> None:
    pages = PdfReader(io.BytesIO(seen["PDF herunterladen"])).pages
    assert all("Protokollkette Nr." in page.extract_text().replace("\n", " ") for page in pages)


def test_the_workbook_holds_the_activity(seen: dict[str, Any]) -> None:
    book = load_workbook(io.BytesIO(seen["Excel-Datei"]))
    assert book["Tätigkeiten"]["A2"].value == "VVT-0001"
