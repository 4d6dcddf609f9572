"""What a document may load: fonts from a fixed table and pictures written into the HTML. Only for the child."""

import re
from collections.abc import Mapping
from pathlib import Path

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml)[;,]", re.IGNORECASE)


class Forbidden(FatalURLFetchingError):
    """Ends the rendering. WeasyPrint would otherwise leave the picture out and say nothing to the reader."""


class ClosedFetcher(URLFetcher):
    def __init__(self, table: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self._table = table
        # Somewhere a library could swallow the exception; what was refused is asked for again at the end.
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url in self._table:
            return URLFetcherResponse(url, self._table[url].read_bytes(), {"Content-Type": "font/woff2"})
        if _PICTURE.match(url):
            return super().fetch(url, headers)
        self.refused.append(url)
        raise Forbidden(url)
