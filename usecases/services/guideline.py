"""The guideline: written as a draft, put in force as a version that never changes, counted office by office, printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, Municipality, User
from core import audit, canonical
from core.errors import Conflict
from core.models import Job, StoredDocument
from core.text import format_date
from register.services import access
from usecases.models import GuidelineDraft, GuidelineReaders, GuidelineVersion
from usecases.models.keeping import ENACT, VIEW
from usecases.models.training import MOST_PEOPLE
from usecases.rules import guideline as rules
from usecases.selectors_guideline import current, filled
from usecases.services import printing
from usecases.services.keeping import changed, own_departments, require

FURTHEST = timedelta(days=366)
PAPER = printing.Paper(
    kind="guideline", template="pdf/guideline.html", url_name="usecases:guideline-file", act="usecases.guideline.pdf"
)


@transaction.atomic
def write_guideline(
    municipality: Municipality, *, by: User, title: str, body: str, version: int | None = None
) -> GuidelineDraft:
    """Keep the draft. Building blocks stay open until it is put in force."""
    require(by, municipality)
    if unknown := rules.unknown_parts(body):
        raise ValidationError({"body": f"Den Baustein „{unknown[0][:40]}“ gibt es nicht."})
    access.one_at_a_time(municipality)
    draft = _draft(municipality) or GuidelineDraft(municipality=municipality)
    if draft.pk is not None and version is not None and draft.version != version:
        raise Conflict("Der Entwurf wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    draft = changed(draft, {"title": title, "body": body})
    audit.record("usecases.guideline.written", draft, by=by, data={"version": draft.version})
    return draft


def _draft(municipality: Municipality) -> GuidelineDraft | None:
    return GuidelineDraft.objects.select_for_update(of=("self",)).filter(municipality=municipality).first()


@transaction.atomic
def enact_guideline(
    municipality: Municipality, *, by: User, enacted_on: date, signed_by: str, version: int | None = None
) -> GuidelineVersion:
    """The draft as it is now, with the building blocks of today, becomes the next version."""
    require(by, municipality, ENACT)
    access.one_at_a_time(municipality)
    draft = _draft(municipality)
    if draft is None:
        raise Conflict("Es gibt noch keinen Entwurf.")
    if version is not None and draft.version != version:
        raise Conflict("Der Entwurf wurde inzwischen geändert. Bitte lesen Sie ihn noch einmal.")
    last, body = current(municipality), filled(municipality, draft.body)
    _check_day(enacted_on, last)
    if last is not None and (last.title, last.body) == (draft.title, body):
        raise Conflict("Der Entwurf unterscheidet sich nicht von der geltenden Fassung.")
    row = GuidelineVersion(
        municipality=municipality,
        number=last.number + 1 if last else 1,
        title=draft.title,
        body=body,
        enacted_on=enacted_on,
        signed_by=signed_by.strip(),
        by=by,
        at=timezone.now(),
    )
    row.sha256 = canonical.sha256(_sealed(row))
    row.full_clean()
    row.save()
    audit.record("usecases.guideline.enacted", row, by=by, data={"number": row.number, "sha256": row.sha256})
    return row


def _sealed(row: GuidelineVersion) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "body": row.body,
        "enacted_on": row.enacted_on.isoformat(),
        "signed_by": row.signed_by,
    }


def _check_day(enacted_on: date, last: GuidelineVersion | None) -> None:
    if enacted_on > timezone.localdate() + FURTHEST:
        raise ValidationError({"enacted_on": "Bitte prüfen Sie das Datum: Es liegt zu weit voraus."})
    if last is not None and enacted_on < last.enacted_on:
        said = f"Die Fassung {last.number} gilt erst seit dem {format_date(last.enacted_on)}."
        raise ValidationError({"enacted_on": f"{said} Eine neue kann nicht früher gelten."})


@transaction.atomic
def count_readers(guideline: GuidelineVersion, *, by: User, numbers: Mapping[Department, int]) -> GuidelineVersion:
    """How many people of each office know the version, as the offices report it. Replaces what was said before."""
    require(by, guideline.municipality_id)
    if any(not 0 <= number <= MOST_PEOPLE for number in numbers.values()):
        raise ValidationError("Kenntnisnahmen können nicht negativ oder so hoch sein.")
    counted = {row: number for row, number in numbers.items() if number}
    own_departments(counted, guideline.municipality_id)
    access.one_at_a_time(guideline.municipality)
    guideline.readers.all().delete()
    rows = [GuidelineReaders(guideline=guideline, department=row, number=number) for row, number in counted.items()]
    GuidelineReaders.objects.bulk_create(rows)
    data = {"number": guideline.number, "people": sum(counted.values())}
    audit.record("usecases.guideline.counted", guideline, by=by, data=data)
    return guideline


@transaction.atomic
def request_guideline_pdf(guideline: GuidelineVersion, *, by: User) -> Job:
    require(by, guideline.municipality_id, VIEW)
    content = {
        "municipality": guideline.municipality.name,
        "title": guideline.title,
        "number": guideline.number,
        "enacted_on": format_date(guideline.enacted_on),
        "signed_by": guideline.signed_by,
        "sha256": guideline.sha256,
        "blocks": [vars(block) for block in rules.blocks(guideline.body)],
    }
    title = f"KI-Richtlinie Fassung {guideline.number}"
    return printing.request(PAPER, guideline.municipality, by=by, title=title, content=content)


def build_guideline_pdf(job: Job) -> StoredDocument:
    return printing.build(PAPER, job)


def guideline_pdf_finished(job: Job) -> None:
    printing.finished(PAPER, job)
