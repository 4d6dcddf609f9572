"""The guideline and the records of people: what is frozen, what is refused, and what is deleted when."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

import usecases.tasks  # noqa: F401 - registers the handler
from core import jobs
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord, Job
from tests.usecases.people import agree, approve, enact, hold, make_course
from tests.world import Town
from usecases import services
from usecases.models import GuidelineAcknowledgement, GuidelineVersion, TrainingRecord
from usecases.rules import guideline as rules

pytestmark = pytest.mark.django_db


def page(town: Town, role: str, name: str, *args: Any, data: Any = None) -> Any:
    client = Client()
    client.force_login(town[role])
    address = reverse(f"usecases:{name}", args=args)
    return client.get(address) if data is None else client.post(address, data)


def test_a_text_becomes_headings_lists_and_paragraphs() -> None:
    found = rules.blocks("## Was gilt\nErst.\nDann.\n\nDanach.\n- eins\n- zwei")
    assert [(block.kind, block.text, block.lines) for block in found] == [
        ("heading", "Was gilt", []),
        ("text", "Erst.\nDann.", []),
        ("text", "Danach.", []),
        ("list", "", ["eins", "zwei"]),
    ]


def test_the_text_to_start_with_uses_only_blocks_that_exist() -> None:
    assert rules.unknown_parts(rules.START) == []


def test_a_version_holds_the_tools_of_its_day(musterstadt: Town) -> None:
    tool = approve(musterstadt)
    version = enact(musterstadt, "[[Werkzeuge]]\n[[Verbotene Daten]]")
    services.end_tool(tool, by=musterstadt["cdo"])
    assert GuidelineVersion.objects.get(pk=version.pk).body.splitlines() == [
        "- Dialogwerk: Texte entwerfen. Für: alle Ämter.",
        "- Dialogwerk: Sozialdaten",
    ]


def test_an_unknown_block_is_refused(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="Den Baustein „Wetter“ gibt es nicht"):
        services.write_guideline(musterstadt.municipality, by=musterstadt["cdo"], title="R", body="[[Wetter]]")


def test_only_the_leitung_puts_it_in_force(musterstadt: Town) -> None:
    services.write_guideline(musterstadt.municipality, by=musterstadt["cdo"], title="R", body="Text")
    with pytest.raises(NotAllowed):
        services.enact_guideline(
            musterstadt.municipality, by=musterstadt["cdo"], enacted_on=timezone.localdate(), signed_by="CDO"
        )


def test_a_version_never_changes(musterstadt: Town) -> None:
    version = enact(musterstadt)
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidelineVersion.objects.filter(pk=version.pk).update(body="Anders")


def test_the_same_text_is_no_new_version(musterstadt: Town) -> None:
    enact(musterstadt)
    with pytest.raises(Conflict, match="unterscheidet sich nicht"):
        enact(musterstadt)


def test_a_version_cannot_be_in_force_before_the_one_before(musterstadt: Town) -> None:
    enact(musterstadt)
    services.write_guideline(musterstadt.municipality, by=musterstadt["cdo"], title="R", body="Neu")
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ValidationError, match="nicht früher gelten"):
        services.enact_guideline(
            musterstadt.municipality, by=musterstadt["leitung"], enacted_on=yesterday, signed_by="die Bürgermeisterin"
        )


def test_markup_in_a_text_stays_text(musterstadt: Town) -> None:
    enact(musterstadt, "<script>alert(1)</script>")
    assert "&lt;script&gt;" in page(musterstadt, "fachamt", "guideline").content.decode()


def test_the_difference_of_two_versions_is_shown(musterstadt: Town) -> None:
    enact(musterstadt, "Fragen Sie die Leitung.")
    version = enact(musterstadt, "Fragen Sie das KI-Team.")
    shown = page(musterstadt, "dsb", "guideline-difference", version.uuid, 1).content.decode()
    assert "<del>" in shown
    assert "das KI-Team" in shown


def test_the_pdf_names_day_and_signature(musterstadt: Town) -> None:
    version = enact(musterstadt, "## Regeln\n- Immer prüfen")
    page(musterstadt, "fachamt", "guideline-pdf", version.uuid, data={})
    job = Job.objects.get(kind="guideline")
    jobs.run(job.pk)
    file = page(musterstadt, "fachamt", "guideline-file", job.pk)
    words = PdfReader(BytesIO(b"".join(file.streaming_content))).pages[0].extract_text()
    assert [said in words for said in ("durch die Bürgermeisterin", "Immer prüfen")] == [True, True]


def test_numbers_of_readers_are_not_negative(musterstadt: Town) -> None:
    version = enact(musterstadt)
    name = f"office_{musterstadt.departments['tiefbau'].pk}"
    assert page(musterstadt, "cdo", "guideline-count", version.uuid, data={name: "-1"}).status_code == 422


def test_without_an_agreement_nobody_is_put_on_record(musterstadt: Town) -> None:
    version, session = enact(musterstadt), hold(make_course(musterstadt), musterstadt, buergerbuero=2)
    answers = [
        page(musterstadt, "fachamt", "guideline-acknowledge", version.uuid, data={}).status_code,
        page(musterstadt, "fachamt", "session-attended", session.uuid, data={}).status_code,
    ]
    assert (answers, TrainingRecord.objects.count() + GuidelineAcknowledgement.objects.count()) == ([409, 409], 0)


def test_a_second_acknowledgement_is_refused(musterstadt: Town) -> None:
    version, _ = enact(musterstadt), agree(musterstadt)
    sent = [page(musterstadt, "fachamt", "guideline-acknowledge", version.uuid, data={}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [302, 409]


def test_an_old_version_is_not_acknowledged(musterstadt: Town) -> None:
    agree(musterstadt)
    old = enact(musterstadt)
    enact(musterstadt, "Neu")
    with pytest.raises(Conflict, match="neuere Fassung"):
        services.acknowledge_guideline(old, by=musterstadt["fachamt"])


def test_a_record_is_visible_to_the_person_alone(musterstadt: Town) -> None:
    agree(musterstadt)
    session = hold(make_course(musterstadt), musterstadt)
    services.record_attendance(session, by=musterstadt["fachamt"])
    seen = {
        role: TrainingRecord.objects.visible_to(musterstadt[role]).count() for role in ("fachamt", "cdo", "leitung")
    }
    assert seen == {"fachamt": 1, "cdo": 0, "leitung": 0}


def test_the_log_does_not_name_the_person(musterstadt: Town) -> None:
    agree(musterstadt)
    services.acknowledge_guideline(enact(musterstadt), by=musterstadt["fachamt"])
    record = AuditRecord.objects.get(action="usecases.guideline.acknowledged")
    assert str(musterstadt["fachamt"].pk) != record.actor.user_id


def test_a_record_is_deleted_on_its_day_and_not_before(musterstadt: Town) -> None:
    agree(musterstadt, keep_months=6)
    record = services.acknowledge_guideline(enact(musterstadt), by=musterstadt["fachamt"])
    before = services.delete_old_records(musterstadt.municipality, today=record.delete_on - timedelta(days=1))
    on_the_day = services.delete_old_records(musterstadt.municipality, today=record.delete_on)
    assert (before, on_the_day) == (0, 1)


def test_ending_the_agreement_deletes_every_record(musterstadt: Town) -> None:
    agreement = agree(musterstadt)
    services.acknowledge_guideline(enact(musterstadt), by=musterstadt["fachamt"])
    services.end_agreement(agreement, by=musterstadt["leitung"])
    assert GuidelineAcknowledgement.objects.count() == 0


def test_an_agreement_needs_its_file_reference(musterstadt: Town) -> None:
    typed = {"title": "Vereinbarung", "concluded_on": "1.9.2026", "keep_months": "12"}
    answer = page(musterstadt, "cdo", "agreement-new", data=typed)
    assert (answer.status_code, "Aktenzeichen oder den Link" in answer.content.decode()) == (422, True)
