"""A register in figures: charts with their tables, and each of them as CSV. Counts published documents only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_safe

from core.cells import csv_bytes
from core.charts import Bar, BarChart
from inquiries import selectors_public as inquiries
from public import coverage, links
from public.answers import conditional, page
from public.forms import TABLES
from public.frame import frame
from public.reach import municipality_or_404
from register import selectors_public as selectors
from register.selectors_facets import facets
from register.selectors_public import Municipality

Counts = Mapping[str, Mapping[str, int]]

# Filter -> title, what it says, heading of the first column.
BY_FILTER = {
    "affects_people": (gettext_noop("Wirkung auf Entscheidungen über Menschen"), gettext_noop("Ob ein System auf Entscheidungen über Menschen wirkt."), gettext_noop("Wirkung")),
    "risk_class": (gettext_noop("Risikoklassen"), gettext_noop("Wie die Kommune die Systeme selbst nach der KI-VO einstuft."), gettext_noop("Risikoklasse")),
    "status": (gettext_noop("Stand"), gettext_noop("Von der Idee bis zum Ende. Beendetes und Verworfenes bleibt im Register."), gettext_noop("Stand")),
    "field": (gettext_noop("Handlungsfelder"), gettext_noop("Wofür die Systeme da sind. Ein System kann zu mehreren Feldern gehören."), gettext_noop("Handlungsfeld")),
    "country": (gettext_noop("Länder, in denen Daten liegen"), gettext_noop("Ein System kann Daten in mehreren Ländern speichern."), gettext_noop("Land")),
    "personal_data_level": (gettext_noop("Personenbezug"), gettext_noop("Ob die Systeme mit Daten über Menschen arbeiten."), gettext_noop("Personenbezug")),
}  # fmt: skip
# Stages and classes have an order of their own; the others stand by size.
_ORDERED = ("status", "risk_class", "affects_people")


@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    found = municipality_or_404(slug)

    def context() -> dict[str, Any]:
        charts = [(key, make()) for key, make in _charts(found).items()]
        shown = [{"chart": chart, "csv_url": _csv_url(found, key)} for key, chart in charts if chart.bars]
        return {**frame(found, breadcrumb=[(_("Zahlen"), "")]), "charts": shown}

    return page(request, "public/figures.html", context, depends_on=_state(found))


@require_safe
def csv(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = municipality_or_404(slug)
    charts = _charts(found)
    if key not in charts:
        raise Http404

    def make() -> HttpResponse:
        chart = charts[key]()
        response = HttpResponse(csv_bytes(chart.csv_columns, chart.lines()), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{found.slug}-{key}.csv"'
        return response

    return conditional(request, _state(found), make)


def _state(found: Municipality) -> tuple[object, ...]:
    return (found.version, selectors.coverage(found), *selectors.log_of(found), *inquiries.state_of(found))


def _csv_url(found: Municipality, key: str) -> str:
    return reverse("public:figures-csv", args=[found.slug, key])


def _charts(found: Municipality) -> dict[str, Callable[[], BarChart]]:
    """Key -> what makes the chart; all that count by a filter share one query."""
    counted: dict[str, Counts] = {}

    def counts() -> Counts:
        if not counted:
            systems = selectors.documents().filter(municipality=found, kind="system")
            counted["all"] = facets(systems, {})
        return counted["all"]

    by_filter = {key: (lambda key=key: _by_filter(found, key, counts()[key])) for key in BY_FILTER}
    return {
        **by_filter,
        "monate": lambda: _by_month(found),
        "meldestand": lambda: _coverage(found),
        "antworten": lambda: _answers(found),
    }


def _answers(found: Municipality) -> BarChart:
    said = inquiries.figures(found)
    about = _("Fragen, Hinweise und Beschwerden, auch nicht veröffentlichte.")
    if (days := said.median_days) is not None:
        half = ngettext(
            "Die Hälfte der Antworten kam in höchstens {days} Tag.",
            "Die Hälfte der Antworten kam in höchstens {days} Tagen.",
            days,
        )
        about = f"{about} {half.format(days=days)}"
    parts = ((_("beantwortet"), said.answered), (_("offen"), said.open))
    bars = [_bar(label, number) for label, number in parts] if said.answered or said.open else []
    return BarChart("antworten", _("Fragen und Antworten"), about, (_("Stand"), _("Anfragen")), bars)


def _by_filter(found: Municipality, key: str, counts: Mapping[str, int]) -> BarChart:
    title, about, column = (_(text) for text in BY_FILTER[key])
    known = [value for value in TABLES[key] if counts.get(value)]
    order = known if key in _ORDERED else sorted(known, key=lambda value: -counts[value])
    home = links.municipality_url(found.slug)
    bars = [_bar(str(TABLES[key][value]), counts[value], f"{home}?{urlencode({key: value})}") for value in order]
    return BarChart(key, title, about, (column, _("KI-Systeme")), bars)


def _by_month(found: Municipality) -> BarChart:
    about = _(
        "Wie viele der Einträge von heute in welchem Monat zum ersten Mal veröffentlicht wurden, der neueste zuerst."
    )
    bars = [_bar(date_format(month, "F Y"), number) for month, number in selectors.first_published(found)]
    return BarChart("monate", _("Neue Einträge nach Monaten"), about, (_("Monat"), _("Einträge")), bars)


def _coverage(found: Municipality) -> BarChart:
    said = coverage.shown(selectors.coverage(found))
    bars = [_bar(part["label"], part["number"]) for part in said["parts"]] if said else []
    about = _("Welche Ämter mitgeteilt haben, ob sie KI einsetzen. „Fehlanzeige“ heißt: Das Amt setzt keine ein.")
    return BarChart("meldestand", _("Meldestand der Ämter"), about, (_("Meldung"), _("Ämter")), bars)


def _bar(label: str, number: int, url: str = "") -> Bar:
    return Bar(label, number, str(number), url)
