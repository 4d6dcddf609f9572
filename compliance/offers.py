"""What the linked AI systems say that a sheet of the Verarbeitungsverzeichnis does not: offered, never taken over by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from compliance.legal.adopting import Approved, approved_in
from compliance.models import ProcessingActivity
from compliance.rules.vocabulary import CONTROLLER, THIRD_COUNTRY
from core import canonical
from core.text import format_date
from register.models import Entry, Evidence
from register.rules import vocabulary

DPIA, THIRD = "dpia", "third_country"
TITLES = {DPIA: "Datenschutz-Folgenabschätzung", THIRD: "Übermittlung in ein Drittland"}
# One unfinished DSFA leaves the whole activity unfinished.
_WEIGHT = ("needed", "done", "not_needed")


@dataclass(frozen=True)
class Offer:
    """One topic: what the systems say, line by line, and the fields that taking over would set."""

    topic: str
    said: list[str]
    # What the sheet says otherwise today; empty where nothing is replaced.
    stands: str
    values: dict[str, str]
    systems: list[str]

    @property
    def title(self) -> str:
        return TITLES[self.topic]

    @property
    def digest(self) -> str:
        """What was shown is what is taken over."""
        return canonical.sha256(self.values)[:16]

    @property
    def sentence(self) -> str:
        return " ".join(f"{line}." for line in self.said)


@dataclass(frozen=True)
class _Said:
    """What one system says of its DSFA."""

    entry: Entry
    state: str
    reason: str
    reference: str


def linked_systems(entries: QuerySet[Entry]) -> list[Entry]:
    """Those that still run, with what an offer reads, in a constant number of queries."""
    rows = entries.exclude(status__in=vocabulary.ENDED).select_related("system__privacy").order_by("sort_key", "pk")
    return list(rows.prefetch_related("system__storage_links__storage", "system__recipient_links__recipient"))


def offers_for(activity: ProcessingActivity, entries: Sequence[Entry]) -> list[Offer]:
    """`entries` are the linked systems that the person may read."""
    if activity.role != CONTROLLER or not entries:
        return []
    return [offer for offer in (_dpia_offer(activity, entries), _third_offer(activity, entries)) if offer]


def prefilled(entry: Entry) -> dict[str, str]:
    """For a new sheet made from a system."""
    return {key: value for offer in offers_for(ProcessingActivity(), [entry]) for key, value in offer.values.items()}


# --- DSFA ------------------------------------------------------------------------------------------


def _dpia_offer(activity: ProcessingActivity, entries: Sequence[Entry]) -> Offer | None:
    found = _dpia_of(entries)
    if not found:
        return None
    state = next(state for state in _WEIGHT if any(one.state == state for one in found))
    references = [one.reference for one in found if one.reference]
    missing = [reference for reference in references if reference not in activity.dpia_reference]
    if state == activity.dpia_state and not missing:
        return None
    several = len(found) > 1
    reasons = [f"{one.entry.name}: {one.reason}" if several else one.reason for one in found if one.reason]
    values = {
        "dpia_state": state,
        "dpia_reason": activity.dpia_reason or _fitting(activity, "dpia_reason", "\n".join(reasons)),
        "dpia_reference": _added(activity, "dpia_reference", missing, "; "),
    }
    if _says_so(activity, values):
        return None
    stands = vocabulary.DPIA_STATES.get(activity.dpia_state, "") if state != activity.dpia_state else ""
    return Offer(DPIA, [_line(one) for one in found], stands, values, [one.entry.name for one in found])


def _dpia_of(entries: Sequence[Entry]) -> list[_Said]:
    approved = approved_in(entry.pk for entry in entries)
    proofs: dict[int, str] = {}
    for row in Evidence.objects.filter(entry__in=[entry.pk for entry in entries], kind=Evidence.Kind.DSFA).order_by(
        "issued_on", "pk"
    ):
        proofs[row.entry_id] = f"{row.title} ({row.reference or row.url or 'als Datei im Register'})"
    said = []
    for entry in entries:
        document = approved.get(entry.pk)
        # An analysis that asks for a DSFA does not undo one that the register calls done.
        state = entry.system.privacy.dpia_state
        if document and not (state == "done" and document.state != "done"):
            state = document.state
        if state not in _WEIGHT:
            continue
        reference = document.reference if document else proofs.get(entry.pk, "") or _named_in(entry)
        said.append(_Said(entry, state, entry.system.privacy.dpia_reason, _of(entry, document, reference)))
    return said


def _of(entry: Entry, document: Approved | None, reference: str) -> str:
    return f"{reference} („{entry.name}“)" if document else reference


def _named_in(entry: Entry) -> str:
    """A DSFA that the list of Folgenabschätzungen of the system names."""
    rows = [row for row in entry.system.impact_assessments if row.get("type") in ("dpia", "threshold")]
    parts = [part for row in rows[:1] for part in (row.get("link"), row.get("date")) if part]
    return ", ".join(parts)


def _line(one: _Said) -> str:
    reference = f"; {one.reference}" if one.reference else ""
    return f"„{one.entry.name}“: {vocabulary.DPIA_STATES[one.state]}{reference}"


# --- Third countries -------------------------------------------------------------------------------


def _third_offer(activity: ProcessingActivity, entries: Sequence[Entry]) -> Offer | None:
    lines: dict[str, str] = {}
    for entry in entries:
        lines |= abroad(entry)
    if not lines:
        return None
    missing = [line for name, line in lines.items() if name not in activity.third_country_details]
    if activity.third_country == "takes_place" and not missing:
        return None
    values = {
        "third_country": "takes_place",
        "third_country_details": _added(activity, "third_country_details", missing, "\n"),
    }
    if _says_so(activity, values):
        return None
    stands = THIRD_COUNTRY["none"] if activity.third_country == "none" else ""
    return Offer(THIRD, list(lines.values()), stands, values, [entry.name for entry in entries if abroad(entry)])


def abroad(entry: Entry) -> dict[str, str]:
    """Known places outside of EU and EWR, by name. "Nicht bekannt" is no place, so nothing follows from it."""
    system = entry.system
    places: list[Any] = [link.storage for link in system.storage_links.all()]
    places += [link.recipient for link in system.recipient_links.all()]
    return {
        place.name: (
            f"{place.name}, {vocabulary.COUNTRIES[place.country]}: "
            f"{vocabulary.THIRD_COUNTRY_BASES[place.third_country_basis]}"
        )
        for place in places
        if place.is_third_country and place.country != "XX"
    }


# --- Texts -----------------------------------------------------------------------------------------


def _says_so(activity: ProcessingActivity, values: dict[str, str]) -> bool:
    """There was no room for more: offering it again would be no help."""
    return all(getattr(activity, key) == value for key, value in values.items())


def _added(activity: ProcessingActivity, field: str, lines: Iterable[str], between: str) -> str:
    """Behind what stands there, so that nothing is lost; left as it is where there is no room."""
    stands = getattr(activity, field)
    return _fitting(activity, field, between.join([*filter(None, [stands]), *lines])) or stands


def _fitting(activity: ProcessingActivity, field: str, text: str) -> str:
    return text if len(text) <= activity._meta.get_field(field).max_length else ""


def origin(taken: dict[str, Any] | None) -> str:
    """Where a value came from, in words."""
    if not taken:
        return ""
    names = ", ".join(f"„{name}“" for name in taken["systems"])
    day = format_date(date.fromisoformat(taken["on"]))
    return f"Aus dem KI-Register übernommen am {day}: {names}"
