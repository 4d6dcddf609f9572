"""The pages of Nachweise: what people see, upload and download, and what the answer carries."""

from __future__ import annotations

import html
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from register import services
from register.models import Entry, Evidence
from register.models.evidence import evidence_storage
from tests import samples
from tests.world import Town, draft_system

pytestmark = pytest.mark.django_db
SAID = {"kind": "avv", "title": "AVV mit Wolkenwerk", "reference": "10-4711"}


@pytest.fixture
def entry(musterstadt: Town) -> Entry:
    services.set_evidence_rules(musterstadt.municipality, by=musterstadt["cdo"], uploads=True)
    return draft_system(musterstadt)


@pytest.fixture
def cdo(musterstadt: Town, client: Client) -> Client:
    client.force_login(musterstadt["cdo"])
    return client


@pytest.fixture
def with_file(musterstadt: Town, entry: Entry) -> Evidence:
    upload = ContentFile(samples.PDF, name="Vertrag über Gebühren.pdf")
    return services.add_evidence(entry, by=musterstadt["cdo"], upload=upload, **SAID)


def text_of(response: Any) -> str:
    return html.unescape(b"".join(response).decode())


def new_at(entry: Entry) -> str:
    return reverse("register:entry-evidence-new", args=[entry.uuid])


def file_of(row: Evidence) -> str:
    return reverse("register:evidence-file", args=[row.uuid])


def upload(client: Client, entry: Entry, content: bytes, name: str, **more: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(new_at(entry), {**SAID, **more, "file": file})


# --- Adding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", ["entry", "storage", "recipient"])
def test_a_reference_is_added_at_the_thing_itself(cdo: Client, musterstadt: Town, thing: str) -> None:
    owner = {
        "entry": lambda: draft_system(musterstadt),
        "storage": lambda: musterstadt.storage,
        "recipient": lambda: services.create_recipient(
            musterstadt.municipality, by=musterstadt["cdo"], name="Wolkenwerk GmbH", kind="processor"
        ),
    }[thing]()
    address = reverse(f"register:{thing}", args=[owner.uuid])
    response = cdo.post(reverse(f"register:{thing}-evidence-new", args=[owner.uuid]), SAID)
    page = text_of(cdo.get(address))
    assert (response.headers["Location"], "AVV mit Wolkenwerk" in page, "10-4711" in page) == (
        f"{address}#nachweise", True, True,
    )  # fmt: skip


def test_a_file_is_taken(cdo: Client, entry: Entry) -> None:
    response = upload(cdo, entry, samples.PDF, "AVV.pdf", reference="")
    assert (response.status_code, Evidence.objects.get().filename) == (302, "AVV.pdf")


def test_without_uploads_the_form_asks_for_no_file(cdo: Client, musterstadt: Town) -> None:
    assert 'type="file"' not in text_of(cdo.get(new_at(draft_system(musterstadt))))


def test_without_reference_link_and_file_the_form_says_what_is_missing(cdo: Client, entry: Entry) -> None:
    response = cdo.post(new_at(entry), {**SAID, "reference": ""})
    said = "Nennen Sie das Aktenzeichen oder den Link in die E-Akte, oder laden Sie die Datei hoch."
    assert (response.status_code, said in text_of(response)) == (422, True)


BAD = {
    "empty": (b"", "leer.pdf", "Die Datei ist leer."),
    "not what it says": (b"<html>", "vertrag.pdf", "Das ist keine PDF-Datei."),
    "an unknown kind": (b"MZ", "programm.exe", "Möglich sind PDF, PNG, JPEG, ODT, DOCX und XLSX."),
    "a way out in the name": (b"MZ", "../../../etc/cron.d/x.pdf", "Das ist keine PDF-Datei."),
    "a line break in the name": (b"MZ", "a\r\nSet-Cookie: b=c.pdf", "nehmen wir nicht an"),
    "a name of 5,000 signs": (b"MZ", "x" * 5000 + ".pdf", "keine PDF-Datei"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_at_its_field(cdo: Client, entry: Entry, case: str) -> None:
    content, name, says = BAD[case]
    response = upload(cdo, entry, content, name)
    page = text_of(response)
    at_field = page[page.index('id="id_file"') :] if 'id="id_file"' in page else ""
    assert (response.status_code, says in at_field, Evidence.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("size", [1, 30])
def test_a_file_over_the_limit_is_refused_with_the_limit(cdo: Client, entry: Entry, settings: Any, size: int) -> None:
    settings.EVIDENCE_MAX_BYTES = settings.UPLOAD_MAX_BYTES = 1024 * 1024
    response = upload(cdo, entry, samples.PDF + b"x" * size * 1024 * 1024, "gross.pdf")
    assert (response.status_code, "größer als 1 MB" in text_of(response)) == (422, True)


def test_no_more_of_an_upload_is_stored_than_could_be_taken(rf: Any, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    file = SimpleUploadedFile("gross.pdf", b"x" * 9 * 1024 * 1024)
    assert rf.post("/", {"file": file}).FILES["file"].size == 3 * 1024 * 1024 + 1


def test_a_form_that_comes_back_keeps_the_texts_and_asks_for_the_file_again(cdo: Client, entry: Entry) -> None:
    page = text_of(upload(cdo, entry, samples.PDF, "AVV.pdf", title="", reference="Az. 1"))
    assert ("Wählen Sie die Datei noch einmal" in page, 'value="Az. 1"' in page) == (True, True)


# --- Downloading ----------------------------------------------------------------------------------


def test_the_file_is_given_out_as_it_was_handed_in(cdo: Client, with_file: Evidence) -> None:
    response = cdo.get(file_of(with_file))
    assert (response.status_code, b"".join(response)) == (200, samples.PDF)


def test_a_browser_keeps_the_file_apart(cdo: Client, with_file: Evidence) -> None:
    headers = cdo.get(file_of(with_file)).headers
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Vertrag%20")
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: b=c.pdf", 'a"; filename="evil.exe.pdf', "a;b.pdf", "../../a.pdf"])
def test_no_name_of_a_file_writes_a_header(cdo: Client, musterstadt: Town, entry: Entry, name: str) -> None:
    row = services.add_evidence(entry, by=musterstadt["cdo"], upload=ContentFile(samples.PDF, name=name), **SAID)
    response = cdo.get(file_of(row))
    parts = Message()
    parts["Content-Disposition"] = response.headers["Content-Disposition"]
    assert (response.status_code, parts.get_filename(), list(response.cookies)) == (200, row.filename, [])


def test_nothing_on_the_way_keeps_the_file_or_learns_of_it(cdo: Client, with_file: Evidence) -> None:
    headers = cdo.get(file_of(with_file)).headers
    assert (headers["Cache-Control"], "ETag" in headers, "Last-Modified" in headers) == ("no-store", False, False)


def test_a_question_with_an_etag_tells_a_stranger_nothing(neudorf: Town, client: Client, with_file: Evidence) -> None:
    client.force_login(neudorf["cdo"])
    answers = [
        client.get(file_of(with_file), headers={"If-None-Match": f'"{tag}"'}) for tag in (with_file.sha256, "0" * 64)
    ]
    assert [(answer.status_code, "ETag" in answer.headers) for answer in answers] == [(404, False)] * 2


def test_rights_are_asked_at_each_request(cdo: Client, musterstadt: Town, with_file: Evidence) -> None:
    before = cdo.get(file_of(with_file)).status_code
    musterstadt["cdo"].memberships.update(ended_at=timezone.now())
    assert (before, cdo.get(file_of(with_file)).status_code) == (200, 404)


def test_a_shared_entry_shares_its_evidence_as_long_as_it_is_shared(
    musterstadt: Town, client: Client, with_file: Evidence, entry: Entry
) -> None:
    person = musterstadt["verwaltung"]
    services.share(entry, by=musterstadt["cdo"], with_user=person)
    client.force_login(person)
    shared = client.get(file_of(with_file)).status_code
    services.unshare(entry, by=musterstadt["cdo"], with_user=person)
    assert (shared, client.get(file_of(with_file)).status_code) == (200, 404)


def test_a_lost_file_gives_a_page_that_says_so(cdo: Client, with_file: Evidence) -> None:
    evidence_storage().delete(with_file.file.name)
    response = cdo.get(file_of(with_file))
    assert (response.status_code, "am Ablageort nicht zu finden" in text_of(response)) == (404, True)


def test_evidence_without_a_file_has_none_to_give(cdo: Client, musterstadt: Town) -> None:
    row = services.add_evidence(draft_system(musterstadt), by=musterstadt["cdo"], **SAID)
    assert cdo.get(file_of(row)).status_code == 404


def test_no_address_serves_the_storage_itself(cdo: Client, with_file: Evidence) -> None:
    key = with_file.file.name
    places = (f"/static/{key}", f"/media/{key}", f"/dateien/nachweise/{key}", f"/static/../dateien/nachweise/{key}")
    assert {cdo.get(place).status_code for place in places} == {404}


# --- Changing, removing, listing ------------------------------------------------------------------


def test_what_is_said_can_be_corrected(cdo: Client, with_file: Evidence) -> None:
    cdo.post(with_file.get_absolute_url(), {**SAID, "valid_until": "31.12.2030", "version": "1"})
    with_file.refresh_from_db()
    assert (str(with_file.valid_until), with_file.filename) == ("2030-12-31", "Vertrag über Gebühren.pdf")


def test_removing_asks_first(cdo: Client, with_file: Evidence) -> None:
    address = reverse("register:evidence-remove", args=[with_file.uuid])
    asked = "Die Datei wird gelöscht." in text_of(cdo.get(address))
    cdo.post(address)
    assert (asked, Evidence.objects.count()) == (True, 0)


@pytest.mark.parametrize(("query", "listed"), [
    ("", True), ("?valid=ending", True), ("?valid=ended", False), ("?kind=avv", True), ("?kind=dsfa", False),
    ("?q=Wolken", True), ("?q=10-4711", True), ("?q=Chatbot", True), ("?q=anderes", False),
])  # fmt: skip
def test_the_list_of_a_municipality_can_be_narrowed_down(
    cdo: Client, musterstadt: Town, entry: Entry, query: str, listed: bool
) -> None:
    soon = timezone.localdate() + timedelta(days=30)
    services.add_evidence(entry, by=musterstadt["cdo"], valid_until=soon, **SAID)
    page = text_of(cdo.get(reverse("register:evidence-list") + query))
    assert ("AVV mit Wolkenwerk</a>" in page) == listed


def test_the_municipality_decides_about_uploads(cdo: Client, musterstadt: Town) -> None:
    cdo.post(reverse("register:evidence-rules"), {"uploads": "on"})
    assert 'type="file"' in text_of(cdo.get(new_at(draft_system(musterstadt))))
