"""Moving a use case: a step of the table, its checklist, and two people where the table asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import User
from accounts.services import notify
from core import audit
from core.errors import Conflict, NotAllowed, Unmet
from core.workflow import Step
from register.services.access import validated
from usecases.models import GateProposal, UseCase, UseCaseEvent
from usecases.rules.vocabulary import STAGES, SUSPENDED
from usecases.selectors_gates import Row, checklist, facts_of
from usecases.services import access
from usecases.services.following import follow
from usecases.services.use_cases import touch
from usecases.workflow import BY_NAME, DECIDE, EDIT, NEED_REASON, STEPS, TWO_PEOPLE

WAITS = "Für dieses Vorhaben wartet schon eine Entscheidung."


def possible_steps(use_case: UseCase, user: User) -> list[Step]:
    """The steps from where it stands that this person may take; nothing while a decision waits."""
    if not permissions.on(user, "usecase.edit", use_case):
        return []
    if use_case.proposals.filter(state=GateProposal.State.WAITING).exists():
        return []
    return [step for step in STEPS if use_case.position in step.sources]


@transaction.atomic
def take_step(use_case: UseCase, *, by: User, step: str, reason: str = "", version: int | None = None) -> UseCase:
    """A step that one person takes. What is missing stands against it."""
    use_case = access.locked_for_edit(use_case, by=by, version=version)
    wanted = _required(use_case, step)
    if step in TWO_PEOPLE:
        raise Conflict(f"Über „{wanted.label}“ entscheiden zwei Personen. Legen Sie den Schritt zur Entscheidung vor.")
    if step in NEED_REASON and not reason.strip():
        raise ValidationError({"reason": "Bitte begründen Sie diesen Schritt."})
    rows = checklist(facts_of(use_case), step)
    _require_met(rows)
    event = _move(use_case, wanted, rows, by=by, reason=reason)
    audit.record("usecases.use_case.moved", use_case, by=by, data={"step": step, "to": event.target})
    return use_case


@transaction.atomic
def propose_gate(
    use_case: UseCase, *, by: User, step: str, reason: str, exception_reason: str = "", version: int | None = None
) -> GateProposal:
    """Lay a step before a second person. Only what no law asks for may be missing, and only with a reason."""
    use_case = access.locked_for_edit(use_case, by=by, version=version)
    wanted = _required(use_case, step)
    if step not in TWO_PEOPLE:
        raise Conflict(f"„{wanted.label}“ entscheiden Sie allein.")
    if not reason.strip():
        raise ValidationError({"reason": "Bitte begründen Sie den Vorschlag."})
    waived = _require_met(checklist(facts_of(use_case), step), exception_reason)
    proposal = GateProposal(
        use_case=use_case,
        step=step,
        reason=reason.strip(),
        exception_reason=exception_reason.strip() if waived else "",
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    validated(proposal).save()
    audit.record("usecases.gate.proposed", use_case, by=by, data=_logged(proposal))
    people = permissions.holders(DECIDE, use_case.municipality_id, department=use_case.department)
    others = [person for person in people if person.pk != by.pk]
    _tell(others, use_case, f"„{use_case.title}“: „{wanted.label}“ wartet auf Ihre Entscheidung.")
    return proposal


@transaction.atomic
def decide_gate(proposal: GateProposal, *, by: User, agrees: bool, note: str = "") -> GateProposal:
    """The second person: it moves on, or it goes back with what is missing. Everything is asked once more."""
    use_case = access.locked(proposal.use_case)
    proposal = GateProposal.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=proposal.pk)
    is_own = proposal.proposed_by_id == by.pk
    if not permissions.on(by, DECIDE, use_case) and (agrees or not is_own):
        raise NotAllowed()
    if proposal.state != GateProposal.State.WAITING:
        raise Conflict("Darüber ist schon entschieden.")
    if agrees and is_own:
        raise NotAllowed("Das entscheidet eine andere Person als die, die es vorgelegt hat.")
    if agrees and _acts_for(by, DECIDE, use_case) == _acts_for(proposal.proposed_by, EDIT, use_case):
        raise NotAllowed(
            "Eine Vertretung und die vertretene Person gelten hier als eine. Das entscheidet jemand anderes."
        )
    proposal.use_case = use_case
    proposal.state = GateProposal.State.CONFIRMED if agrees else GateProposal.State.RETURNED
    proposal.decided_by, proposal.decided_at, proposal.note = by, timezone.now(), note.strip()
    if not agrees and not proposal.note:
        raise ValidationError({"note": "Bitte schreiben Sie, was noch fehlt."})
    wanted = _required(use_case, proposal.step) if agrees else BY_NAME[proposal.step]
    rows = checklist(facts_of(use_case), proposal.step) if agrees else []
    _require_met(rows, proposal.exception_reason)
    validated(proposal).save()
    audit.record(f"usecases.gate.{proposal.state}", use_case, by=by, data=_logged(proposal))
    if agrees:
        _move(use_case, wanted, rows, by=proposal.proposed_by, reason=proposal.reason, proposal=proposal)
    said = f"beschlossen. Stufe: {STAGES[wanted.target]}" if agrees else "zurückgegeben"
    _tell([proposal.proposed_by], use_case, f"„{use_case.title}“: „{wanted.label}“ ist {said}.", besides=by)
    return proposal


def _acts_for(user: User, permission: str, use_case: UseCase) -> int:
    """The person who acts; a deputy acts for the colleague whose role it is, so that nobody decides twice."""
    return (permissions.stands_in_for(user, permission, use_case.municipality_id) or user).pk


def _required(use_case: UseCase, step: str) -> Step:
    """The step, if it leads on from where the use case stands. Nobody gets past a stage."""
    wanted = BY_NAME.get(step)
    if wanted is None or use_case.position not in wanted.sources:
        label = wanted.label if wanted else "Dieser Schritt"
        raise Conflict(not_from_here(use_case, label))
    if use_case.proposals.filter(state=GateProposal.State.WAITING).exclude(step=step).exists():
        raise Conflict(WAITS)
    return wanted


def not_from_here(use_case: UseCase, label: str) -> str:
    stage = use_case.get_stage_display()
    return f"„{label}“ ist von der Stufe „{stage}“ aus nicht möglich. Keine Stufe lässt sich überspringen."


def _require_met(rows: Sequence[Row], exception_reason: str = "") -> list[Row]:
    """Raises Unmet with every point that stands against it; returns those that are let go with a reason."""
    lacking = [row for row in rows if not row.met]
    binding = [row for row in lacking if not row.may_waive]
    against = lacking if not exception_reason.strip() else binding
    if against:
        raise Unmet([f"{row.point.label}: {row.text}" for row in against])
    return lacking


def _move(
    use_case: UseCase,
    step: Step,
    rows: Sequence[Row],
    *,
    by: User,
    reason: str,
    proposal: GateProposal | None = None,
) -> UseCaseEvent:
    """The line of the history first: the database lets the stage follow only it."""
    second = proposal.decided_by if proposal else None
    use_case.steps += 1
    event = UseCaseEvent(
        use_case=use_case,
        number=use_case.steps,
        step=step.name,
        source=use_case.stage,
        target=step.target,
        reason=reason.strip(),
        by=by,
        at=timezone.now(),
        second=second,
        proposal=proposal,
        exception_reason=proposal.exception_reason if proposal else "",
        checklist=[row.stored() for row in rows],
    )
    event.note = follow(use_case, target=step.target, by=by, second=second, reason=reason.strip() or step.label)
    validated(event).save()
    use_case.stage_before = use_case.stage if step.target == SUSPENDED else ""
    use_case.stage, use_case.stage_since = step.target, event.at
    touch(use_case, by=by)
    use_case.save()
    return event


def _logged(proposal: GateProposal) -> dict[str, Any]:
    return {"proposal": proposal.pk, "step": proposal.step, "exception": bool(proposal.exception_reason)}


def _tell(people: Sequence[User], use_case: UseCase, text: str, *, besides: User | None = None) -> None:
    told = [person for person in people if besides is None or person.pk != besides.pk]
    notify(told, text, url=use_case.get_absolute_url(), municipality=use_case.municipality)
