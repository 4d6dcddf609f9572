"""What Leitung and CDO look at: one function a chart, each with a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Municipality
from compliance.models import Duty
from compliance.rules.assessment_text import SHORT
from compliance.selectors_assessments import NOT_ADOPTED, NOT_CONFIRMED, with_confirmed
from compliance.selectors_duties import numbers_of
from core.charts import Bar, BarChart
from core.text import format_date
from register import selectors_coverage
from register.filters import CURRENT
from register.models import Entry
from register.rules.vocabulary import ENDED
from usecases.models import Evaluation, UseCase
from usecases.rules.training import COUNTED
from usecases.rules.vocabulary import STAGES
from usecases.selectors import numbers_by_stage
from usecases.selectors_money import totals
from usecases.selectors_training import counted, offices

NOT_ASSESSED = "noch nicht bewertet"
NOT_TAKEN_OVER = "bestätigt, noch nicht im Eintrag"


def usual_period(today: date) -> tuple[date, date]:
    """The last calendar year and what has passed of this one."""
    return date(today.year - 1, 1, 1), today


def _list(name: str, **chosen: str) -> str:
    return f"{reverse(name)}?{urlencode(chosen)}" if chosen else reverse(name)


def stages(municipality: Municipality, today: date) -> BarChart:
    found = numbers_by_stage(UseCase.objects.of(municipality))
    bars = [
        Bar(label, found.get(code, 0), str(found.get(code, 0)), _list("usecases:use-cases", stage=code))
        for code, label in STAGES.items()
    ]
    about = f"{sum(found.values())} Vorhaben, auch die beendeten und verworfenen."
    return BarChart("stufen", "Vorhaben nach Stufe", about, ("Stufe", "Vorhaben"), bars)


def risk_classes(municipality: Municipality, today: date) -> BarChart:
    systems = with_confirmed(Entry.objects.of(municipality).systems()).exclude(status__in=ENDED).order_by()
    counted = systems.values_list("system__ai_act_class", "confirmed_class").annotate(number=Count("pk"))
    found: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    for code, confirmed, number in counted:
        if code:
            found[code] += number
            differing[code] += number if confirmed not in ("", code) else 0
        else:
            lacking[confirmed] += number
    open_ones = lacking.pop("", 0)
    classes = [
        _systems(
            label, found[code], _list("register:systems", risk_class=code, status=CURRENT), _differ(differing[code])
        )
        for code, label in SHORT.items()
    ]
    named = "; ".join(f"{lacking[code]} × {label}" for code, label in SHORT.items() if lacking[code])
    rest = [
        _systems(NOT_TAKEN_OVER, lacking.total(), _list("compliance:assessment-list", state=NOT_ADOPTED), named),
        _systems(NOT_ASSESSED, open_ones, _list("compliance:assessment-list", state=NOT_CONFIRMED), ""),
    ]
    about = "KI-Systeme, die weder beendet noch verworfen sind. Selbsteinschätzungen; sie sagen nichts über die datenschutzrechtliche Zulässigkeit."
    columns = ("Risikoklasse", "KI-Systeme", "Anmerkung")
    return BarChart("risiko", "KI-Systeme nach Risikoklasse", about, columns, [*classes, *rest])


def _systems(label: str, number: int, url: str, note: str) -> Bar:
    return Bar(label, number, str(number), url, more=(note,))


def _differ(number: int) -> str:
    return f"davon {number} mit einer bestätigten Bewertung, die etwas anderes sagt" if number else ""


def duties(municipality: Municipality, today: date) -> BarChart:
    found = numbers_of(Duty.objects.filter(entry__municipality=municipality))
    later = found["all"] - found["overdue"] - found["days90"]
    lines = [
        ("überfällig", found["overdue"], "overdue"),
        ("in den nächsten 30 Tagen fällig", found["days30"], "30"),
        ("in 31 bis 90 Tagen fällig", found["days90"] - found["days30"], ""),
        ("später oder ohne festen Tag", later, ""),
    ]
    bars = [
        Bar(label, number, str(number), _list("compliance:duties", due=due) if due else "")
        for label, number, due in lines
    ]
    about = f"{found['all']} offene Pflichten, davon {found['overdue']} überfällig."
    return BarChart("pflichten", "Offene Pflichten nach Frist", about, ("Frist", "Pflichten"), bars)


def training(municipality: Municipality, today: date) -> BarChart:
    rows = counted(offices(municipality, today=today))
    bars = [
        Bar(
            row.department.name,
            round(100 * row.met / row.asked),
            f"{round(100 * row.met / row.asked)} %",
            more=(f"{row.met} von {row.asked}", str(sum(row.people.values())), "; ".join(row.missing)),
        )
        for row in rows
    ]
    complete = sum(row.met == row.asked for row in rows)
    about = (
        f"{complete} von {len(rows)} Ämtern haben alles, was von ihnen verlangt ist: die Grundlagen und die Schulungen ihrer "
        f"zugelassenen Werkzeuge. {COUNTED} Gezählt werden Schulungen je Amt, keine Personen."
    )
    columns = ("Amt", "Quote", "Schulungen", "Teilnahmen", "Fehlt noch")
    return BarChart(
        "schulung", "Schulungsquote der Ämter", about, columns, sorted(bars, key=lambda bar: bar.value or 0)
    )


def money(municipality: Municipality, today: date) -> BarChart:
    since, until = usual_period(today)
    bars = [
        Bar(
            one.label,
            one.value if one.unit == "Euro" else None,
            one.said,
            more=(str(one.told), str(one.without)),
            number="" if one.value is None else f"{one.value:.2f}".replace(".", ","),
            unit=one.unit,
        )
        for one in totals(municipality, since=since, until=until)
    ]
    about = (
        f"Summen der Vorhaben vom {format_date(since)} bis {format_date(until)}. Was nicht erhoben wurde, fehlt in der Summe; "
        "die Tabelle sagt, bei wie vielen Vorhaben."
    )
    columns = ("Was?", "Summe", "Vorhaben mit Angabe", "Im Einsatz, nicht erhoben")
    return BarChart("kosten", "Kosten und Einsparungen", about, columns, bars)


def results(municipality: Municipality, today: date) -> BarChart:
    """The newest evaluation of each use case."""
    newest = (
        Evaluation.objects.filter(use_case__municipality=municipality)
        .order_by("use_case_id", "-at", "-pk")
        .distinct("use_case_id")
    )
    found = Counter(newest.values_list("result", flat=True))
    bars = [Bar(str(label), found[code], str(found[code])) for code, label in Evaluation.Result.choices]
    number = sum(found.values())
    about = f"{number} Vorhaben {'ist' if number == 1 else 'sind'} ausgewertet. Es zählt die neueste Auswertung."
    return BarChart("nutzen", "Was erreicht wurde", about, ("Ergebnis", "Vorhaben"), bars)


def coverage(municipality: Municipality, today: date) -> BarChart:
    rules = selectors_coverage.rules_of(municipality)
    rows = selectors_coverage.lines(municipality, rules, selectors_coverage.reporting_departments(municipality))
    found = selectors_coverage.counts(rows)
    labels = {"reported": "gemeldet", "none": "Fehlanzeige", "open": "noch offen"}
    missing = ", ".join(row.department.name for row in rows if row.state == "open")
    bars = [
        Bar(label, found[code], str(found[code]), more=(missing if code == "open" else "",))
        for code, label in labels.items()
    ]
    about = f"{len(rows) - found['open']} von {len(rows)} Ämtern haben gemeldet, ob sie KI einsetzen."
    return BarChart("meldestand", "Meldestand der Ämter", about, ("Stand", "Ämter", "Welche?"), bars)


Make = Callable[[Municipality, date], BarChart]
Charts = Mapping[str, tuple[Make, str, str]]
# In the order of the pages: the chart, and where the list behind it is.
PORTFOLIO: Charts = {
    "stufen": (stages, "usecases:board", "Zur Tafel"),
    "risiko": (risk_classes, "compliance:assessment-list", "Zu den Bewertungen"),
    "pflichten": (duties, "compliance:duties", "Zu den Pflichten"),
    "kosten": (money, "usecases:use-cases", "Zu den Vorhaben"),
    "nutzen": (results, "usecases:use-cases", "Zu den Vorhaben"),
}
OFFICES: Charts = {
    "meldestand": (coverage, "register:coverage", "Zum Meldestand"),
    "schulung": (training, "usecases:training", "Zur KI-Kompetenz"),
}
CHARTS = {**PORTFOLIO, **OFFICES}


def charts_of(municipality: Municipality, today: date, which: Charts) -> list[dict[str, Any]]:
    return [
        {
            "chart": make(municipality, today),
            "csv_url": reverse("usecases:dashboard-csv", args=[key]),
            "url": reverse(name),
            "link": link,
        }
        for key, (make, name, link) in which.items()
    ]
