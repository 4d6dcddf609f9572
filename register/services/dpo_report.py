"""The yearly report of the Datenschutz as a PDF: asked for, set by the worker, told to who waits."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from core import audit, canonical, jobs, pdf
from core.errors import JobFailed, NotAllowed
from core.models import Job, StoredDocument
from register.selectors_report import report_content

KIND = "dpo-report"
TEMPLATE = "pdf/dpo_report.html"


def scope_of(municipality: Municipality) -> str:
    return f"dpo-report:{municipality.pk}"


@transaction.atomic
def request_dpo_report(municipality: Municipality, *, by: User, year: int) -> Job:
    """Fix what the register says today and ask a worker to set it. The same content is the same file."""
    if not permissions.has(by, "dpo_report.make", municipality=municipality):
        raise NotAllowed()
    today = timezone.localdate()
    if not timezone.localdate(municipality.created_at).year - 1 <= year <= today.year:
        raise ValidationError({"year": "Für dieses Jahr gibt es im Register nichts."})
    content = report_content(municipality, year=year, today=today)
    template = (settings.BASE_DIR / "templates" / TEMPLATE).read_text(encoding="utf-8")
    digest = canonical.sha256({"content": content, "look": [pdf.fingerprint(), template]})
    data = {
        "content": content,
        "year": year,
        "municipality": municipality.pk,
        "title": f"Jahresbericht des Datenschutzes {year}",
    }
    job = jobs.enqueue(KIND, f"{municipality.pk}:{digest}", by=by, data=data, scope=scope_of(municipality))
    if "result_url" not in job.data:
        job.data["result_url"] = reverse("register:dpo-report", args=[job.pk])
        job.save(update_fields=["data"])
        audit.record("register.dpo_report.requested", municipality, by=by, data={"year": year, "sha256": digest})
    return job


def build_dpo_report(job: Job) -> StoredDocument:
    """Called by the worker, safe to run twice."""
    key = f"{KIND}:{job.key}"
    if existing := StoredDocument.objects.filter(key=key).first():
        return existing
    if reason := pdf.available():
        raise JobFailed(reason)
    jobs.progress(job, stage="Bericht wird gesetzt", percent=20)
    content = job.data["content"]
    html = get_template(TEMPLATE).render({"report": content})
    title = f"{job.data['title']}, {content['municipality']}"
    rendered = pdf.render(html, title=title, created=job.created_at)
    name = f"Datenschutz-Jahresbericht-{content['slug']}-{content['year']}.pdf"
    return jobs.store(key, rendered.data, filename=name, media_type="application/pdf", scope=job.scope)


def dpo_report_finished(job: Job) -> None:
    """In the transaction that stores the result."""
    municipality = Municipality.objects.get(pk=job.data["municipality"])
    assert job.result is not None
    data = {"year": job.data["year"], "sha256": job.result.sha256}
    audit.record("register.dpo_report.finished", municipality, by=None, data=data)
    waiting = User.objects.filter(pk__in=job.requests.values("user"), is_active=True)
    people = [p for p in waiting if permissions.has(p, "dpo_report.view", municipality=municipality)]
    notify(people, f"„{job.data['title']}“ ist fertig.", url=reverse("register:dpo-reports"), municipality=municipality)
