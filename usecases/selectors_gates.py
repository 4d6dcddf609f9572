"""The checklist of a gate, computed from what register and compliance know and from what was stated.

Any number of linked systems is read in the same few queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from compliance.legal.content import changed_since
from compliance.legal.known import Known, read_many
from compliance.models import Incident
from compliance.rules.legal_kinds import Kind, kinds
from compliance.selectors_assessments import with_assessments
from core.text import format_date
from register import content, publication
from register.contradictions import Links, links_of
from register.models import Entry, Evidence, Opinion
from register.rules.vocabulary import STATUS
from usecases.models import Evaluation, Goal, MissingEvidence, Statement, UseCase, UseCaseEvent
from usecases.rules.gates import POINTS, STAND, STEPS, Point
from usecases.rules.vocabulary import OPERATIONAL, PILOT
from usecases.selectors_cooperation import partners_asked
from usecases.selectors_goals import goals_of
from usecases.selectors_training import trained_for
from usecases.workflow import BY_NAME, TWO_PEOPLE

NO_PERSONAL_DATA = "none"
ALONE = ("with_authority", "without_authority")
WORKS_COUNCIL = "PR"
UP_TO_DATE = ("ethics", "training")


@dataclass(frozen=True)
class Row:
    """One line of a checklist: met or not, what is missing, and where to mend it."""

    key: str
    point: Point
    missing: tuple[str, ...]
    url: str = ""
    link: str = ""
    # What is known, where the point is met.
    said: str = ""
    # At this step two people may go on without it.
    may_waive: bool = False

    @property
    def met(self) -> bool:
        return not self.missing

    @property
    def text(self) -> str:
        return " ".join(self.missing) or self.said

    @property
    def article(self) -> str:
        return f"{self.point.article}, Stand {STAND}" if self.point.article else ""

    def stored(self) -> dict[str, Any]:
        return {"key": self.key, "label": self.point.label, "met": self.met, "text": self.text}


@dataclass
class System:
    """What the points ask of one linked system."""

    entry: Entry
    known: Known
    links: Links
    opinion: Opinion | None
    has_dpia_evidence: bool

    @property
    def is_personal(self) -> bool:
        return bool(self.entry.system.privacy.personal_data_level != NO_PERSONAL_DATA)

    @property
    def flags(self) -> list[str]:
        return self.known.assessment.result["flags"] if self.known.assessment else []

    def section(self, key: str) -> str:
        return reverse("register:section", args=[self.entry.uuid, publication.row("system", key).section])


@dataclass
class Facts:
    """Everything that the points of one use case look at."""

    use_case: UseCase
    systems: list[System]
    statements: dict[str, Statement] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)
    evaluation: Evaluation | None = None
    # Who was asked to take part, in words; empty where nothing shows it.
    partners: str = ""
    # The day on which its last pilot began, where the question is about operation.
    since: date | None = None
    # The day by which its office had taken every course that the linked systems ask for.
    trained: date | None = None
    # Of the linked systems, as people name them.
    open_incidents: list[str] = field(default_factory=list)


def facts_of(use_case: UseCase) -> Facts:
    linked = Entry.objects.filter(use_case_links__use_case=use_case).systems()
    related = ("system__privacy", "municipality", "department")
    entries = list(with_assessments(linked).select_related(*related).order_by("sort_key", "pk"))
    known, links = read_many(entries), links_of(entries)
    pks = [entry.pk for entry in entries]
    newest = Opinion.objects.filter(entry__in=pks).order_by("entry_id", "-at", "-pk").distinct("entry_id")
    opinions = {row.entry_id: row for row in newest}
    proofs = Evidence.objects.filter(entry__in=pks, kind=Evidence.Kind.DSFA).exclude(
        valid_until__lt=timezone.localdate()
    )
    proved = set(proofs.values_list("entry_id", flat=True))
    stated = Statement.objects.filter(use_case=use_case).select_related("by").order_by("key", "-at", "-pk")
    return Facts(
        use_case,
        [System(one, known[one.pk], links[one.pk], opinions.get(one.pk), one.pk in proved) for one in entries],
        {row.key: row for row in stated.distinct("key")},
        list(goals_of(use_case)),
        Evaluation.objects.filter(use_case=use_case).first(),
        since=_pilot_began(use_case),
        partners=partners_asked(use_case),
        trained=trained_for(use_case.department, entries) if use_case.department and entries else None,
        open_incidents=[row.reference for row in Incident.objects.open().filter(entry__in=pks).order_by("number")],
    )


def _pilot_began(use_case: UseCase) -> date | None:
    events = UseCaseEvent.objects.filter(use_case=use_case, target=PILOT).order_by("-number")
    began = events.values_list("at", flat=True).first()
    return timezone.localdate(began) if began else None


def checklist(facts: Facts, step: str) -> list[Row]:
    """The points of a step of the table, in the order of the six steps of the Handreichung."""
    wanted = BY_NAME[step]
    for_operation = step in ("operate", "resume_operation")
    since = facts.since if for_operation else None
    rows = [_row(key, facts, since) for key in POINTS if key in wanted.needs]
    return [replace(row, may_waive=row.point.may_waive and step in TWO_PEOPLE) for row in rows]


def gate_behind(use_case: UseCase) -> str:
    """The gate that a Bestand would have gone through to be where it is."""
    return "operate" if (use_case.stage_before or use_case.stage) == OPERATIONAL else "pilot"


def owed(use_case: UseCase, facts: Facts, rows: Iterable[MissingEvidence]) -> list[dict[str, Any]]:
    """What a Bestand owes with what the facts say of it today; what its stage no longer asks for is settled too."""
    rows = list(rows)
    known = {row.key: row for row in checklist(facts, gate_behind(use_case))} if rows else {}
    lacking = {key for key, row in known.items() if not row.met}
    return [
        {"owed": row, "row": known.get(row.key), "open": row.settled_at is None and row.key in lacking} for row in rows
    ]


def by_step(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows below the six steps; a step without a row has nothing to show here."""
    rows = list(rows)
    found = [(number, title, [row for row in rows if row.point.step == number]) for number, title in STEPS.items()]
    return [{"number": number, "title": title, "rows": here} for number, title, here in found if here]


def _row(key: str, facts: Facts, since: date | None) -> Row:
    point = POINTS[key]
    if key == "works_council" and not any(WORKS_COUNCIL in one.flags for one in facts.systems):
        return _works_council(key, point, facts, since)
    if key == "partners" and facts.partners:
        url = reverse("usecases:use-case", args=[facts.use_case.uuid]) + "#zusammenarbeit"
        return Row(key, point, (), url, "Ansehen", facts.partners)
    if point.statement:
        return _stated(key, point, facts, since)
    if key in _OF_GOALS:
        return _OF_GOALS[key](key, point, facts, since)
    if key in _OF_USE_CASE:
        missing = _OF_USE_CASE[key](facts.use_case)
        url = reverse("usecases:edit", args=[facts.use_case.uuid]) + (
            "#id_pilot_start" if key in ("plan", "begun") else ""
        )
        return Row(key, point, (missing,) if missing else (), url, "Angaben ergänzen")
    if key == "incidents":
        return _incidents(key, point, facts)
    if key == "system":
        url = reverse("usecases:link", args=[facts.use_case.uuid])
        said = ", ".join(one.entry.name for one in facts.systems)
        return Row(key, point, () if facts.systems else ("Noch kein KI-System verknüpft.",), url, "Verknüpfen", said)
    return _of_systems(key, point, facts)


def _works_council(key: str, point: Point, facts: Facts, since: date | None) -> Row:
    """Only a reviewed assessment says that nobody asks for it; until then it is open, or somebody states it."""
    open_ones = [one for one in facts.systems if one.entry.assessment_state in _UNSETTLED]  # type: ignore[attr-defined]
    if facts.systems and not open_ones:
        return Row(key, point, (), said="Die geprüfte Bewertung verlangt es hier nicht.")
    row = _stated(key, point, facts, since)
    if row.met:
        return row
    text = "Wartet auf die Bewertung: Erst wenn sie geprüft ist, steht fest, ob das nötig ist."
    return replace(row, missing=(text,))


def _stated(key: str, point: Point, facts: Facts, since: date | None) -> Row:
    url = reverse("usecases:state", args=[facts.use_case.uuid, key])
    row = facts.statements.get(key)
    if key == "training" and facts.trained and (row is None or row.day < facts.trained):
        # The records of the courses say by themselves when a repetition is due.
        said = (
            f"Nach den Schulungsnachweisen von „{facts.use_case.department}“, zuletzt am {format_date(facts.trained)}."
        )
        return Row(key, point, (), url, "Ergänzen", said)
    if row is None:
        return Row(key, point, ("Noch nicht angegeben.",), url, "Angeben")
    said = f"Am {format_date(row.day)}, angegeben von {row.by}: {row.text}"
    if since is not None and key in UP_TO_DATE and row.day < since:
        missing = f"Zuletzt am {format_date(row.day)}, vor Beginn des Piloten. Bitte auf den neuen Stand bringen."
        return Row(key, point, (missing,), url, "Aktualisieren")
    return Row(key, point, (), url, "Ändern", said)


def _incidents(key: str, point: Point, facts: Facts) -> Row:
    if not facts.open_incidents:
        return Row(key, point, ())
    one = len(facts.open_incidents) == 1
    text = f"Offen {'ist' if one else 'sind'}: {', '.join(facts.open_incidents)}. Schließen Sie zuerst ab, was zu melden und zu beheben ist."
    return Row(key, point, (text,), reverse("compliance:incident-list"), "Ansehen")


def _begun(use_case: UseCase) -> str:
    """A Bestand has no plan; what is planned for later has not begun."""
    if use_case.pilot_start is None or use_case.pilot_start <= timezone.localdate():
        return ""
    begins = format_date(use_case.pilot_start)
    return f"Der Pilot beginnt erst am {begins}. Ändern Sie den Beginn, wenn er schon läuft."


def _goals(key: str, point: Point, facts: Facts, since: date | None) -> Row:
    url = reverse("usecases:goal-new", args=[facts.use_case.uuid])
    said = ", ".join(goal.title for goal in facts.goals)
    return Row(key, point, () if facts.goals else ("Noch kein Ziel benannt.",), url, "Ziel anlegen", said)


def _evaluation(key: str, point: Point, facts: Facts, since: date | None) -> Row:
    """The newest evaluation is of this pilot, and every goal was measured in it or says why not."""
    url = reverse("usecases:evaluate", args=[facts.use_case.uuid])
    done = facts.evaluation
    if done is None or (since is not None and done.day < since):
        return Row(key, point, ("Noch nicht ausgewertet.",), url, "Auswerten")
    unmeasured = [
        goal.title
        for goal in facts.goals
        if not any(since is None or row.day >= since for row in goal.measurements.all())
    ]
    if unmeasured:
        text = f"Seit Beginn des Piloten nicht gemessen: {', '.join(unmeasured)}."
        goal = next(goal for goal in facts.goals if goal.title == unmeasured[0])
        return Row(key, point, (text,), reverse("usecases:goal", args=[facts.use_case.uuid, goal.uuid]), "Messen")
    said = f"Am {format_date(done.day)}: {done.get_result_display()}. Empfehlung: {done.get_decision_display()}."
    return Row(key, point, (), url, "Neu auswerten", said)


def _of_systems(key: str, point: Point, facts: Facts) -> Row:
    """Met when it is met for every linked system; the link leads to the first one that lacks something."""
    if not facts.systems:
        return Row(key, point, ("Das lässt sich erst sagen, wenn ein KI-System verknüpft ist.",))
    found = [(one, _OF_SYSTEM[key](one)) for one in facts.systems]
    lacking = [(one, *answer) for one, answer in found if answer[0]]
    if not lacking:
        return Row(key, point, ())
    several = len(facts.systems) > 1
    missing = tuple(f"{one.entry.name}: {text}" if several else text for one, text, _ in lacking)
    return Row(key, point, missing, lacking[0][2], "Beheben")


def _scenario(use_case: UseCase) -> str:
    named = (("das Szenario", use_case.problem), ("der Nutzen", use_case.benefit))
    gone = [label for label, text in named if not text.strip()]
    return f"Es fehlt {' und '.join(gone)}." if gone else ""


def _plan(use_case: UseCase) -> str:
    named = (
        ("der Beginn", use_case.pilot_start),
        ("das Ende", use_case.pilot_end),
        ("wer beteiligt und betroffen ist", use_case.pilot_people.strip()),
    )
    gone = [label for label, value in named if not value]
    return f"Es fehlt: {', '.join(gone)}." if gone else ""


# Answers: what is missing (empty: nothing), and where it is mended.
Answer = tuple[str, str]


_UNSETTLED = {
    "none": "Noch nicht bewertet.",
    "draft": "Die Bewertung ist noch nicht abgeschlossen.",
    "due": "Seit der Bewertung hat sich etwas geändert. Bitte neu bewerten.",
    "review": "Die Bewertung wartet auf die Prüfung durch eine zweite Person.",
    "rejected": "Die Bewertung ist beanstandet.",
}


def _assessment(one: System) -> Answer:
    row: Any = one.entry
    text = _UNSETTLED.get(row.assessment_state, "")
    if not text and row.last_class == "VERBOTEN":
        text = "Das ist eine verbotene Praktik (Art. 5 KI-VO). So darf das System nicht eingesetzt werden."
    return text, reverse("compliance:assessments", args=[one.entry.uuid])


def _legal_basis(one: System) -> Answer:
    privacy = one.entry.system.privacy
    if not privacy.personal_data_level:
        return "Noch nicht gesagt, ob Daten von Personen verarbeitet werden.", one.section("personal_data_level")
    if one.is_personal and not privacy.gdpr_basis:
        return "Die Rechtsgrundlage fehlt.", one.section("gdpr_basis")
    return "", ""


def _processor(one: System) -> Answer:
    open_ones = [row for row in one.links.recipients if row.kind == "processor" and row.contract_date is None]
    if not one.is_personal or not open_ones:
        return "", ""
    names = ", ".join(row.name for row in open_ones)
    return f"Kein Vertrag eingetragen: {names}.", reverse("register:recipient", args=[open_ones[0].uuid])


def _dpia(one: System) -> Answer:
    if not one.is_personal or one.has_dpia_evidence:
        return "", ""
    dpia, threshold = kinds()["dpia"], kinds()["threshold"]
    wanted = {duty["id"] for duty in one.known.assessment.result["obligations"]} if one.known.assessment else set()
    is_due = dpia.duty in wanted
    kind = dpia if is_due or "dpia" in one.known.documents else threshold
    url = reverse("compliance:legal-document", args=[one.entry.uuid, kind.slug])
    version = one.known.documents.get(kind.key)
    if version is None:
        return ("Die DSFA fehlt." if is_due else "Weder DSFA noch Schwellwertanalyse ist genehmigt."), url
    if changed := _changed(kind, one.known, version.basis):
        return f"Seit der Genehmigung geändert: {', '.join(changed)}. Bitte neu prüfen.", url
    return "", ""


def _changed(kind: Kind, known: Known, basis: Mapping[str, str]) -> list[str]:
    """What says something else by now, apart from the status: that is what the gates themselves move."""
    changed = changed_since(kind, known, basis)
    if not changed:
        return []
    earlier = (replace(known, content={**known.content, "status": status}) for status in STATUS)
    return [] if any(not changed_since(kind, one, basis) for one in earlier) else changed


def _dpo(one: System) -> Answer:
    if not one.is_personal:
        return "", ""
    advised = any(hasattr(version, "advice") for version in one.known.documents.values())
    now = content.privacy_sha256(one.entry.kind, one.known.content)
    if advised or (one.opinion is not None and one.opinion.privacy_sha256 == now):
        return "", ""
    text = "Die Stellungnahme fehlt." if one.opinion is None else "Die Stellungnahme gilt für einen älteren Stand."
    return text, one.entry.get_absolute_url()


def _human(one: System) -> Answer:
    if one.entry.system.privacy.automated_decision in ALONE or one.entry.system.decision_effect == "decides":
        return "Nach dem Register entscheidet das System allein.", one.section("automated_decision")
    if not one.entry.system.human_intervention.strip():
        return "Es steht nicht im Register, wer Ergebnisse prüft.", one.section("human_intervention")
    return "", ""


def _fallback(one: System) -> Answer:
    if one.entry.system.rollback.strip():
        return "", ""
    return "Es steht nicht im Register, wie die Arbeit ohne das System weitergeht.", one.section("rollback")


_OF_GOALS: dict[str, Callable[[str, Point, Facts, date | None], Row]] = {"goals": _goals, "evaluation": _evaluation}
_OF_USE_CASE: dict[str, Callable[[UseCase], str]] = {"scenario": _scenario, "plan": _plan, "begun": _begun}
_OF_SYSTEM: dict[str, Callable[[System], Answer]] = {
    "assessment": _assessment,
    "legal_basis": _legal_basis,
    "processor": _processor,
    "dpia": _dpia,
    "dpo": _dpo,
    "human": _human,
    "fallback": _fallback,
}
