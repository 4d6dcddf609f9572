"""The page of one use case: where it stands, what the next step asks for, what belongs to it; and what is typed about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from core.text import format_date
from register.forms import save
from usecases import services
from usecases.forms import StatementForm, UseCaseForm
from usecases.models import Evaluation, GateProposal, Goal, UseCase
from usecases.rules.gates import SOURCE, STATEMENTS
from usecases.rules.vocabulary import REJECTED, STAGES, WAY
from usecases.sections import sections_of
from usecases.selectors import entries_of, history_of
from usecases.selectors_blueprints import section_of
from usecases.selectors_gates import by_step, checklist, facts_of, owed
from usecases.selectors_goals import in_use_since, with_unit
from usecases.views.applications import funding_of
from usecases.views.case_reach import FORM_METHODS, edited_or_404, here, trail, trail_to, use_case_or_404
from usecases.views.partners import cooperation_of
from usecases.workflow import BY_NAME, DECIDE, TWO_PEOPLE

STOCK = "Als Bestand aufgenommen"


@login_required
@require_safe
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = use_case_or_404(request, uuid)
    user = request.user
    edits = permissions.on(user, "usecase.edit", use_case)
    links, hidden = entries_of(use_case, user)
    history = list(history_of(use_case))
    waiting = use_case.proposals.filter(state=GateProposal.State.WAITING).select_related("proposed_by").first()
    steps = services.possible_steps(use_case, user)
    gate = waiting.step if waiting else next((step.name for step in steps if step.needs), _next_gate(use_case))
    facts = facts_of(use_case)
    rows = checklist(facts, gate) if gate and not hidden else []
    context = {
        "use_case": use_case,
        "edits": edits,
        "stepper": _stepper(use_case, history),
        "in_use_since": in_use_since(use_case) if use_case.is_stock and not hidden else "",
        # What is rejected is read, so that others learn; nothing is planned for it any more.
        "works": edits and use_case.stage != REJECTED,
        "rejection": history[0] if use_case.stage == REJECTED and history else None,
        "facts": _facts(use_case),
        "steps": [
            {
                "label": step.label,
                "url": reverse("usecases:step", args=[use_case.uuid, step.name]),
                "two": step.name in TWO_PEOPLE,
            }
            for step in steps
        ],
        "waiting": waiting,
        "waiting_step": BY_NAME[waiting.step] if waiting else None,
        "may_decide": waiting is not None
        and (permissions.on(user, DECIDE, use_case) or waiting.proposed_by_id == user.pk),
        "gate": BY_NAME[gate] if gate else None,
        "groups": by_step(rows),
        "lacking": sum(not row.met for row in rows),
        "source": SOURCE,
        "links": links,
        "hidden": hidden,
        "goals": [_goal(goal) for goal in facts.goals],
        "evaluations": list(Evaluation.objects.filter(use_case=use_case).select_related("by")[:3]),
        **funding_of(use_case),
        **cooperation_of(use_case),
        "decides": permissions.on(user, DECIDE, use_case),
        "owed": owed(use_case, facts, use_case.missing_evidence.order_by("due", "pk")),
        "sections": sections_of(use_case, user),
        "events": [_event(event) for event in history],
        "blueprint": section_of(use_case, edits=edits, reads_all=not hidden),
        "breadcrumb": trail_to(use_case),
    }
    return render(request, "usecases/use_case.html", context)


def _goal(goal: Goal) -> dict[str, Any]:
    measured = list(goal.measurements.all())
    last = "noch nicht gemessen"
    if measured:
        newest = measured[-1]
        value = with_unit(newest.value, goal.unit)
        last = f"zuletzt {value} am {format_date(newest.day)}"
    return {
        "uuid": goal.uuid,
        "title": goal.title,
        "measure": goal.measure,
        "target_said": with_unit(goal.target, goal.unit),
        "last_said": last,
    }


def _next_gate(use_case: UseCase) -> str:
    """For those who only read: what the next step of the way asks for."""
    found = (name for name, step in BY_NAME.items() if use_case.position in step.sources and step.needs)
    return next(found, "")


def _stepper(use_case: UseCase, history: list[Any]) -> list[dict[str, Any]]:
    stage = use_case.stage_before or use_case.stage
    reached = WAY.index(stage) if stage in WAY else -1
    # Nobody knows here on which day a Bestand came to its stage.
    entered = {event.target: None if event.step == "stock" else event.at for event in reversed(history)}
    if reached < 0:
        steps = [{"label": STAGES[key], "state": "done", "at": entered[key]} for key in WAY if key in entered]
        return [*steps, {"label": STAGES[stage], "state": "current", "at": use_case.stage_since}]
    return [
        {
            "label": STAGES[key],
            "state": "done" if number < reached else "current" if number == reached else "open",
            "at": entered.get(key) if number <= reached else None,
        }
        for number, key in enumerate(WAY)
    ]


def _facts(use_case: UseCase) -> list[dict[str, Any]]:
    """For components/summary_list.html."""
    lines = [
        ("Szenario", use_case.problem),
        ("Nutzen", use_case.benefit),
        ("Handlungsfeld", use_case.get_field_display()),
        ("Amt", use_case.department.name if use_case.department else "ohne Amt"),
        ("Verantwortlich", str(use_case.responsible or "niemand eingetragen")),
        ("Weg", use_case.get_strategy_display()),
        ("Finanzierung", use_case.get_finance_display()),
        ("Pilot", _span(use_case)),
        ("Beteiligte und Betroffene", use_case.pilot_people),
    ]
    return [{"label": label, "value": value or "noch nicht angegeben"} for label, value in lines]


def _span(use_case: UseCase) -> str:
    parts = [f"ab {format_date(use_case.pilot_start)}" if use_case.pilot_start else ""]
    parts.append(f"bis {format_date(use_case.pilot_end)}" if use_case.pilot_end else "")
    return " ".join(part for part in parts if part)


def _event(event: Any) -> dict[str, Any]:
    """For components/timeline.html."""
    step = BY_NAME.get(event.step)
    exception = f"Ausnahme: {event.exception_reason}" if event.exception_reason else ""
    return {
        "at": event.at,
        "title": step.label if step else STOCK,
        "code": event.target,
        "label": event.get_target_display(),
        "by": f"{event.by}, beschlossen von {event.second}" if event.second else event.by,
        "text": "\n".join(text for text in (event.reason, exception, event.note) if text),
    }


@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    municipality = here(request, "usecase.edit")
    form = UseCaseForm(request.POST if request.method == "POST" else None, municipality=municipality, user=request.user)
    status = 200
    if form.is_bound:
        made: list[UseCase] = []
        status = save(
            form,
            lambda _: made.append(services.create_use_case(municipality, by=request.user, values=form.values)),
        )
        if not status:
            messages.success(request, "Das Vorhaben ist angelegt.")
            return redirect(made[0])
    context = {
        "form": form,
        "title": "Neues Vorhaben",
        "lead": "Eine Idee genügt: ein Titel und ein Handlungsfeld. Alles andere ergänzen Sie später.",
        "submit": "Vorhaben anlegen",
        "cancel_url": reverse("usecases:use-cases"),
        "breadcrumb": trail(("Neues Vorhaben", "")),
    }
    return render(request, "usecases/case_form.html", context, status=status)


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    form = UseCaseForm(
        request.POST if request.method == "POST" else None,
        municipality=use_case.municipality,
        user=request.user,
        instance=use_case,
    )
    status = 200
    if form.is_bound:
        status = save(
            form,
            lambda cleaned: services.change_use_case(
                use_case,
                by=request.user,
                values=form.values,
                version=cleaned["version"],
            ),
        )
        if not status:
            messages.success(request, "Ihre Angaben sind gespeichert.")
            return redirect(use_case)
    return _form_page(request, use_case, form, "Vorhaben bearbeiten", status)


@login_required
@require_http_methods(FORM_METHODS)
def state(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """Somebody says that a point is settled."""
    use_case = edited_or_404(request, uuid)
    if key not in STATEMENTS:
        raise Http404
    point = STATEMENTS[key]
    form = StatementForm(request.POST if request.method == "POST" else None, point=point)
    status = 200
    if form.is_bound:
        status = save(form, lambda values: services.make_statement(use_case, by=request.user, key=key, **values))
        if not status:
            messages.success(request, "Ihre Angabe ist gespeichert.")
            return redirect(f"{use_case.get_absolute_url()}#pruefliste")
    return _form_page(
        request,
        use_case,
        form,
        point.statement,
        status,
        lead="" if point.label == point.statement else point.label,
        article=point.article,
    )


def _form_page(
    request: HttpRequest, use_case: UseCase, form: Any, title: str, status: int, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "use_case": use_case,
        "cancel_url": use_case.get_absolute_url(),
        "breadcrumb": trail_to(use_case, title),
        **more,
    }
    return render(request, "usecases/case_form.html", context, status=status)
