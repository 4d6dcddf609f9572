"""A real worker is killed while it sets the Verarbeitungsverzeichnis."""

import time

import pytest

from accounts.models import Notification
from compliance import services
from compliance.models import VvtReport
from core import jobs
from core.models import AuditRecord, Job, StoredDocument
from tests.compliance.test_activities import activity_of
from tests.core.test_worker import broker, media, ring_at_once, start_worker, wait_until  # noqa: F401 - fixtures
from tests.world import MUSTERSTADT_ARS, make_town

pytestmark = pytest.mark.django_db(transaction=True)


def now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def is_in_the_middle(job: Job) -> bool:
    return StoredDocument.objects.filter(key__startswith="vvt-blatt:").count() >= 3


def test_a_worker_killed_in_the_middle_still_gives_exactly_one_document(start_worker):  # noqa: F811
    town = make_town(MUSTERSTADT_ARS, "Musterstadt", "musterstadt")
    for number in range(30):
        activity_of(town, f"Tätigkeit {number}", purposes="Ein Zweck. " * 60)
    first = start_worker()
    job = services.request_vvt(town.municipality, by=town["dsb"])
    wait_until(lambda: is_in_the_middle(job), "some sheets are set")
    first.kill()
    assert now(job).state == Job.State.RUNNING
    start_worker()

    def is_done() -> bool:
        jobs.sweep()
        time.sleep(0.2)
        return now(job).state == Job.State.DONE

    wait_until(is_done, "the document is there", seconds=120)
    counts = (
        now(job).attempts,
        StoredDocument.objects.filter(key__startswith="vvt:").count(),
        VvtReport.objects.filter(document=now(job).result).count(),
        Notification.objects.filter(text__contains="ist fertig").count(),
        AuditRecord.objects.filter(action="compliance.vvt.finished").count(),
    )
    assert counts == (2, 1, 1, 1, 1)
