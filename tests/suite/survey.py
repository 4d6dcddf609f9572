"""Every address asked once by everybody with every method; the tests only read the answers."""

from __future__ import annotations

from dataclasses import dataclass

from tests.suite.access_table import Row
from tests.suite.scene import EVERYBODY, Scene
from tests.suite.visits import Visitor, address_of

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
        # One for each: a new one would set up every middleware again for every request.
        self._visitors = {role: Visitor(scene, role) for role in scene.people}

    def __getitem__(self, row: Row) -> dict[tuple[str, str], Answer]:
        if row.name not in self._answers:
            self._answers[row.name] = {(r, m): self._ask(row, r, m) for r in EVERYBODY for m in METHODS}
        return self._answers[row.name]

    def _ask(self, row: Row, role: str, method: str) -> Answer:
        response = self._visitors[role].ask(method, address_of(row, self.scene) + row.query)
        return Answer(response.status_code, response.headers.get("Location", ""), b"".join(response))
