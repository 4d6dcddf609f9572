"""The reads of the API. Documents leave as the text they were stored as; nothing here looks at a draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.rules.keys import ags_of
from core import paging
from exchange.api import parameters, schema
from exchange.api.answers import (
    URN,
    ReadView,
    absolute,
    conditional,
    dumps,
    etag_of,
    gone,
    json_text,
    listed,
    next_address,
)
from exchange.api.export import copied
from register import selectors_public as selectors
from register.selectors_public import Municipality

SIZE = 100


class Index(ReadView):
    """Where everything is."""

    @schema.index
    def get(self, request: Request) -> HttpResponseBase:
        parameters.read(request, ())
        names = ("municipalities/", "systems/", "use-cases/", "datasets/", "export.jsonl", "feed", "schema/")
        found = {name.rstrip("/").replace("export.jsonl", "export"): absolute(f"/api/v1/{name}") for name in names}
        return conditional(request, etag_of(request), lambda: json_text(dumps(found)))


class Municipalities(ReadView):
    @schema.municipalities
    def get(self, request: Request) -> HttpResponseBase:
        wanted = parameters.read(request, parameters.MUNICIPALITIES)
        return conditional(request, etag_of(request, selectors.log_state()), lambda: self._list(request, wanted))

    def _list(self, request: Request, wanted: dict[str, Any]) -> HttpResponse:
        rows = selectors.municipalities()
        if "municipality" in wanted:
            rows = rows.filter(ars=wanted["municipality"])
        if "q" in wanted:
            rows = rows.filter(name__icontains=wanted["q"].strip())
        page = _page(rows, wanted, order=("sort_key", "pk"))
        return listed([dumps(_municipality(row)) for row in page.items], next_url=_next(request, page))


def _municipality(row: Any) -> dict[str, Any]:
    return {
        "ars": row.ars,
        "ags": ags_of(row.ars),
        "urn": f"{URN}{row.ars}",
        "name": row.name,
        "slug": row.slug,
        "kind": row.kind,
        "land": row.land,
        "contact_email": row.mailbox,
        "systems": row.systems,
        "datasets": row.datasets,
        "changed_at": row.changed_at.astimezone(UTC).isoformat() if row.changed_at else None,
        "page": absolute(f"/k/{row.slug}/"),
        "feed": absolute(f"/api/v1/feed?municipality={row.ars}"),
    }


class Documents(ReadView):
    """A list of published documents of one kind, in a fixed order that later publications do not disturb."""

    kind = ""
    allowed: tuple[parameters.Parameter, ...] = parameters.DOCUMENTS

    def answer(self, request: Request) -> HttpResponseBase:
        wanted = parameters.read(request, self.allowed)
        state = selectors.log_state(wanted.get("municipality", ""))
        return conditional(request, etag_of(request, state), lambda: self._list(request, wanted))

    def _list(self, request: Request, wanted: dict[str, Any]) -> HttpResponse:
        criteria = {name: value for name, value in wanted.items() if name not in ("limit", "cursor")}
        rows = selectors.find(selectors.documents(), kind=self.kind, **criteria)
        page = _page(rows.select_related(None).only("document"), wanted, order=("pk",))
        return listed((row.document for row in page.items), next_url=_next(request, page))


class Systems(Documents):
    kind = "system"

    @schema.documents("system", "Veröffentlichte KI-Systeme", parameters.DOCUMENTS)
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class UseCases(Documents):
    kind = "use_case"

    @schema.documents("use_case", "Veröffentlichte Anwendungsfälle", parameters.DOCUMENTS)
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class Datasets(Documents):
    kind = "dataset"
    allowed = parameters.DATASETS

    @schema.documents("dataset", "Veröffentlichte Datenbestände", parameters.DATASETS)
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


def _document(request: Request, kind: str, uuid: UUID) -> HttpResponseBase:
    """The text whose SHA-256 stands in the log, byte for byte."""
    parameters.read(request, ())
    row = selectors.documents().filter(uuid=uuid, kind=kind).first()
    if row is None:
        return _withdrawn(kind, uuid)
    return conditional(request, etag_of(request, row.document_sha256), lambda: json_text(row.document))


def _version(request: Request, kind: str, uuid: UUID, number: int) -> HttpResponseBase:
    parameters.read(request, ())
    current = selectors.documents().filter(uuid=uuid, kind=kind).only("pk", "municipality").first()
    if current is None:
        return _withdrawn(kind, uuid)
    for version in selectors.versions(current.pk):
        if version.row.number == number:
            if version.gone is not None:
                return gone(version.gone)
            etag = etag_of(request, version.row.document_sha256)
            return conditional(request, etag, lambda row=version.row: json_text(row.document))  # type: ignore[misc]
    raise Http404


def _withdrawn(kind: str, uuid: UUID) -> HttpResponse:
    row = selectors.withdrawal(kind, uuid=uuid)
    if row is None:
        raise Http404
    return gone(row)


class System(ReadView):
    @schema.document("system", "Ein KI-System")
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        return _document(request, "system", uuid)


class SystemVersion(ReadView):
    @schema.version("system", "Eine Fassung eines KI-Systems")
    def get(self, request: Request, uuid: UUID, number: int) -> HttpResponseBase:
        return _version(request, "system", uuid, number)


class Dataset(ReadView):
    @schema.document("dataset", "Ein Datenbestand")
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        return _document(request, "dataset", uuid)


class DatasetVersion(ReadView):
    @schema.version("dataset", "Eine Fassung eines Datenbestands")
    def get(self, request: Request, uuid: UUID, number: int) -> HttpResponseBase:
        return _version(request, "dataset", uuid, number)


class JsonLines(JSONRenderer):
    """Only says that somebody who asks for JSON Lines is welcome here."""

    media_type = "application/x-ndjson"
    format = "jsonl"


class Export(ReadView):
    renderer_classes = [JsonLines, JSONRenderer]

    @schema.export
    def get(self, request: Request) -> HttpResponseBase:
        ars = parameters.read(request, parameters.EXPORT).get("municipality", "")

        def make() -> HttpResponseBase:
            lines: Iterator[bytes] = iter(()) if request.method == "HEAD" else copied(*selectors.export_rows(ars))
            return StreamingHttpResponse(lines, content_type="application/x-ndjson")

        return conditional(request, etag_of(request, selectors.log_state(ars)), make)


class Feed(ReadView):
    """A municipality's publication log, line by line without a gap: what a mirror needs and can verify."""

    @schema.feed
    def get(self, request: Request) -> HttpResponseBase:
        wanted = parameters.read(request, parameters.FEED)
        found = get_object_or_404(selectors.active_municipalities(), ars=wanted["municipality"])
        log = selectors.log_of(found)
        return conditional(request, etag_of(request, found.version, *log), lambda: _lines(request, found, wanted, log))


def _lines(request: Request, found: Municipality, wanted: dict[str, Any], log: tuple[int, str]) -> HttpResponse:
    after, limit = wanted.get("after", 0), wanted.get("limit", SIZE)
    rows = list(selectors.log_lines(found, after=after)[:limit])
    last = rows[-1].seq if rows else after
    head = {
        "publisher": {
            "ars": found.ars,
            "urn": f"{URN}{found.ars}",
            "name": found.name,
            "page": absolute(f"/k/{found.slug}/"),
        },
        "high_water": log[0],
        "head_sha256": log[1],
        "next": next_address(request, after=last) if rows and last < log[0] else None,
    }
    return json_text(f'{dumps(head)[:-1]},"entries":[{",".join(_line(row) for row in rows)}]}}')


def _line(row: Any) -> str:
    """One line of the log; a document that is no longer public stays away, its hash does not."""
    readable = row.op == "publish" and row.document and not row.withdrawn
    head = {
        "seq": row.seq,
        "op": row.op,
        "uuid": row.uuid,
        "kind": row.kind,
        "number": row.number,
        # As it was hashed, so that everybody can verify the chain.
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "reason": row.reason,
        "schema_version": row.schema_version,
        "document_sha256": row.document_sha256,
        "previous_sha256": row.previous_sha256,
        "sha256": row.sha256,
    }
    return f'{dumps(head)[:-1]},"document":{row.document if readable else "null"}}}'


def _page(rows: Any, wanted: dict[str, Any], *, order: tuple[str, ...]) -> paging.Page:
    try:
        return paging.page(rows, {"after": wanted.get("cursor", "")}, order=order, size=wanted.get("limit", SIZE))
    except paging.BadCursor as error:
        raise parameters.BadParameter(
            "Der Parameter „cursor“ hat keinen gültigen Wert. Möglich ist nur ein Lesezeichen aus „next“."
        ) from error


def _next(request: Request, page: paging.Page) -> str | None:
    return next_address(request, cursor=page.after) if page.after else None
