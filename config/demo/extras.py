"""What is told of a demo municipality besides its entries: proofs, duties, legal documents, an end, incidents."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils import timezone

from compliance import services as compliance
from compliance.legal.assessed import of_assessment
from compliance.legal.printing import of_version
from compliance.models import Assessment, Duty, LegalDocumentVersion
from compliance.views.assessment_pages import result_page
from register import services as register
from register.rules.decommission import POINTS

if TYPE_CHECKING:
    from config.demo.story import Town

FOLDER = Path(__file__).resolve().parent


def prove(town: Town, proofs: list[dict[str, Any]]) -> None:
    """Nachweise of entries, storage locations and recipients; one of them is a file."""
    cdo, today = town.person("cdo"), timezone.localdate()
    if proofs:
        register.set_evidence_rules(town.municipality, by=cdo, uploads=True)
    for about in proofs:
        values = dict(about)
        owners = {"entry": town.now, "storage": town.storage.get, "recipient": town.recipients.get}
        owner: Any = next(find(values.pop(kind)) for kind, find in owners.items() if kind in values)
        if (days := values.pop("ends_in", None)) is not None:
            values["valid_until"] = today + timedelta(days=days)
        if name := values.pop("file", ""):
            values["upload"] = ContentFile((FOLDER / name).read_bytes(), name=name)
        values["issued_on"] = date.fromisoformat(values["issued_on"])
        register.add_evidence(owner, by=cdo, **values)


def work_on_duty(town: Town, about: dict[str, Any]) -> None:
    """Somebody plans a duty, proves it, or says why it does not apply."""
    by = town.person(about["by"])
    rows = Duty.objects.select_related("entry__municipality", "entry__department")
    duty = rows.get(entry=town.entries[about["system"]], code=about["duty"])
    if person := about.get("responsible"):
        # Counted from the day the demo is made, while the clock stands at the day of the act.
        days = about.get("target_in")
        day = None if days is None else timezone.localdate() + timedelta(days=about["day"] + days)
        given = {"responsible": town.person(person), "target_day": day, "state": about.get("state", "open")}
        duty = compliance.plan_duty(duty, by=by, note=about.get("note", ""), **given)
    if title := about.get("evidence"):
        duty = compliance.prove_duty(duty, by=by, evidence=duty.entry.evidence.get(title=title))
    if values := about.get("new_evidence"):
        compliance.add_duty_evidence(duty, by=by, **values)
    if "done" in about:
        compliance.finish_duty(duty, by=by, note=about["done"])
    if reason := about.get("not_applicable"):
        compliance.propose_duty_dismissal(duty, by=by, reason=reason)


def propose_end(town: Town, about: dict[str, Any]) -> None:
    """A system shall go out of operation; a second person has yet to confirm."""
    points: dict[str, dict[str, Any]] = {key: {"answer": "done"} for key in POINTS}
    for key, given in about["points"].items():
        points[key] = dict(given)
        if person := given.get("responsible"):
            due = timezone.localdate() + timedelta(days=given["due_in"])
            points[key] |= {"responsible": town.person(person), "due": due}
    register.propose_decommission(
        town.now(about["system"]),
        by=town.person(about["by"]),
        ended_on=timezone.localdate(),
        reason=about["reason"],
        points=points,
    )


def go_wrong(town: Town, about: dict[str, Any]) -> None:
    """An incident: reported, and as far as the story goes assessed, worked on, and turned into a lesson."""
    now = timezone.now()
    incident = compliance.report_incident(
        town.municipality,
        by=town.person(about["by"]),
        entry=town.now(about["system"]) if "system" in about else None,
        aware_at=now - timedelta(hours=about["noticed_hours_before"]),
        **{key: about[key] for key in ("kind", "happened", "ongoing", "affected")},
    )
    dsb = town.person("dsb")
    if given := about.get("assessment"):
        compliance.assess_incident(incident, by=dsb, **given)
    for key, note in about.get("steps", {}).items():
        compliance.answer_step(incident, by=dsb, key=key, answer="done", at=now, evidence=note)
    for measure in about.get("measures", []):
        due = timezone.localdate() + timedelta(days=measure["due_in"])
        person = town.person(measure["person"])
        compliance.add_incident_measure(incident, by=dsb, text=measure["text"], person=person, due=due)
    if texts := about.get("notice"):
        compliance.write_notice(incident, by=dsb, target="dsgvo", texts=texts)
    if about.get("closed"):
        compliance.close_incident(incident, by=dsb)
    if lesson := about.get("lesson"):
        proposed = compliance.propose_lesson(incident, by=dsb, **lesson)
        compliance.decide_lesson(proposed, by=town.person("leitung"), agrees=True, no_names=True)


def write_document(town: Town, name: str, about: dict[str, Any]) -> None:
    """A legal document, as far as the story goes: a draft, or handed in, advised on and approved."""
    by = town.person(about["by"])
    document = compliance.start_legal_document(town.now(name), by=by, kind=about["kind"])
    answers = dict(about["answers"])
    if days := about.get("review_in"):
        # The clock stands at the day of writing; the review is counted from there.
        answers["review_on"] = (timezone.localdate() + timedelta(days=days)).isoformat()
    document = compliance.save_legal_document(document, by=by, changes=answers)
    if not about.get("approved"):
        return
    version = compliance.submit_legal_document(document, by=by)
    if advice := about.get("advice"):
        compliance.advise_on_document(version, by=town.person("dsb"), **advice)
    compliance.decide_on_document(version, by=town.person("leitung"), approves=True)


def print_documents(town: Town) -> None:
    """What is approved and the first reviewed assessment lie ready as PDF soon after the start."""
    cdo, here = town.person("cdo"), town.municipality
    for version in LegalDocumentVersion.objects.filter(document__entry__municipality=here, decision__approves=True):
        compliance.request_legal_pdf(version.document.entry, by=cdo, document=of_version(version))
    done = Assessment.objects.filter(entry__municipality=here, review__agrees=True).order_by("pk").first()
    if done is not None:
        compliance.request_legal_pdf(done.entry, by=cdo, document=of_assessment(done, result_page(done)))
