"""Lines for tools/bench.py: a seeded register whose every system was assessed by earlier law, re-assessed by one worker."""

import os
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEFORE = "2026-07-20"
# What the law before the Omnibus asked nobody.
NEW = {"intimate_imagery": "none", "abuse_imagery": "none"}


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from core import embedded

    embedded.acquire()
    import django

    django.setup()
    from django.utils import timezone

    import compliance.tasks  # noqa: F401 - registers the job
    from accounts.models import User
    from compliance import selectors_law, services
    from compliance.models import Assessment, LawRunItem
    from compliance.rules.law import program_for
    from compliance.selectors_assessments import assessed_under_earlier_law, with_basis
    from compliance.services.finishing import outcome
    from core import jobs
    from core.models import Job
    from register.models import Entry
    from tests.compliance.law.golden import CASES, facts_of

    by = User.objects.get(username="cdo-musterort-1")
    program = program_for(BEFORE)
    known: list[tuple[dict, dict]] = []
    for case in CASES:
        facts = {**facts_of(case), **NEW}
        if case.get("drafts", True) and facts.get("infers_output") == "yes":
            try:
                known.append((facts, outcome(program, facts, BEFORE)))
            except Exception:
                continue
    rows = with_basis(Entry.objects.systems().select_related("municipality")).order_by("pk")
    made = [
        Assessment(
            entry=row, number=1, day=date.fromisoformat(BEFORE), facts=facts, basis=row.basis, with_drafts=True,
            list_checked=False, author=by, answered_by=by, finished_at=timezone.now(), **found,
        )
        for row, (facts, found) in zip(rows, known * (1 + rows.count() // len(known)), strict=False)
        if found["risk_class"]
    ]  # fmt: skip
    Assessment.objects.bulk_create(made, batch_size=500)

    town = rows[0].municipality
    begin = time.perf_counter()
    selectors_law.effects(assessed_under_earlier_law(Entry.objects.of(town)))
    looked = time.perf_counter() - begin
    begin = time.perf_counter()
    run = services.start_law_run(town, by=by, entries=Entry.objects.all())
    started = time.perf_counter() - begin
    begin = time.perf_counter()
    for pk in Job.objects.filter(scope=run.scope).values_list("pk", flat=True):
        jobs.run(pk)
    took = time.perf_counter() - begin
    done = run.items.filter(outcome=LawRunItem.Outcome.DONE).count()
    print(f"\n| re-assessment of {len(made):,} systems in the database, one worker | figure |\n|---|---|")
    print(f"| what changes for each, seconds | {looked:.1f} |")
    print(f"| starting the run, seconds | {started:.1f} |")
    print(
        f"| systems a second, with new records and audit ({done:,} new records) | {len(made) / took:,.0f} |", flush=True
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
