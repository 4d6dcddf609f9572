"""Nachweise: who may keep them, what becomes of their files, and what is left when they go."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notification
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord
from register import evidence_files, services
from register.models import Evidence
from register.models.evidence import evidence_storage
from tests import samples
from tests.world import Town, draft_system

pytestmark = pytest.mark.django_db
Commit = Callable[..., Any]


def recipient(town: Town) -> Any:
    return services.create_recipient(town.municipality, by=town["cdo"], name="Wolkenwerk GmbH", kind="processor")


def add(town: Town, owner: Any = None, *, by: str = "cdo", **values: Any) -> Evidence:
    said = {"kind": "avv", "title": "AVV mit Wolkenwerk", "reference": "10-4711", **values}
    return services.add_evidence(owner or recipient(town), by=town[by], **said)


def add_file(town: Town, owner: Any = None, content: bytes = samples.PDF, name: str = "AVV.pdf") -> Evidence:
    services.set_evidence_rules(town.municipality, by=town["cdo"], uploads=True)
    return add(town, owner, upload=ContentFile(content, name=name))


def make_old(name: str) -> None:
    two_days_ago = time.time() - 2 * 86400
    os.utime(evidence_storage().path(name), (two_days_ago, two_days_ago))


# --- Rights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["fachamt", "dsb", "leitung", "revision", "verwaltung"])
def test_only_who_keeps_the_recipients_keeps_their_evidence(musterstadt: Town, role: str) -> None:
    with pytest.raises(NotAllowed):
        add(musterstadt, by=role)


@pytest.mark.parametrize(("role", "may"), [("fachamt", True), ("cdo", True), ("dsb", False), ("leitung", False)])
def test_who_edits_an_entry_keeps_its_evidence(musterstadt: Town, role: str, may: bool) -> None:
    entry = draft_system(musterstadt)
    try:
        add(musterstadt, entry, by=role)
    except NotAllowed:
        assert not may
    else:
        assert may


def test_evidence_may_be_added_while_an_entry_is_in_review(musterstadt: Town, submitted: Any) -> None:
    before = submitted.version
    add(musterstadt, submitted)
    submitted.refresh_from_db()
    assert (submitted.version, submitted.review_state) == (before, "in_review")


def test_the_other_town_sees_nothing_of_it(musterstadt: Town, neudorf: Town) -> None:
    add(musterstadt)
    add(musterstadt, draft_system(musterstadt))
    assert not Evidence.objects.visible_to(neudorf["cdo"]).exists()


def test_another_department_sees_a_recipients_evidence_but_no_entrys(musterstadt: Town) -> None:
    shared, own = add(musterstadt), add(musterstadt, draft_system(musterstadt))
    entry = own.entry
    services.update(entry, by=musterstadt["cdo"], changes={"department": musterstadt.departments["tiefbau"]})
    assert list(Evidence.objects.visible_to(musterstadt["fachamt"])) == [shared]


# --- What a row says ------------------------------------------------------------------------------


def test_evidence_lies_somewhere(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="Aktenzeichen oder den Link"):
        add(musterstadt, reference="  ")


def test_evidence_does_not_end_before_its_date(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="vor dem Datum"):
        add(musterstadt, issued_on=date(2026, 5, 1), valid_until=date(2026, 4, 30))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://akte.example/1", "file:///etc/passwd", "akte"])
def test_a_link_is_an_address_of_the_web(musterstadt: Town, url: str) -> None:
    with pytest.raises(ValidationError):
        add(musterstadt, url=url)


def test_evidence_belongs_to_exactly_one_thing(musterstadt: Town) -> None:
    row = add(musterstadt)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=row.pk).update(storage=musterstadt.storage)


def test_a_stale_correction_is_a_conflict(musterstadt: Town) -> None:
    row = add(musterstadt)
    services.change_evidence(row, by=musterstadt["cdo"], changes={"title": "Neu"}, version=1)
    with pytest.raises(Conflict):
        services.change_evidence(row, by=musterstadt["cdo"], changes={"title": "Alt"}, version=1)


@pytest.mark.parametrize(("days", "ending", "ended"), [
    (-1, False, True), (0, True, False), (90, True, False), (91, False, False), (None, False, False),
])  # fmt: skip
def test_evidence_runs_out_within_ninety_days(musterstadt: Town, days: int | None, ending: bool, ended: bool) -> None:
    until = timezone.localdate() + timedelta(days=days) if days is not None else None
    row = add(musterstadt, valid_until=until)
    said = (Evidence.objects.ending().exists(), Evidence.objects.ended().exists(), row.ends_soon, row.has_ended)
    assert said == (ending, ended, ending, ended)


# --- Files ----------------------------------------------------------------------------------------


def test_without_the_municipalitys_word_no_file_is_taken(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed, match="nimmt keine Dateien an"):
        add(musterstadt, upload=ContentFile(samples.PDF, name="AVV.pdf"))


def test_a_file_lies_under_a_random_key_and_keeps_its_hash(musterstadt: Town) -> None:
    row = add_file(musterstadt, name="Geheimer Name.pdf")
    with evidence_files.opened(Evidence.objects.get(pk=row.pk)) as file:
        found = file.read()
    assert (len(row.file.name), found, row.sha256) == (32, samples.PDF, sha256(samples.PDF).hexdigest())


def test_a_file_lies_outside_every_served_folder(musterstadt: Town, settings: Any) -> None:
    path = Path(add_file(musterstadt).file.path)
    served = [Path(settings.STATIC_ROOT), *(Path(each[1] if isinstance(each, tuple) else each) for each in settings.STATICFILES_DIRS)]  # fmt: skip
    assert (any(folder in path.parents for folder in served), path.stat().st_mode & 0o077) == (False, 0)


def test_a_file_that_is_too_big_is_refused_with_the_limit(musterstadt: Town, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 3 * 1024 * 1024
    with pytest.raises(ValidationError, match="größer als 3 MB"):
        add_file(musterstadt, content=samples.PDF + b" " * 3 * 1024 * 1024)


def test_a_refused_file_leaves_nothing_behind(musterstadt: Town) -> None:
    before = set(evidence_storage().listdir("")[1])
    with pytest.raises(ValidationError):
        add_file(musterstadt, content=b"MZ", name="AVV.pdf")
    assert (Evidence.objects.count(), set(evidence_storage().listdir("")[1])) == (0, before)


def test_a_lost_file_is_said(musterstadt: Town) -> None:
    row = add_file(musterstadt)
    evidence_storage().delete(row.file.name)
    with pytest.raises(evidence_files.FileMissing):
        evidence_files.opened(row)


def test_a_changed_file_is_not_given_out(musterstadt: Town) -> None:
    row = add_file(musterstadt)
    path = Path(row.file.path)
    path.write_bytes(path.read_bytes().replace(b"Catalog", b"Catalag"))
    with pytest.raises(evidence_files.FileChanged):
        evidence_files.opened(row)


def test_the_file_goes_after_the_commit(musterstadt: Town, django_capture_on_commit_callbacks: Commit) -> None:
    row = add_file(musterstadt)
    name = row.file.name
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        services.remove_evidence(row, by=musterstadt["cdo"])
    before = evidence_storage().exists(name)
    for callback in callbacks:
        callback()
    assert (before, evidence_storage().exists(name)) == (True, False)


def test_a_storage_that_fails_does_not_undo_the_removal(
    musterstadt: Town, django_capture_on_commit_callbacks: Commit
) -> None:
    row = add_file(musterstadt)
    path = Path(row.file.path)
    path.unlink()
    # A folder in its place cannot be deleted while something lies in it.
    (path / "etwas").mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_evidence(row, by=musterstadt["cdo"])
    (path / "etwas").rmdir()
    path.rmdir()
    assert not Evidence.objects.exists()


def test_evidence_is_removed_once(musterstadt: Town) -> None:
    row = add(musterstadt)
    services.remove_evidence(Evidence.objects.get(pk=row.pk), by=musterstadt["cdo"])
    with pytest.raises(Conflict, match="schon entfernt"):
        services.remove_evidence(row, by=musterstadt["cdo"])


@pytest.mark.parametrize("thing", ["entry", "recipient"])
def test_what_is_deleted_takes_its_evidence_with_it(
    musterstadt: Town, thing: str, django_capture_on_commit_callbacks: Commit
) -> None:
    owner = draft_system(musterstadt) if thing == "entry" else recipient(musterstadt)
    name = add_file(musterstadt, owner).file.name
    delete = services.delete_draft if thing == "entry" else services.delete_master_data
    with django_capture_on_commit_callbacks(execute=True):
        delete(owner, by=musterstadt["cdo"])
    recorded = AuditRecord.objects.filter(action="register.evidence.removed").count()
    assert (Evidence.objects.count(), evidence_storage().exists(name), recorded) == (0, False, 1)


# --- The clean-up ---------------------------------------------------------------------------------


def test_a_stray_file_is_swept_after_a_day(db: None) -> None:
    name = evidence_storage().save("ab" * 16, ContentFile(samples.PDF))
    make_old(name)
    evidence_files.sweep()
    assert not evidence_storage().exists(name)


def test_a_file_whose_row_is_not_committed_yet_is_left_alone(db: None) -> None:
    name = evidence_storage().save("cd" * 16, ContentFile(samples.PDF))
    evidence_files.sweep()
    kept = evidence_storage().exists(name)
    evidence_storage().delete(name)
    assert kept


def test_a_file_of_a_row_is_never_swept(musterstadt: Town) -> None:
    row = add_file(musterstadt)
    make_old(row.file.name)
    evidence_files.sweep()
    assert evidence_storage().exists(row.file.name)


# --- Reminders ------------------------------------------------------------------------------------


def told(town: Town, role: str = "cdo") -> int:
    return Notification.objects.filter(user=town[role], text__contains="Nachweis „AVV").count()


def ending(town: Town, days: int, owner: Any = None) -> Evidence:
    return add(town, owner, valid_until=timezone.localdate() + timedelta(days=days))


def test_it_is_said_90_30_and_7_days_before_the_last_valid_day(musterstadt: Town) -> None:
    ending(musterstadt, 100)
    for days in range(101):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            services.remind_of_evidence()
    assert told(musterstadt) == 3


def test_whoever_edits_the_entry_is_told(musterstadt: Town) -> None:
    ending(musterstadt, 5, draft_system(musterstadt))
    services.remind_of_evidence()
    assert told(musterstadt, "fachamt") == 1


def test_a_renewed_proof_is_reminded_of_again(musterstadt: Town) -> None:
    row = ending(musterstadt, 5)
    services.remind_of_evidence()
    until = timezone.localdate() + timedelta(days=6)
    services.change_evidence(row, by=musterstadt["cdo"], changes={"valid_until": until})
    services.remind_of_evidence()
    assert told(musterstadt) == 2


def test_a_proof_of_an_ended_system_may_run_out(musterstadt: Town) -> None:
    entry = draft_system(musterstadt)
    ending(musterstadt, 5, entry)
    services.update(entry, by=musterstadt["fachamt"], changes={"status": "rejected"})
    assert services.remind_of_evidence() == 0
