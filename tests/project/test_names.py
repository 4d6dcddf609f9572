"""No file of the project names where it was built or from which mirror."""

import re

import pytest

from tests.project.files import ROOT, kept

# In parts, so that this file itself stays free of them.
PLACES = {
    "a package registry": ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com"],
    "a package archive": ["deb.deb" + "ian.org", "archive.ubu" + "ntu.com", "proxy.gol" + "ang.org"],
    "a folder of one machine": ["/wo" + "rk/main", "/wo" + "rk/shared", "/tmp/te" + "am", "/ro" + "ot/."],
    "the workplace": ["sub" + "agent", "coding " + "agent", "coding " + "assistant", "issues" + " show"],
}


@pytest.mark.parametrize("kind", PLACES)
def test_no_file_names(kind: str) -> None:
    pattern = re.compile("|".join(re.escape(name) for name in PLACES[kind]).encode(), re.IGNORECASE)
    found = [str(path.relative_to(ROOT)) for path in kept() if pattern.search(path.read_bytes())]
    assert found == []


def test_the_lock_file_names_no_download_address() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
