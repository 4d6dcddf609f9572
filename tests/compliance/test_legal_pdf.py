"""Legal documents as PDF: what they say in which order, how they are tagged, and that they are set once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymupdf
import pytest
from outloud import check

import compliance.tasks  # noqa: F401 - registers the handler
from compliance import services
from compliance.legal import printing
from compliance.legal.assessed import of_assessment
from compliance.legal.content import content_of
from compliance.legal.known import read
from compliance.models import LegalDocument, LegalDocumentVersion
from compliance.rules.legal_kinds import kinds
from compliance.views.assessment_pages import result_page
from core import jobs
from core.models import Job, StoredDocument
from register.models import Entry
from tests.compliance.assessing import finished, reviewed
from tests.compliance.law.golden import CASES, facts_of
from tests.compliance.legal import approved, filled, started
from tests.world import Town

pytestmark = pytest.mark.django_db

# Guesses of the checker at what is drawn: several small tables on a page, and tables that run over a page.
GUESSES = {"TBL-014", "PAG-001"}
CLASSES = ("NA", "MIN", "TRANS", "A63", "HR_I", "HR_III", "VERBOTEN")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


def made(town: Town, entry: Entry, document: printing.Printable) -> bytes:
    job = services.request_legal_pdf(entry, by=town["cdo"], document=document)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    with job.result.file.open("rb") as file:
        return file.read()


def text_of(data: bytes) -> str:
    """The printed words with single blanks and without the hyphens of line ends."""
    with pymupdf.open(stream=data, filetype="pdf") as document:
        pages = (page.get_text().replace("\u2010\n", "").replace("-\n", "") for page in document)
        return " ".join(" ".join(page.split()) for page in pages)


def draft_of(document: LegalDocument) -> printing.Printable:
    return printing.of_draft(document, content_of(document.definition, read(document.entry), document.answers))


def problems_of(data: bytes, folder: Path) -> list[str]:
    path = folder / "document.pdf"
    path.write_bytes(data)
    serious = [one for one in check(str(path)).findings if one.severity in ("error", "warning")]
    return [str(one) for one in serious if one.rule not in GUESSES]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_is_printed_in_its_order(musterstadt: Town, complete: Entry, kind: str) -> None:
    text = text_of(made(musterstadt, complete, draft_of(filled(musterstadt, complete, kind))))
    places = [text.find(title) for title in [section.title for section in kinds()[kind].sections] + ["Unterschriften"]]
    assert places == sorted(places)
    assert -1 not in places


@pytest.mark.parametrize("risk_class", CLASSES)
def test_an_assessment_of_each_class_is_printed(musterstadt: Town, draft: Entry, risk_class: str) -> None:
    case = next(one for one in CASES if one["class"] == risk_class and one.get("drafts", True))
    assessment = finished(musterstadt, draft, **facts_of(case))
    page = result_page(assessment)
    text = text_of(made(musterstadt, draft, of_assessment(assessment, page)))
    said = [page["sentence"], "keine Rechtsberatung", "ENTWURF", "Selbsteinschätzung vom"]
    assert (assessment.risk_class, [words for words in said if words not in text]) == (risk_class, [])


def test_a_reviewed_assessment_has_no_draft_mark(musterstadt: Town, draft: Entry) -> None:
    assessment = reviewed(musterstadt, draft)
    text = text_of(made(musterstadt, draft, of_assessment(assessment, result_page(assessment))))
    assert ("ENTWURF" in text, "GEPRÜFT von einer zweiten Person" in text) == (False, True)


def test_what_nobody_said_is_printed_as_missing(musterstadt: Town, complete: Entry) -> None:
    text = text_of(made(musterstadt, complete, draft_of(started(musterstadt, complete))))
    assert "Eignung Noch nicht angegeben (nötig)" in text


def test_a_draft_says_so_on_every_page(musterstadt: Town, complete: Entry) -> None:
    data = made(musterstadt, complete, draft_of(filled(musterstadt, complete)))
    with pymupdf.open(stream=data, filetype="pdf") as document:
        assert all("ENTWURF" in page.get_text() for page in document)


def test_the_approved_document_carries_hash_version_and_names(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    text = text_of(made(musterstadt, complete, printing.of_version(version))).replace(" ", "")
    said = [version.sha256, "Fassung 1, GENEHMIGT", "zustimmend", str(musterstadt["dsb"]), str(musterstadt["leitung"])]
    assert ([words for words in said if words.replace(" ", "") not in text], "ENTWURF" in text) == ([], False)


def test_the_tags_of_a_long_document_are_in_order(musterstadt: Town, complete: Entry, tmp_path: Path) -> None:
    risks = [{"risk": f"Risiko {n} " + "Wort " * 150, "measure": "x" * 900} for n in range(25)]
    document = filled(musterstadt, complete, risks=risks, view="Donaudampfschifffahrtsgesellschaft" * 40)
    assert problems_of(made(musterstadt, complete, draft_of(document)), tmp_path) == []


def test_typed_markup_is_printed_as_it_was_typed(musterstadt: Town, complete: Entry) -> None:
    typed = '<img src="http://example.org/x.png"><script>alert(1)</script>'
    text = text_of(made(musterstadt, complete, draft_of(filled(musterstadt, complete, view=typed))))
    assert "<script>alert(1)</script>" in text


def test_an_unchanged_document_is_set_once(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    for _ in range(2):
        made(musterstadt, complete, printing.of_version(LegalDocumentVersion.objects.get(pk=version.pk)))
    assert StoredDocument.objects.filter(key__startswith="legal-document:").count() == 1
