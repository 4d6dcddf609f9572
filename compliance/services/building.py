"""Setting a requested Verarbeitungsverzeichnis as PDF, XLSX and ODT. Called by the worker, safe to run twice."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pikepdf

from accounts.models import User
from accounts.services import notify
from compliance import reports
from compliance.models import ActivityVersion, VvtReport
from compliance.reports import office, workbook
from compliance.rules.vocabulary import PROCESSOR
from compliance.services.snapshots import content_in
from core import audit, jobs, pdf
from core.errors import JobFailed
from core.jobs import documents
from core.models import Job, StoredDocument

PDF = "application/pdf"
XLSX, ODT = "xlsx", "odt"
MEDIA_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ODT: "application/vnd.oasis.opendocument.text",
}
WRITERS: dict[str, Callable[[reports.Book], bytes]] = {XLSX: workbook.write, ODT: office.write}
# The sheets take most of the time; what is left is for the front and for putting it together.
_SHEETS_FROM, _SHEETS_TO = 3, 88


def build_vvt(job: Job) -> StoredDocument:
    """The document of a job, from exactly the versions that were pinned when somebody asked for it."""
    key = f"vvt:{job.key}"
    existing = StoredDocument.objects.filter(key=key).first()
    if existing is not None:
        return existing
    if reason := pdf.available():
        raise JobFailed(reason)
    data = job.data
    jobs.progress(job, stage="Angaben werden gelesen", percent=1)
    rows = ActivityVersion.objects.filter(pk__in=data["versions"]).order_by("activity__number")
    book = reports.book_of(data, [content_in(row) for row in rows])
    for kind, write in WRITERS.items():
        _keep_file(job, kind, write, book)
    sections = _sections(job, book.sheets)
    jobs.progress(job, stage="Vorblatt und Inhalt werden gesetzt", percent=_SHEETS_TO + 2)
    front = _front(job, book, sections)
    jobs.progress(job, stage="Dokument wird zusammengefügt", percent=95)
    whole = pdf.assemble(front, sections, title=book.title, footer=book.footer)
    return jobs.store(key, whole.data, filename=_filename(job, "pdf"), media_type=PDF, scope=job.scope)


def vvt_finished(job: Job) -> None:
    """In the transaction that stores the result: so it happens once, however often the job was run."""
    report = VvtReport.objects.select_related("municipality").get(uuid=job.data["report"])
    report.document = job.result
    report.spreadsheet = StoredDocument.objects.filter(key=file_key(job, XLSX)).first()
    report.office_text = StoredDocument.objects.filter(key=file_key(job, ODT)).first()
    report.save(update_fields=["document", "spreadsheet", "office_text"])
    assert job.result is not None
    data = {"number": report.number, "sha256": job.result.sha256}
    audit.record("compliance.vvt.finished", report, by=None, data=data)
    waiting = User.objects.filter(pk__in=job.requests.values("user"), is_active=True)
    # Rights may have gone since the document was asked for.
    people = [person for person in waiting if VvtReport.objects.visible_to(person).filter(pk=report.pk).exists()]
    notify(people, f"„{report}“ ist fertig.", url=report.get_absolute_url(), municipality=report.municipality)


def _sections(job: Job, sheets: Sequence[reports.Sheet]) -> list[pdf.Section]:
    keys = [reports.section_key(sheet, job.data["municipality"]) for sheet in sheets]
    kept = {row.key: row for row in StoredDocument.objects.filter(key__in=keys)}
    sections = []
    for at, (sheet, key) in enumerate(zip(sheets, keys, strict=True), start=1):
        if key not in kept:
            percent = _SHEETS_FROM + (_SHEETS_TO - _SHEETS_FROM) * at // len(sheets)
            jobs.progress(job, stage=f"Blatt {at} von {len(sheets)} wird gesetzt", percent=percent)
            kept[key] = _render_sheet(sheet, key, job.data["municipality"])
        sections.append(pdf.Section(sheet.reference, sheet.heading, _read(kept[key])))
    return sections


def _render_sheet(sheet: reports.Sheet, key: str, municipality: int) -> StoredDocument:
    rendered = pdf.render(reports.sheet_html(sheet))
    name = f"{sheet.reference}.pdf"
    # Kept at once, not with the job: a worker that takes over finds the sheets that are already set.
    return documents.keep(
        jobs.store(key, rendered.data, filename=name, media_type=PDF, scope=f"vvt-blatt:{municipality}")
    )


def _read(document: StoredDocument) -> pdf.RenderedPdf:
    with document.file.open("rb") as file:
        content = file.read()
    with pikepdf.open(io.BytesIO(content)) as opened:
        return pdf.RenderedPdf(content, len(opened.pages))


def _front(job: Job, book: reports.Book, sections: list[pdf.Section]) -> pdf.RenderedPdf:
    return pdf.render_front(
        lambda lines: pdf.render(reports.front_html(book.front, lines), title=book.title, created=job.created_at),
        sections,
    )


def _keep_file(job: Job, kind: str, write: Callable[[reports.Book], bytes], book: reports.Book) -> None:
    """XLSX or ODT beside the PDF, written once: whoever takes the job over finds what is already there."""
    key = file_key(job, kind)
    if not StoredDocument.objects.filter(key=key).exists():
        content = write(book)
        documents.keep(
            jobs.store(key, content, filename=_filename(job, kind), media_type=MEDIA_TYPES[kind], scope=job.scope)
        )


def file_key(job: Job, kind: str) -> str:
    return f"vvt-{kind}:{job.key}"


def _filename(job: Job, kind: str) -> str:
    front, number = job.data["front"], job.data["number"]
    what = "Verarbeitungen-im-Auftrag" if front["role"] == PROCESSOR else "Verarbeitungsverzeichnis"
    return f"{what}-{front['slug']}-{front['as_of']}-Fassung-{number}.{kind}"
