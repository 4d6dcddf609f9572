"""One line for tools/bench.py: the list of AI systems of a seeded register, asked for by its CDO."""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11


def main() -> int:
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
    from register.models import Entry

    client = Client()
    client.force_login(User.objects.get(username="cdo-musterort-1"))
    print("\n| a list of 50 | of | queries | milliseconds |\n|---|---|---|---|")
    for label, query in (("by name", ""), ("by date of change", "?sort=-changed"), ("full text", "?q=Wohngeld")):
        address, times, number = reverse("register:systems") + query, [], 0
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address, secure=True)
            times.append(time.perf_counter() - begin)
            number = len(asked)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
        print(f"| {label} | {Entry.objects.systems().count():,} | {number} | {1000 * statistics.median(times):.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
