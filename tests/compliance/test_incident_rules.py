"""The table of clocks and steps, row by row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from compliance.rules import incident_law
from compliance.rules import incidents as rules

BERLIN = rules.BERLIN
FRIDAY = datetime(2026, 11, 27, 9, 15, tzinfo=BERLIN)

# kind, what was assessed -> which clocks run
CLOCKS: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "a breach nobody assessed": ("breach", {}, ["dsgvo"]),
    "a breach that is notified": ("breach", {"notify": "yes"}, ["dsgvo"]),
    "a breach without risk": ("breach", {"notify": "no"}, []),
    "not yet decided: cautiously": ("unsure", {}, ["dsgvo"]),
    "a mistake": ("error", {}, []),
    "an AI incident nobody assessed": ("ai", {}, []),
    "a deployer who reaches the provider": ("ai", {"role": "deployer", "reachable": "yes"}, []),
    "a deployer who does not reach the provider": ("ai", {"role": "deployer", "reachable": "no"}, ["ki"]),
    "a provider": ("ai", {"role": "provider"}, ["ki"]),
    "both at once": ("both", {"role": "provider"}, ["dsgvo", "ki"]),
    "a provider of a system that is not high-risk": ("ai", {"role": "provider", "high_risk": "no"}, []),
    "a provider before the day of the law": ("ai", {"role": "provider", "high_risk": "later"}, []),
}
DEPLOYER = ["suspend", "provider", "importer", "ki"]
STEPS: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "a deployer": ("ai", {"role": "deployer"}, DEPLOYER),
    "a role nobody knows is a deployer": ("ai", {}, DEPLOYER),
    "a provider": ("ai", {"role": "provider"}, ["correct", "ki"]),
    "a breach": ("breach", {}, ["contain", "dsgvo"]),
    "a breach with high risk": ("breach", {"notify": "yes", "inform": "yes"}, ["contain", "dsgvo", "people"]),
    "a breach without risk": ("breach", {"notify": "no", "inform": "no"}, ["contain"]),
    "both at once": ("both", {"role": "deployer"}, ["contain", *DEPLOYER, "dsgvo"]),
    "a mistake": ("error", {}, []),
    "not yet decided": ("unsure", {}, ["contain", "dsgvo"]),
}


@pytest.mark.parametrize("case", CLOCKS)
def test_which_clocks_run(case: str) -> None:
    kind, given, expected = CLOCKS[case]
    assert [one.key for one in rules.clocks(rules.facts_of(kind, **given))] == expected


@pytest.mark.parametrize("case", STEPS)
def test_which_steps_come_in_which_order(case: str) -> None:
    kind, given, expected = STEPS[case]
    assert [one.key for one in rules.steps(rules.facts_of(kind, **given))] == expected


GIVEN = {"number": 2, "risk_class": "HR_III", "agrees": True, "in_force": True, "dues": ["2027-12-02"]}
# what the newest assessment says, the day of awareness -> do Art. 26 (5) and 73 KI-VO apply?
LAW: dict[str, tuple[dict | None, date, str]] = {
    "nobody has assessed: cautiously": (None, date(2026, 11, 27), "open"),
    "by an earlier law: cautiously": ({**GIVEN, "in_force": False}, date(2026, 11, 27), "open"),
    "high-risk before its day": (GIVEN, date(2027, 12, 1), "later"),
    "high-risk on its day": (GIVEN, date(2027, 12, 2), "yes"),
    "transparency only": ({**GIVEN, "risk_class": "TRANS", "dues": []}, date(2026, 11, 27), "no"),
    "an exception that is a proposal": (
        {**GIVEN, "risk_class": "A63", "agrees": None, "dues": []},
        FRIDAY.date(),
        "open",
    ),
    "an exception that was reviewed": ({**GIVEN, "risk_class": "A63", "dues": []}, FRIDAY.date(), "no"),
    "a prohibited practice": ({**GIVEN, "risk_class": "VERBOTEN", "dues": []}, FRIDAY.date(), "open"),
}


@pytest.mark.parametrize("case", LAW)
def test_when_the_duties_of_high_risk_systems_apply(case: str) -> None:
    assessed, on, expected = LAW[case]
    assert incident_law.law_of(assessed, on).high_risk == expected


def clock(key: str) -> rules.Clock:
    return next(one for one in rules.book().clocks if one.key == key)


DUE: dict[str, tuple[str, datetime, str, datetime]] = {
    "72 hours run through the weekend": ("dsgvo", FRIDAY, "", datetime(2026, 11, 30, 9, 15, tzinfo=BERLIN)),
    # On 25.10.2026 a Sunday has 25 hours: 72 hours have passed an hour earlier on the clock.
    "72 hours are hours, also when the clocks change": (
        "dsgvo", datetime(2026, 10, 23, 9, 15, tzinfo=BERLIN), "", datetime(2026, 10, 26, 8, 15, tzinfo=BERLIN),
    ),
    "15 days": ("ki", FRIDAY, "ordinary", datetime(2026, 12, 12, 9, 15, tzinfo=BERLIN)),
    "nobody said how bad it is": ("ki", FRIDAY, "", datetime(2026, 12, 12, 9, 15, tzinfo=BERLIN)),
    "2 days": ("ki", FRIDAY, "widespread", datetime(2026, 11, 29, 9, 15, tzinfo=BERLIN)),
    "10 days": ("ki", FRIDAY, "death", datetime(2026, 12, 7, 9, 15, tzinfo=BERLIN)),
    "days keep the time of day when the clocks change": (
        "ki", datetime(2026, 10, 20, 9, 15, tzinfo=BERLIN), "death", datetime(2026, 10, 30, 9, 15, tzinfo=BERLIN),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DUE)
def test_when_a_clock_ends(case: str) -> None:
    key, aware_at, severity, expected = DUE[case]
    # Aware moments of one zone are compared by what the clock shows; through UTC they are moments.
    found = rules.due(clock(key), aware_at.astimezone(tz=None), severity)
    assert found.timestamp() == expected.timestamp()


STAGES = {0: "", 35: "", 36: "half", 47: "half", 48: "day", 71: "day", 72: "over", 100: "over"}


@pytest.mark.parametrize("hours", STAGES)
def test_when_is_reminded(hours: int) -> None:
    until = FRIDAY + timedelta(hours=72)
    found = rules.stage(clock("dsgvo"), FRIDAY, until, FRIDAY + timedelta(hours=hours))
    assert found == STAGES[hours]


WORDS = {
    51 * 60: "noch 51 Stunden",
    60: "noch 1 Stunde",
    59: "noch 59 Minuten",
    1: "noch 1 Minute",
    12 * 24 * 60 + 30: "noch 12 Tage",
    0: "gerade überschritten",
    -61: "seit 1 Stunde überschritten",
    -6 * 24 * 60: "seit 6 Tagen überschritten",
}


@pytest.mark.parametrize("minutes", WORDS)
def test_the_clock_in_words(minutes: int) -> None:
    assert rules.rest_in_words(FRIDAY + timedelta(minutes=minutes), FRIDAY) == WORDS[minutes]


GOOD_BREACH = {
    "risk": "none",
    "risk_reason": "Verschlüsselt.",
    "notify": "no",
    "notify_reason": "Kein Risiko.",
    "inform": "no",
}
LACKING: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "the kind is open": ("unsure", {}, ["kind"]),
    "a breach without answers": ("breach", {}, ["inform", "notify", "risk", "risk_reason"]),
    "a risk that is not notified": ("breach", {**GOOD_BREACH, "risk": "risk"}, ["notify"]),
    "no notification without a reason": ("breach", {**GOOD_BREACH, "notify_reason": ""}, ["notify_reason"]),
    "high risk, nobody is told, no reason": (
        "breach", {**GOOD_BREACH, "risk": "high", "notify": "yes"}, ["inform_reason"],
    ),
    "a breach well answered": ("breach", GOOD_BREACH, []),
    "an AI incident without answers": ("ai", {}, ["role", "severity"]),
    "a mistake without answers": ("error", {}, ["cause", "change"]),
    "both without answers": ("both", {}, ["inform", "notify", "risk", "risk_reason", "role", "severity"]),
}  # fmt: skip


@pytest.mark.parametrize("case", LACKING)
def test_what_an_assessment_lacks(case: str) -> None:
    kind, given, expected = LACKING[case]
    assert sorted(rules.lacking_assessment(kind, given)) == expected


def test_every_row_names_its_provision() -> None:
    rows: list[Any] = [*rules.book().clocks, *rules.book().steps, *rules.book().notices.values()]
    rows += [one for notice in rules.book().notices.values() for one in notice.fields]
    assert [one.key for one in rows if not one.article.startswith(("Art. ", "§ "))] == []


def test_what_comes_first_is_in_the_table() -> None:
    keys = {one.key for one in rules.book().steps}
    assert {one.after for one in rules.book().steps if one.after} <= keys
