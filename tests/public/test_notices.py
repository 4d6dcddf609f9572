"""The texts for letters, forms and chats that lead to an entry, with its QR code."""

from __future__ import annotations

import io

import pytest
from django.test import Client, override_settings
from PIL import Image

from register.models import Entry
from tests.public.conftest import address, published_with, text_of
from tests.world import Town


@override_settings(BASE_URL="https://register.example")
def test_a_notice_names_the_system_and_the_address(client: Client, published: Entry) -> None:
    text = text_of(client, address(published, "hinweise/"))
    # The head of the page names its own address too: what counts is the one right behind the sentence.
    behind = text.partition(f"KI-System „{published.name}“ ein.")[2]
    assert "https://register.example/k/" in behind[:200]


def test_a_name_with_quotation_marks_is_quoted_as_germans_do(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Chatbot „Mia“")
    assert "das KI-System „Chatbot ‚Mia‘“ ein." in text_of(client, address(entry, "hinweise/"))


def test_what_the_entry_owes_comes_first(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Textwerk", art50_notice=["text"])
    text = text_of(client, address(entry, "hinweise/"))
    assert text.index('id="hinweis-text"') < text.index('id="hinweis-letter"')


def test_the_snippet_escapes_the_name(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Zähler <b>&")
    assert "&amp;lt;b&amp;gt;&amp;amp;" in text_of(client, address(entry, "hinweise/"))


def test_the_code_is_a_picture(client: Client, published: Entry) -> None:
    answer = client.get(address(published, "hinweise/qr.png"))
    picture = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], picture.width == picture.height > 200) == ("image/png", True)


def test_the_code_as_svg_is_one_path(client: Client, published: Entry) -> None:
    answer = client.get(address(published, "hinweise/qr.svg"))
    assert (answer["Content-Type"], answer.content.count(b"<path")) == ("image/svg+xml", 1)


def test_the_poster_says_what_the_system_is_for(client: Client, published: Entry) -> None:
    assert published.description_short in text_of(client, address(published, "hinweise/aushang/"))


@pytest.mark.parametrize("tail", ["hinweise/", "hinweise/qr.svg", "hinweise/aushang/"])
def test_what_is_withdrawn_has_no_notice(client: Client, withdrawn: Entry, tail: str) -> None:
    assert client.get(address(withdrawn, tail)).status_code == 404
