"""Asking the program as somebody of the scene."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.suite.access_table import Row
from tests.suite.scene import Scene

# In whose eyes a page is looked at, where several people may open it.
SEES_MOST = ("anonym", "cdo", "leitung", "dsb", "verwaltung", "plattform", "fachamt", "revision", "fremd-cdo")


class Visitor:
    """Asks as somebody of the scene; what an answer has changed is undone."""

    def __init__(self, scene: Scene, role: str) -> None:
        self.client = Client(raise_request_exception=False)
        if person := scene.people[role]:
            self.client.force_login(person)

    def get(self, address: str) -> HttpResponse:
        return self.ask("get", address)

    def post(self, address: str, data: Any = None) -> HttpResponse:
        return self.ask("post", address, data or {})

    def ask(self, method: str, address: str, *data: Any) -> HttpResponse:
        before = transaction.savepoint()
        cookies = self.client.cookies.copy()
        try:
            return getattr(self.client, method)(address, *data)
        finally:
            transaction.savepoint_rollback(before)
            self.client.cookies = cookies


def address_of(row: Row, scene: Scene) -> str:
    return reverse(row.name, kwargs=row.arguments(scene) if row.arguments else None)


def reader_of(row: Row, among: Iterable[str] = ()) -> str:
    return next(role for role in SEES_MOST if role in (among or row.opens or ()))


def text_of(response: HttpResponse) -> str:
    return b"".join(response).decode(errors="replace")  # type: ignore[arg-type]
