"""Lines for tools/bench.py: a seeded register whose every system was assessed by earlier law, re-assessed in the database.

`bench_law.py [WORKERS]`: by one process, or by as many; then one of them is killed once in the middle, and the run goes on.
How many systems there are was said to `manage.py seed --systems`.
"""

import multiprocessing
import os
import resource
import signal
import statistics
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BEFORE = "2026-07-20"
# What the law before the Omnibus asked nobody.
NEW = {"intimate_imagery": "none", "abuse_imagery": "none"}
BATCH, ROUNDS = 2000, 5


def main(workers: int) -> int:
    _begin()
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from compliance import services
    from compliance.models import LawRunItem
    from core import jobs
    from core.models import Job
    from register.models import Entry

    by = User.objects.get(username="cdo-musterort-1")
    town = Entry.objects.systems().first().municipality
    number = _assess_by_earlier_law(by)
    looked = _timed(lambda: jobs.run(services.request_law_effects(town, by=by).pk))
    client = Client()
    client.force_login(by)
    page = [_timed(lambda: client.get(reverse("compliance:law-change"), secure=True)) for _ in range(ROUNDS)]
    begin = time.perf_counter()
    run = services.start_law_run(town, by=by, entries=Entry.objects.all())
    started = time.perf_counter() - begin
    parts = Job.objects.filter(scope=run.scope)
    begin = time.perf_counter()
    killed = 0
    if workers == 1:
        for pk in parts.values_list("pk", flat=True):
            jobs.run(pk)
    else:
        killed = _by_workers(workers, run)
    took = time.perf_counter() - begin
    outcomes = run.items.values_list("outcome", flat=True)
    done = sum(one == LawRunItem.Outcome.DONE for one in outcomes)
    run.refresh_from_db()
    if run.finished_at is None:
        raise SystemExit("The run has not come to its end.")
    by_whom = "one worker" if workers == 1 else f"{workers} workers, {killed} killed in the middle"
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"\n| re-assessment of {number:,} systems in the database, {by_whom} | figure |\n|---|---|")
    print(f"| what changes for each, worked out by a job, seconds | {looked:.1f} |")
    print(f"| the page that shows it, milliseconds | {1000 * statistics.median(page):.0f} |")
    print(f"| starting the run, seconds | {started:.1f} |")
    print(f"| the run, seconds ({done:,} new records, {len(outcomes) - done:,} for a person) | {took:.0f} |")
    print(f"| systems a second, with new records and audit | {number / took:,.0f} |")
    print(f"| most memory of a process, MB | {most:.0f} |", flush=True)
    return 0


def _begin() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # The test client names this host.
    os.environ["ALLOWED_HOSTS"] = "testserver"
    from core import embedded

    embedded.acquire()
    import django

    django.setup()
    import compliance.tasks  # noqa: F401 - registers the jobs


def _timed(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _assess_by_earlier_law(by: Any) -> int:
    from django.utils import timezone

    from compliance.models import Assessment
    from compliance.rules.law import program_for
    from compliance.selectors_assessments import with_basis
    from compliance.services.finishing import outcome
    from register.models import Entry
    from tests.compliance.law.golden import CASES, facts_of

    program = program_for(BEFORE)
    known: list[tuple[dict, dict]] = []
    for case in CASES:
        facts = {**facts_of(case), **NEW}
        if case.get("drafts", True) and facts.get("infers_output") == "yes":
            try:
                known.append((facts, outcome(program, facts, BEFORE)))
            except Exception:
                continue
    known = [one for one in known if one[1]["risk_class"]]
    pks = list(Entry.objects.systems().filter(assessments=None).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        rows = with_basis(Entry.objects.filter(pk__in=pks[start : start + BATCH])).order_by("pk")
        made = []
        for place, row in enumerate(rows):
            facts, found = known[place % len(known)]
            made.append(
                Assessment(
                    entry=row, number=1, day=date.fromisoformat(BEFORE), facts=facts, basis=row.basis, with_drafts=True,
                    list_checked=False, author=by, answered_by=by, finished_at=timezone.now(), **found,
                )
            )  # fmt: skip
        Assessment.objects.bulk_create(made, batch_size=500)
    return Assessment.objects.filter(number=1).count()


def _by_workers(number: int, run: Any) -> int:
    """Each process takes a part that nobody has; after a third one of them is killed, as a machine that fails."""
    from django.db import connections

    from core.models import Job

    parts = Job.objects.filter(scope=run.scope)
    total, killed = parts.count(), 0
    connections.close_all()
    crew = [_hired(run.scope) for _ in range(number)]
    while any(one.is_alive() for one in crew):
        time.sleep(0.5)
        if not killed and parts.filter(state=Job.State.DONE).count() * 3 >= total:
            os.kill(crew[0].pid, signal.SIGKILL)
            crew[0].join()
            # The lease of its part runs out; here nobody waits for that.
            left = parts.filter(state=Job.State.RUNNING, worker__endswith=f":{crew[0].pid}")
            print(f"killed one worker: {run.items.exclude(outcome='waiting').count():,} systems are done", flush=True)
            left.update(lease_until=run.started_at, ring_at=run.started_at)
            connections.close_all()
            crew[0], killed = _hired(run.scope), 1
    return killed


def _hired(scope: str) -> Any:
    one = multiprocessing.get_context("spawn").Process(target=_work, args=(scope,))
    one.start()
    return one


def _work(scope: str) -> None:
    _begin()
    from core import jobs
    from core.models import Job

    parts = Job.objects.filter(scope=scope)
    while left := parts.exclude(state__in=[Job.State.DONE, Job.State.FAILED]).order_by("?").first():
        jobs.run(left.pk)
        # What another one has taken is none of ours.
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
