"""Asking without an account: the form, the page only the asking person knows, and what everybody reads."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from inquiries import services
from inquiries.models import Inquiry
from inquiries.selectors import status_token
from public import guard
from register.models import Entry
from tests.inquiries.cases import REPLY, TEXT, answered, asked, released
from tests.public.conftest import address, text_of
from tests.world import Town

pytestmark = pytest.mark.django_db
FORM = {"kind": "hint", "text": "Die Telefonnummer stimmt nicht mehr."}


def send(client: Client, entry: Entry, *, age: float = 30, headers: Any = None, **changes: Any) -> Any:
    """The form as a person sends it who opened it `age` seconds ago."""
    with time_machine.travel(timezone.now() - timedelta(seconds=age)):
        token = guard.new_token(entry.uuid)
    return client.post(address(entry, "frage/"), {**FORM, "token": token, **changes}, headers=headers)


def test_what_is_sent_leads_to_a_page_of_its_own_with_a_number(client: Client, published: Entry) -> None:
    page = text_of(client, send(client, published).headers["Location"])
    assert (Inquiry.objects.get().reference in page, "wahrt keine Frist" in page) == (True, True)


def test_nobody_gets_a_cookie(client: Client, published: Entry) -> None:
    client.get(address(published, "frage/"))
    client.get(send(client, published).headers["Location"])
    assert dict(client.cookies) == {}


def test_the_form_says_how_one_really_objects(client: Client, published: Entry) -> None:
    page = text_of(client, address(published, "frage/"))
    assert ("kein Widerspruch" in page, "§ 8 KI-MIG" in page) == (True, True)


REFUSED: dict[str, dict[str, Any]] = {
    "a form sent at once": {"age": 0},
    "a form of yesterday": {"age": 86400},
    "a filled trap": {"homepage": "https://example.org"},
    "a made up token": {"token": "geraten"},
    "a form sent from elsewhere": {"headers": {"Origin": "https://boese.example"}},
    "another site that hides where it is": {"headers": {"Origin": "null"}},
    "no text": {"text": "  "},
    "an address that is none": {"email": "erika@example.org\nBcc: alle@example.org"},
    "too long a text": {"text": "x" * 3001},
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_a_sentence(client: Client, published: Entry, case: str) -> None:
    response = send(client, published, **REFUSED[case])
    page = response.content.decode()
    assert (response.status_code, Inquiry.objects.count(), 'id="fehler"' in page) == (422, 0, True)


def test_what_was_typed_stays_in_a_refused_form(client: Client, published: Entry) -> None:
    assert FORM["text"] in send(client, published, age=86400).content.decode()


def test_the_renewed_form_can_be_sent(client: Client, published: Entry) -> None:
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        page = send(client, published, age=86400).content.decode()
    (token,) = re.findall(r'name="token" value="([^"]+)"', page)
    assert send(client, published, token=token).status_code == 302


def test_a_token_of_another_entry_is_none(client: Client, published: Entry) -> None:
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        token = guard.new_token("etwas anderes")
    assert send(client, published, token=token).status_code == 422


def test_too_many_are_told_to_come_back_later(client: Client, published: Entry) -> None:
    for _ in range(6):
        services.count_attempt("127.0.0.1")
    response = send(client, published)
    assert (response.status_code, FORM["text"] in response.content.decode()) == (429, True)


def test_no_form_is_open_for_an_entry_that_is_not_public(client: Client, withdrawn: Entry) -> None:
    assert client.get(address(withdrawn, "frage/")).status_code == 404


def status_page(row: Inquiry) -> str:
    return f"/k/{row.municipality.slug}/anfrage/{status_token(row.form_number)}/"


def test_the_answer_stands_on_the_page_of_its_own(client: Client, published: Entry, musterstadt: Town) -> None:
    row = answered(published, musterstadt)
    response = client.get(status_page(row))
    assert (REPLY in response.content.decode(), response.headers["Cache-Control"]) == (True, "no-store")


def test_a_draft_does_not(client: Client, published: Entry, musterstadt: Town) -> None:
    row = services.draft_answer(asked(published), by=musterstadt["fachamt"], answer=REPLY)
    assert REPLY not in text_of(client, status_page(row))


def test_a_guessed_page_is_not_there(client: Client, published: Entry) -> None:
    asked(published)
    assert client.get("/k/musterstadt/anfrage/" + "0" * 32 + "/").status_code == 404


def test_a_request_by_law_names_its_deadline_and_article(client: Client, published: Entry) -> None:
    page = text_of(client, status_page(asked(published, request="gdpr")))
    assert "Art. 12 Abs. 3 DSGVO, Stand" in page


def test_released_questions_stand_at_the_entry_shortened(client: Client, published: Entry, musterstadt: Town) -> None:
    before = client.get(address(published)).headers["ETag"]
    released(published, musterstadt)
    response = client.get(address(published))
    page = response.content.decode()
    assert ("Namen, […]?" in page, "Erika Muster" in page, response.headers["ETag"] == before) == (True, False, False)


def test_no_link_of_a_question_can_be_clicked(client: Client, published: Entry, musterstadt: Town) -> None:
    row = answered(published, musterstadt, text="Siehe https://werbung.example <a href='/x'>hier</a>")
    shown = {"public_text": row.text, "public_answer": "[…]"}
    services.release_inquiry(row, by=musterstadt["leitung"], **shown)
    page = text_of(client, "/k/musterstadt/fragen/")
    assert ("https://werbung.example" in page, 'href="https://werbung' in page, "<a href='/x'>" in page) == (
        True,
        False,
        False,
    )


def test_the_page_of_a_municipality_has_its_figures(client: Client, published: Entry, musterstadt: Town) -> None:
    asked(published)
    released(published, musterstadt)
    page = text_of(client, "/k/musterstadt/fragen/")
    assert ("<strong>1</strong> offen" in page, "<strong>1</strong> beantwortet" in page) == (True, True)


def test_the_text_of_the_other_one_is_never_shown(client: Client, published: Entry, musterstadt: Town) -> None:
    answered(published, musterstadt)
    assert TEXT not in text_of(client, "/k/musterstadt/fragen/") + text_of(client, address(published))


def test_two_answers_at_one_entry_are_no_two_regions_of_the_same_name(
    client: Client, musterstadt: Town, published: Entry
) -> None:
    for _ in range(2):
        released(published, musterstadt)
    page = text_of(client, "/k/musterstadt/fragen/")
    assert (page.count('id="frage-'), "<section" in page) == (2, False)
