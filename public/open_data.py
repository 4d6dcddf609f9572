"""What a municipality has published, as files: tables for people, JSON and the whole history for machines."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from accounts.rules.licences import OPEN_DATA_LICENCES
from core.cells import csv_lines, for_cell
from core.errors import JobFailed
from core.models import Job
from public import fact_sheet, links, made
from public.answers import CACHE_CONTROL, page
from public.frame import frame
from public.kinds import KINDS, Kind
from public.reach import municipality_or_404
from register import publication, wording
from register import selectors_public as selectors
from register.selectors import label_of
from register.selectors_public import Municipality, PublicDocument

KINDS_OF_FILES = ("system", "dataset")


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    found = municipality_or_404(slug)
    return page(request, "public/data.html", lambda: _overview(found), depends_on=_state(found))


def _overview(found: Municipality) -> dict[str, Any]:
    title, url = OPEN_DATA_LICENCES[found.open_data_licence]
    return {
        **frame(found, breadcrumb=[(_("Offene Daten"), "")]),
        "kinds": [{"kind": KINDS[key], "files": _files(found, KINDS[key])} for key in KINDS_OF_FILES],
        "history_url": reverse("public:data-history", args=[found.slug]),
        "api_url": f"{reverse('api:export')}?municipality={found.ars}",
        "licence": title,
        "licence_url": url,
        "described": _described(found, url),
    }


def _files(found: Municipality, kind: Kind) -> list[dict[str, str]]:
    about = {"csv": _("für Tabellenprogramme"), "xlsx": "Excel", "json": _("für Programme")}
    return [
        {"label": name.upper(), "about": said, "url": reverse("public:data-file", args=[found.slug, kind, name])}
        for name, said in about.items()
    ]


def _described(found: Municipality, licence_url: str) -> str:
    """The data set in the words of schema.org, safe inside a script element."""
    described = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"KI-Register {found.name}",
        "description": _("KI-Systeme und Datenbestände, die {name} veröffentlicht hat, mit allen Fassungen.").format(
            name=found.name
        ),
        "inLanguage": "de",
        "isAccessibleForFree": True,
        "license": licence_url,
        "url": links.absolute(reverse("public:data", args=[found.slug])),
        "publisher": {"@type": "GovernmentOrganization", "name": found.name, "identifier": found.ars},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{KINDS[key].many} ({file['label']})",
                "encodingFormat": file["label"],
                "contentUrl": links.absolute(file["url"]),
            }
            for key in KINDS_OF_FILES
            for file in _files(found, KINDS[key])
        ],
    }
    text = json.dumps(described, ensure_ascii=False, sort_keys=True)
    return text.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E")


@require_safe
def file(request: HttpRequest, slug: str, kind: Kind, suffix: str) -> HttpResponseBase:
    found = municipality_or_404(slug)
    if kind.key not in KINDS_OF_FILES or suffix not in ("csv", "json", "xlsx"):
        raise Http404
    if suffix == "xlsx":
        return _spreadsheet(request, found, kind)
    name = f"{kind.segment}-{found.slug}.{suffix}"
    if suffix == "csv":
        return _download(csv_lines(_headings(kind), _rows(found, kind)), name, "text/csv; charset=utf-8")
    return _download(_array(found, kind), name, "application/json")


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every line of the publication log with the version it published, where that can still be read."""
    found = municipality_or_404(slug)
    return _download(_lines(found), f"verlauf-{found.slug}.jsonl", "application/jsonl")


def _spreadsheet(request: HttpRequest, found: Municipality, kind: Kind) -> HttpResponseBase:
    def context() -> dict[str, Any]:
        url = reverse("public:data", args=[found.slug])
        return {
            **frame(found, breadcrumb=[(_("Offene Daten"), url), ("Excel", "")]),
            "back_url": url,
            "back": _("Offene Daten"),
        }

    return made.answer(
        request,
        "table",
        depends_on=[found.ars, found.version, kind.key, *selectors.log_of(found)],
        data={"municipality": found.pk, "kind": kind.key},
        context=context,
    )


def _build_spreadsheet(job: Job) -> tuple[bytes, str]:
    found = selectors.active_municipalities().filter(pk=job.data["municipality"]).first()
    if found is None:
        raise JobFailed(_("Die Kommune veröffentlicht hier nicht mehr."))
    kind = KINDS[job.data["kind"]]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.many)
    sheet.freeze_panes = "B2"
    for row in (_headings(kind), *_rows(found, kind)):
        sheet.append([for_cell(text) for text in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), f"{kind.segment}-{found.slug}.xlsx"


made.register("table", made.Maker(made.XLSX, _build_spreadsheet))


def _columns(kind: Kind) -> list[str]:
    rows = publication.rows_of(kind.key)
    return [row.key for row in rows if row.level != publication.INTERNAL and row.key != "withheld"]


def _headings(kind: Kind) -> list[str]:
    labels = [label_of(kind.key, key) for key in _columns(kind)]
    return [*labels, "Kennung", "Adresse", "Fassung", "Stand", "Nicht veröffentlicht (Grund)"]


def _rows(found: Municipality, kind: Kind) -> Iterator[list[str]]:
    columns = _columns(kind)
    for row in _documents(found, kind):
        told = json.loads(row.document)
        yield [
            *(wording.in_one_text(kind.key, key, told.get(key)) for key in columns),
            str(row.uuid),
            links.absolute(links.entry_url(row)),
            str(row.number),
            fact_sheet.format_local(row.published_at),
            "\n".join(f"{label_of(kind.key, item['field'])}: {item['reason']}" for item in told.get("withheld", [])),
        ]


def _documents(found: Municipality, kind: Kind) -> Iterator[PublicDocument]:
    rows = selectors.documents().filter(municipality=found, kind=kind.key).defer(*selectors.SEARCHED)
    return rows.order_by("sort_key", "pk").iterator(chunk_size=200)


def _array(found: Municipality, kind: Kind) -> Iterator[bytes]:
    """The stored texts as they are, so that their hashes can be checked."""
    yield b"["
    for number, row in enumerate(_documents(found, kind)):
        yield (",\n" if number else "\n").encode() + row.document.encode()
    yield b"\n]\n"


def _lines(found: Municipality) -> Iterator[bytes]:
    for row in selectors.log_lines(found).iterator(chunk_size=200):
        line = {
            "seq": row.seq,
            "op": row.op,
            "at": row.at.isoformat(),
            "kind": row.kind,
            "uuid": str(row.uuid),
            "number": row.number,
            "reason": row.reason,
            "document_sha256": row.document_sha256,
            "document": json.loads(row.document) if row.document and not row.withdrawn else None,
        }
        yield (json.dumps(line, ensure_ascii=False) + "\n").encode()


def _download(content: Iterable[bytes], name: str, media_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def _state(found: Municipality) -> tuple[object, ...]:
    return (found.version, *selectors.log_of(found))
