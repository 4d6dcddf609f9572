"""The data map and its three questions: as a picture, as a table, as CSV and as a PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.models import Municipality
from compliance import services
from compliance.datamap import answers, picture, web
from compliance.datamap.answers import Answer
from compliance.datamap.parties import names_of, parties
from compliance.datamap.web import System, Thing
from compliance.forms import DatasetFilterForm, PartyForm
from compliance.models import ProcessingActivity
from compliance.rules import places
from compliance.services.datamap import KIND
from compliance.views.datamap_addresses import map_of, page_of
from compliance.views.reach import Trail, here_or_404, require_here
from core.cells import csv_lines
from core.models import Job
from register.models import Entry, Product, StorageLocation

METHODS = ["GET", "HEAD", "POST"]
SIZE, QUICK = 50, 8


def _entry(row: Any) -> Thing:
    kind = web.SYSTEM if row.kind == Entry.Kind.SYSTEM else web.DATASET
    return Thing(kind, row.pk, row.name, row.uuid)


STARTS: dict[str, tuple[Any, Callable[[Any], Thing]]] = {
    "eintrag": (Entry, _entry),
    "speicherort": (StorageLocation, web.storage_thing),
    "taetigkeit": (ProcessingActivity, web.activity_thing),
    "produktblatt": (Product, lambda row: Thing(web.PRODUCT, row.pk, row.name, row.uuid)),
}


@login_required
@require_http_methods(METHODS)
def overview(request: HttpRequest) -> HttpResponseBase:
    """The three questions, and everything at once."""
    municipality = require_here(request, "entry.view")
    chosen = request.GET if "datenbestand" in request.GET else None
    form = DatasetFilterForm(chosen, user=request.user, municipality=municipality)
    if form.is_bound and form.is_valid():
        return redirect("compliance:datamap-from", kind="eintrag", uuid=form.cleaned_data["datenbestand"].uuid)
    stock = web.stock_of(request.user, municipality)
    everything, ended = web.running(web.load(request.user, municipality, stock))
    known = _most_used(everything)
    answer = answers.of_map(
        "Datenkarte",
        _within(request, everything),
        notes=[
            answers.counted(ended),
            answers.of_all(web.running_activities(request.user, municipality)),
        ],
        nothing="Noch steht kein KI-System im Register, das Sie lesen dürfen.",
    )
    quick = Counter(t for s in everything for t in s.of(web.DATASET)).most_common(QUICK)
    context = {
        "form": form,
        "quick_datasets": [{"label": t.name, "url": map_of(t)} for t, _ in sorted(quick, key=lambda q: q[0].name)],
        "quick_parties": [{"label": name, "url": _party_url(name)} for name in known],
        "is_overview": True,
    }
    return _answered(request, municipality, answer, context)


def _most_used(systems: list[System]) -> list[str]:
    """The names on which most systems hang."""
    spelled: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for system in systems:
        spelled.update(names := names_of(system))
        counted.update(list(names))
    return sorted(spelled[key] for key, _ in counted.most_common(QUICK))


@login_required
@require_http_methods(METHODS)
def from_thing(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponseBase:
    """Everything that hangs on one thing. Of a dataset: which AI uses it."""
    if kind not in STARTS:
        raise Http404
    model, thing_of = STARTS[kind]
    row = get_object_or_404(model.objects.visible_to(request.user).select_related("municipality"), uuid=uuid)
    municipality = here_or_404(request) if model is Product else row.municipality
    start = thing_of(row)
    stock = web.stock_of(request.user, municipality)
    systems, ended = web.running(web.load(request.user, municipality, stock, web.using(start)), start=start)
    nothing = "Daran hängt nichts, was Sie lesen dürfen."
    answer = answers.of_map(
        answers.title_of(start), _within(request, systems), notes=[answers.counted(ended)], nothing=nothing
    )
    return _answered(request, municipality, answer, {"start": start, "start_url": page_of(start)})


@login_required
@require_http_methods(METHODS)
def outage(request: HttpRequest) -> HttpResponseBase:
    municipality = require_here(request, "entry.view")
    stock = web.stock_of(request.user, municipality)
    known = parties(request.user, municipality, stock)
    form = PartyForm(request.GET if "name" in request.GET else None, known=known)
    if not (form.is_bound and form.is_valid()):
        context = {"form": form, "breadcrumb": _trail("Ausfall")}
        is_bad = form.is_bound or request.method == "POST"
        return render(request, "compliance/datamap_party.html", context, status=422 if is_bad else 200)
    party = form.cleaned_data["name"]
    answer = answers.outage(request.user, municipality, stock, party)
    return _answered(request, municipality, answer, {"form": form, "party": party.key})


@login_required
@require_http_methods(METHODS)
def abroad(request: HttpRequest) -> HttpResponseBase:
    municipality = require_here(request, "entry.view")
    answer = answers.abroad(request.user, municipality, web.stock_of(request.user, municipality))
    return _answered(request, municipality, answer, {})


def _within(request: HttpRequest, systems: list[System]) -> list[System]:
    """Those of one department, where the address names it."""
    office = _office(request)
    return systems if office is None else [s for s in systems if s.office_id == office]


def _office(request: HttpRequest) -> int | None:
    text = request.GET.get("amt", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _answered(
    request: HttpRequest, municipality: Municipality, answer: Answer, context: dict[str, Any]
) -> HttpResponseBase:
    """One answer in the form that was asked for."""
    problems = []
    if request.method == "POST":
        try:
            job = services.request_datamap(municipality, by=request.user, answer=answer)
        except ValidationError as error:
            problems = [{"text": text, "anchor": "mitnehmen"} for text in error.messages]
        else:
            return redirect("core:job", job.pk)
    if request.GET.get("format") == "csv":
        return _csv(answer, municipality)
    drawn = picture.draw(answer.systems, start=context.get("start"), party=context.get("party", ""), alone=answer.alone)
    context = {
        "answer": answer,
        "numbers": [{"value": number, "label": label} for label, number in answer.numbers],
        "picture": drawn,
        "nodes": _nodes(request, drawn) if drawn else [],
        "office": answer.systems[0].office if answer.systems and _office(request) is not None else "",
        "whole_url": _address(request, amt=None, seite=None),
        "csv_url": _address(request, format="csv"),
        "may_take": permissions.has(request.user, "entry.view", municipality=municipality),
        "problems": problems,
        "breadcrumb": _trail("" if context.get("is_overview") else answer.title),
        **_page(request, answer),
        **context,
    }
    form = context.get("form")
    is_bad = problems or (form is not None and form.errors)
    return render(request, "compliance/datamap.html", context, status=422 if is_bad else 200)


def _page(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    """Fifty lines of the table. All of them are in memory anyway, for the picture and the numbers."""
    total = len(answer.rows)
    last = max(1, -(-total // SIZE))
    text = request.GET.get("seite", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    number = min(max(number, 1), last)
    shown = answer.rows[(number - 1) * SIZE : number * SIZE]
    first = (number - 1) * SIZE + 1
    return {
        "headings": answer.own_headings,
        "rows": [_cells(answer, row) for row in shown],
        "previous_url": _address(request, seite=number - 1) if number > 1 else "",
        "next_url": _address(request, seite=number + 1) if number < last else "",
        "position": f"{first} bis {first + len(shown) - 1} von {total}" if last > 1 else "",
    }


def _cells(answer: Answer, row: answers.Row) -> list[tuple[str, list[dict[str, Any]]]]:
    cells: list[tuple[str, list[dict[str, Any]]]] = []
    for number, (heading, cell) in enumerate(zip(answer.headings, row, strict=True)):
        if number in answer.below:
            cells[-1][1].append({"text": ", ".join(map(str, cell)), "is_below": True})
        else:
            cells.append((heading, [_part(part) for part in cell]))
    return cells


def _part(part: Thing | str) -> dict[str, str]:
    return {"text": str(part), "url": page_of(part) if isinstance(part, Thing) else ""}


def _nodes(request: HttpRequest, drawn: picture.Picture) -> list[dict[str, Any]]:
    return [{"box": node, "url": _url_of(request, node)} for node in drawn.nodes]


def _url_of(request: HttpRequest, node: picture.Node) -> str:
    """A thing leads to its own map, a group to its list."""
    thing = node.thing
    if not node.count:
        return map_of(thing)
    if thing.kind == web.SYSTEM:
        return _address(request, amt=thing.key, seite=None) if isinstance(thing.key, int) else "#tabelle"
    if node.is_outside:
        return reverse("compliance:datamap-abroad")
    name = _LISTS.get(thing.kind)
    return reverse(name) if name else "#tabelle"


_LISTS = {
    web.DATASET: "register:datasets",
    web.ACTIVITY: "compliance:activities",
    web.STORAGE: "register:storage-list",
    web.RECIPIENT: "register:recipient-list",
    web.PRODUCT: "register:product-list",
}


def _party_url(name: str) -> str:
    return map_of(Thing(web.PROVIDER, places.key(name), name))


def _address(request: HttpRequest, **changes: Any) -> str:
    """This address with other parameters; None takes one away."""
    kept = {key: value for key, value in request.GET.items() if key != "format"}
    kept |= {key: str(value) for key, value in changes.items()}
    kept = {key: value for key, value in kept.items() if changes.get(key, "") is not None}
    return f"?{urlencode(kept)}" if kept else request.path


def _csv(answer: Answer, municipality: Municipality) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(answer.headings, answer.texts()), content_type="text/csv; charset=utf-8")
    name = f"{answer.filename}-{municipality.slug}-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def document(request: HttpRequest, uuid: UUID) -> FileResponse:
    """The PDF, for who asked for it and still works there."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("result"), pk=uuid, kind=KIND)
    if job.result is None or job.data["municipality"] not in permissions.municipality_ids(request.user, "entry.view"):
        raise Http404
    response = FileResponse(
        job.result.file.open("rb"), as_attachment=True, filename=job.result.filename, content_type="application/pdf"
    )
    response["Cache-Control"] = "no-store"
    return response


def _trail(label: str) -> Trail:
    start = {"label": "Übersicht", "url": reverse("register:start")}
    whole = {"label": "Datenkarte", "url": reverse("compliance:datamap")}
    return [start, whole, {"label": label, "url": ""}] if label else [start, whole]
