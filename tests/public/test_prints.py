"""The entry and the poster as PDF, made in the background when somebody asks."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client, override_settings
from django.utils import timezone
from pypdf import PdfReader

import public.tasks  # noqa: F401 - registers the handler
from core import jobs
from core.models import Job, StoredDocument
from public import made as files
from register import services as register
from register.models import Entry
from tests.public.conftest import address
from tests.world import Town


def made(client: Client, url: str) -> str:
    """The text of the PDF at an address: ask, let the worker work, ask again."""
    client.get(url)
    jobs.run(Job.objects.get(kind=files.KIND).pk)
    content = b"".join(client.get(url).streaming_content)  # type: ignore[attr-defined]
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_the_first_visitor_is_told_that_it_is_being_made(client: Client, published: Entry) -> None:
    answer = client.get(address(published, "eintrag.pdf"))
    assert (answer.status_code, answer["Refresh"], answer["Cache-Control"]) == (202, "4", "no-store")


def test_ten_visitors_make_one_job(client: Client, published: Entry) -> None:
    for _ in range(10):
        client.get(address(published, "eintrag.pdf"))
    assert Job.objects.filter(kind=files.KIND).count() == 1


@override_settings(BASE_URL="https://register.example")
def test_the_entry_as_pdf_says_what_it_means_for_me_and_where_it_stands(client: Client, published: Entry) -> None:
    text = made(client, address(published, "eintrag.pdf"))
    wanted = [
        "Was bedeutet das für mich?",
        "Das Bürgerbüro prüft wöchentlich Stichproben.",
        "https://register.example/k/",
    ]
    assert [said for said in wanted if said not in text] == []


def test_the_poster_as_pdf_is_one_page(client: Client, published: Entry) -> None:
    url = address(published, "hinweise/aushang.pdf")
    client.get(url)
    jobs.run(Job.objects.get(kind=files.KIND).pk)
    content = b"".join(client.get(url).streaming_content)  # type: ignore[attr-defined]
    assert len(PdfReader(io.BytesIO(content)).pages) == 1


def test_what_is_withdrawn_meanwhile_is_not_made(client: Client, musterstadt: Town, published: Entry) -> None:
    client.get(address(published, "eintrag.pdf"))
    register.withdraw(published, by=musterstadt["leitung"], reason="Der Eintrag nannte das falsche System.")
    jobs.run(Job.objects.get(kind=files.KIND).pk)
    assert (Job.objects.get(kind=files.KIND).state, StoredDocument.objects.filter(scope=files.KIND).count()) == (
        Job.State.FAILED,
        0,
    )


def test_what_failed_is_not_tried_again_at_each_visit(client: Client, published: Entry) -> None:
    client.get(address(published, "eintrag.pdf"))
    Job.objects.filter(kind=files.KIND).update(state=Job.State.FAILED)
    assert client.get(address(published, "eintrag.pdf")).status_code == 503


@pytest.mark.parametrize("tail", ["eintrag.pdf", "hinweise/aushang.pdf"])
def test_what_is_withdrawn_has_no_pdf(client: Client, withdrawn: Entry, tail: str) -> None:
    assert client.get(address(withdrawn, tail)).status_code == 404


def test_a_file_is_gone_after_a_day(client: Client, published: Entry) -> None:
    made(client, address(published, "eintrag.pdf"))
    name = str(StoredDocument.objects.get(scope=files.KIND).file.name)
    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        files.forget_old()
    left = StoredDocument.objects.filter(scope=files.KIND).count() + Job.objects.filter(kind=files.KIND).count()
    assert (left, default_storage.exists(name)) == (0, False)
