"""The components as HTML and as a browser shows them."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.template.loader import render_to_string
from playwright.sync_api import ConsoleMessage

from core.kern import GermanDateField
from core.templatetags.kern import form_problems
from tests.ui.conftest import Look, render
from tests.ui.gallery import HOSTILE, SampleForm

OVERFLOW = "document.documentElement.scrollWidth > window.innerWidth"


class Elements(HTMLParser):
    """All opening tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def one(self, **wanted: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.found if all(attrs.get(k) == v for k, v in wanted.items()))


def refused() -> SampleForm:
    return SampleForm({"start": "31.2.26"}, {})


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("written", ["1.2.26", "01.02.2026", "2026-02-01"])
def test_a_date_is_read_as_people_write_it(written: str) -> None:
    assert GermanDateField().clean(written) == date(2026, 2, 1)


def test_a_day_that_does_not_exist_is_refused_with_an_example() -> None:
    with pytest.raises(forms.ValidationError, match=r"zum Beispiel 01\.02\.2026"):
        GermanDateField().clean("31.2.26")


def test_a_date_is_shown_the_german_way() -> None:
    assert 'value="01.02.2026"' in GermanDateField().widget.render("start", date(2026, 2, 1))


def test_a_hint_and_an_error_are_tied_to_their_field() -> None:
    field = Elements(str(refused()["title"].as_field_group())).one(name="title")
    assert field["aria-describedby"] == "id_title_helptext id_title_error"


def test_a_file_field_is_tied_to_its_hint_as_well() -> None:
    field = Elements(str(refused()["table"].as_field_group())).one(name="table")
    assert field["aria-describedby"] == "id_table_helptext id_table_error"


def test_a_wrong_field_says_so_to_screen_readers() -> None:
    assert Elements(str(refused())).one(name="start")["aria-invalid"] == "true"


def test_an_optional_field_says_so_in_words() -> None:
    assert "In Betrieb seit (optional)" in text_of(str(SampleForm()["start"].as_field_group()))


def test_a_field_needed_on_submission_is_not_called_optional() -> None:
    assert "Zweck (zum Einreichen nötig)" in text_of(str(SampleForm()["purpose"].as_field_group()))


def test_radio_buttons_stand_in_a_fieldset_with_a_legend() -> None:
    tags = [tag for tag, _ in Elements(str(SampleForm()["personal"].as_field_group())).found]
    assert tags.index("fieldset") < tags.index("legend") < tags.index("input")


def test_more_to_know_names_the_law_and_its_date() -> None:
    assert "Art. 30 Abs. 1 Buchst. b DSGVO (Stand 01.08.2026)" in text_of(str(SampleForm()["purpose"].as_field_group()))


def test_the_error_summary_uses_the_words_of_the_field() -> None:
    form = refused()
    message = "Füllen Sie „Name des KI-Systems“ aus."
    summary = render_to_string("components/error_summary.html", {"form": form})
    assert (message in summary, message in str(form)) == (True, True)


class Refused(forms.Form):
    days = forms.IntegerField(label="Tage", min_value=0)
    note = forms.CharField(label="Notiz", max_length=3)
    who = forms.CharField(label="Wer?", max_length=3)


def test_the_error_summary_names_the_field_before_a_text_that_does_not() -> None:
    problems = form_problems(Refused({"days": "-1", "note": "lang", "who": "viele"}))
    assert [problem.text for problem in problems] == [
        "Tage: Dieser Wert muss größer oder gleich 0 sein.",
        "Notiz: Höchstens 3 Zeichen, es sind 4.",
        "Wer? Höchstens 3 Zeichen, es sind 5.",
    ]


@pytest.mark.parametrize("layout_name", ["work.html", "public.html"])
def test_every_link_of_the_error_summary_leads_to_a_field(layout_name: str) -> None:
    html = render(layout_name)
    summary = html.split('id="fehler"')[1].split("</ul>")[0]
    anchors = set(re.findall(r'href="#([^"]+)"', summary))
    ids = {attrs.get("id") for _, attrs in Elements(html).found}
    assert anchors
    assert anchors <= ids


def test_a_valid_page_has_no_error_summary() -> None:
    assert "kern-alert" not in render_to_string("components/error_summary.html", {"form": SampleForm()})


def test_the_title_of_a_refused_form_begins_with_error() -> None:
    assert "<title>Fehler: Galerie – Offenlage</title>" in render("work.html")


def test_two_successes_are_reported_as_one() -> None:
    assert render("work.html").count("kern-alert--success") == 1


def test_no_text_of_a_user_becomes_markup(layout: str) -> None:
    assert HOSTILE not in render(layout)


def test_no_page_carries_inline_script_or_style(layout: str) -> None:
    found = Elements(render(layout)).found
    inline = [
        tag for tag, attrs in found if tag == "style" or "style" in attrs or (tag == "script" and "src" not in attrs)
    ]
    assert not inline


def test_no_id_occurs_twice_in_a_form() -> None:
    ids = [attrs["id"] for _, attrs in Elements(str(refused())).found if attrs.get("id")]
    assert len(ids) == len(set(ids))


def test_a_finished_job_is_not_asked_for_again() -> None:
    job = {"state": "done", "percent": 100}
    assert "hx-get" not in render_to_string("components/job_status.html", {"job": job, "poll_url": "/auftrag/"})


def test_a_running_job_reloads_without_javascript() -> None:
    assert 'http-equiv="refresh"' in render_to_string("components/job_head.html", {"job": {"state": "running"}})


@pytest.mark.parametrize(
    ("current", "following"), [("title", "?sort=-title"), ("-title", "?sort=title"), ("", "?sort=title")]
)
def test_a_click_on_a_column_turns_its_order_round(current: str, following: str) -> None:
    head = render_to_string(
        "components/table_head.html", {"columns": [{"label": "Name", "key": "title"}], "sort": current}
    )
    assert f'href="{following}"' in head


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422, 429, 500, 503])
def test_an_error_page_needs_no_context_and_offers_a_way_on(status: int) -> None:
    main = render_to_string(f"{status}.html").split("<main")[1].split("</main>")[0]
    assert 'href="/' in main


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(look: Look, layout: str, dark: bool) -> None:
    found: list[dict[str, Any]] = Axe().run(look(render(layout), dark=dark)).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []


@pytest.mark.parametrize("width", [320, 390, 640])
def test_nothing_runs_out_of_a_narrow_window(look: Look, layout: str, width: int) -> None:
    assert not look(render(layout), width=width).evaluate(OVERFLOW)


def test_the_security_policy_has_nothing_to_refuse(look: Look, layout: str) -> None:
    said: list[ConsoleMessage] = []
    page = look(render(layout))
    page.on("console", lambda message: said.append(message))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert [message.text for message in said if message.type in ("error", "warning")] == []


def test_the_error_summary_has_the_focus_without_javascript(look: Look) -> None:
    page = look(render("work.html"), script=False)
    assert page.locator("#fehler:focus").count() == 1


def test_the_menu_opens_without_javascript(look: Look) -> None:
    page = look(render("work.html"), width=390, script=False)
    page.get_by_text("Menü", exact=True).click()
    assert page.get_by_role("navigation", name="Hauptnavigation").is_visible()


def test_the_skip_link_is_the_first_thing_on_the_keyboard(look: Look) -> None:
    page = look(render_to_string("404.html"))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Zum Inhalt springen"
