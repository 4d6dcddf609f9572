"""Answers that somebody else proposes for the assessment of a system. Upper rooms bring them along.

A proposal is nobody's answer: it is chosen in the form, marked, and counts from the moment a person saves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from register.models import Entry


@dataclass(frozen=True)
class Suggested:
    """Facts by their keys, and where they come from in words ("der Blaupause „Chatbot“")."""

    source: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def without(self, given: Mapping[str, Any]) -> Suggested:
        """What nobody has answered yet."""
        return Suggested(self.source, {key: value for key, value in self.facts.items() if key not in given})


Find = Callable[[Entry], Suggested | None]
_finders: list[Find] = []


def register(find: Find) -> Find:
    _finders.append(find)
    return find


def suggested_for(entry: Entry) -> Suggested:
    """The first that has something to say."""
    return next((found for find in _finders if (found := find(entry)) is not None), Suggested())
