"""Applications for funding at a use case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from register.forms import save
from usecases import services
from usecases.forms_application import ApplicationForm
from usecases.models import FundingApplication, UseCase
from usecases.selectors_funding import PROPOSED, applications_of, euro, matching
from usecases.views.case_reach import FORM_METHODS, answer, edited_or_404


def funding_of(use_case: UseCase) -> dict[str, Any]:
    """For usecases/funding_section.html."""
    rows = [
        {"row": row, "asked": euro(row.asked), "granted": euro(row.granted) if row.granted is not None else ""}
        for row in applications_of(use_case)
    ]
    proposed = list(matching(use_case)[:PROPOSED]) if not use_case.is_over else []
    return {"applications": rows, "programmes": proposed}


@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    data = request.POST if request.method == "POST" else None
    form = ApplicationForm(data, use_case=use_case, programme=request.GET.get("programm", ""))
    status = 200
    if form.is_bound:
        status = save(form, lambda _: services.apply_for_funding(use_case, by=request.user, values=form.values))
    return _answer(request, use_case, form, "Förderantrag eintragen", status)


@login_required
@require_http_methods(FORM_METHODS)
def change(request: HttpRequest, uuid: UUID, application: UUID) -> HttpResponse:
    use_case = edited_or_404(request, uuid)
    rows = FundingApplication.objects.filter(use_case=use_case).select_related("programme", "use_case")
    row = get_object_or_404(rows, uuid=application)
    form = ApplicationForm(request.POST if request.method == "POST" else None, use_case=use_case, instance=row)
    status = 200
    if form.is_bound:
        status = save(
            form,
            lambda cleaned: services.change_application(
                row, by=request.user, values=form.values, version=cleaned["version"]
            ),
        )
    return _answer(request, use_case, form, "Förderantrag ändern", status)


def _answer(request: HttpRequest, use_case: UseCase, form: Any, title: str, status: int) -> HttpResponse:
    return answer(
        request, use_case, form, status, title=title, said="Der Förderantrag ist gespeichert.", anchor="foerderung"
    )
