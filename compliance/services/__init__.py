"""Every write of compliance, one function a verb. Call sites read `services.create_activity(municipality, by=...)`."""

from compliance.services.activities import create_activity, end_activity, reopen_activity, set_lines, update_activity
from compliance.services.assessing import answer, clarify, start_assessment
from compliance.services.building import build_vvt, vvt_finished
from compliance.services.calendar_links import close_calendar_link, count_fetch, make_calendar_link
from compliance.services.datamap import build_datamap, datamap_finished, request_datamap
from compliance.services.declaration import declare_complete
from compliance.services.duties import duties_of_assessments
from compliance.services.duty_reminders import remind_of_duties
from compliance.services.duty_work import (
    add_duty_evidence,
    assign_duties,
    decide_duty_dismissal,
    finish_duty,
    plan_duty,
    propose_duty_dismissal,
    prove_duty,
    reopen_duty,
    unprove_duty,
)
from compliance.services.fields import ACTIVITY_FIELDS, COMMISSIONED_FIELDS, SECTIONS, FieldInfo
from compliance.services.finishing import adopt_assessment, finish_assessment, review_assessment
from compliance.services.incident_clocks import remind_of_incidents
from compliance.services.incident_documents import build_notice, notice_finished, request_notice
from compliance.services.incident_work import (
    add_incident_measure,
    answer_step,
    finish_incident_measure,
    record_sent,
    suspend_system,
    write_notice,
)
from compliance.services.incidents import (
    assess_incident,
    assign_incident,
    close_incident,
    reopen_incident,
    report_incident,
)
from compliance.services.law_effects import request_law_effects
from compliance.services.lawchange import carry_on, law_run_part_done, resume_law_run, start_law_run
from compliance.services.legal import (
    advise_on_document,
    confirm_legal_document,
    decide_on_document,
    discard_legal_input,
    keep_legal_input,
    save_legal_document,
    start_legal_document,
    submit_legal_document,
)
from compliance.services.legal_adopting import adopt_dpia_state
from compliance.services.legal_files import build_legal_pdf, legal_pdf_finished, request_legal_pdf
from compliance.services.lessons import decide_lesson, propose_lesson
from compliance.services.market import set_market_authority
from compliance.services.reassessing import remind_of_reassessments
from compliance.services.reports import request_vvt
from compliance.services.rights import hand_down_rights
from compliance.services.rulesets import build_trial, load_ruleset, take_into_use, try_again
from compliance.services.snapshots import keep_day
from compliance.services.systems import activity_from_system, link_system, unlink_system
from compliance.services.taking_over import take_over_from_systems
from compliance.services.withdrawing import withdraw_activity

__all__ = [
    "ACTIVITY_FIELDS",
    "COMMISSIONED_FIELDS",
    "SECTIONS",
    "FieldInfo",
    "activity_from_system",
    "add_duty_evidence",
    "add_incident_measure",
    "adopt_assessment",
    "adopt_dpia_state",
    "advise_on_document",
    "answer",
    "answer_step",
    "assess_incident",
    "assign_duties",
    "assign_incident",
    "build_datamap",
    "build_legal_pdf",
    "build_notice",
    "build_trial",
    "build_vvt",
    "carry_on",
    "clarify",
    "close_calendar_link",
    "close_incident",
    "confirm_legal_document",
    "count_fetch",
    "create_activity",
    "datamap_finished",
    "decide_duty_dismissal",
    "decide_lesson",
    "decide_on_document",
    "declare_complete",
    "discard_legal_input",
    "duties_of_assessments",
    "end_activity",
    "finish_assessment",
    "finish_duty",
    "finish_incident_measure",
    "hand_down_rights",
    "keep_day",
    "keep_legal_input",
    "law_run_part_done",
    "legal_pdf_finished",
    "link_system",
    "load_ruleset",
    "make_calendar_link",
    "notice_finished",
    "plan_duty",
    "propose_duty_dismissal",
    "propose_lesson",
    "prove_duty",
    "record_sent",
    "remind_of_duties",
    "remind_of_incidents",
    "remind_of_reassessments",
    "reopen_activity",
    "reopen_duty",
    "reopen_incident",
    "report_incident",
    "request_datamap",
    "request_law_effects",
    "request_legal_pdf",
    "request_notice",
    "request_vvt",
    "resume_law_run",
    "review_assessment",
    "save_legal_document",
    "set_lines",
    "set_market_authority",
    "start_assessment",
    "start_law_run",
    "start_legal_document",
    "submit_legal_document",
    "suspend_system",
    "take_into_use",
    "take_over_from_systems",
    "try_again",
    "unlink_system",
    "unprove_duty",
    "update_activity",
    "vvt_finished",
    "withdraw_activity",
    "write_notice",
]
