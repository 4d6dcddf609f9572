"""What OpenAPI says about the API. The document's fields come from the release table, so the two cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema

from exchange.api.parameters import EXPORT, FEED, MUNICIPALITIES, Parameter
from register import content, publication
from register.rules import records, vocabulary
from register.selectors import label_of

JSON, LINES, PROBLEM = "application/json", "application/x-ndjson", "application/problem+json"
Schema = dict[str, Any]
Decorator = Callable[[Any], Any]

TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "description": "Tag (JJJJ-MM-TT) oder leer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
UUID: Schema = {"type": "string", "format": "uuid"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ARS: Schema = {"type": "string", "pattern": "^[0-9]{12}$"}
URI: Schema = {"type": "string", "format": "uri"}
MANY = {
    "category", "affected_groups", "gdpr_basis", "special_categories", "special_categories_basis",
    "special_data_kinds", "ai_act_role", "art50_notice", "protected_attributes",
}  # fmt: skip
# An empty answer is "", so that an open question is not mistaken for none.
COUNT_OR_NOTHING: Schema = {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "enum": [""]}]}
NAMES = {"system": "SystemDocument", "dataset": "DatasetDocument", "use_case": "UseCaseDocument"}


def _object(properties: dict[str, Schema], *, optional: Iterable[str] = (), about: str = "") -> Schema:
    left_out = set(optional)
    found: Schema = {"type": "object", "properties": properties}
    if required := [name for name in properties if name not in left_out]:
        found["required"] = required
    return {**found, "description": about} if about else found


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_THIRD_COUNTRY = {"country": TEXT, "third_country_basis": TEXT}
_SHAPES: dict[str, Schema] = {
    # None: no product sheet.
    "product": {
        **_object(
            {
                "uuid": UUID,
                "name": TEXT,
                "website": TEXT,
                "general_purpose": {"type": "string", "enum": [*vocabulary.YES_NO_UNKNOWN, ""]},
                "general_purpose_model": TEXT,
                "number": {"type": "integer"},
                "inherited_fields": _array(TEXT),
                "local_fields": _array(TEXT),
            }
        ),
        "nullable": True,
    },
    "datasets": _array(
        _object(
            {
                "uuid": UUID,
                "name": TEXT,
                "role": TEXT,
                "personal_data_level": TEXT,
                "data_categories": TEXT,
                "origin": TEXT,
            }
        )
    ),
    "storage": _array(_object({"kind": TEXT, **_THIRD_COUNTRY})),
    "recipients": _array(_object({"name": TEXT, "kind": TEXT, **_THIRD_COUNTRY})),
    "withheld": _array(_object({"field": TEXT, "reason": TEXT, "norm": TEXT})),
    "revision_date": DAY,
    "evaluation_date": DAY,
    "tags": _array(TEXT),
    "usage_volume": COUNT_OR_NOTHING,
    "incidents": COUNT_OR_NOTHING,
    **{key: _array(_object({column.key: TEXT for column in columns})) for key, columns in records.COLUMNS.items()},
}


def _field(kind: str, key: str) -> Schema:
    if key in _SHAPES:
        return {**_SHAPES[key], "description": label_of(kind, key)}
    if key not in content.CHOICES:
        return {**TEXT, "description": label_of(kind, key)}
    codes = list(content.CHOICES[key])
    shape = _array({"type": "string", "enum": codes}) if key in MANY else {"type": "string", "enum": [*codes, ""]}
    return {**shape, "description": label_of(kind, key)}


def _document(kind: str) -> Schema:
    """Base keys are always there; a field may be withheld."""
    base: dict[str, Schema] = {
        "schema_version": TEXT,
        "uuid": UUID,
        "kind": {"type": "string", "enum": [kind]},
        "slug": TEXT,
        "number": {"type": "integer", "minimum": 1, "description": "Nummer der Fassung"},
        "organization": _object({"ars": ARS, "name": TEXT, "slug": TEXT}),
        "publication_date": {"type": "string", "format": "date"},
        "blocks": {"type": "object", "additionalProperties": True, "description": "Ergänzungen aus anderen Bereichen"},
        "reviewed": _object({"dpo_involved": {"type": "boolean"}, "dpo_involved_on": DAY}),
    }
    rows = [row for row in publication.rows_of(kind) if row.level != publication.INTERNAL]
    fields = {row.key: _field(kind, row.key) for row in rows}
    optional = set(fields) - publication.NEVER_WITHHELD
    return _object({**base, **fields}, optional=optional, about="Eingefrorenes, veröffentlichtes Dokument.")


def _page(item: str) -> Schema:
    address = {**URI, "nullable": True, "description": "Nächste Seite; null am Ende"}
    return _object({"next": address, "results": _array(_ref(item))})


def components_of() -> dict[str, Schema]:
    count: Schema = {"type": "integer", "minimum": 0}
    seq: Schema = {"type": "integer", "format": "int64", "minimum": 0}
    line = {
        "seq": seq,
        "op": {"type": "string", "enum": ["publish", "withdraw", "redact"]},
        "uuid": UUID,
        "kind": {"type": "string", "enum": list(NAMES)},
        "number": count,
        "at": MOMENT,
        "reason": TEXT,
        "schema_version": TEXT,
        "document_sha256": HASH,
        "previous_sha256": HASH,
        "sha256": HASH,
        "document": {"type": "object", "nullable": True, "additionalProperties": True},
    }
    municipality = {
        "ars": ARS, "ags": TEXT, "urn": TEXT, "name": TEXT, "slug": TEXT, "kind": TEXT, "land": TEXT,
        "contact_email": TEXT, "systems": count, "datasets": count,
        "changed_at": {**MOMENT, "nullable": True}, "page": URI, "feed": URI,
    }  # fmt: skip
    error = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}
    stone = {"op": TEXT, "uuid": UUID, "number": count, "at": MOMENT, "reason": TEXT, "seq": seq, "sha256": HASH}
    found = {
        "Index": {"type": "object", "additionalProperties": URI},
        "Municipality": _object(municipality),
        "MunicipalityPage": _page("Municipality"),
        "Feed": _object(
            {
                "publisher": _object({"ars": ARS, "urn": TEXT, "name": TEXT, "page": URI}),
                "high_water": seq,
                "head_sha256": HASH,
                "next": {**URI, "nullable": True},
                "entries": _array(_object(line)),
            }
        ),
        "Problem": _object(error, about="Fehler nach RFC 9457"),
        "Tombstone": _object({**error, **stone}, about="Zurückgezogen oder gelöscht: wann und warum"),
    }
    for kind, name in NAMES.items():
        found[name] = _document(kind)
        found[f"{name}Page"] = _page(name)
    return found


def add_components(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook of drf-spectacular: the schemas that the views below point to."""
    result.setdefault("components", {}).setdefault("schemas", {}).update(components_of())
    return result


def _answers(name: str, *, errors: Iterable[int], media: str = JSON, shape: Schema | None = None) -> dict[Any, Any]:
    found: dict[Any, Any] = {(200, media): shape or _ref(name), (304, media): None}
    for status in errors:
        found[(status, PROBLEM)] = _ref("Tombstone" if status == 410 else "Problem")
    return found


def _parameter(item: Parameter) -> OpenApiParameter:
    return OpenApiParameter(item.name, item.schema, required=item.required, description=item.about)


def _read(
    summary: str, operation: str, parameters: Iterable[Parameter], responses: dict[Any, Any], tag: str
) -> Decorator:
    return extend_schema(
        summary=summary,
        operation_id=operation,
        parameters=[_parameter(item) for item in parameters],
        responses=responses,
        tags=[tag],
    )


def documents(kind: str, summary: str, parameters: Iterable[Parameter]) -> Decorator:
    responses = _answers(f"{NAMES[kind]}Page", errors=(400, 406, 500))
    return _read(summary, f"list_{kind}s", parameters, responses, "Einträge")


def document(kind: str, summary: str) -> Decorator:
    return _read(summary, f"get_{kind}", (), _answers(NAMES[kind], errors=(400, 404, 406, 410, 500)), "Einträge")


def version(kind: str, summary: str) -> Decorator:
    responses = _answers(NAMES[kind], errors=(400, 404, 406, 410, 500))
    return _read(summary, f"get_{kind}_version", (), responses, "Einträge")


_ERRORS = (400, 406, 500)
index = _read("Übersicht", "index", (), _answers("Index", errors=_ERRORS), "Übersicht")
municipalities = _read(
    "Kommunen mit Register",
    "list_municipalities",
    MUNICIPALITIES,
    _answers("MunicipalityPage", errors=_ERRORS),
    "Übersicht",
)
export = _read(
    "Alle veröffentlichten Einträge, ein JSON-Dokument je Zeile",
    "export",
    EXPORT,
    _answers("", errors=_ERRORS, media=LINES, shape={"type": "string", "format": "binary"}),
    "Abgleich",
)
feed = _read(
    "Veröffentlichungsprotokoll einer Kommune", "feed", FEED, _answers("Feed", errors=(400, 404, 406, 500)), "Abgleich"
)
