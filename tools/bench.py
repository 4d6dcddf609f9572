"""Print how long a start takes: the first one (new database) and a later one, in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = ("first start, with a new database", "later start", "later start again")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="offenlage-bench-") as folder:
        print("| start until /healthz answers | seconds | stop, seconds |\n|---|---|---|")
        for row in ROWS:
            started, stopped = _start_and_stop(Path(folder) / "var")
            print(f"| {row} | {started:.1f} | {stopped:.1f} |", flush=True)
    return 0


def _start_and_stop(var: Path) -> tuple[float, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "OFFENLAGE_VAR": str(var), "PORT": str(port)}
    begin = time.monotonic()
    command = [sys.executable, str(ROOT / "tools" / "serve.py")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as serve:
        while not _answers(port):
            if serve.poll() is not None:
                raise SystemExit("the program did not start")
            time.sleep(0.02)
        started = time.monotonic() - begin
        # Let the worker come up too: stopping half a start is another thing than stopping.
        time.sleep(5)
        begin = time.monotonic()
        serve.send_signal(signal.SIGTERM)
        serve.wait()
    return started, time.monotonic() - begin


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
