"""What the yearly report of the Datenschutz says: facts of the register, gathered once and then fixed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import median
from typing import Any

from accounts.models import Municipality
from core.text import format_date
from register import panels, selectors, selectors_dates
from register.models import AISystem, Deficiency, Entry, FieldComment, Opinion, Release, Submission
from register.rules import vocabulary
from register.rules.vocabulary import ENDED


def report_content(municipality: Municipality, *, year: int, today: date) -> dict[str, Any]:
    """Everything the report prints, JSON-ready. The year is over or runs until today."""
    return {
        "municipality": municipality.name,
        "slug": municipality.slug,
        "dpo_name": municipality.dpo_name,
        "year": year,
        "from": format_date(date(year, 1, 1)),
        "until": format_date(min(date(year, 12, 31), today)),
        "as_of": format_date(today),
        "reviews": _reviews(municipality, year),
        "opinions": _opinions(municipality, year),
        "deviations": _deviations(municipality, year),
        "deficiencies": _deficiencies(municipality, year, today),
        "points": _points(municipality),
        "overdue": _overdue(municipality, today),
        "dpia": _dpia(municipality),
        "chapters": panels.chapters_of(municipality, year),
    }


def _reviews(municipality: Municipality, year: int) -> list[list[str]]:
    rows = Submission.objects.filter(entry__municipality=municipality, at__year=year)
    submitted = rows.count()
    silent = rows.filter(opinions__isnull=True)
    editorial = silent.filter(needs_opinion=False).count()
    unanswered = silent.count() - editorial
    return [
        ["Zur Prüfung gegeben", str(submitted)],
        ["davon mit Stellungnahme", str(submitted - editorial - unanswered)],
        ["davon redaktionell, ohne neue Stellungnahme", str(editorial)],
        ["davon noch ohne Stellungnahme, oder vorher zurückgegeben oder zurückgeholt", str(unanswered)],
        ["Zurückgegeben", str(rows.filter(returned_at__isnull=False).count())],
        ["Mit ausgefüllter Prüfliste", str(rows.filter(checklist__isnull=False).count())],
    ]


def _opinions(municipality: Municipality, year: int) -> dict[str, Any]:
    rows = Opinion.objects.filter(entry__municipality=municipality, at__year=year)
    found = list(rows.select_related("entry", "submission", "by", "deputy_for").order_by("at", "pk"))
    results = Counter(row.result for row in found)
    days = [(row.at.date() - row.submission.at.date()).days for row in found]
    return {
        "results": [[_capital(str(label)), str(results[code])] for code, label in Opinion.Result.choices],
        "days": {"median": _number(median(days)), "longest": str(max(days))} if days else None,
        "list": [
            [format_date(row.at), row.entry.name, str(row.get_result_display()), row.signature, f"{taken} Tage"]
            if taken != 1
            else [format_date(row.at), row.entry.name, str(row.get_result_display()), row.signature, "1 Tag"]
            for row, taken in zip(found, days, strict=True)
        ],
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").removesuffix(",0")


def _deviations(municipality: Municipality, year: int) -> list[list[str]]:
    rows = Release.objects.filter(entry__municipality=municipality, at__year=year, deviates=True)
    return [
        [format_date(row.at), row.entry.name, row.deviation_reason]
        for row in rows.select_related("entry").order_by("at", "pk")
    ]


def _deficiencies(municipality: Municipality, year: int, today: date) -> dict[str, Any]:
    """Mängel: how many came and went in the year, and what is open today, by article."""
    rows = Deficiency.objects.filter(entry__municipality=municipality)
    ended = Counter(rows.filter(closed_at__year=year).values_list("state", flat=True))
    found = list(rows.active().select_related("entry__department", "responsible").order_by("article", "due", "pk"))
    overdue = sum(1 for row in found if row.due is not None and row.due < today)
    by_article = Counter(row.article for row in found)
    return {
        "numbers": [
            ["Erkannt im Zeitraum", str(rows.filter(opened_at__year=year).count())],
            ["Behoben im Zeitraum", str(ended[Deficiency.State.REMEDIED])],
            ["Im Zeitraum als nicht zutreffend anerkannt", str(ended[Deficiency.State.NOT_APPLICABLE])],
            ["Offen oder in Arbeit", str(len(found))],
            ["davon Frist überschritten", str(overdue)],
        ],
        "articles": [[article, str(by_article[article])] for article in sorted(by_article)],
        "open": [
            [
                row.article,
                row.entry.name,
                row.title,
                _name_of(row.responsible),
                f"{format_date(row.due)}{', überschritten' if row.due < today else ''}" if row.due else "ohne Frist",
            ]
            for row in found
        ],
    }


def _name_of(person: Any) -> str:
    return str(person) if person else "noch niemand"


def _points(municipality: Municipality) -> list[list[str]]:
    rows = FieldComment.objects.filter(
        entry__municipality=municipality, resolved_at__isnull=True, accepted_at__isnull=True
    )
    return [
        [
            row.entry.name,
            selectors.label_of(row.entry.kind, row.field) if row.field else "ganzer Eintrag",
            str(row.get_verdict_display()),
            format_date(row.at),
        ]
        for row in rows.select_related("entry").order_by("at", "pk")
    ]


def _overdue(municipality: Municipality, today: date) -> list[list[str]]:
    entries = Entry.objects.filter(municipality=municipality)
    rows = selectors_dates.due_until(entries, today - timedelta(days=1)).select_related("department")
    return [[row.name, row.department.name if row.department else "ohne Amt", format_date(row.due)] for row in rows]


def _dpia(municipality: Municipality) -> list[list[str]]:
    rows = AISystem.objects.filter(entry__municipality=municipality).exclude(entry__status__in=ENDED)
    states = Counter(rows.values_list("privacy__dpia_state", flat=True))
    labels = {**vocabulary.DPIA_STATES, "": "keine Angabe"}
    return [[label, str(states[code])] for code, label in labels.items() if states[code] or code]
