"""The steps of an inquiry, one form each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from inquiries import services
from inquiries.forms import (
    AnswerInquiryForm,
    CheckAnswerForm,
    CloseForm,
    ExtendForm,
    LabelForm,
    ReleaseInquiryForm,
    RouteForm,
    WithdrawReleaseForm,
)
from inquiries.models import Inquiry
from inquiries.models.inquiry import ANSWER, CHECK, MANAGE, ROUTE
from inquiries.views.reach import FORM_METHODS, data_of, form_page, inquiry_or_404, save


@login_required
@require_http_methods(FORM_METHODS)
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, ANSWER)
    form = AnswerInquiryForm(data_of(request), inquiry=row)
    status = save(form, lambda cleaned: services.draft_answer(row, by=request.user, **cleaned))
    said = "Die Antwort ist gespeichert. Eine zweite Person prüft sie jetzt."
    return form_page(request, row, form, status, title="Antwort schreiben", said=said, submit="Zur Prüfung geben")


@login_required
@require_http_methods(FORM_METHODS)
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, CHECK)
    form = CheckAnswerForm(data_of(request), inquiry=row)
    said = {"send": "Die Antwort ist abgesendet.", "return": "Die Antwort ist zurückgegeben."}

    def decide(cleaned: dict[str, Any]) -> None:
        if cleaned["decision"] == "send":
            services.send_answer(row, by=request.user, version=cleaned["version"])
        else:
            services.return_answer(row, by=request.user, note=cleaned["note"], version=cleaned["version"])

    status = save(form, decide)
    sentence = "" if status else said[form.cleaned_data["decision"]]
    return form_page(
        request, row, form, status, title="Antwort prüfen", said=sentence, submit="Entscheiden", shows_answer=True
    )


@login_required
@require_http_methods(FORM_METHODS)
def route(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, ROUTE)
    form = RouteForm(data_of(request), inquiry=row)
    status = save(form, lambda cleaned: services.route_inquiry(row, by=request.user, **cleaned))
    if not status and not Inquiry.objects.visible_to(request.user).filter(pk=row.pk).exists():
        # It is the other department's now.
        return _handed_over(request)
    return form_page(
        request, row, form, status, title="Weiterleiten", said="Die Anfrage ist weitergeleitet.", submit="Weiterleiten"
    )


def _handed_over(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Die Anfrage ist weitergeleitet und liegt jetzt beim anderen Amt.")
    return redirect("inquiries:desk")


@login_required
@require_http_methods(FORM_METHODS)
def label(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, ROUTE)
    form = LabelForm(data_of(request), inquiry=row)
    status = save(form, lambda cleaned: services.label_inquiry(row, by=request.user, **cleaned))
    return form_page(request, row, form, status, title="Einordnen", said="Die Anfrage ist eingeordnet.")


@login_required
@require_http_methods(FORM_METHODS)
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, CHECK)
    form = CloseForm(data_of(request), inquiry=row)
    status = save(form, lambda cleaned: services.close_inquiry(row, by=request.user, **cleaned))
    return form_page(
        request,
        row,
        form,
        status,
        title="Ohne Antwort schließen",
        said="Die Anfrage ist geschlossen. Sie bleibt im Verlauf und wird nicht veröffentlicht.",
        submit="Schließen",
        danger=True,
    )


@login_required
@require_http_methods(FORM_METHODS)
def extend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, ROUTE)
    form = ExtendForm(data_of(request), inquiry=row)
    status = save(form, lambda cleaned: services.extend_deadline(row, by=request.user, **cleaned))
    lead = (
        "Art. 12 Abs. 3 DSGVO erlaubt bis zu zwei weitere Monate, wenn das wegen der Komplexität und der Zahl der "
        "Anträge nötig ist. Die Person muss es mit den Gründen innerhalb des ersten Monats erfahren. Bitte prüfen."
    )
    return form_page(request, row, form, status, title="Frist verlängern", said="Die Frist ist verlängert.", lead=lead)


@login_required
@require_http_methods(FORM_METHODS)
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, MANAGE)
    form = ReleaseInquiryForm(data_of(request), inquiry=row)
    status = save(form, lambda cleaned: services.release_inquiry(row, by=request.user, **cleaned))
    return form_page(
        request,
        row,
        form,
        status,
        title="Frage und Antwort veröffentlichen",
        said="Frage und Antwort sind öffentlich.",
        submit="Veröffentlichen",
        lead="Nennt der Text Personen, Anschriften oder Aktenzeichen? Ersetzen Sie solche Stellen durch […].",
    )


@login_required
@require_http_methods(FORM_METHODS)
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = inquiry_or_404(request, uuid, MANAGE)
    form = WithdrawReleaseForm(data_of(request))
    status = save(form, lambda cleaned: services.withdraw_release(row, by=request.user, **cleaned))
    return form_page(
        request,
        row,
        form,
        status,
        title="Veröffentlichung zurücknehmen",
        said="Frage und Antwort sind nicht mehr öffentlich.",
        submit="Zurücknehmen",
        danger=True,
    )
