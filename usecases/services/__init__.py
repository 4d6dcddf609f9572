"""Every write of the portfolio, one function a verb. Call sites read `services.create_course(municipality, by=...)`."""

from usecases.services.applications import apply_for_funding, change_application
from usecases.services.blueprints import (
    adopt_blueprint,
    adopt_template,
    freeze_blueprint,
    share_blueprint,
    take_over_source,
)
from usecases.services.corrections import (
    correct_figure,
    correct_measurement,
    withdraw_figure,
    withdraw_measurement,
)
from usecases.services.council_report import build_council_report, council_report_finished, request_council_report
from usecases.services.funding import create_programme, end_programme, remind_of_funding, update_programme
from usecases.services.gates import decide_gate, possible_steps, propose_gate, take_step
from usecases.services.goals import add_figure, evaluate, measure, set_goal
from usecases.services.guideline import (
    build_guideline_pdf,
    count_readers,
    enact_guideline,
    guideline_pdf_finished,
    request_guideline_pdf,
    write_guideline,
)
from usecases.services.handing import hand_over_measurements
from usecases.services.interest import decide_interests, express_interest, open_call, set_wish, withdraw_interest
from usecases.services.links import create_entry, link_entry, plan_evidence, settle_evidence, take_over, unlink_entry
from usecases.services.partners import change_partner, create_partner, end_partner, name_partner, update_partner
from usecases.services.staff import (
    acknowledge_guideline,
    delete_old_records,
    end_agreement,
    record_agreement,
    record_attendance,
)
from usecases.services.tools import create_contact, create_tool, end_tool, remove_contact, update_contact, update_tool
from usecases.services.training import add_session, create_course, update_course, update_session
from usecases.services.training_proof import build_training_proof, request_training_proof, training_proof_finished
from usecases.services.use_cases import change_use_case, create_use_case, make_statement

__all__ = [
    "acknowledge_guideline",
    "add_figure",
    "add_session",
    "adopt_blueprint",
    "adopt_template",
    "apply_for_funding",
    "build_council_report",
    "build_guideline_pdf",
    "build_training_proof",
    "change_application",
    "change_partner",
    "change_use_case",
    "correct_figure",
    "correct_measurement",
    "council_report_finished",
    "count_readers",
    "create_contact",
    "create_course",
    "create_entry",
    "create_partner",
    "create_programme",
    "create_tool",
    "create_use_case",
    "decide_gate",
    "decide_interests",
    "delete_old_records",
    "enact_guideline",
    "end_agreement",
    "end_partner",
    "end_programme",
    "end_tool",
    "evaluate",
    "express_interest",
    "freeze_blueprint",
    "guideline_pdf_finished",
    "hand_over_measurements",
    "link_entry",
    "make_statement",
    "measure",
    "name_partner",
    "open_call",
    "plan_evidence",
    "possible_steps",
    "propose_gate",
    "record_agreement",
    "record_attendance",
    "remind_of_funding",
    "remove_contact",
    "request_council_report",
    "request_guideline_pdf",
    "request_training_proof",
    "set_goal",
    "set_wish",
    "settle_evidence",
    "share_blueprint",
    "take_over",
    "take_over_source",
    "take_step",
    "training_proof_finished",
    "unlink_entry",
    "update_contact",
    "update_course",
    "update_partner",
    "update_programme",
    "update_session",
    "update_tool",
    "withdraw_figure",
    "withdraw_interest",
    "withdraw_measurement",
    "write_guideline",
]
