"""The report to the council: asked for by who may read all of it, in two editions."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from core.errors import NotAllowed
from core.models import Job, StoredDocument
from usecases import council
from usecases.council import text
from usecases.services import printing

MAKE = "council_report.make"
PAPER = printing.Paper(
    kind="council-report",
    template="pdf/council.html",
    url_name="usecases:council-file",
    act="usecases.council.report",
    permission=MAKE,
    text=text.write,
)
TITLES = {council.PUBLIC: "Ratsbericht öffentlich", council.INNER: "Ratsbericht nichtöffentlich"}


@transaction.atomic
def request_council_report(municipality: Municipality, *, by: User, edition: str, since: date, until: date) -> Job:
    """Fix what register and portfolio say today and ask a worker to set it. The same content is the same file."""
    if not permissions.has_all(by, MAKE, municipality.pk):
        raise NotAllowed()
    today = timezone.localdate()
    if edition not in council.EDITIONS:
        raise ValidationError({"edition": "Diese Fassung gibt es nicht."})
    if until > today:
        raise ValidationError({"until": "Der Tag liegt in der Zukunft."})
    if since > until:
        raise ValidationError({"until": "Das Ende liegt vor dem Beginn."})
    content = council.content_of(municipality, edition=edition, since=since, until=until, today=today)
    return printing.request(PAPER, municipality, by=by, title=TITLES[edition], content=content)


def build_council_report(job: Job) -> StoredDocument:
    return printing.build(PAPER, job)


def council_report_finished(job: Job) -> None:
    printing.finished(PAPER, job)
