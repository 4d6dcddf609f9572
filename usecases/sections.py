"""What upper rooms show on the page of a use case: they hand it down when the program starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from usecases.models import UseCase


@dataclass(frozen=True)
class Section:
    """Lines of {"label", "url", "text"}, and one way to something new."""

    anchor: str
    title: str
    empty: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    link: str = ""


Make = Callable[[UseCase, User], Section | None]
_makes: list[Make] = []


def on_use_case(make: Make) -> Make:
    _makes.append(make)
    return make


def sections_of(use_case: UseCase, user: User) -> list[Section]:
    return [section for make in _makes if (section := make(use_case, user)) is not None]
