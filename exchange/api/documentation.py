"""The OpenAPI document itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api import parameters
from exchange.api.answers import ReadView

FORMAT = parameters.Parameter(
    "format",
    "json oder yaml.",
    {"type": "string", "enum": ["json", "yaml"]},
    parameters._one_of(("json", "yaml")),
)


@cache
def document() -> dict[str, Any]:
    """Made once: it changes with the program only."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


class SchemaView(ReadView):
    """`Accept` or `?format=` choose between JSON and YAML."""

    renderer_classes = [OpenApiYamlRenderer, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiJsonRenderer2]

    def get_renderers(self) -> list[BaseRenderer]:
        wanted = self.request.GET.get("format", "") if self.request else ""
        return [r for r in super().get_renderers() if wanted in r.format] or super().get_renderers()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        parameters.read(request, (FORMAT,))
        return Response(document())
