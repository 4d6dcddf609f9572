"""What may happen next to an entry: the table of steps, asked for one person."""

from __future__ import annotations

from accounts.models import User
from core.workflow import PossibleStep, Step, Workflow
from register import workflow
from register.models import Entry
from register.services import access
from register.services.checks import CHECKS

ENGINE = Workflow(workflow.STEPS, CHECKS, state="review_state")


def possible_steps(entry: Entry, user: User) -> list[PossibleStep]:
    """Steps the person may take now, each with the German reasons that still stand against it."""
    return ENGINE.possible(entry, user, lambda permission: access.allowed(user, permission, entry))


def require_step(entry: Entry, name: str, *, by: User) -> Step:
    """The step, or NotAllowed (permission), Conflict (state), Unmet (reasons)."""
    return ENGINE.require(entry, name, user=by, allowed=lambda permission: access.allowed(by, permission, entry))
