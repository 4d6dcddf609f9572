"""An answer of the data map as a PDF: asked for, set by the worker, told to who waits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from compliance.datamap.answers import Answer
from core import audit, canonical, jobs, pdf
from core.errors import JobFailed, NotAllowed
from core.models import Job, StoredDocument
from core.text import format_date

KIND = "data-map"
TEMPLATE = "pdf/datamap.html"
# Beyond that a PDF is of no use to anybody; the CSV holds all of it.
MOST_ROWS = 2000


@transaction.atomic
def request_datamap(municipality: Municipality, *, by: User, answer: Answer) -> Job:
    """Fix what the person may read today and ask a worker to set it. The same content is the same file."""
    if not permissions.has(by, "entry.view", municipality=municipality):
        raise NotAllowed()
    if len(answer.rows) > MOST_ROWS:
        raise ValidationError(f"Mehr als {MOST_ROWS} Zeilen sind zu viel für ein PDF. Bitte nehmen Sie die CSV-Datei.")
    content: dict[str, Any] = {
        "municipality": municipality.name,
        "slug": municipality.slug,
        "title": answer.title,
        "as_of": format_date(timezone.localdate()),
        "numbers": [[label, number] for label, number in answer.numbers],
        "notes": answer.notes,
        "nothing": answer.nothing,
        "headings": answer.own_headings,
        "rows": list(answer.lines()),
    }
    template = (settings.BASE_DIR / "templates" / TEMPLATE).read_text(encoding="utf-8")
    digest = canonical.sha256({"content": content, "look": [pdf.fingerprint(), template]})
    data = {
        "content": content,
        "municipality": municipality.pk,
        "title": answer.title,
        "filename": f"{answer.filename}-{municipality.slug}-{timezone.localdate().isoformat()}.pdf",
    }
    job = jobs.enqueue(KIND, f"{municipality.pk}:{digest}", by=by, data=data, scope=f"data-map:{municipality.pk}")
    if "result_url" not in job.data:
        job.data["result_url"] = reverse("compliance:datamap-pdf", args=[job.pk])
        job.save(update_fields=["data"])
    audit.record("compliance.datamap.requested", municipality, by=by, data={"title": answer.title, "sha256": digest})
    return job


def build_datamap(job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice."""
    key = f"{KIND}:{job.key}"
    if existing := StoredDocument.objects.filter(key=key).first():
        return existing
    if reason := pdf.available():
        raise JobFailed(reason)
    jobs.progress(job, stage="Auszug wird gesetzt", percent=20)
    content = job.data["content"]
    html = get_template(TEMPLATE).render({"report": content})
    rendered = pdf.render(html, title=f"{content['title']} {content['municipality']}", created=job.created_at)
    return jobs.store(key, rendered.data, filename=job.data["filename"], media_type="application/pdf", scope=job.scope)


def datamap_finished(job: Job) -> None:
    """In the transaction that stores the result."""
    municipality = Municipality.objects.get(pk=job.data["municipality"])
    assert job.result is not None
    data = {"title": job.data["title"], "sha256": job.result.sha256}
    audit.record("compliance.datamap.finished", municipality, by=None, data=data)
    waiting = User.objects.filter(pk__in=job.requests.values("user"), is_active=True)
    people = [p for p in waiting if permissions.has(p, "entry.view", municipality=municipality)]
    url = reverse("core:job", args=[job.pk])
    notify(people, f"„{job.data['title']}“ ist als PDF fertig.", url=url, municipality=municipality)
