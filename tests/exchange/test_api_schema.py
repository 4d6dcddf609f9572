"""What OpenAPI promises is what the API does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from config.wsgi import application
from register import services as register
from register.models import Entry
from tests.public.conftest import published_dataset
from tests.world import MUSTERSTADT_ARS, Town, publish_again, published_system

PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A real WSGI request ends with closing the connection, which here carries the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def api(musterstadt: Town, published: Entry, one_connection: None) -> Any:
    """The described API over a register with every kind of line in its log."""
    publish_again(musterstadt, published, retention="14 Tage")
    register.redact(published, number=1, by=musterstadt["leitung"], reason="Nannte eine Person")
    published_dataset(musterstadt, published)
    register.withdraw(published_system(musterstadt, "Altes"), by=musterstadt["leitung"], reason="Falsch")
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", app=application)


DESCRIPTION = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
OPERATIONS = sorted(yaml.safe_load(DESCRIPTION.read_text())["paths"])


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_operation_keeps_its_promises(api: Any, path: str) -> None:
    @given(case=api[path]["GET"].as_strategy())
    @examples(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def keeps(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=PROMISES)

    keeps()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/v1/", {}),
        ("/api/v1/municipalities/", {}),
        ("/api/v1/systems/", {"q": "chatbot", "status": "operational", "limit": 5}),
        ("/api/v1/datasets/", {}),
        ("/api/v1/use-cases/", {}),
        ("/api/v1/export.jsonl", {}),
        ("/api/v1/feed", {"municipality": MUSTERSTADT_ARS}),
    ],
)
def test_a_full_answer_matches_its_schema(api: Any, path: str, query: dict[str, Any]) -> None:
    api[path]["GET"].Case(query=query).call_and_validate(checks=PROMISES)


@pytest.mark.parametrize("tail", ["", "versions/{number}/"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_document_matches_its_schema(api: Any, published: Entry, tail: str, number: int) -> None:
    parts = {"uuid": str(published.uuid), **({"number": number} if tail else {})}
    api[f"/api/v1/systems/{{uuid}}/{tail}"]["GET"].Case(path_parameters=parts).call_and_validate(checks=PROMISES)


def test_the_committed_description_is_the_current_one() -> None:
    current = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=current)
    assert current.getvalue() == DESCRIPTION.read_text()


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/vnd.oai.openapi"),
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml"),
    ],
)
def test_the_description_comes_in_json_and_yaml(client: Client, db: None, accept: str, media: str) -> None:
    response = client.get("/api/v1/schema/", headers={"accept": accept})
    assert (response.status_code, response.headers["Content-Type"].partition(";")[0]) == (200, media)
