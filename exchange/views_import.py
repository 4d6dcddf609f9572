"""Pages of the import: upload, assign the columns, look at the dry run, take over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from core.errors import Conflict, NotAllowed
from exchange import services
from exchange.forms import CorrectionForm, OptionsForm, SheetForm, UploadForm
from exchange.imports import feedback
from exchange.imports.errors import BadFile
from exchange.imports.fields import ONE
from exchange.imports.muster.build import TARGET as SAMPLE
from exchange.imports.recognition import Layout
from exchange.imports.tables import Book
from exchange.models import ImportRun
from exchange.urls_of import url_of

STAGED = ImportRun.State.STAGED
FORM_METHODS = ["GET", "HEAD", "POST"]
# Rows a page shows; the numbers above tell the whole, the Excel copy has every remark.
SHOWN = 100


def _here(request: HttpRequest) -> Any:
    """The municipality worked in, for somebody who may import there."""
    municipality = request.municipality or None  # type: ignore[attr-defined]
    if municipality is None:
        raise Http404
    if not permissions.has(request.user, "import.run", municipality=municipality):
        raise NotAllowed("Listen importieren dürfen nur Personen, die dafür eine Rolle haben.")
    return municipality


def _run_or_404(request: HttpRequest, uuid: UUID) -> ImportRun:
    rows = ImportRun.objects.visible_to(request.user).select_related("municipality", "job")
    return get_object_or_404(rows, uuid=uuid)


def _trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    first = (("Übersicht", reverse("register:start")), ("Listen importieren", reverse("imports:start")))
    return [{"label": label, "url": url} for label, url in (*first, *steps)]


@login_required
@require_http_methods(FORM_METHODS)
def start(request: HttpRequest) -> HttpResponse:
    municipality = _here(request)
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            before = _corrected(request)
            run = services.upload(
                municipality, by=request.user, filename=upload.name, content=form.content(), instead_of=before
            )
        except BadFile as refusal:
            form.add_error("file", refusal.message)
            status = refusal.status
        else:
            # A corrected list is read as before, so the person goes on where they were.
            return redirect(run) if before else redirect("imports:assign", uuid=run.uuid)
    context = {
        "form": form,
        "runs": ImportRun.objects.visible_to(request.user).of(municipality)[:10],
        "sample": [
            {
                "label": "Beispielliste einer erfundenen Stadt",
                "url": reverse("imports:sample"),
                "format": "XLSX",
                "size": SAMPLE.stat().st_size,
                "note": "40 KI-Systeme und 60 Verarbeitungstätigkeiten, so uneinheitlich wie echte Listen.",
            }
        ],
        "breadcrumb": _trail(),
    }
    return render(request, "exchange/start.html", context, status=422 if form.errors and status == 200 else status)


def _corrected(request: HttpRequest) -> ImportRun | None:
    """The list that the uploaded one takes the place of, if it still waits."""
    form = CorrectionForm(request.POST)
    uuid = form.cleaned_data["instead_of"] if form.is_valid() else None
    rows = ImportRun.objects.visible_to(request.user).select_related("municipality")
    run: ImportRun | None = rows.filter(uuid=uuid, state=ImportRun.State.STAGED).first() if uuid else None
    return run


@login_required
@require_safe
def sample(request: HttpRequest) -> FileResponse:
    _here(request)
    return FileResponse(SAMPLE.open("rb"), as_attachment=True, filename=SAMPLE.name, content_type=feedback.MEDIA_TYPE)


@login_required
@require_http_methods(FORM_METHODS)
def assign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Which column becomes which field: proposed, changeable, remembered."""
    run = _run_or_404(request, uuid)
    if run.state != ImportRun.State.STAGED:
        return redirect(run)
    book, layouts = services.read(run)
    data = request.POST if request.method == "POST" else None
    options = OptionsForm(
        data,
        initial={
            "version": run.version,
            "unknown_departments_empty": run.unknown_departments_empty,
            "on_conflict": run.on_conflict,
        },
    )
    forms = _sheet_forms(data, book, layouts)
    if data is not None and all([options.is_valid(), *(form.is_valid() for form in forms)]):
        services.assign_columns(
            run,
            by=request.user,
            layouts=[form.chosen() for form in forms],
            choices=options.chosen(),
            version=options.cleaned_data["version"],
        )
        if not any(form.is_read_anew for form in forms):
            return redirect(run)
        messages.success(request, "Die Spalten sind neu erkannt. Bitte prüfen Sie die Zuordnung.")
        return redirect("imports:assign", uuid=run.uuid)
    refused = any(form.errors for form in (options, *forms))
    context = {
        "run": run,
        "options": options,
        "sheets": forms,
        "forms": [options, *forms],
        "notes": book.notes,
        "breadcrumb": _trail((run.filename, "")),
    }
    return render(request, "exchange/assign.html", context, status=422 if refused else 200)


def _sheet_forms(data: Any, book: Book, layouts: list[Layout]) -> list[SheetForm]:
    return [
        SheetForm(data, sheet=sheet, layout=layout, number=number)
        for number, (sheet, layout) in enumerate(zip(book.sheets, layouts, strict=True))
    ]


@login_required
@require_safe
def run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One page for the whole way: the dry run, the waiting, and what has come of it."""
    run = _run_or_404(request, uuid)
    context = {"run": run, "breadcrumb": _trail((run.filename, ""))}
    if run.state == ImportRun.State.WAITING or run.is_being_undone:
        return render(request, "exchange/waiting.html", {**context, **_progress(run)})
    if run.state in (ImportRun.State.DONE, ImportRun.State.UNDONE):
        return render(request, "exchange/done.html", {**context, **_result(run)})
    if run.state == ImportRun.State.DISCARDED:
        return render(request, "exchange/discarded.html", context)
    return render(request, "exchange/check.html", {**context, **_dry_run(run, services.check(run))})


def _dry_run(run: ImportRun, checked: services.Checked) -> dict[str, Any]:
    plan = checked.plan
    refused = run.report.get("refused", []) if not plan.problems else []
    return {
        "plan": plan,
        "digest": checked.digest,
        "faults": plan.problems[:SHOWN] or refused,
        "more_faults": max(len(plan.problems) - SHOWN, 0),
        "numbers": [
            {"value": len(plan.new), "label": "neu"},
            {"value": len(plan.changed), "label": "geändert"},
            {"value": len(plan.unchanged), "label": "unverändert"},
            {"value": len(plan.existing), "label": "schon vorhanden, nicht geändert"},
            {"value": len(plan.faulty), "label": "fehlerhafte Zeilen"},
        ],
        "new_rows": [(row, ONE[row.kind]) for row in plan.new[:SHOWN]],
        "more_new": max(len(plan.new) - SHOWN, 0),
        "changed": [(row, ONE[row.kind]) for row in plan.changed[:SHOWN]],
        "more_changed": max(len(plan.changed) - SHOWN, 0),
        "existing": plan.existing[:SHOWN],
        "more_existing": max(len(plan.existing) - SHOWN, 0),
        "master_data": plan.master_data.values(),
        "correction": UploadForm(),
    }


def _result(run: ImportRun) -> dict[str, Any]:
    report = run.report
    created, changed = report.get("created", []), report.get("changed", [])
    counts = report.get("counts", {})
    return {
        "created": [_linked(made) for made in created[:SHOWN]],
        "count": len(created),
        "more_created": max(len(created) - SHOWN, 0),
        "changed": [_linked(made) for made in changed[:SHOWN]],
        "count_changed": len(changed),
        "more_changed": max(len(changed) - SHOWN, 0),
        "count_unchanged": sum(counts.get("unchanged", {}).values()),
        "existing": report.get("existing", [])[:SHOWN],
        "master_data": report.get("master_data", []),
        "kept": [_linked(one) for one in report.get("kept", [])[:SHOWN]],
        "count_undone": len(report.get("undone", [])),
        "next_steps": [
            "Neue Einträge sind Entwürfe. Auch geänderte Einträge brauchen eine neue Prüfung, bevor sie öffentlich werden.",
            "Ergänzen Sie die fehlenden Angaben und geben Sie die Einträge dann zur Prüfung.",
            "Die hochgeladene Datei ist gelöscht.",
        ],
        "links": [
            {"label": "Zu den KI-Systemen", "url": reverse("register:systems")},
            {"label": "Zum Verarbeitungsverzeichnis", "url": reverse("compliance:activities")},
        ],
    }


def _linked(made: dict[str, Any]) -> dict[str, Any]:
    return {**made, "url": url_of(made), "kind": ONE[made["kind"]], "fields": ", ".join(made.get("fields", ()))}


def _progress(run: ImportRun) -> dict[str, Any]:
    undoing = run.is_being_undone or run.state == ImportRun.State.UNDONE
    return {
        "job": run.job,
        "title": f"Das Zurücknehmen von „{run.filename}“" if undoing else f"Die Übernahme von „{run.filename}“",
        "undoing": undoing,
        "poll_url": reverse("imports:status", args=[run.uuid]),
        "result_url": run.get_absolute_url(),
        "result_label": "Ergebnis ansehen",
        "retry_url": reverse("imports:undo" if undoing else "imports:take-over", args=[run.uuid]),
    }


@login_required
@require_safe
def status(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The part of the waiting page which asks again and again."""
    run = _run_or_404(request, uuid)
    if run.job is None:
        raise Http404
    return render(request, "components/job_status.html", _progress(run))


@login_required
@require_POST
def take_over(request: HttpRequest, uuid: UUID) -> HttpResponse:
    run = _run_or_404(request, uuid)
    version, digest = _version(request, run), request.POST.get("digest", "")
    services.request_take_over(run, by=request.user, version=version, digest=digest if run.state == STAGED else None)
    return redirect(run)


def _version(request: HttpRequest, run: ImportRun) -> int:
    """What the page showed. A second click finds the list taken over, which is no conflict."""
    if run.state in (ImportRun.State.DONE, ImportRun.State.UNDONE, ImportRun.State.WAITING):
        return run.version
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Conflict("Die Seite ist veraltet. Sehen Sie sich den Probelauf noch einmal an.")
    return int(text)


@login_required
@require_http_methods(FORM_METHODS)
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, then take the whole list back as far as nobody has worked on its entries since."""
    run = _run_or_404(request, uuid)
    if request.method == "POST":
        services.request_undo(run, by=request.user)
        return redirect(run)
    if run.state != ImportRun.State.DONE or run.is_being_undone:
        return redirect(run)
    report = run.report
    context = {
        "title": "Übernahme zurücknehmen",
        "text": f"Die Liste „{run.filename}“ wird zurückgenommen.",
        "consequences": [
            f"Neu angelegte Einträge verschwinden, mit Verknüpfungen und Mängeln. Anzahl: {len(report.get('created', []))}.",
            "Eine Verarbeitungstätigkeit, die schon in einer Fassung des Verzeichnisses steht, wird nur beendet.",
            f"Geänderte Einträge bekommen frühere Angaben zurück. Anzahl: {len(report.get('changed', []))}.",
            "Was seitdem jemand geändert oder zur Prüfung gegeben hat, bleibt. Sie sehen danach, was das ist.",
        ],
        "submit": "Übernahme zurücknehmen",
        "danger": True,
        "cancel_url": run.get_absolute_url(),
        "breadcrumb": _trail((run.filename, run.get_absolute_url()), ("Zurücknehmen", "")),
    }
    return render(request, "exchange/undo.html", context)


@login_required
@require_POST
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    run = _run_or_404(request, uuid)
    services.discard(run, by=request.user)
    messages.success(request, f"Die Liste „{run.filename}“ ist verworfen und gelöscht.")
    return redirect("imports:start")


@login_required
@require_safe
def feedback_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The list with a remark at every faulty cell."""
    run = _run_or_404(request, uuid)
    if run.state != ImportRun.State.STAGED:
        raise Http404
    checked = services.check(run)
    response = HttpResponse(feedback.workbook(checked.book, checked.plan.problems), content_type=feedback.MEDIA_TYPE)
    name = slugify(run.filename.rsplit(".", 1)[0]) or "liste"
    response["Content-Disposition"] = f'attachment; filename="{name}-fehler.xlsx"'
    response["Cache-Control"] = "no-store"
    return response
