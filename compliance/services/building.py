"""Setting a requested Verarbeitungsverzeichnis as a PDF. Called by the worker, safe to run twice."""

from __future__ import annotations

import io

import pikepdf

from accounts.models import User
from accounts.services import notify
from compliance import reports
from compliance.models import ActivityVersion, VvtReport
from compliance.services.snapshots import content_in
from core import audit, jobs, pdf
from core.errors import JobFailed
from core.jobs import documents
from core.models import Job, StoredDocument

PDF = "application/pdf"
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
    sheets = [reports.sheet_of(content_in(row)) for row in rows]
    sections = _sections(job, sheets)
    jobs.progress(job, stage="Vorblatt und Inhalt werden gesetzt", percent=_SHEETS_TO + 2)
    front = _front(job, sections)
    jobs.progress(job, stage="Dokument wird zusammengefügt", percent=95)
    footer = reports.footer_text(data["front"], data["heads"], data["number"])
    whole = pdf.assemble(front, sections, title=reports.document_title(data["front"]), footer=footer)
    return jobs.store(key, whole.data, filename=_filename(job), media_type=PDF, scope=job.scope)


def vvt_finished(job: Job) -> None:
    """In the transaction that stores the result: so it happens once, however often the job was run."""
    report = VvtReport.objects.select_related("municipality").get(uuid=job.data["report"])
    report.document = job.result
    report.save(update_fields=["document"])
    assert job.result is not None
    data = {"number": report.number, "sha256": job.result.sha256}
    audit.record("compliance.vvt.finished", report, by=None, data=data)
    waiting = User.objects.filter(pk__in=job.requests.values("user"), is_active=True)
    # Rights may have gone since the document was asked for.
    people = [person for person in waiting if VvtReport.objects.visible_to(person).filter(pk=report.pk).exists()]
    notify(people, f"„{report}“ ist fertig.", url=report.get_absolute_url(), municipality=report.municipality)


def _sections(job: Job, sheets: list[reports.Sheet]) -> list[pdf.Section]:
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


def _front(job: Job, sections: list[pdf.Section]) -> pdf.RenderedPdf:
    data = job.data
    front = reports.front_of(
        data["front"], data["heads"], number=data["number"], made_on=data["made_on"], count=len(sections)
    )
    title = reports.document_title(data["front"])
    return pdf.render_front(
        lambda lines: pdf.render(reports.front_html(front, lines), title=title, created=job.created_at), sections
    )


def _filename(job: Job) -> str:
    data = job.data
    return f"Verarbeitungsverzeichnis-{data['front']['slug']}-{data['front']['as_of']}-Fassung-{data['number']}.pdf"
