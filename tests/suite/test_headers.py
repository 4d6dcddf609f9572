"""What every answer carries beside its content: headers that protect readers, and no cookie that is not needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from config import urls
from tests.suite.access_table import TABLE, Row
from tests.suite.scene import ANONYMOUS, EVERYBODY, Scene
from tests.suite.visits import Visitor

pytestmark = pytest.mark.django_db
# The same for everybody, signed in or not: shared caches may keep these.
FOR_ALL = ("public:", "api:", "well_known:", "healthz", "readyz")
PUBLIC_ROWS = [row for row in TABLE if row.name.startswith(FOR_ALL)]
PRIVATE_ROWS = [row for row in TABLE if not row.name.startswith(FOR_ALL)]
Answers = dict[str, list[HttpResponse]]


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Absicht")


# For the page of an error that nobody expects; used as the urlconf of one test.
urlpatterns = [path("kaputt/", fail), path("verwaltung/kaputt/", fail), *urls.urlpatterns]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture(scope="module")
def answers(scene: Scene, django_db_blocker: Any) -> Iterator[Answers]:
    """Every address as nobody, as somebody who may open it, and as somebody who may act there."""
    with django_db_blocker.unblock():
        yield {row.name: list(ask(scene, row)) for row in TABLE}


def ask(scene: Scene, row: Row) -> Iterator[HttpResponse]:
    address = reverse(row.name, kwargs=row.arguments(scene) if row.arguments else None) + row.query
    yield answer(scene, ANONYMOUS, "get", address)
    if opens := signed_in(row.opens):
        yield answer(scene, opens, "get", address)
    if acts := signed_in(row.acts):
        yield answer(scene, acts, "post", address)


def signed_in(roles: frozenset[str] | None) -> str | None:
    return next((role for role in EVERYBODY if role in (roles or ()) and role != ANONYMOUS), None)


def answer(scene: Scene, role: str, method: str, address: str) -> HttpResponse:
    return Visitor(scene, role).ask(method, address)


def every(rows: list[Row] | tuple[Row, ...]) -> Any:
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


def faults(response: HttpResponse) -> list[str]:
    """The protecting headers that an answer lacks."""
    policy = response.headers.get("Content-Security-Policy", "")
    wanted = {
        "CSP": policy != "",
        "no unsafe source": "unsafe" not in policy and "*" not in policy and "http" not in policy,
        "nothing by default": "default-src 'none'" in policy,
        "no frames": "frame-ancestors 'none'" in policy,
        "nosniff": response.headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": response.headers.get("Referrer-Policy") == "same-origin",
        "opener": response.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
    }
    return [name for name, kept in wanted.items() if not kept]


@every(TABLE)
def test_every_answer_protects_its_reader(answers: Answers, row: Row) -> None:
    assert [found for response in answers[row.name] if (found := faults(response))] == []


@every(PRIVATE_ROWS)
def test_nothing_behind_the_sign_in_may_be_kept(answers: Answers, row: Row) -> None:
    kept = [response.headers.get("Cache-Control", "") for response in answers[row.name]]
    assert [value for value in kept if "no-store" not in value] == []


@every(PUBLIC_ROWS)
def test_readers_get_no_cookie(answers: Answers, row: Row) -> None:
    assert [list(response.cookies) for response in answers[row.name] if response.cookies] == []


@every(PUBLIC_ROWS)
def test_what_is_public_does_not_depend_on_cookies(answers: Answers, row: Row) -> None:
    assert [r.headers["Vary"] for r in answers[row.name] if "cookie" in r.headers.get("Vary", "").lower()] == []


@every(TABLE)
def test_no_script_and_no_other_site_reads_a_cookie(answers: Answers, row: Row) -> None:
    morsels = [morsel for response in answers[row.name] for morsel in response.cookies.values() if morsel.value]
    assert [m.key for m in morsels if not m["httponly"] or m["samesite"] not in ("Lax", "Strict")] == []


ERRORS = {
    "/gibt-es-nicht/": 404,
    "/verwaltung/gibt-es-nicht/": 404,
    "/api/v1/gibt-es-nicht/": 404,
    "/k/gibt-es-nicht/": 404,
    "/k/musterstadt/ki-systeme/vorsortierung/": 410,
    "/%00": 400,
    "/api/v1/systems/?limit=0": 400,
    "/verwaltung/ki-systeme/?after=unsinn": 400,
    "/kaputt/": 500,
    "/verwaltung/kaputt/": 500,
}


@pytest.fixture
def broken(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(("address", "status"), ERRORS.items())
def test_an_error_protects_its_reader_too(scene: Scene, broken: None, address: str, status: int) -> None:
    response = answer(scene, "cdo", "get", address)
    assert (response.status_code, faults(response)) == (status, [])


@pytest.mark.parametrize("address", [address for address in ERRORS if address.startswith("/verwaltung/")])
def test_an_error_behind_the_sign_in_may_not_be_kept(scene: Scene, broken: None, address: str) -> None:
    assert "no-store" in answer(scene, "cdo", "get", address).headers.get("Cache-Control", "")


def test_a_form_without_its_token_is_refused_with_the_same_headers(scene: Scene) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x", "password": "y"})
    assert (response.status_code, faults(response)) == (403, [])


@pytest.mark.parametrize("name", ["css/offenlage.css", "vendor/htmx.min.js"])
def test_a_static_file_protects_its_reader(name: str) -> None:
    response = Client().get(f"/static/{name}")
    assert (response.status_code, faults(response), list(response.cookies)) == (200, [], [])


SERVER = {
    "BASE_URL": "https://register.example.org",
    "ALLOWED_HOSTS": "register.example.org",
    "DATABASE_URL": "postgres://offenlage:geheim@db.example.org/offenlage",
    "REDIS_URL": "redis://:geheim@redis.example.org/0",
    "SECRET_KEY": "nur-fuer-diesen-test-aber-lang-genug-und-mit-0123456789-Ziffern",
    "BEHIND_PROXY": "1",
}
ASKED = """
import json
from django.conf import settings as s
from django.middleware.csrf import CsrfViewMiddleware
print(json.dumps({
    "names": [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME],
    "secure": [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE],
    "domains": [s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN],
    "paths": [s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH],
    "hsts": s.SECURE_HSTS_SECONDS >= 365 * 86400,
    "debug": s.DEBUG,
}))
"""


def on_a_server(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command with the variables of a server, which is not asked for anything."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **SERVER}
    command = [sys.executable, "-W", "ignore", *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_settings_of_a_server_pass_the_check_for_deployment() -> None:
    done = on_a_server("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")


def test_cookies_of_a_server_are_bound_to_its_name_and_to_https() -> None:
    found = json.loads(on_a_server("-c", ASKED).stdout)
    assert found == {
        "names": ["__Host-sitzung", "__Host-csrf"],
        "secure": [True, True],
        "domains": [None, None],
        "paths": ["/", "/"],
        "hsts": True,
        "debug": False,
    }
