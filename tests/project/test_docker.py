"""What a server gets: images and services, read as Docker would read them."""

import re
import subprocess

import pytest
import yaml

from tests.project.files import ROOT, read

COMPOSE = yaml.safe_load(read("docker-compose.yml"))
SERVICES = COMPOSE["services"]
PARTS = sorted(SERVICES)
PROGRAM = [name for name in PARTS if "build" in SERVICES[name]]
DOCKERFILE = read("Dockerfile")


@pytest.mark.parametrize("name", PARTS)
def test_every_image_has_a_fixed_version(name: str) -> None:
    assert re.search(r":\d", SERVICES[name]["image"])


def test_every_base_image_has_a_fixed_version() -> None:
    images = dict(re.findall(r"^ARG (\w+)=(\S+)$", DOCKERFILE, re.MULTILINE))
    bases = re.findall(r"^FROM \$\{(\w+)\}", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 3
    assert all(re.search(r":\d", images[base]) for base in bases)


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "BASE_URL", "ALLOWED_HOSTS"])
def test_nothing_starts_while_a_needed_value_is_missing(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", read("docker-compose.yml"))
    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_the_example_of_settings_holds_no_secret() -> None:
    set_values = [line for line in read(".env.example").splitlines() if re.match(r"[A-Z_]+=.+", line)]
    assert set_values == []


def test_no_secret_is_baked_into_the_image() -> None:
    assert not re.search(r"SECRET|PASSWORD|_KEY", DOCKERFILE)


def test_the_image_takes_only_listed_folders() -> None:
    ignored = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert ignored[0] == "*"
    assert not {"!.env", "!var", "!.git"} & set(ignored)


def test_the_program_runs_without_root() -> None:
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert users[-1:] == ["10001:10001"]


@pytest.mark.parametrize("name", [name for name in PARTS if name not in PROGRAM])
def test_foreign_images_run_without_root(name: str) -> None:
    assert SERVICES[name]["user"] not in ("", "root", "0", 0)


@pytest.mark.parametrize("name", PARTS)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", [name for name in PARTS if name != "migrate"])
def test_every_service_tells_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_program_waits_for_what_it_needs(name: str) -> None:
    conditions = {part: wait["condition"] for part, wait in SERVICES[name]["depends_on"].items()}
    assert conditions == {
        "db": "service_healthy",
        "valkey": "service_healthy",
        "migrate": "service_completed_successfully",
    }


@pytest.mark.parametrize("name", ["db", "valkey"])
def test_database_and_broker_are_reached_from_inside_only(name: str) -> None:
    service = SERVICES[name]
    assert "ports" not in service
    assert [COMPOSE["networks"][network]["internal"] for network in service["networks"]] == [True]


def test_the_web_port_is_open_to_this_machine_only() -> None:
    assert [port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"]] == [True]


def test_there_is_one_clock_and_any_number_of_workers() -> None:
    assert "container_name" in SERVICES["beat"]
    assert "container_name" not in SERVICES["worker"]


def test_the_pdf_libraries_are_those_of_the_installation() -> None:
    from tools.bootstrap import PDF_PACKAGES

    assert " ".join(PDF_PACKAGES) in DOCKERFILE


def test_the_image_is_built_with_functions_that_exist() -> None:
    from tools import bootstrap

    used = re.findall(r"bootstrap\.(_?\w+)\(", DOCKERFILE)
    assert used
    assert [name for name in used if not hasattr(bootstrap, name)] == []


def test_every_folder_of_the_program_gets_into_the_image() -> None:
    copied = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert rooms | {"templates", "static", "docker", "manage.py"} <= copied


def test_the_start_script_is_sound() -> None:
    checked = subprocess.run(["sh", "-n", "docker/start.sh"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
