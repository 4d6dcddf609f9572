"""What changed in a register, month by month: new, changed, withdrawn and deleted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public import lists
from public.answers import page
from public.frame import frame
from public.kinds import KINDS
from public.reach import municipality_or_404
from register import selectors_public as selectors
from register.selectors_public import Municipality, Publication

SIZE = 100


@require_safe
def newest(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest month in which something changed."""
    found = municipality_or_404(slug)
    return _page(request, found, None)


@require_safe
def month(request: HttpRequest, slug: str, year: int, month: int) -> HttpResponse:
    found = municipality_or_404(slug)
    try:
        first = date(year, month, 1)
    except (ValueError, OverflowError):
        raise Http404 from None
    if first not in dict(selectors.months(found)):
        raise Http404
    return _page(request, found, first)


def _page(request: HttpRequest, found: Municipality, first: date | None) -> HttpResponse:
    def context() -> dict[str, Any]:
        months = selectors.months(found)
        chosen = first or (months[0][0] if months else None)
        title = _("Änderungen im {month}").format(month=_named(chosen)) if chosen else _("Änderungen")
        rows = selectors.changes_in(found, chosen) if chosen else Publication.objects.none()
        lines = lists.tolerant_page(rows, request.GET, order=("-seq",), size=SIZE)
        return {
            **frame(found, breadcrumb=[(_("Änderungen"), "")]),
            "title": title,
            "events": [_event(found, line) for line in lines.items],
            "page": lines,
            "months": [
                {
                    "label": _named(day),
                    "number": number,
                    "url": reverse("public:changes-month", args=[found.slug, day.year, day.month]),
                    "current": day == chosen,
                }
                for day, number in months
            ],
        }

    return page(request, "public/changes.html", context, depends_on=(found.version, *selectors.log_of(found)))


def _named(day: date) -> str:
    return date_format(day, "F Y")


def _event(found: Municipality, line: Any) -> dict[str, Any]:
    """For components/timeline.html. What is no longer public says nothing of its content, not even its name."""
    one = KINDS[line.kind].one
    if line.op == Publication.Op.WITHDRAW:
        return {"at": line.at, "title": _("Zurückgezogen: ein Eintrag ({one})").format(one=one), "text": line.reason}
    if line.op == Publication.Op.REDACT:
        title = _("Gelöscht: Fassung {number} eines Eintrags ({one})").format(number=line.number, one=one)
        return {"at": line.at, "title": title, "text": line.reason}
    if line.withdrawn or line.redacted or line.name is None:
        return {"at": line.at, "title": _("Ein Eintrag ({one}), der heute nicht mehr zu lesen ist").format(one=one)}
    place = [found.slug, KINDS[line.kind], line.slug]
    event = {"at": line.at, "title": line.name, "label": _("neu") if line.number == 1 else _("geändert")}
    event |= {"code": "new" if line.number == 1 else "changed", "text": line.reason if line.number > 1 else ""}
    if line.earlier:
        address = reverse("public:difference", args=[*place, line.number, line.earlier])
        return event | {"url": address, "link": _("Was hat sich geändert?")}
    return event | {"url": reverse("public:version", args=[*place, line.number]), "link": _("Eintrag lesen")}
