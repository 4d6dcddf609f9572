"""A table of steps, and the engine that answers what may happen next. It knows no domain.

    STEPS = (Step("submit", "draft", "in_review", "entry.submit", "Zur Prüfung geben", needs=("complete",)),)
    workflow = Workflow(STEPS, checks={"complete": complete}, state="review_state")

A check takes (object, person) and returns None, or the German sentence that says what is missing.
`allowed(permission)` tells whether the person holds a permission for this object.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, NotAllowed, Unmet

Check = Callable[[Any, Any], str | None]
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
class PossibleStep:
    """A step this person may take, and what stands in its way."""

    step: Step
    missing: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return not self.missing


class Workflow:
    def __init__(
        self, steps: Iterable[Step], checks: Mapping[str, Check] | None = None, *, state: str = "state"
    ) -> None:
        self.steps = tuple(steps)
        self.checks = dict(checks or {})
        self._state = state
        self._reject_contradictions()

    def steps_from(self, state: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if state in step.sources)

    def possible(self, obj: Any, user: Any, allowed: Allowed) -> list[PossibleStep]:
        """The steps from the object's state that this person may take, ready or not: the page's buttons."""
        return [
            PossibleStep(step, self.missing(step, obj, user))
            for step in self.steps_from(getattr(obj, self._state))
            if allowed(step.permission)
        ]

    def require(self, obj: Any, name: str, *, user: Any, allowed: Allowed) -> Step:
        """The step to take now. Raises NotAllowed, Conflict (wrong state) or Unmet (something is missing)."""
        named = [step for step in self.steps if step.name == name]
        if not named:
            raise LookupError(f"no step is called {name!r}")
        if not any(allowed(step.permission) for step in named):
            raise NotAllowed(_("Für „%(label)s“ fehlt Ihnen die Berechtigung.") % {"label": named[0].label})
        step = next((step for step in named if getattr(obj, self._state) in step.sources), None)
        if step is None:
            raise Conflict(
                _("„%(label)s“ ist im jetzigen Stand nicht möglich. Bitte laden Sie die Seite neu.")
                % {"label": named[0].label}
            )
        if not allowed(step.permission):
            raise NotAllowed(_("Für „%(label)s“ fehlt Ihnen die Berechtigung.") % {"label": step.label})
        if missing := self.missing(step, obj, user):
            raise Unmet(missing)
        return step

    def missing(self, step: Step, obj: Any, user: Any) -> tuple[str, ...]:
        """German sentences for the needs of this step that are not met."""
        answers = (self.checks[need](obj, user) for need in step.needs)
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
