"""Taking a step, laying it before a second person, and deciding about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import permissions
from core.errors import NotAllowed
from register.forms import save
from usecases import services
from usecases.forms import DecideForm, ProposalForm, StepForm
from usecases.models import GateProposal, UseCase
from usecases.rules.gates import SOURCE
from usecases.rules.vocabulary import STAGES
from usecases.selectors_gates import by_step, checklist, facts_of
from usecases.services.access import reads_every_entry
from usecases.services.gates import not_from_here
from usecases.views.case_reach import FORM_METHODS, edited_or_404, trail_to, use_case_or_404
from usecases.workflow import BY_NAME, DECIDE, NEED_REASON, TWO_PEOPLE


@login_required
@require_http_methods(FORM_METHODS)
def step(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """What the step asks for, and the button. Where two people decide, this lays it before the other one."""
    use_case = edited_or_404(request, uuid)
    if name not in BY_NAME:
        raise Http404
    wanted = BY_NAME[name]
    if use_case.position not in wanted.sources:
        return _not_possible(request, use_case, not_from_here(use_case, wanted.label))
    rows = checklist(facts_of(use_case), name) if reads_every_entry(request.user, use_case) else []
    lacking = [row for row in rows if not row.met]
    blocked = any(not row.may_waive for row in lacking)
    data = request.POST if request.method == "POST" else None
    two = name in TWO_PEOPLE
    form = (
        ProposalForm(data, use_case=use_case, may_waive=bool(lacking) or data is not None)
        if two
        else StepForm(data, use_case=use_case, asks_reason=name in NEED_REASON)
    )
    run = services.propose_gate if two else services.take_step
    status = save(form, lambda values: run(use_case, by=request.user, step=name, **values)) if form.is_bound else 200
    if not status:
        said = "Eine zweite Person entscheidet jetzt." if two else f"Stufe: {STAGES[wanted.target]}."
        messages.success(request, said)
        return redirect(use_case)
    context = {
        "use_case": use_case,
        "form": form,
        "title": wanted.label,
        "target": STAGES[wanted.target],
        "two": two,
        "groups": by_step(rows),
        "lacking": len(lacking),
        "blocked": blocked and not form.is_bound,
        "source": SOURCE,
        "submit": "Zur Entscheidung vorlegen" if two else wanted.label,
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, wanted.label),
    }
    return render(request, "usecases/step.html", context, status=status)


def _not_possible(request: HttpRequest, use_case: UseCase, said: str) -> HttpResponse:
    """The refusal with the way back to the use case."""
    context = {"use_case": use_case, "said": said, "breadcrumb": trail_to(use_case, "Nicht möglich")}
    return render(request, "usecases/not_possible.html", context, status=409)


@login_required
@require_http_methods(FORM_METHODS)
def decide(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    use_case = use_case_or_404(request, uuid)
    proposal = get_object_or_404(use_case.proposals.select_related("proposed_by", "decided_by"), pk=pk)
    if not permissions.on(request.user, DECIDE, use_case) and proposal.proposed_by_id != request.user.pk:
        raise NotAllowed()
    if proposal.state != GateProposal.State.WAITING:
        return _not_possible(request, use_case, "Darüber ist schon entschieden.")
    wanted = BY_NAME[proposal.step]
    rows = checklist(facts_of(use_case), proposal.step) if reads_every_entry(request.user, use_case) else []
    own = proposal.proposed_by_id == request.user.pk
    form = DecideForm(request.POST if request.method == "POST" else None, own=own)
    status = (
        save(form, lambda values: services.decide_gate(proposal, by=request.user, **values)) if form.is_bound else 200
    )
    if not status:
        messages.success(request, "Ihre Entscheidung ist gespeichert.")
        return redirect(use_case)
    context = {
        "use_case": use_case,
        "proposal": proposal,
        "form": form,
        "title": f"Entscheiden: {wanted.label}",
        "target": STAGES[wanted.target],
        "own": own,
        "groups": by_step(rows),
        "lacking": sum(not row.met for row in rows),
        "source": SOURCE,
        "submit": "Zurücknehmen" if own else "Entscheiden",
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, "Entscheiden"),
    }
    return render(request, "usecases/decide.html", context, status=status)
