"""A real worker is killed while it re-assesses many systems."""

import time

import pytest

from accounts.models import Notification
from compliance import services
from compliance.models import Assessment, LawRunItem
from core import jobs
from core.models import AuditRecord, Job
from register.models import Entry
from tests.compliance.assessing import finished
from tests.compliance.law_files import in_use, operator
from tests.core.test_worker import broker, media, ring_at_once, start_worker, wait_until  # noqa: F401 - fixtures
from tests.suite.growth import copy
from tests.world import MUSTERSTADT_ARS, draft_system, make_town

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEMS = 150


def test_a_worker_killed_in_the_middle_leaves_exactly_one_new_record_for_each(start_worker):  # noqa: F811
    town = make_town(MUSTERSTADT_ARS, "Musterstadt", "musterstadt")
    first = draft_system(town, "System 0")
    done = finished(town, first)
    for number in range(1, SYSTEMS):
        entry = copy(first, name=f"System {number}", slug=f"system-{number}")
        copy(first.system.privacy, system=copy(first.system, entry=entry))
        copy(done, entry=entry)
    in_use(operator())
    run = services.start_law_run(town.municipality, by=town["cdo"], entries=Entry.objects.all())
    worker = start_worker()
    wait_until(lambda: Assessment.objects.filter(number=2).exists(), "some are assessed", seconds=60)
    worker.kill()
    left = run.items.filter(outcome=LawRunItem.Outcome.WAITING).count()
    start_worker()

    def is_done() -> bool:
        jobs.sweep()
        time.sleep(0.2)
        return Job.objects.get(scope=run.scope).state == Job.State.DONE

    wait_until(is_done, "the run is over", seconds=120)
    counts = (
        left > 0,
        Assessment.objects.filter(number=2).count(),
        Assessment.objects.filter(number=3).count(),
        AuditRecord.objects.filter(action="compliance.assessment.carried_over").count(),
        AuditRecord.objects.filter(action="compliance.law_run.finished").count(),
        Notification.objects.filter(user=town["dsb"], text__contains="nach einer Rechtsänderung").count(),
    )
    assert counts == (True, SYSTEMS, 0, SYSTEMS, 1, 1)
