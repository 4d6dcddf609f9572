"""The draft of a notice as PDF and JSON, set in the background. It is a draft until a person sends it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import get_template
from django.urls import reverse

from accounts.models import User
from accounts.services import notify
from compliance.models import Incident
from compliance.rules import incidents as rules
from compliance.selectors_incidents import notice_texts
from compliance.services.incidents import locked, logged, note
from core import audit, canonical, jobs, pdf
from core.errors import Conflict, JobFailed
from core.jobs import documents
from core.models import Job, StoredDocument
from core.text import format_moment

KIND = "incident-notice"
TEMPLATE = "pdf/incident_notice.html"


@transaction.atomic
def request_notice(incident: Incident, *, by: User, target: str) -> Job:
    """Fix the text as it is now and ask a worker to set it. The same text is the same file."""
    incident = locked(incident, by=by)
    about = rules.book().notices.get(target)
    if about is None:
        raise Conflict("Diese Meldung gibt es nicht.")
    content = _content(incident, about)
    template = (settings.BASE_DIR / "templates" / TEMPLATE).read_text(encoding="utf-8")
    digest = canonical.sha256({"content": content, "look": [pdf.fingerprint(), template]})
    data = {
        "content": content,
        "sha256": canonical.sha256(content),
        "incident": str(incident.uuid),
        "municipality": incident.municipality_id,
        "title": f"Meldung zu {incident}",
        "filename": f"Meldung-{incident.reference}-{target}",
    }
    job = jobs.enqueue(KIND, f"{incident.pk}:{digest}", by=by, data=data, scope=scope_of(incident))
    if "result_url" not in job.data:
        job.data["result_url"] = reverse("compliance:incident-document", args=[incident.uuid, job.pk, "pdf"])
        job.save(update_fields=["data"])
        note(incident, f"Dokument erstellt: {about.title}", by=by, text=f"Prüfsumme {data['sha256']}")
    audit.record("compliance.incident.document", incident, by=by, data={**logged(incident), "sha256": digest})
    return job


def scope_of(incident: Incident) -> str:
    return f"incident:{incident.pk}"


def _content(incident: Incident, about: rules.Notice) -> dict[str, Any]:
    """Everything the document prints, JSON-ready."""
    texts, town = notice_texts(incident, about.key), incident.municipality
    return {
        "municipality": town.name,
        "controller": town.controller_name,
        "address": town.controller_address,
        "reference": incident.reference,
        "notice": about.key,
        "title": about.title,
        "article": about.article,
        "aware_at": format_moment(incident.aware_at),
        "is_draft": not incident.sent.filter(target=about.key).exists(),
        "stand": rules.book().stand.strftime("%d.%m.%Y"),
        "lines": [[one.label, one.article, texts[one.key]] for one in about.fields],
    }


def build_notice(job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice."""
    key = f"{KIND}:{job.key}"
    if existing := StoredDocument.objects.filter(key=key).first():
        return existing
    if reason := pdf.available():
        raise JobFailed(reason)
    jobs.progress(job, stage="Meldung wird gesetzt", percent=20)
    content, name = job.data["content"], job.data["filename"]
    plain = canonical.dumps({**content, "sha256": job.data["sha256"]}).encode()
    if not StoredDocument.objects.filter(key=json_key(job)).exists():
        documents.keep(
            jobs.store(json_key(job), plain, filename=f"{name}.json", media_type="application/json", scope=job.scope)
        )
    html = get_template(TEMPLATE).render({"report": content, "sha256": job.data["sha256"]})
    rendered = pdf.render(html, title=content["title"], created=job.created_at)
    return jobs.store(key, rendered.data, filename=f"{name}.pdf", media_type="application/pdf", scope=job.scope)


def json_key(job: Job) -> str:
    return f"{KIND}-json:{job.key}"


def notice_finished(job: Job) -> None:
    """In the transaction that stores the result."""
    incident = Incident.objects.select_related("municipality").get(uuid=job.data["incident"])
    assert job.result is not None
    data = {**logged(incident), "sha256": job.result.sha256}
    audit.record("compliance.incident.document_made", incident, by=None, data=data)
    waiting = User.objects.filter(pk__in=job.requests.values("user"), is_active=True)
    rows = Incident.objects.filter(pk=incident.pk)
    people = [one for one in waiting if rows.workable_by(one).exists()]
    url = reverse("core:job", args=[job.pk])
    notify(people, f"Das Dokument zu {incident} ist fertig.", url=url, municipality=incident.municipality)
