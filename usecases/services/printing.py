"""Documents of this room as PDF and ODT: the content fixed on asking, set by the worker, told to who waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from core import audit, canonical, jobs, odt, pdf
from core.errors import JobFailed
from core.jobs import documents
from core.models import Job, StoredDocument
from usecases.models.keeping import VIEW

ODT = "application/vnd.oasis.opendocument.text"


@dataclass(frozen=True)
class Paper:
    """A kind of document: its job, its template, where it is fetched, and the name of its acts in the log."""

    kind: str
    template: str
    url_name: str
    act: str
    permission: str = VIEW
    # Writes the same content as ODT, where there is one.
    text: Callable[[dict[str, Any]], bytes] | None = None


def request(paper: Paper, municipality: Municipality, *, by: User, title: str, content: dict[str, Any]) -> Job:
    """The same content is the same file."""
    template = (settings.BASE_DIR / "templates" / paper.template).read_text(encoding="utf-8")
    look = [pdf.fingerprint(), template, *([odt.look()] if paper.text else [])]
    digest = canonical.sha256({"content": content, "look": look})
    name = title.replace(". ", "-").replace(" ", "-").replace(".", "")
    data = {
        "content": content,
        "municipality": municipality.pk,
        "title": title,
        "filename": f"{name}-{municipality.slug}-{timezone.localdate().isoformat()}.pdf",
    }
    scope = f"{paper.kind}:{municipality.pk}"
    job = jobs.enqueue(paper.kind, f"{municipality.pk}:{digest}", by=by, data=data, scope=scope)
    if "result_url" not in job.data:
        job.data["result_url"] = reverse(paper.url_name, args=[job.pk])
        job.save(update_fields=["data"])
    audit.record(paper.act, municipality, by=by, data={"sha256": digest})
    return job


def build(paper: Paper, job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice."""
    key = f"{paper.kind}:{job.key}"
    if existing := StoredDocument.objects.filter(key=key).first():
        return existing
    if reason := pdf.available():
        raise JobFailed(reason)
    jobs.progress(job, stage="Dokument wird gesetzt", percent=20)
    content = job.data["content"]
    if paper.text and not StoredDocument.objects.filter(key=text_key(job)).exists():
        name = job.data["filename"].removesuffix("pdf") + "odt"
        written = paper.text(content)
        documents.keep(jobs.store(text_key(job), written, filename=name, media_type=ODT, scope=job.scope))
    html = get_template(paper.template).render({"report": content})
    rendered = pdf.render(html, title=f"{job.data['title']} {content['municipality']}", created=job.created_at)
    return jobs.store(key, rendered.data, filename=job.data["filename"], media_type="application/pdf", scope=job.scope)


def text_key(job: Job) -> str:
    return f"{job.kind}-odt:{job.key}"


def finished(paper: Paper, job: Job) -> None:
    """In the transaction that stores the result."""
    municipality = Municipality.objects.get(pk=job.data["municipality"])
    assert job.result is not None
    audit.record(f"{paper.act}_made", municipality, by=None, data={"sha256": job.result.sha256})
    waiting = User.objects.filter(pk__in=job.requests.values("user"), is_active=True)
    people = [person for person in waiting if permissions.has(person, paper.permission, municipality=municipality)]
    url = reverse("core:job", args=[job.pk])
    notify(people, f"„{job.data['title']}“ ist als PDF fertig.", url=url, municipality=municipality)
