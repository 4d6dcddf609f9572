"""The pages of the import: upload, assignment, dry run, take-over."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import services as accounts
from core import jobs
from core.models import AuditRecord
from exchange import services, tasks
from exchange.models import ImportMapping, ImportRun
from register import services as register
from register.models import Entry
from tests.exchange.test_import_command import GOOD
from tests.world import Town

assert tasks.take_over, "registers the handler"
BAD = GOOD.replace("Pilotbetrieb", "Pilotbetrib")
FUTURE = """Bezeichnung;Verwaltungseinheit
Chatbot;Bürgerbüro
"""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    """Uploaded files of a test lie in its own folder."""
    storages = {**settings.STORAGES}
    storages["default"] = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = storages


@pytest.fixture
def cdo(client: Client, musterstadt: Town) -> Client:
    client.force_login(musterstadt["cdo"])
    return client


def send(client: Client, content: str | bytes, name: str = "bestand.csv") -> HttpResponse:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(reverse("imports:start"), {"file": SimpleUploadedFile(name, raw)})


def upload(client: Client, content: str = GOOD) -> ImportRun:
    assert send(client, content).status_code == 302
    return ImportRun.objects.get()


def form_of(client: Client, run: ImportRun) -> dict[str, Any]:
    """What a browser would send from the page of assignment."""
    context = client.get(reverse("imports:assign", args=[run.uuid])).context
    found: dict[str, Any] = {"version": run.version}
    for form in context["sheets"]:
        found |= {field.html_name: field.value() or "" for field in form}
    return found


def take_over(client: Client, run: ImportRun, version: Any = None) -> HttpResponse:
    return client.post(
        reverse("imports:take-over", args=[run.uuid]), {"version": version or run.version, "digest": seen(run)}
    )


def seen(run: ImportRun) -> str:
    """What stands for the dry run, while there is one."""
    run = ImportRun.objects.get(pk=run.pk)
    return services.check(run).digest if run.state == ImportRun.State.STAGED else ""


def test_an_uploaded_list_is_assigned_checked_and_taken_over(cdo: Client) -> None:
    run = upload(cdo)
    answer = cdo.post(reverse("imports:assign", args=[run.uuid]), form_of(cdo, run))
    assert answer["Location"] == run.get_absolute_url()
    run.refresh_from_db()
    assert "2 Entwürfe übernehmen" in cdo.get(run.get_absolute_url()).content.decode()
    take_over(cdo, run)
    page = cdo.get(run.get_absolute_url()).content.decode()
    assert all(entry.get_absolute_url() in page for entry in Entry.objects.all())


def test_looking_at_the_dry_run_changes_nothing(cdo: Client) -> None:
    run = upload(cdo)
    before = AuditRecord.objects.count()
    cdo.get(run.get_absolute_url())
    assert (Entry.objects.count(), AuditRecord.objects.count()) == (0, before)


def test_a_faulty_list_cannot_be_taken_over_by_post(cdo: Client) -> None:
    run = upload(cdo, BAD)
    take_over(cdo, run)
    assert Entry.objects.count() == 0


def test_the_dry_run_shows_cell_value_and_remedy(cdo: Client) -> None:
    page = cdo.get(upload(cdo, BAD).get_absolute_url()).content.decode()
    assert "E5" in page
    assert "Pilotbetrib" in page
    assert "Meinten Sie „Pilot“?" in page


def test_the_copy_with_remarks_marks_the_faulty_cell(cdo: Client) -> None:
    run = upload(cdo, BAD.replace("Schäden finden", "'=1+1"))
    content = cdo.get(reverse("imports:feedback", args=[run.uuid])).content
    sheet = load_workbook(BytesIO(content))["Liste"]
    assert "nicht vorgesehen" in sheet["E5"].comment.text
    assert (sheet["D5"].value, sheet["D5"].data_type) == ("'=1+1", "s")


def test_a_second_click_imports_once(cdo: Client) -> None:
    run = upload(cdo)
    assert [take_over(cdo, run).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.count() == 2


def test_a_page_that_is_out_of_date_takes_nothing_over(cdo: Client) -> None:
    run = upload(cdo)
    cdo.post(reverse("imports:assign", args=[run.uuid]), form_of(cdo, run))
    assert take_over(cdo, run).status_code == 409
    assert Entry.objects.count() == 0


def test_what_was_shown_is_what_is_taken_over(cdo: Client, musterstadt: Town) -> None:
    run = upload(cdo)
    digest = seen(run)
    shown_name = services.check(run).plan.new[0].name
    register.create_system(musterstadt.municipality, by=musterstadt["cdo"], name=shown_name)
    answer = cdo.post(reverse("imports:take-over", args=[run.uuid]), {"version": run.version, "digest": digest})
    assert (answer.status_code, Entry.objects.count()) == (409, 1)
    assert "Im Register hat sich seit dem Probelauf etwas geändert." in answer.content.decode()


def test_the_worker_takes_nothing_over_that_was_not_shown(
    cdo: Client, musterstadt: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "DIRECT_ROWS", 1)
    run = upload(cdo)
    shown_name = services.check(run).plan.new[0].name
    take_over(cdo, run)
    register.create_system(musterstadt.municipality, by=musterstadt["cdo"], name=shown_name)
    run.refresh_from_db()
    jobs.run(run.job_id)
    run.refresh_from_db()
    assert (run.state, Entry.objects.count()) == ("staged", 1)


@pytest.mark.parametrize("version", ["", "x", "²", "-1", "9" * 30])
def test_a_version_that_is_no_number_is_a_conflict(cdo: Client, version: str) -> None:
    run = upload(cdo)
    answer = cdo.post(reverse("imports:take-over", args=[run.uuid]), {"version": version})
    assert (answer.status_code, Entry.objects.count()) == (409, 0)


def test_a_stale_form_of_assignment_is_a_conflict(cdo: Client) -> None:
    run = upload(cdo)
    data = form_of(cdo, run)
    address = reverse("imports:assign", args=[run.uuid])
    assert [cdo.post(address, data).status_code for _ in range(2)] == [302, 409]


def test_a_column_that_is_not_recognized_can_be_assigned_and_is_remembered(cdo: Client) -> None:
    run = upload(cdo, FUTURE)
    data = form_of(cdo, run)
    assert data["t0-c1"] == ""
    cdo.post(reverse("imports:assign", args=[run.uuid]), {**data, "t0-c1": "department"})
    ImportRun.objects.all().delete()
    assert form_of(cdo, upload(cdo, FUTURE))["t0-c1"] == "department"


def test_two_columns_for_one_field_are_refused_at_the_form(cdo: Client) -> None:
    run = upload(cdo)
    answer = cdo.post(reverse("imports:assign", args=[run.uuid]), {**form_of(cdo, run), "t0-c3": "provider"})
    assert answer.status_code == 422
    assert "mehrere Spalten" in answer.content.decode()


def test_another_kind_of_list_is_recognized_anew(cdo: Client) -> None:
    run = upload(cdo)
    address = reverse("imports:assign", args=[run.uuid])
    assert cdo.post(address, {**form_of(cdo, run), "t0-kind": "activity"})["Location"] == address
    run.refresh_from_db()
    assert run.layouts[0]["columns"][:2] == ["title", "department"]


def test_unknown_departments_can_be_left_empty(cdo: Client) -> None:
    run = upload(cdo, GOOD.replace("Tiefbauamt", "Amt 66"))
    cdo.post(reverse("imports:assign", args=[run.uuid]), {**form_of(cdo, run), "unknown_departments_empty": "on"})
    run.refresh_from_db()
    take_over(cdo, run)
    assert Entry.objects.get(name="Schlagloch-Erkennung").department is None


def test_an_unknown_department_names_those_like_it(cdo: Client) -> None:
    page = cdo.get(upload(cdo, GOOD.replace("Tiefbauamt", "Tiefbau Amt")).get_absolute_url()).content.decode()
    assert "Ähnlich heißen: Tiefbauamt." in page


def test_the_file_is_gone_after_taking_over(cdo: Client, django_capture_on_commit_callbacks: Any) -> None:
    run = upload(cdo)
    with django_capture_on_commit_callbacks(execute=True):
        take_over(cdo, run)
    assert not default_storage.exists(run.file.name)


def test_the_file_is_gone_after_a_day(cdo: Client, django_capture_on_commit_callbacks: Any) -> None:
    run = upload(cdo)
    ImportRun.objects.update(uploaded_at=timezone.now() - services.KEPT_FOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.discard_expired() == 1
    assert not default_storage.exists(run.file.name)
    assert cdo.get(run.get_absolute_url()).status_code == 200


def test_a_file_that_no_list_knows_is_gone_after_a_day(cdo: Client, tmp_path: Path) -> None:
    run = upload(cdo)
    stray = tmp_path / services.FOLDER / "verwaist"
    stray.write_text("x")
    long_ago = timezone.now().timestamp() - 90_000
    for path in (stray, tmp_path / run.file.name):
        os.utime(path, (long_ago, long_ago))
    services.discard_expired()
    assert [path.name for path in stray.parent.iterdir()] == [str(run.uuid)]


def test_a_discarded_list_cannot_be_taken_over(cdo: Client) -> None:
    run = upload(cdo)
    cdo.post(reverse("imports:discard", args=[run.uuid]))
    assert take_over(cdo, run).status_code == 409


def test_a_long_list_goes_through_the_worker(cdo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "DIRECT_ROWS", 1)
    run = upload(cdo)
    take_over(cdo, run)
    run.refresh_from_db()
    assert (run.state, Entry.objects.count()) == ("waiting", 0)
    assert "wartet auf einen freien Platz" in cdo.get(run.get_absolute_url()).content.decode()
    jobs.run(run.job_id)
    jobs.run(run.job_id)
    assert Entry.objects.count() == 2


def test_a_long_list_is_taken_back_by_the_worker(cdo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = upload(cdo)
    take_over(cdo, run)
    monkeypatch.setattr(services, "DIRECT_ROWS", 1)
    cdo.post(reverse("imports:undo", args=[run.uuid]))
    run.refresh_from_db()
    assert "Die Liste wird zurückgenommen" in cdo.get(run.get_absolute_url()).content.decode()
    jobs.run(run.job_id)
    run.refresh_from_db()
    assert (run.state, Entry.objects.count()) == ("undone", 0)


def test_what_the_worker_finds_faulty_comes_back_to_the_person(
    cdo: Client, musterstadt: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "DIRECT_ROWS", 1)
    run = upload(cdo)
    take_over(cdo, run)
    accounts.set_department_active(musterstadt.departments["tiefbau"], by=None, active=False)
    run.refresh_from_db()
    jobs.run(run.job_id)
    run.refresh_from_db()
    assert (run.state, Entry.objects.count()) == ("staged", 0)
    assert "Tiefbauamt" in cdo.get(run.get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", ["fachamt", "dsb", "leitung", "revision", "verwaltung"])
def test_only_people_with_the_right_reach_the_import(client: Client, musterstadt: Town, role: str) -> None:
    client.force_login(musterstadt[role])
    assert client.get(reverse("imports:start")).status_code == 403
    assert send(client, GOOD).status_code == 403


ADDRESSES = ["run", "assign", "take-over", "discard", "feedback", "status"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_list_of_another_municipality_does_not_exist(cdo: Client, neudorf: Town, name: str) -> None:
    run = upload(cdo)
    stranger = Client()
    stranger.force_login(neudorf["cdo"])
    address = reverse(f"imports:{name}", args=[run.uuid])
    ask = stranger.post if name in ("take-over", "discard") else stranger.get
    assert ask(address).status_code == 404


def test_nobody_signed_out_reaches_the_import(client: Client, db: None) -> None:
    assert client.get(reverse("imports:start")).status_code == 302


def test_the_sample_can_be_downloaded(cdo: Client) -> None:
    answer = cdo.get(reverse("imports:sample"))
    assert load_workbook(BytesIO(b"".join(answer.streaming_content))).sheetnames[0] == "KI-Systeme"


def test_a_mapping_of_one_municipality_is_unknown_to_another(cdo: Client, neudorf: Town) -> None:
    run = upload(cdo)
    cdo.post(reverse("imports:assign", args=[run.uuid]), form_of(cdo, run))
    assert set(ImportMapping.objects.values_list("municipality__name", flat=True)) == {"Musterstadt"}


def test_an_empty_register_offers_the_import_on_the_start_page(cdo: Client) -> None:
    assert _import_tile(cdo)


def test_with_the_first_entry_the_import_is_in_the_navigation_only(cdo: Client, draft: Entry) -> None:
    assert not _import_tile(cdo)


def _import_tile(client: Client) -> bool:
    page = client.get(reverse("register:start")).content.decode()
    return "Sie führen schon eine Liste?" in page and f'href="{reverse("imports:start")}">Liste importieren' in page
