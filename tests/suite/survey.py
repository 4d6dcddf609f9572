"""Every address asked once by everybody with every method; the tests only read the answers."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import SimpleCookie

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.suite.access_table import Row
from tests.suite.scene import EVERYBODY, Scene

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes

    @property
    def is_refusal(self) -> bool:
        to_sign_in = self.status == 302 and self.location.startswith("/anmelden/")
        return to_sign_in or self.status in (401, 403, 404)


class Survey:
    """Answers by (role, method) for each address; asked when first needed."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._answers: dict[str, dict[tuple[str, str], Answer]] = {}
        self._cookies: dict[str, SimpleCookie] = {}
        for role, person in scene.people.items():
            client = Client()
            if person is not None:
                client.force_login(person)
            self._cookies[role] = client.cookies

    def __getitem__(self, row: Row) -> dict[tuple[str, str], Answer]:
        if row.name not in self._answers:
            self._answers[row.name] = {(r, m): self._ask(row, r, m) for r in EVERYBODY for m in METHODS}
        return self._answers[row.name]

    def _ask(self, row: Row, role: str, method: str) -> Answer:
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie(self._cookies[role].output(header="", sep=";"))
        address = reverse(row.name, kwargs=row.arguments(self.scene) if row.arguments else None) + row.query
        before = transaction.savepoint()
        try:
            response = getattr(client, method)(address)
            return Answer(response.status_code, response.headers.get("Location", ""), b"".join(response))
        finally:
            transaction.savepoint_rollback(before)
