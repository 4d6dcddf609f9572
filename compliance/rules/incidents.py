"""Which clocks run after an incident, which steps come in which order, and when whom to remind (data/incidents.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from compliance.rules.law import source

_FILE = Path(__file__).resolve().parents[1] / "data" / "incidents.yaml"
BERLIN = ZoneInfo("Europe/Berlin")

BREACH, AI, BOTH, ERROR, UNSURE = "breach", "ai", "both", "error", "unsure"
KINDS = {
    BREACH: "Datenpanne",
    AI: "schwerwiegender KI-Vorfall",
    BOTH: "Datenpanne und KI-Vorfall",
    ERROR: "Fehler oder Beinahe-Fehler",
    UNSURE: "noch unklar",
}
# What a reporter chooses from; that it is both at once is found out later.
REPORTED = (BREACH, AI, ERROR, UNSURE)
ONGOING = {"yes": "ja", "no": "nein", "unknown": "weiß ich nicht"}
AFFECTED = {
    "none": "niemand",
    "few": "bis 10 Personen",
    "some": "11 bis 100 Personen",
    "many": "101 bis 1.000 Personen",
    "crowd": "mehr als 1.000 Personen",
    "unknown": "weiß ich nicht",
}
RISKS = {"none": "voraussichtlich kein Risiko", "risk": "Risiko", "high": "hohes Risiko"}
YES_NO = {"yes": "ja", "no": "nein"}
ROLES = {"deployer": "Betreiber (wir setzen es ein)", "provider": "Anbieter (wir haben es entwickelt oder umgewidmet)"}
SEVERITIES = {
    "ordinary": "schwerwiegender Vorfall",
    "widespread": "weit verbreitet oder kritische Infrastruktur",
    "death": "Tod eines Menschen",
}
DONE, FAILED, NOT_NEEDED = "done", "failed", "not_needed"
ANSWERS = {DONE: "erledigt", FAILED: "nicht erreicht", NOT_NEEDED: "nicht nötig"}
NOTICES = ("dsgvo", "ki")
PARTS = {"whole": "vollständige Meldung", "first": "erste Meldung, Angaben folgen", "more": "Nachmeldung"}
HALF, DAY, OVER = "half", "day", "over"

Facts = Mapping[str, str]
When = tuple[Mapping[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Clock:
    key: str
    label: str
    article: str
    when: When
    remind: tuple[str, ...]
    hours: int = 0
    days: Mapping[str, int] = field(default_factory=dict)
    binds: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    key: str
    label: str
    text: str
    article: str
    promptly: str
    when: When
    after: str = ""
    notice: str = ""
    may_fail: str = ""
    binds: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class NoticeField:
    key: str
    label: str
    article: str
    hint: str


@dataclass(frozen=True)
class Notice:
    key: str
    title: str
    article: str
    note: str
    in_parts: str
    too_late: str
    fields: tuple[NoticeField, ...]


@dataclass(frozen=True)
class Book:
    stand: date
    period: str
    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]
    notices: Mapping[str, Notice]


@cache
def book() -> Book:
    return parse(source.read(_FILE.read_text(encoding="utf-8"), name=_FILE.name))


def parse(data: Mapping[str, Any]) -> Book:
    notices = {
        key: Notice(key=key, **{**row, "fields": tuple(NoticeField(**one) for one in row["fields"])})
        for key, row in data["notices"].items()
    }
    return Book(
        stand=date.fromisoformat(data["stand"]),
        period=data["period"].strip(),
        clocks=tuple(Clock(**{**row, "when": _when(row), "remind": tuple(row["remind"])}) for row in data["clocks"]),
        steps=tuple(Step(**{**row, "when": _when(row)}) for row in data["steps"]),
        notices=notices,
    )


def _when(row: Mapping[str, Any]) -> When:
    return tuple({name: tuple(values) for name, values in one.items()} for one in row["when"])


def facts_of(
    kind: str, *, notify: str = "", inform: str = "", role: str = "", reachable: str = "", high_risk: str = ""
) -> dict[str, str]:
    """What the rows of the table ask about; nothing said yet is "open"."""
    return {
        "breach": "open" if kind == UNSURE else "yes" if kind in (BREACH, BOTH) else "no",
        "ai": "yes" if kind in (AI, BOTH) else "no",
        "notify": notify or "open",
        "inform": inform or "open",
        "role": role or "open",
        "reachable": reachable or "open",
        "high_risk": high_risk or "open",
    }


def applies(when: When, facts: Facts) -> bool:
    return any(all(facts[name] in values for name, values in one.items()) for one in when)


def binding(row: Clock | Step, facts: Facts) -> bool:
    return all(facts[name] in values for name, values in row.binds.items())


def clocks(facts: Facts) -> list[Clock]:
    return [clock for clock in book().clocks if applies(clock.when, facts) and binding(clock, facts)]


def steps(facts: Facts) -> list[Step]:
    return [step for step in book().steps if applies(step.when, facts)]


def step(key: str) -> Step | None:
    return next((one for one in book().steps if one.key == key), None)


def due(clock: Clock, aware_at: datetime, severity: str = "") -> datetime:
    """Hours are counted as they pass; days end at the same time of day. Weekends and holidays count."""
    if clock.hours:
        return aware_at + timedelta(hours=clock.hours)
    days = clock.days[severity or "ordinary"]
    return aware_at.astimezone(BERLIN) + timedelta(days=days)


def stage(clock: Clock, aware_at: datetime, until: datetime, now: datetime) -> str:
    """The latest reminder whose time has come; who reports late is not reminded of what has long passed."""
    times = {HALF: aware_at + (until - aware_at) / 2, DAY: until - timedelta(hours=24), OVER: until}
    passed = [name for name in clock.remind if times[name] <= now]
    return max(passed, key=lambda name: times[name]) if passed else ""


def blocked_by(one: Step, present: Iterable[Step], answered: Iterable[str]) -> Step | None:
    """The step that has to come first."""
    done = set(answered)
    return next((other for other in present if other.key == one.after and other.key not in done), None)


def capital(label: str) -> str:
    """For the beginning of a line; „KI-Vorfall" keeps its letters."""
    return label[:1].upper() + label[1:]


def rest_in_words(until: datetime, now: datetime) -> str:
    """„noch 51 Stunden" or „seit 3 Stunden überschritten"."""
    seconds = int((until - now).total_seconds())
    said = _span(abs(seconds))
    if seconds <= 0:
        return f"seit {_dative(said)} überschritten" if said else "gerade überschritten"
    return f"noch {said}" if said else "noch weniger als 1 Minute"


def _span(seconds: int) -> str:
    minutes = seconds // 60
    if minutes >= 5 * 24 * 60:
        return f"{minutes // (24 * 60)} Tage"
    if minutes >= 60:
        return _counted(minutes // 60, "Stunde", "Stunden")
    return _counted(minutes, "Minute", "Minuten") if minutes else ""


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _dative(said: str) -> str:
    return said.replace("Tage", "Tagen")


def lacking_assessment(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """What an assessment still lacks, or what contradicts the law: a sentence by field."""
    errors: dict[str, str] = {}
    if kind == UNSURE:
        return {"kind": "Bitte entscheiden Sie, was für ein Vorfall es ist."}
    if kind in (BREACH, BOTH):
        errors |= _lacking_breach(given)
    if kind in (AI, BOTH):
        wanted = {"role": "Bitte wählen Sie die Rolle.", "severity": "Bitte wählen Sie die Schwere."}
        errors |= {name: text for name, text in wanted.items() if not given.get(name)}
    if kind == ERROR:
        wanted = {
            "cause": "Bitte schreiben Sie, warum es passiert ist.",
            "change": "Bitte schreiben Sie, was Sie ändern.",
        }
        errors |= {name: text for name, text in wanted.items() if not given.get(name)}
    return errors


def _lacking_breach(given: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not given.get("risk"):
        errors["risk"] = "Bitte bewerten Sie das Risiko."
    if not given.get("risk_reason"):
        errors["risk_reason"] = "Bitte begründen Sie die Bewertung (Art. 33 Abs. 5 DSGVO)."
    if not given.get("notify"):
        errors["notify"] = "Bitte entscheiden Sie, ob gemeldet wird."
    elif given["notify"] == "no" and given.get("risk") in ("risk", "high"):
        errors["notify"] = "Bei einem Risiko ist die Meldung nötig (Art. 33 Abs. 1 DSGVO)."
    elif given["notify"] == "no" and not given.get("notify_reason"):
        errors["notify_reason"] = "Bitte begründen Sie, warum nicht gemeldet wird."
    if not given.get("inform"):
        errors["inform"] = "Bitte entscheiden Sie, ob die Betroffenen benachrichtigt werden."
    elif given["inform"] == "no" and given.get("risk") == "high" and not given.get("inform_reason"):
        errors["inform_reason"] = "Bei hohem Risiko: Welche Ausnahme nach Art. 34 Abs. 3 DSGVO greift?"
    return errors


_BREACH = ("risk", "risk_reason", "notify", "notify_reason", "inform", "inform_reason")
_AI = ("role", "severity")


def belonging(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """The answers that belong to this kind; the others empty, so that no clock hangs on them."""
    kept = {"kind", "cause", "change"}
    kept |= set(_BREACH) if kind in (BREACH, BOTH) else set()
    kept |= set(_AI) if kind in (AI, BOTH) else set()
    return {name: value if name in kept else "" for name, value in given.items()}
