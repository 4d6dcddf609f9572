"""Lines for tools/bench.py: a list of a seeded register, asked for by its CDO: `bench_list.py systems|duties`."""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11
LISTS = {
    "systems": (("by name", ""), ("by date of change", "?sort=-changed"), ("full text", "?q=Wohngeld")),
    "duties": (("by date", ""), ("overdue", "?due=overdue"), ("full text", "?q=Protokolle")),
}


def main(what: str) -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # The test client names this host.
    os.environ["ALLOWED_HOSTS"] = "testserver"
    from core import embedded

    embedded.acquire()
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from accounts.models import User
    from compliance.models import Duty
    from register.models import Entry

    client = Client()
    client.force_login(User.objects.get(username="cdo-musterort-1"))
    name, of = {
        "systems": ("register:systems", Entry.objects.systems()),
        "duties": ("compliance:duties", Duty.objects.all()),
    }[what]
    print(f"\n| a list of 50 {what} | of | queries | milliseconds |\n|---|---|---|---|")
    for label, query in LISTS[what]:
        address, times, number = reverse(name) + query, [], 0
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address, secure=True)
            times.append(time.perf_counter() - begin)
            number = len(asked)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
        print(f"| {label} | {of.count():,} | {number} | {1000 * statistics.median(times):.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
