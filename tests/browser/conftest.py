"""One program for all browser tests of this folder, and a Chromium that opens it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.program import Start, free_port, until
from tools import bootstrap

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def program() -> Iterator[Start]:
    folder = Path(tempfile.mkdtemp(prefix="offenlage browser "))
    folder.chmod(0o755)
    start = Start(folder / "var", free_port())
    start.environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    try:
        start.wait_until_it_runs()
        yield start
        start.stop()
        until(lambda: not start.processes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def towns(program: Start) -> dict[str, Any]:
    """Two towns with people who have passwords."""
    return dict(json.loads(program.run("-m", "tests.browser.ground", "walk")))


# Not for longer: while Playwright runs, Django takes its event loop for a reason to refuse the database.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=bootstrap.find_browser(), args=OPTIONS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """A folder for screenshots, for whoever wants to look: OFFENLAGE_BILDER=/tmp/bilder."""
    folder = os.environ.get("OFFENLAGE_BILDER")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None
