"""What a register does not say, and why: from the release table, the log and the public entries. Never from drafts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from public.answers import page
from public.frame import frame
from public.kinds import KINDS
from public.reach import municipality_or_404
from register import publication
from register import selectors_public as selectors
from register.selectors import label_of

TITLE = gettext_noop("Was wir nicht veröffentlichen und warum")


@require_safe
def unpublished(request: HttpRequest, slug: str) -> HttpResponse:
    found = municipality_or_404(slug)

    def context() -> dict[str, Any]:
        return {
            **frame(found, breadcrumb=[(_(TITLE), "")]),
            "title": _(TITLE),
            "taken_back": selectors.taken_back(found),
            "changes_url": reverse("public:changes", args=[found.slug]),
            "withheld": _withheld(selectors.withheld(found)),
            "never": _labels(publication.INTERNAL),
            "on_release": _labels(publication.ON_RELEASE),
        }

    return page(request, "public/unpublished.html", context, depends_on=(found.version, *selectors.log_of(found)))


def _withheld(rows: list[tuple[str, str, dict[str, str]]]) -> list[dict[str, Any]]:
    """The same field for the same reason once, with the number of entries; the most frequent first."""
    counts = Counter((kind, item["field"], item["reason"], item.get("norm", "")) for kind, _name, item in rows)
    return [
        {
            "field": label_of(kind, field),
            "kind": KINDS[kind].many if number > 1 else KINDS[kind].one,
            "reason": reason,
            "norm": norm,
            "number": number,
        }
        for (kind, field, reason, norm), number in counts.most_common()
    ]


def _labels(level: str) -> list[str]:
    """Of the fields of a system; bookkeeping of the program is no statement."""
    return [label_of("system", row.key) for row in publication.rows_of("system") if row.level == level]
