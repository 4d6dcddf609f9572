"""Looking for others: the wishes of all municipalities of the instance, interest in one, and the selection.

A stranger reads the wish and the call, never the use case.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core import paging
from core.errors import Conflict, NotAllowed
from register.forms import save
from usecases import services
from usecases.forms_cooperation import CallForm, ChoiceForm, InterestForm, WishFilterForm, WishForm
from usecases.models import CooperationWish, Interest, UseCase
from usecases.rules.vocabulary import STAGES
from usecases.selectors_cooperation import interests_in, running_call, with_calls
from usecases.views.case_reach import FORM_METHODS, answer, here, trail, use_case_or_404
from usecases.workflow import DECIDE

TITLE = "Kooperation"


@login_required
@require_safe
def wishes(request: HttpRequest) -> HttpResponse:
    municipality = here(request, "usecase.view")
    form = WishFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(CooperationWish.objects.visible_to(request.user).shown(), wanted)
    page = paging.page(with_calls(rows), request.GET, order=("-shown_since", "-pk"))
    context = {
        "filter_form": form,
        "reset_url": request.path,
        "count": rows.count(),
        "count_label": "Kooperationswünsche",
        "count_one": "Kooperationswunsch",
        "wishes": [(row, _call_said(row)) for row in page.items],
        "own": municipality.pk,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "breadcrumb": trail((TITLE, "")),
    }
    return render(request, "usecases/wishes.html", context)


def _filtered(rows: Any, wanted: dict[str, Any]) -> Any:
    if text := (wanted.get("q") or "").strip():
        found = Q(title__icontains=text) | Q(summary__icontains=text) | Q(wanted__icontains=text)
        rows = rows.filter(found | Q(use_case__municipality__name__icontains=text))
    if field := wanted.get("field"):
        rows = rows.filter(use_case__field=field)
    if stage := wanted.get("stage"):
        rows = rows.filter(use_case__stage=stage)
    if size := wanted.get("size"):
        rows = rows.filter(use_case__municipality__size=size)
    if wanted.get("call"):
        today = timezone.localdate()
        rows = rows.filter(
            calls__decided_at__isnull=True, calls__opens_on__lte=today, calls__closes_on__gte=today
        ).distinct()
    return rows


def _call_said(row: Any) -> str:
    if row.call_closes is None:
        return ""
    today = timezone.localdate()
    if row.call_opens > today:
        return f"Aufruf ab {row.call_opens:%d.%m.%Y}"
    return f"Aufruf bis {row.call_closes:%d.%m.%Y}" if row.call_closes >= today else "Aufruf beendet, Auswahl steht aus"


def _wish_or_404(request: HttpRequest, uuid: UUID) -> CooperationWish:
    rows = CooperationWish.objects.visible_to(request.user).select_related("use_case__municipality")
    return get_object_or_404(rows, uuid=uuid)


def _is_own(request: HttpRequest, wish: CooperationWish) -> bool:
    """Seen as the municipality whose wish it is."""
    municipality = request.municipality  # type: ignore[attr-defined]
    return bool(municipality and municipality.pk == wish.use_case.municipality_id)


def _decides(request: HttpRequest, wish: CooperationWish) -> bool:
    return permissions.has(request.user, DECIDE, municipality=wish.use_case.municipality_id)


@login_required
@require_safe
def wish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    municipality, row = here(request, "usecase.view"), _wish_or_404(request, uuid)
    own = _is_own(request, row)
    interests = interests_in(row) if own else interests_in(row).filter(municipality=municipality)
    call = running_call(row.use_case)
    shown = list(interests)
    waiting = [one for one in shown if one.state == Interest.State.WAITING]
    closed_to_others = own or not permissions.has(request.user, DECIDE, municipality=municipality)
    selected = any(one.state == Interest.State.SELECTED for one in shown)
    context = {
        "wish": row,
        "town": row.use_case.municipality,
        "stage": STAGES[row.use_case.stage],
        "own": own,
        "call": call,
        "interests": shown,
        "may_choose": own and _decides(request, row) and bool(waiting) and (call is None or call.is_closed),
        "may_answer": not closed_to_others and not selected and (call is None or call.is_open),
        "may_withdraw": not closed_to_others and bool(waiting),
        "has_answered": not own and bool(waiting),
        "breadcrumb": trail((TITLE, reverse("usecases:wishes")), (row.title, "")),
    }
    return render(request, "usecases/wish.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def interest(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """For one's own municipality, to another's wish."""
    municipality, row = here(request, DECIDE), _wish_or_404(request, uuid)
    if _is_own(request, row):
        raise NotAllowed("Das ist ein Vorhaben Ihrer eigenen Kommune.")
    mine = Interest.objects.filter(wish=row, municipality=municipality, state=Interest.State.WAITING).first()
    form = InterestForm(request.POST if request.method == "POST" else None, instance=mine)
    status = 200
    if form.is_bound:
        status = save(
            form,
            lambda _: services.express_interest(row, by=request.user, municipality=municipality, **form.values),
        )
        if not status:
            messages.success(request, "Ihre Interessenbekundung ist gespeichert.")
            return redirect(row)
    return _wish_form(request, row, form, "Interesse bekunden", status)


@login_required
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    municipality, row = here(request, DECIDE), _wish_or_404(request, uuid)
    services.withdraw_interest(row, by=request.user, municipality=municipality)
    messages.success(request, "Ihre Interessenbekundung ist zurückgenommen.")
    return redirect(row)


@login_required
@require_http_methods(FORM_METHODS)
def choose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = _wish_or_404(request, uuid)
    if not _decides(request, row):
        raise NotAllowed()
    call = running_call(row.use_case)
    if call is not None and not call.is_closed:
        raise Conflict(f"Der Aufruf läuft bis {call.closes_on:%d.%m.%Y}. Danach treffen Sie die Auswahl.")
    waiting = interests_in(row).filter(state=Interest.State.WAITING).order_by("pk")
    form = ChoiceForm(
        request.POST if request.method == "POST" else None, interests=waiting, all_at_once=call is not None
    )
    status = 200
    if form.is_bound:
        status = save(form, lambda _: services.decide_interests(row, by=request.user, answers=form.answers))
        if not status:
            messages.success(request, "Die Auswahl ist festgehalten. Die Kommunen sind benachrichtigt.")
            return redirect(row)
    return _wish_form(request, row, form, "Auswahl treffen", status)


def _wish_form(request: HttpRequest, row: CooperationWish, form: Any, title: str, status: int) -> HttpResponse:
    page = row.get_absolute_url()
    context = {
        "form": form,
        "title": title,
        "lead": row.title,
        "cancel_url": page,
        "breadcrumb": trail((TITLE, reverse("usecases:wishes")), (row.title, page), (title, "")),
    }
    return render(request, "usecases/case_form.html", context, status=status)


def _decided_or_404(request: HttpRequest, uuid: UUID) -> UseCase:
    use_case = use_case_or_404(request, uuid)
    if not permissions.on(request.user, DECIDE, use_case):
        raise NotAllowed()
    return use_case


@login_required
@require_http_methods(FORM_METHODS)
def wish_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = _decided_or_404(request, uuid)
    row = CooperationWish.objects.filter(use_case=use_case).first()
    form = WishForm(request.POST if request.method == "POST" else None, instance=row)
    status = 200
    if form.is_bound:
        status = save(
            form,
            lambda cleaned: services.set_wish(
                use_case, by=request.user, values=form.values, version=cleaned["version"]
            ),
        )
    text = "Schreiben Sie für andere Kommunen. Aus dem Vorhaben selbst lesen sie nur Handlungsfeld und Stufe."
    return answer(
        request,
        use_case,
        form,
        status,
        title="Kooperationswunsch",
        said="Der Wunsch ist gespeichert.",
        anchor="zusammenarbeit",
        lead=text,
    )


@login_required
@require_http_methods(FORM_METHODS)
def call(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = _decided_or_404(request, uuid)
    row = get_object_or_404(CooperationWish.objects.select_related("use_case"), use_case=use_case)
    form = CallForm(request.POST if request.method == "POST" else None, instance=running_call(row.use_case))
    status = 200
    if form.is_bound:
        status = save(form, lambda _: services.open_call(row, by=request.user, **form.values))
    return answer(
        request,
        use_case,
        form,
        status,
        title="Aufruf zur Interessenbekundung",
        said="Der Aufruf ist gespeichert.",
        anchor="zusammenarbeit",
    )
