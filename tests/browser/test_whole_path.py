"""From a municipality's Excel list to a published entry and a Verarbeitungsverzeichnis, walked in a real browser.

The walk itself is in walk.py; here stands, one sentence each, what it must have seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser import walk
from tests.browser.walk import Seen, Walk
from tests.program import Start
from tests.world import CANARY


@pytest.fixture(scope="module", params=["lindenhausen", "birkenau"], ids=["with JavaScript", "without JavaScript"])
def seen(
    request: pytest.FixtureRequest,
    browser: Browser,
    program: Start,
    towns: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Seen:
    town = towns[request.param]
    script = request.param == "lindenhausen"
    return Walk(browser, program.url, town, script=script, folder=tmp_path_factory.mktemp("walk")).go()


def test_the_walk_reaches_its_end(seen: Seen) -> None:
    assert seen.ended == ""


def test_signing_in_leads_to_the_overview(seen: Seen) -> None:
    assert seen["heading after sign-in"] == "Übersicht"


def test_the_columns_of_the_list_are_recognised(seen: Seen) -> None:
    assert seen["recognised columns"] == 40


def test_the_list_is_tried_before_it_is_taken_over(seen: Seen) -> None:
    assert seen["dry run"] == "Probelauf"


def test_the_whole_list_becomes_drafts(seen: Seen) -> None:
    assert seen["imported"] == "100 neue Entwürfe"


def test_an_imported_entry_is_a_draft(seen: Seen) -> None:
    assert seen["state after import"] == "Entwurf"


def test_an_imported_entry_says_what_is_missing(seen: Seen) -> None:
    assert "fehlen" in seen["gaps at first"]


def test_the_check_page_shows_what_the_public_will_see(seen: Seen) -> None:
    assert seen["what the public would see"] > 0


def test_handing_in_ends_on_a_page_that_says_so(seen: Seen) -> None:
    assert seen["handed in"] == f"„{walk.NAME}“ ist zur Prüfung gegeben"


def test_the_dsb_finds_the_entry_on_the_overview(seen: Seen) -> None:
    assert seen["inbox of the DSB"] > 0


def test_the_dsb_sends_the_entry_back(seen: Seen) -> None:
    assert seen["state after return"] == "Zurückgegeben"


def test_the_office_is_told_of_the_return(seen: Seen) -> None:
    assert seen["notified"]


def test_the_comment_of_the_dsb_is_an_open_point(seen: Seen) -> None:
    assert walk.QUESTION in seen["open point"]


def test_the_revised_entry_is_handed_in_again(seen: Seen) -> None:
    assert seen["handed in again"] == f"„{walk.NAME}“ ist zur Prüfung gegeben"


def test_the_stellungnahme_is_kept_with_its_date(seen: Seen) -> None:
    assert "zustimmend" in seen["opinion"]


def test_whoever_edited_last_is_offered_no_release(seen: Seen) -> None:
    assert seen["release offered to the last editor"] == 0


def test_whoever_edited_last_reads_why_not(seen: Seen) -> None:
    assert "Freigeben ist noch nicht möglich" in seen["reason given to the last editor"]


def test_releasing_ones_own_work_is_refused_when_posted_directly(seen: Seen) -> None:
    assert seen["status of a direct release by amtsleitung"] == 409


def test_the_refusal_says_that_another_person_must_release(seen: Seen) -> None:
    assert "zuletzt bearbeitet" in seen["page of a direct release by amtsleitung"]


def test_a_release_without_the_right_to_it_is_forbidden(seen: Seen) -> None:
    assert seen["status of a direct release by cdo"] == 403


def test_refused_releases_change_nothing(seen: Seen) -> None:
    assert seen["state after self-release"] == "In Prüfung"


def test_another_person_releases(seen: Seen) -> None:
    assert seen["state after release"] == "Freigegeben"


def test_what_is_released_is_published(seen: Seen) -> None:
    assert seen["state after publication"] == "Veröffentlicht"


def test_a_correction_becomes_a_second_version(seen: Seen) -> None:
    assert seen["versions"] == 1


def test_a_citizen_finds_the_entry_by_other_forms_of_its_words(seen: Seen) -> None:
    assert seen["found by stem"] > 0


def test_a_citizen_reads_the_newest_wording(seen: Seen) -> None:
    assert walk.BETTER_IMPACT in seen["public page"]


def test_a_citizen_reads_that_the_dsb_took_part(seen: Seen) -> None:
    assert "Datenschutzbeauftragte beteiligt am" in seen["public page"]


def test_a_citizen_gets_no_internal_text(seen: Seen) -> None:
    assert [text for text in (CANARY, walk.QUESTION, "zuletzt bearbeitet") if text in seen["public html"]] == []


def test_the_first_version_keeps_its_wording(seen: Seen) -> None:
    assert walk.BETTER_IMPACT not in seen["first version"]


def test_the_difference_marks_the_new_words(seen: Seen) -> None:
    assert any("niemand muss Unterlagen zweimal schicken" in text for text in seen["inserted words"])


def test_a_citizen_carries_no_cookie(seen: Seen) -> None:
    assert seen["cookies of the citizen"] == []


def test_rest_finds_the_entry(seen: Seen) -> None:
    assert seen["systems over REST"] == [walk.NAME]


def test_rest_gives_the_published_wording(seen: Seen) -> None:
    assert seen["system over REST"]["goal"] == walk.BETTER_GOAL


def test_an_activity_is_made_from_the_system(seen: Seen) -> None:
    assert walk.NAME in seen["activity"]


def test_the_job_page_shows_how_far_it_is(seen: Seen) -> None:
    assert "%" in seen["progress"]


def test_a_notification_leads_back_to_the_document(seen: Seen) -> None:
    assert seen["way back"] == seen["document page"]


def test_the_pdf_is_tagged(seen: Seen) -> None:
    with pikepdf.open(seen["pdf"]) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)


def test_the_pdf_calls_itself_pdf_ua(seen: Seen) -> None:
    with pikepdf.open(seen["pdf"]) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_the_pdf_holds_the_activity(seen: Seen) -> None:
    assert walk.BETTER_GOAL in _text(seen["pdf"])


def _text(path: Path) -> str:
    # Hyphens and line ends are the typesetter's.
    pages = (page.extract_text() for page in PdfReader(path).pages)
    return " ".join(" ".join(pages).replace("\u00ad\n", "").replace("-\n", "").split())
