"""A table of steps, and the engine that answers what may happen next. It knows no domain.

    STEPS = (Step("submit", "draft", "in_review", "entry.submit", "Zur Prüfung geben", needs=("complete",)),)
    workflow: Workflow[Entry, User] = Workflow(STEPS, {"complete": complete})
    workflow.require(entry, "submit", user, state=entry.review_state, allowed=may)

A check takes (subject, person) and returns None, or the German sentence that says what is missing.
`allowed(permission)` tells whether the person holds a permission for this subject.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from core.errors import Conflict, NotAllowed, Unmet

Subject = TypeVar("Subject")
Person = TypeVar("Person")
Allowed = Callable[[str], bool]


@dataclass(frozen=True)
class Step:
    name: str
    source: str | tuple[str, ...]
    target: str
    permission: str
    label: str
    needs: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


@dataclass(frozen=True)
class Option:
    """A step this person may take, and the German reasons that still stand against it."""

    step: Step
    reasons: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return not self.reasons


class Workflow(Generic[Subject, Person]):
    def __init__(
        self, steps: Iterable[Step], checks: Mapping[str, Callable[[Subject, Person], str | None]] | None = None
    ) -> None:
        self.steps = tuple(steps)
        self.checks = dict(checks or {})
        self._reject_contradictions()

    def steps_from(self, state: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if state in step.sources)

    def possible(self, subject: Subject, person: Person, *, state: str, allowed: Allowed) -> list[Option]:
        """The steps from this state that the person may take, ready or not: the page's buttons."""
        return [
            Option(step, self.unmet(step, subject, person))
            for step in self.steps_from(state)
            if allowed(step.permission)
        ]

    def require(self, subject: Subject, name: str, person: Person, *, state: str, allowed: Allowed) -> Step:
        """The step to take now. Raises NotAllowed, Conflict (wrong state) or Unmet (something is missing)."""
        named = [step for step in self.steps if step.name == name]
        if not named:
            raise LookupError(f"no step is called {name!r}")
        # The permission first: who may not take the step learns nothing about the state.
        permitted = [step for step in named if allowed(step.permission)]
        if not permitted:
            raise NotAllowed(_("Für „%(label)s“ fehlt Ihnen die Berechtigung.") % {"label": named[0].label})
        step = next((step for step in permitted if state in step.sources), None)
        if step is None:
            raise Conflict(
                _("„%(label)s“ ist im jetzigen Stand nicht möglich. Bitte laden Sie die Seite neu.")
                % {"label": named[0].label}
            )
        if reasons := self.unmet(step, subject, person):
            raise Unmet(reasons)
        return step

    def unmet(self, step: Step, subject: Subject, person: Person) -> tuple[str, ...]:
        """German sentences for the needs of this step that are not met."""
        answers = (self.checks[need](subject, person) for need in step.needs)
        return tuple(str(answer) for answer in answers if answer)

    def _reject_contradictions(self) -> None:
        seen: set[tuple[str, str]] = set()
        for step in self.steps:
            if unknown := [need for need in step.needs if need not in self.checks]:
                raise ValueError(f"step {step.name!r} needs checks that do not exist: {', '.join(unknown)}")
            for source in step.sources:
                if (step.name, source) in seen:
                    raise ValueError(f"step {step.name!r} is in the table twice from {source!r}")
                seen.add((step.name, source))
