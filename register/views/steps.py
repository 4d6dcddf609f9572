"""One confirmation page a step: what it does, what is needed for it, and the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.errors import Conflict, NotAllowed, Unmet
from register import services
from register.forms import (
    MeasureForm,
    OpinionForm,
    PlainForm,
    ReasonForm,
    RedactForm,
    ReleaseForm,
    ReturnForm,
    add_service_errors,
)
from register.holding import Hold, holds_on
from register.models import AfterReview, Entry, Opinion, Publication
from register.selectors_products import product_check_of
from register.services import access
from register.services.checks import current_submission, deviates, open_corrections, valid_opinion
from register.services.steps import require_step
from register.views.confirming import offered_to
from register.views.entries import STEP_SLUGS, next_steps
from register.views.reach import entry_or_404, trail_to


@dataclass(frozen=True)
class StepPage:
    """`step` names a row of the table of steps; a measure outside of it names its permission instead."""

    title: str
    submit: str
    done: str
    run: Callable[..., Any]
    form: type[forms.Form] = PlainForm
    step: str = ""
    permission: str = ""
    text: str = ""
    consequences: tuple[str, ...] = ()
    danger: bool = False
    back_to: str = "entry"
    also: tuple[str, ...] = field(default=())
    # What stands against it, told on the page instead of the button.
    held: Callable[[Entry, Any], list[Hold]] | None = None


PAGES = {
    "zurueckholen": StepPage(
        step="recall",
        title="Aus der Prüfung zurückholen",
        submit="Zurückholen",
        done="Der Eintrag ist wieder ein Entwurf.",
        run=services.recall,
        consequences=(
            "Der Eintrag wird wieder ein Entwurf, und Sie können ihn bearbeiten.",
            "Danach geben Sie ihn neu zur Prüfung.",
        ),
    ),
    "zurueckgeben": StepPage(
        step="return",
        title="Zurückgeben",
        submit="Zurückgeben",
        done="Der Eintrag ist zurückgegeben. Die Bearbeitenden sind benachrichtigt.",
        run=services.return_entry,
        form=ReturnForm,
        consequences=("Die Bearbeitenden werden benachrichtigt.", "Sie sehen Ihren Grund und alle offenen Kommentare."),
    ),
    "stellungnahme": StepPage(
        step="opine",
        title="Stellungnahme abgeben",
        submit="Stellungnahme abgeben",
        done="Ihre Stellungnahme ist mit dem heutigen Datum festgehalten.",
        run=services.opine,
        form=OpinionForm,
        text="Ihre Stellungnahme gilt für genau die Angaben, die jetzt eingereicht sind. Sie lässt sich nicht ändern.",
    ),
    "freigeben": StepPage(
        step="release",
        also=("release_editorial",),
        title="Freigeben",
        submit="Freigeben",
        done="Der Eintrag ist freigegeben und kann veröffentlicht werden.",
        run=services.release,
        form=ReleaseForm,
        consequences=(
            "Ihre Freigabe gilt für genau die Angaben, die jetzt eingereicht sind.",
            "Ändert danach jemand etwas, ist eine neue Prüfung nötig.",
        ),
    ),
    "veroeffentlichen": StepPage(
        step="publish",
        title="Veröffentlichen",
        submit="Veröffentlichen",
        done="Der Eintrag ist veröffentlicht.",
        run=services.publish,
        consequences=(
            "Jede und jeder kann den Eintrag lesen, suchen und herunterladen.",
            "Die Fassung wird mit Datum festgehalten. Auch spätere Fassungen ändern sie nicht.",
        ),
    ),
    "zurueckziehen": StepPage(
        permission="entry.withdraw",
        title="Sofort zurückziehen",
        submit="Sofort zurückziehen",
        done="Der Eintrag ist nicht mehr öffentlich.",
        run=services.withdraw,
        form=ReasonForm,
        danger=True,
        consequences=(
            "Der Eintrag verschwindet sofort aus dem öffentlichen Register.",
            "Unter der alten Adresse steht, dass er zurückgezogen wurde.",
            "Eine andere Person prüft das nachträglich.",
        ),
    ),
    "aussetzen": StepPage(
        permission="entry.suspend",
        title="Sofort aussetzen",
        submit="Sofort aussetzen",
        done="Das System ist als ausgesetzt gekennzeichnet.",
        run=services.suspend,
        form=ReasonForm,
        danger=True,
        consequences=(
            "Das System erscheint sofort als ausgesetzt, auch öffentlich.",
            "Eine laufende Prüfung endet; der Eintrag geht zurück.",
            "Eine andere Person prüft das nachträglich.",
        ),
    ),
    "loeschen": StepPage(
        permission="entry.edit",
        title="Entwurf löschen",
        submit="Endgültig löschen",
        done="Der Entwurf ist gelöscht.",
        run=services.delete_draft,
        danger=True,
        consequences=("Alle Angaben dieses Entwurfs gehen verloren. Das lässt sich nicht zurücknehmen.",),
        back_to="list",
        held=holds_on,
    ),
}
assert set(STEP_SLUGS.values()) == set(PAGES)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, uuid: UUID, slug: str) -> HttpResponse:
    page = PAGES.get(slug)
    if page is None:
        raise Http404
    entry = entry_or_404(request, uuid)
    if request.method != "POST":
        require_offered(request, entry, page)
    form = page.form(request.POST if request.method == "POST" else None, **_form_options(entry, page))
    if form.is_bound and form.is_valid():
        try:
            page.run(entry, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, page.done)
            return redirect("register:systems" if page.back_to == "list" else entry.get_absolute_url())
    return _render(request, entry, page, form)


def _render(request: HttpRequest, entry: Entry, page: StepPage, form: forms.Form, **more: Any) -> HttpResponse:
    context = {
        "entry": entry,
        "form": form,
        "title": f"{page.title}: {entry.name}",
        "page_title": page.title,
        "text": page.text,
        "consequences": page.consequences,
        "submit": page.submit,
        "danger": page.danger,
        "holds": page.held(entry, request.user) if page.held else [],
        "cancel_url": entry.get_absolute_url(),
        "opinion": _opinion(entry) if page.step == "release" else None,
        "open_corrections": open_corrections(entry) if page.step in ("release", "opine") else 0,
        "maengel": list(entry.deficiencies.active().order_by("opened_at", "pk")) if page.step == "opine" else [],
        "product_opinion_url": offered_to(entry, request.user) if page.step == "opine" else "",
        "product_check": product_check_of(entry, request.user) if page.step in ("release", "opine") else None,
        "breadcrumb": trail_to(entry, page.title),
        **more,
    }
    return render(request, "register/step.html", context, status=422 if form.errors else 200)


def require_offered(request: HttpRequest, entry: Entry, page: StepPage) -> None:
    """Refuse the page with the same sentence that its button would be refused with."""
    if not page.step:
        return access.require(request.user, page.permission, entry)
    wanted = (page.step, *page.also)
    offered = next((s for s in next_steps(entry, request.user) if s.step.name in wanted), None)
    if offered is None:
        require_step(entry, page.step, by=request.user)
        raise NotAllowed()
    if offered.missing:
        raise Unmet(offered.missing)
    return None


def _form_options(entry: Entry, page: StepPage) -> dict[str, Any]:
    if page.form is not ReleaseForm:
        return {}
    submission = current_submission(entry)
    needs_opinion = submission is not None and submission.needs_opinion
    return {"deviates": (needs_opinion and deviates(entry, _opinion(entry))) or open_corrections(entry) > 0}


def _opinion(entry: Entry) -> Opinion | None:
    submission = current_submission(entry)
    return valid_opinion(entry, submission.privacy_sha256) if submission else None


REDACT = StepPage(
    permission="entry.redact",
    title="Fassung schwärzen",
    submit="Endgültig schwärzen",
    done="Die Fassung ist geschwärzt.",
    run=services.redact,
    form=RedactForm,
    danger=True,
    text="Nur, wenn das Recht die Löschung verlangt, zum Beispiel weil ein Name hineingeraten ist.",
    consequences=(
        "Der Inhalt dieser Fassung wird endgültig gelöscht. Das lässt sich nicht zurücknehmen.",
        "Datum, Prüfsumme und Ihr Grund bleiben stehen, damit die Kette der Fassungen prüfbar bleibt.",
        "Wer die Daten abgerufen hat, erhält beim nächsten Abruf die Nachricht von der Löschung.",
    ),
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def redact(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    access.require(request.user, REDACT.permission, entry)
    version = get_object_or_404(Publication, entry=entry, number=number, op=Publication.Op.PUBLISH)
    if not version.document:
        raise Conflict("Diese Fassung ist schon geschwärzt.")
    form = RedactForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.redact(entry, number=number, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, REDACT.done)
            return redirect(entry)
    return _render(request, entry, REDACT, form, title=f"Fassung {number} schwärzen: {entry.name}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """The second pair of eyes on what somebody did at once."""
    rows = AfterReview.objects.filter(entry__in=Entry.objects.visible_to(request.user)).select_related("entry", "by")
    row = get_object_or_404(rows, pk=pk)
    access.require(request.user, "entry.after_review", row.entry)
    form = MeasureForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.confirm_measure(row, by=request.user, note=form.cleaned_data["note"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "Die nachträgliche Prüfung ist festgehalten.")
            return redirect(row.entry)
    context = {
        "measure": row,
        "entry": row.entry,
        "form": form,
        "own": row.by_id == request.user.pk,
        "cancel_url": reverse("register:entry", args=[row.entry.uuid]),
        "breadcrumb": trail_to(row.entry, "Nachträglich prüfen"),
    }
    return render(request, "register/measure.html", context, status=422 if form.errors else 200)
