"""The documents say what is true of the code beside them."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.project.files import ROOT, kept, read, table_rows

DOCUMENTS = [str(path.relative_to(ROOT)) for path in kept() if path.suffix == ".md"]
ROOMS = ("core", "accounts", "register", "compliance", "usecases", "inquiries", "public", "exchange", "config")
LEVELS = {"public": "public", "on_release": "on release", "internal": "internal"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files_that_exist(name: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read(name))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (ROOT / Path(name).parent / target).exists()] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_page_that_names_only_files_that_exist(room: str) -> None:
    named = [name for row in table_rows(read(f"docs/{room}.md")) for name in re.findall(r"`([^`]+)`", row[0])]
    files = [name for name in named if "/" in name or "." in name]
    places = [ROOT / room, ROOT / room / "models", ROOT / room / "services", ROOT]
    assert [name for name in files if not any(list(place.glob(name)) for place in places)] == []


def _field_lines(kind: str) -> list[str]:
    from register import publication
    from register.selectors import label_of

    lines = []
    for row in publication.rows_of(kind):
        release = LEVELS[row.level] + ("" if row.reviewed else ", note")
        privacy, required = ("yes" if mark else "" for mark in (row.privacy, row.required))
        lines.append(f"| `{row.key}` | {label_of(kind, row.key)} | {release} | {privacy} | {required} |")
    return lines


@pytest.mark.parametrize(("kind", "heading"), [("system", "### AI systems"), ("dataset", "### Datasets")])
def test_the_table_of_fields_is_the_release_table(kind: str, heading: str) -> None:
    section = read("docs/register.md").partition(heading)[2].partition("\n### ")[0]
    documented = [line for line in section.splitlines() if line.startswith("| `")]
    assert documented == _field_lines(kind)


def test_the_readme_names_every_variable_the_program_reads() -> None:
    sources = [path for path in kept() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"]
    pattern = re.compile(r"""(?:\benv(?:\.\w+)?\(|environ\.get\(|environ\.pop\(|environ\[)["']([A-Z][A-Z_]+)["']""")
    used = {name for path in sources for name in pattern.findall(path.read_text(encoding="utf-8"))}
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", read("README.md")))
    # Set by the programs for each other, or by the system.
    own = {"DJANGO_SETTINGS_MODULE", "PATH"}
    assert used - documented - own == set()


def test_every_requirement_has_its_sentence() -> None:
    names = []
    for path in sorted((ROOT / "requirements").glob("*.in")):
        lines = [line for line in path.read_text().splitlines() if line and not line.startswith(("#", "-r"))]
        names += [re.split(r"[\[~=<>;]", line)[0] for line in lines]
    names += re.findall(r'"((?:@[\w-]+/)?[\w.-]+)": "\d', read("package.json"))
    explained = read("docs/dependencies.md").lower()
    missing = [name for name in names if name.lower() not in explained and not name.startswith("types-")]
    assert missing == []


def test_the_readme_names_commands_that_exist() -> None:
    targets = set(re.findall(r"^(\w+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake (\w+)", read("README.md") + read("CONTRIBUTING.md")))
    assert named <= targets


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"## {version}" in read("CHANGELOG.md")
    assert f"offenlage:{version}" in read("docker-compose.yml")
    assert yaml.safe_load(read("publiccode.yml"))["softwareVersion"] == version


def test_the_licence_is_the_whole_eupl() -> None:
    text = read("LICENSE")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert [str(number) for number in range(1, 16)] == re.findall(r"^(\d+)\.[A-Z]", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["oeffentlich.png", "arbeitsbereich.png"])
def test_the_pictures_are_wide_enough_to_read_and_small_enough_to_load(name: str) -> None:
    picture = (ROOT / "docs" / "bilder" / name).read_bytes()
    width = int.from_bytes(picture[16:20], "big")
    assert (picture[:4], width, len(picture) < 200_000) == (b"\x89PNG", 1280, True)
