"""Everything that can be checked in seconds and without a database. Exit code 1 if anything is wrong."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# A pretend installation as it would stand on a server: only what is checked, never used.
SERVER = {
    "BASE_URL": "https://register.example",
    "ALLOWED_HOSTS": "register.example",
    "SECRET_KEY": "only-for-checks-" + "x9Kp2Qw7" * 8,
    "DATABASE_URL": "postgres://check@localhost/check",
    "REDIS_URL": "redis://localhost/0",
}

LINES_SHOWN = 40


def main() -> int:
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="offenlage-check-") as folder:
        checks = _checks(Path(folder))
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
            results = list(pool.map(lambda item: _run(*item), checks.items()))
    failed = [name for name, passed in results if not passed]
    if failed:
        print(f"\nNicht in Ordnung: {', '.join(failed)}")
        return 1
    print("\nAlles in Ordnung.")
    return 0


def _checks(folder: Path) -> dict[str, list[str]]:
    python, manage = sys.executable, [sys.executable, "manage.py"]
    spectacular = [*manage, "spectacular", "--validate", "--fail-on-warn", "--file", str(folder / "openapi.yaml")]
    return {
        # The slowest first, so that they run beside all the others.
        "types": [python, "-m", "mypy", *_typed_paths()],
        "templates": [str(BIN / "djlint"), "--lint", "--quiet", "templates"],
        "OpenAPI up to date": [python, __file__, "openapi", str(folder / "openapi.yaml"), *spectacular],
        "settings for a server": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "migrations up to date": [*manage, "makemigrations", "--check", "--dry-run"],
        "import contracts": [str(BIN / "lint-imports")],
        "format": [python, "-m", "ruff", "format", "--check", "--output-format", "concise", "."],
        "lint": [python, "-m", "ruff", "check", "--output-format", "concise", "."],
        "compose file": [
            str(BIN / "check-jsonschema"),
            "--builtin-schema",
            "vendor.compose-spec",
            "docker-compose.yml",
        ],
    }


def _typed_paths() -> list[str]:
    """Name the rooms' files that the types are checked in: core, and everywhere rules, services, selectors."""
    found = ["core"]
    for room in ("accounts", "register", "compliance", "usecases", "inquiries", "public", "exchange"):
        for name in ("rules", "services", "selectors"):
            found += [
                str(path) for path in (Path(room) / f"{name}.py", *Path(room, name).glob("*.py")) if path.exists()
            ]
    return found


def _run(name: str, command: list[str]) -> tuple[str, bool]:
    start = time.monotonic()
    environment = {**os.environ, **SERVER}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    passed = result.returncode == 0
    lines = [f"{'ok  ' if passed else 'FEHL'}  {name} ({time.monotonic() - start:.1f} s)"]
    if not passed:
        # A formatter's whole difference helps nobody here.
        lines += (result.stdout + result.stderr).strip().splitlines()[-LINES_SHOWN:]
    print("\n".join(lines), flush=True)
    return name, passed


def _compare_openapi(new: Path, command: list[str]) -> int:
    """Make the description afresh and compare it with the committed one."""
    made = subprocess.run(command, check=False).returncode
    if made:
        return made
    kept = ROOT / "docs" / "openapi.yaml"
    if kept.exists() and kept.read_bytes() == new.read_bytes():
        return 0
    print("docs/openapi.yaml is out of date; run: make openapi")
    return 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["openapi"]:
        sys.exit(_compare_openapi(Path(sys.argv[2]), sys.argv[3:]))
    sys.exit(main())
