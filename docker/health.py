"""Tell Docker whether a part of the program is well: health.py web|worker|beat. Exit code 0 means yes."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent
# The clock rings every 30 seconds.
CLOCK_MAY_BE_SILENT = 120


def web() -> bool:
    """Ask under a name that the program answers to."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def worker() -> bool:
    """Ask the worker of this container itself, through the broker."""
    name = f"celery@{socket.gethostname()}"
    command = ["celery", "-A", "config", "inspect", "ping", "--timeout", "8", "--destination", name]
    return subprocess.run(command, cwd=PROGRAM, capture_output=True, check=False).returncode == 0


def beat() -> bool:
    """See whether the clock has got rid of a message lately (config/celery.py)."""
    pulse = Path(os.environ["OFFENLAGE_VAR"], "beat-pulse")
    return pulse.exists() and time.time() - pulse.stat().st_mtime < CLOCK_MAY_BE_SILENT


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
