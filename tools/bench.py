"""Print what things take: a start with a new database and a later one, in a folder of its own; a long list;
legal documents as PDF; assessments."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SYSTEMS = 10_000
RE_ASSESSED = 100_000
ROWS = ("first start, with a new database", "later start", "later start again")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="offenlage-bench-") as folder:
        print("| start until /healthz answers | seconds | stop, seconds |\n|---|---|---|")
        for row in ROWS:
            started, stopped = _start_and_stop(Path(folder) / "var")
            print(f"| {row} | {started:.1f} | {stopped:.1f} |", flush=True)
        _list(Path(folder) / "var")
    _assessments()
    return 0


def _list(var: Path) -> None:
    """Lists of 10,000 entries, their re-assessment, their duties, documents of one, in the database of the starts above."""
    environment = {**os.environ, "OFFENLAGE_VAR": str(var)}
    seed = ("manage.py", "seed", "--municipalities", "1", "--systems", str(SYSTEMS))
    lists = [("tools/bench_list.py", what) for what in ("systems", "duties")]
    for command in (seed, lists[0], ("tools/bench_law.py",), lists[1], ("tools/bench_documents.py",)):
        quiet = subprocess.DEVNULL if command == seed else None
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=quiet)


def _assessments() -> None:
    """Different systems, none twice; the best of five rounds, because other programs run here too."""
    sys.path.insert(0, str(ROOT))
    from compliance.rules import law_effect
    from compliance.rules.law import change, program_for
    from tests.compliance.law.golden import CASES, TODAY, facts_of

    program, nothing = program_for(TODAY), law_effect.Past("", None, {})
    systems = [facts_of(case) for case in CASES if case.get("drafts", True)]
    days = [f"20{year}-{month:02}-01" for year in (22, 23, 24, 25, 26) for month in range(1, 13)]
    many = [{**facts, "placed_on_market": day} for facts in systems for day in days]

    def rate(work: Callable[[dict[str, Any]], object], facts: list[dict[str, Any]]) -> float:
        rounds = []
        for _ in range(5):
            begin = time.perf_counter()
            for one in facts:
                work(one)
            rounds.append(len(facts) / (time.perf_counter() - begin))
        return max(rounds)

    plain = rate(lambda one: program.assess(one, on=TODAY), many)
    written = rate(lambda one: program.assess(one, on=TODAY).as_json(), many)
    again = RE_ASSESSED / rate(lambda one: law_effect.effect_of(program, one, nothing, on=TODAY), many)
    changes = 1000 / rate(lambda one: change.would_change(program, one, on=TODAY), systems)
    print("\n| assessments, one core | figure |\n|---|---|")
    print(f"| a second: class, flags, articles, duties with days | {plain:,.0f} |")
    print(f"| a second, with every reason written out | {written:,.0f} |")
    print(f"| {RE_ASSESSED:,} systems after a change of law: what changes for each, seconds | {again:.1f} |")
    print(f"| what would change the class, milliseconds a system | {changes:.1f} |", flush=True)


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
