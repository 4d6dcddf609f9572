"""Every write of compliance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils import timezone

from compliance import services as compliance
from compliance.datamap.answers import of_map
from compliance.legal.printing import of_version
from compliance.offers import linked_systems, offers_for
from compliance.services.rulesets import trial_job
from core import jobs
from core.models import Job
from register import services as register
from register.models import Entry
from tests.compliance.assessing import answered
from tests.compliance.assessing import finished as finished_assessment
from tests.compliance.incidents import BREACH, report, settled
from tests.compliance.law_files import next_version
from tests.compliance.legal import approved as approved_document
from tests.compliance.legal import filled as filled_document
from tests.compliance.legal import submitted as submitted_document
from tests.suite.scene import Scene
from tests.suite.writes.common import TODAY, Prepare, file_made, finished, in_town, made, on, operator
from tests.world import draft_system


def ended(s: Scene) -> Callable[[], Any]:
    activity = compliance.end_activity(s.things["activity"], by=s.town["cdo"], ended_on=TODAY())
    return partial(compliance.reopen_activity, activity, by=s.town["cdo"])


def from_a_list(s: Scene) -> Callable[[], Any]:
    town, by = s.town.municipality, s.town["cdo"]
    sheet = compliance.create_activity(town, by=by, title="Aus einer Liste", import_reference="liste/1/2")
    return partial(compliance.withdraw_activity, sheet, by=by)


def linking(service: Callable[..., Any], thing: str) -> Prepare:
    return lambda s: partial(service, s.things["activity"], by=s.town["cdo"], entry=s.things[thing])


def to_finish(s: Scene) -> Callable[[], Any]:
    return partial(compliance.finish_assessment, answered(s.town, draft_system(s.town, "Eigens")), by=s.town["cdo"])


def to_review(s: Scene) -> Callable[[], Any]:
    assessment = finished_assessment(s.town, draft_system(s.town, "Eigens"))
    return partial(compliance.review_assessment, assessment, by=s.town["dsb"], agrees=True)


def changed_since(s: Scene) -> Callable[[], Any]:
    register.update(s.things["published"], by=s.town["cdo"], changes={"goal": "Anders"})
    return compliance.remind_of_reassessments


def incident_act(service: Callable[..., Any], role: str = "dsb", **values: Any) -> Prepare:
    """The service on the incident of the scene; moments are now."""

    def prepare(s: Scene) -> Callable[[], Any]:
        given = {key: timezone.now() if value is timezone.now else value for key, value in values.items()}
        return partial(service, s.things["incident"], by=s.town[role], **given)

    return prepare


def settled_incident(s: Scene) -> Callable[[], Any]:
    return partial(compliance.close_incident, settled(s.town), by=s.town["dsb"])


def closed_incident(s: Scene) -> Callable[[], Any]:
    closed = compliance.close_incident(settled(s.town), by=s.town["dsb"])
    return partial(compliance.reopen_incident, closed, by=s.town["dsb"], reason="Neue Hinweise")


def late_incident(s: Scene) -> Callable[[], Any]:
    report(s.town, hours=50)
    return compliance.remind_of_incidents


def many_duties(s: Scene) -> Callable[[], Any]:
    town = s.town
    return partial(
        compliance.assign_duties, town.municipality, [s.things["duty"]], by=town["cdo"], responsible=town["dsb"]
    )


def new_calendar(s: Scene) -> Callable[[], Any]:
    return partial(compliance.make_calendar_link, s.town.municipality, by=s.town["dsb"])


def to_decide(s: Scene) -> Callable[[], Any]:
    version = submitted_document(s.town, draft_system(s.town, "Eigens"), "threshold")
    return partial(compliance.decide_on_document, version, by=s.town["leitung"], approves=True)


def to_confirm(s: Scene) -> Callable[[], Any]:
    """An approved document, and the register says something else since."""
    document = approved_document(s.town, draft_system(s.town, "Eigens")).document
    register.update(document.entry, by=s.town["fachamt"], changes={"retention": "Drei Monate"})
    return partial(compliance.confirm_legal_document, document, by=s.town["fachamt"], reason="Wird nur kürzer.")


def offered_to(s: Scene) -> Callable[[], Any]:
    """The DSFA of the system was approved, and its sheet says nothing of it."""
    entry = s.things["approved document"].document.entry
    activity = compliance.link_system(s.things["activity"], by=s.town["cdo"], entry=entry)
    (offer,) = offers_for(activity, linked_systems(Entry.objects.filter(pk=entry.pk)))
    return partial(
        compliance.take_over_from_systems, activity, by=s.town["cdo"], topic=offer.topic, digest=offer.digest
    )


def to_print(s: Scene) -> Callable[[], Any]:
    version = s.things["approved document"]
    entry = version.document.entry
    return partial(compliance.request_legal_pdf, entry, by=s.town["dsb"], document=of_version(version))


def run_by_worker(s: Scene) -> Callable[[], Any]:
    item = s.things["law run"].items.get()
    return lambda: list(compliance.carry_on(s.things["law run"], first=item.pk, last=item.pk))


def run_over(s: Scene) -> Callable[[], Any]:
    run_by_worker(s)()
    return partial(compliance.law_run_part_done, Job.objects.get(scope=s.things["law run"].scope))


def tried(s: Scene) -> Callable[[], Any]:
    row = s.things["ruleset"]
    jobs.run(trial_job(row).pk)
    return partial(compliance.take_into_use, row, by=operator(s))


COMPLIANCE: dict[str, Prepare] = {
    "report_incident": in_town(
        compliance.report_incident, kind="breach", aware_at=timezone.now(), happened="Eine Liste ging verloren."
    ),
    "assign_incident": lambda s: partial(
        compliance.assign_incident, s.things["incident"], by=s.town["dsb"], person=s.town["revision"]
    ),
    "assess_incident": incident_act(compliance.assess_incident, **BREACH),
    "answer_step": incident_act(compliance.answer_step, key="contain", answer="done", at=timezone.now),
    "suspend_system": incident_act(compliance.suspend_system, "leitung"),
    "add_incident_measure": lambda s: partial(
        compliance.add_incident_measure,
        s.things["incident"],
        by=s.town["dsb"],
        text="Schulen",
        person=s.town["cdo"],
        due=TODAY(),
    ),
    "finish_incident_measure": on(compliance.finish_incident_measure, "incident measure", "dsb"),
    "write_notice": incident_act(compliance.write_notice, target="dsgvo", texts={"nature": "Anders"}),
    "request_notice": incident_act(compliance.request_notice, target="ki"),
    "notice_finished": file_made("incident notice", compliance.notice_finished),
    "record_sent": incident_act(
        compliance.record_sent, target="dsgvo", part="first", sent_at=timezone.now, to="Aufsichtsbehörde"
    ),
    "close_incident": settled_incident,
    "reopen_incident": closed_incident,
    "remind_of_incidents": late_incident,
    "propose_lesson": incident_act(
        compliance.propose_lesson, title="Listen", happened="Zwei", cause="Gleich", change="Farben"
    ),
    "decide_lesson": on(compliance.decide_lesson, "lesson", "leitung", agrees=True, no_names=True),
    "plan_duty": on(compliance.plan_duty, "duty", responsible=None, target_day=None, state="in_work"),
    "assign_duties": many_duties,
    "prove_duty": lambda s: partial(
        compliance.prove_duty, s.things["duty"], by=s.town["cdo"], evidence=s.things["evidence"]
    ),
    "add_duty_evidence": on(compliance.add_duty_evidence, "duty", kind="other", title="Vermerk", reference="10-1"),
    "unprove_duty": lambda s: partial(
        compliance.unprove_duty,
        compliance.reopen_duty(s.things["duty done"], by=s.town["cdo"], reason="Fehlt noch."),
        by=s.town["cdo"],
        evidence=s.things["evidence"],
    ),
    "finish_duty": on(compliance.finish_duty, "duty", note="Erledigt."),
    "reopen_duty": on(compliance.reopen_duty, "duty done", reason="Es fehlt noch etwas."),
    "propose_duty_dismissal": on(compliance.propose_duty_dismissal, "duty", reason="Kein Einsatz."),
    "decide_duty_dismissal": on(compliance.decide_duty_dismissal, "duty proposed", agrees=True),
    "remind_of_duties": lambda s: partial(compliance.remind_of_duties, s.town.municipality, today=TODAY()),
    "make_calendar_link": new_calendar,
    "close_calendar_link": on(compliance.close_calendar_link, "calendar link"),
    "start_legal_document": made(draft_system, compliance.start_legal_document, "cdo", kind="dpia"),
    "save_legal_document": on(compliance.save_legal_document, "legal document", changes={"staff": "beteiligt"}),
    "submit_legal_document": lambda s: partial(
        compliance.submit_legal_document,
        filled_document(s.town, draft_system(s.town, "Eigens"), "threshold"),
        by=s.town["fachamt"],
    ),
    "confirm_legal_document": to_confirm,
    "advise_on_document": on(compliance.advise_on_document, "legal version", "dsb", result="agrees"),
    "decide_on_document": to_decide,
    "adopt_dpia_state": on(compliance.adopt_dpia_state, "approved document"),
    "request_legal_pdf": to_print,
    "set_market_authority": lambda s: partial(
        compliance.set_market_authority, "05", by=s.people["plattform"], name="Landesamt", checked_on=TODAY()
    ),
    "legal_pdf_finished": file_made("legal file", compliance.legal_pdf_finished),
    "request_law_effects": lambda s: partial(compliance.request_law_effects, s.town.municipality, by=s.town["cdo"]),
    "start_law_run": lambda s: partial(
        compliance.start_law_run, s.town.municipality, by=s.town["cdo"], entries=Entry.objects.all()
    ),
    "carry_on": run_by_worker,
    "law_run_part_done": run_over,
    "resume_law_run": on(compliance.resume_law_run, "law run"),
    "load_ruleset": lambda s: partial(
        compliance.load_ruleset, next_version(duty=False), by=operator(s), filename="neu.yaml"
    ),
    "try_again": lambda s: partial(compliance.try_again, s.things["ruleset"], by=operator(s)),
    "take_into_use": tried,
    "start_assessment": made(draft_system, compliance.start_assessment, "cdo"),
    "answer": on(compliance.answer, "assessment draft", answers={"infers_output": "no"}),
    "clarify": on(compliance.clarify, "clarification", "dsb", value="yes"),
    "finish_assessment": to_finish,
    "review_assessment": to_review,
    "adopt_assessment": on(compliance.adopt_assessment, "reviewed assessment"),
    "remind_of_reassessments": changed_since,
    "activity_from_system": on(compliance.activity_from_system, "published"),
    "create_activity": in_town(compliance.create_activity, title="Wohngeld bearbeiten"),
    "declare_complete": in_town(compliance.declare_complete, is_complete=True),
    "end_activity": lambda s: partial(
        compliance.end_activity, s.things["activity"], by=s.town["cdo"], ended_on=TODAY()
    ),
    "hand_down_rights": on(compliance.hand_down_rights, "activity"),
    "link_system": linking(compliance.link_system, "submitted"),
    "reopen_activity": ended,
    "request_datamap": in_town(compliance.request_datamap, answer=of_map("Ausfall", [])),
    "datamap_finished": file_made("data map", compliance.datamap_finished),
    "request_vvt": lambda s: partial(
        compliance.request_vvt, s.town.municipality, by=s.town["cdo"], department=s.town.departments["buergerbuero"]
    ),
    "withdraw_activity": from_a_list,
    "set_lines": on(
        compliance.set_lines,
        "activity",
        field="retention_rules",
        lines=[{"categories": "Anträge", "period": "10 Jahre"}],
    ),
    "take_over_from_systems": offered_to,
    "unlink_system": linking(compliance.unlink_system, "published"),
    "update_activity": on(compliance.update_activity, "activity", changes={"purposes": "Anders"}),
    "vvt_finished": finished,
}
