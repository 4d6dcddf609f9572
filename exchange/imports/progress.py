"""How far a long list is, for the person who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Thing = TypeVar("Thing")
# Gets a percentage.
Tell = Callable[[int], None]


def silent(_percent: int) -> None:
    """Nobody waits."""


def counted(things: Iterable[Thing], total: int, tell: Tell) -> Iterator[Thing]:
    """The same things; after each one `tell` hears how far they are."""
    for number, thing in enumerate(things, 1):
        yield thing
        tell(100 * number // max(total, 1))
