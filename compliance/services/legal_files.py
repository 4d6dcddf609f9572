"""A legal document as a PDF: asked for, set by the worker, told to who waits. The same content is the same file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import get_template
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from accounts.services import notify
from compliance.legal.printing import Printable, filename_of, for_paper, title_of
from core import audit, canonical, jobs, pdf
from core.errors import JobFailed
from core.models import Job, StoredDocument
from register.models import Entry
from register.services import access

KIND = "legal-document"
TEMPLATE = "pdf/legal.html"


def job_key(entry: Entry, document: Printable) -> str:
    template = (settings.BASE_DIR / "templates" / TEMPLATE).read_text(encoding="utf-8")
    return f"{entry.pk}:{canonical.sha256({'document': document, 'look': [pdf.fingerprint(), template]})}"


def finished_job(entry: Entry, document: Printable) -> Job | None:
    """The file of exactly this content, if somebody has asked for it before."""
    return (
        Job.objects.filter(kind=KIND, key=job_key(entry, document), result__isnull=False)
        .select_related("result")
        .first()
    )


@transaction.atomic
def request_legal_pdf(entry: Entry, *, by: User, document: Printable) -> Job:
    """Fix what the document says and ask a worker to set it."""
    access.require(by, "entry.view", entry)
    title = title_of(document)
    data: dict[str, Any] = {
        "document": document,
        "entry": entry.pk,
        "title": title,
        "filename": filename_of(document, slugify(entry.name)[:60] or "system", "pdf"),
    }
    job = jobs.enqueue(KIND, job_key(entry, document), by=by, data=data, scope=f"{KIND}:{entry.pk}")
    if "result_url" not in job.data:
        job.data["result_url"] = reverse("compliance:legal-file", args=[job.pk])
        job.save(update_fields=["data"])
    audit.record("compliance.document.requested", entry, by=by, data={"title": title, "sha256": document["sha256"]})
    return job


def build_legal_pdf(job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice."""
    key = f"{KIND}:{job.key}"
    if existing := StoredDocument.objects.filter(key=key).first():
        return existing
    if reason := pdf.available():
        raise JobFailed(reason)
    jobs.progress(job, stage="Dokument wird gesetzt", percent=20)
    html = get_template(TEMPLATE).render(for_paper(job.data["document"]))
    rendered = pdf.render(html, title=job.data["title"], created=job.created_at)
    return jobs.store(key, rendered.data, filename=job.data["filename"], media_type="application/pdf", scope=job.scope)


def legal_pdf_finished(job: Job) -> None:
    """In the transaction that stores the result."""
    entry = Entry.objects.select_related("municipality").get(pk=job.data["entry"])
    assert job.result is not None
    data = {"title": job.data["title"], "sha256": job.result.sha256}
    audit.record("compliance.document.printed", entry, by=None, data=data)
    waiting = User.objects.filter(pk__in=job.requests.values("user"), is_active=True)
    people = [person for person in waiting if access.allowed(person, "entry.view", entry)]
    url = reverse("core:job", args=[job.pk])
    notify(people, f"„{job.data['title']}“ ist als PDF fertig."[:300], url=url, municipality=entry.municipality)
