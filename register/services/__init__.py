"""Every write of the register, one function a verb. Call sites read `services.release(entry, by=...)`."""

from register.services.blocks import set_block
from register.services.bulk import actions_for, prepare_bulk, start_bulk
from register.services.checklists import save_checklist
from register.services.comments import comment, judge_comment, resolve_comment
from register.services.contracts import remind_of_contracts
from register.services.coverage import (
    remind_all_departments,
    remind_departments,
    reopen_coverage,
    set_coverage_rules,
    state_coverage,
)
from register.services.decommission import (
    decide_decommission,
    propose_decommission,
    remind_of_decommissions,
    settle_decommission_point,
)
from register.services.deficiencies import decide_dismissal, plan_measure, propose_dismissal, remind_of_deficiencies
from register.services.deployments import keep_local, take_over
from register.services.dpo_report import build_dpo_report, dpo_report_finished, request_dpo_report
from register.services.entries import create_dataset, create_system, delete_draft, set_withheld, share, unshare, update
from register.services.evidence import add_evidence, change_evidence, remove_evidence, set_evidence_rules
from register.services.evidence_reminders import remind_of_evidence
from register.services.links import set_datasets, set_product, set_recipients, set_storage
from register.services.master_data import (
    create_recipient,
    create_storage,
    delete_master_data,
    update_recipient,
    update_storage,
)
from register.services.product_opinions import confirm_product_opinion, opine_on_product
from register.services.products import close_check, create_product, update_product
from register.services.publishing import confirm_measure, publish, redact, suspend, withdraw
from register.services.report_links import close_report_link, make_report_link, report_tool
from register.services.review import opine, recall, release, return_entry, submit
from register.services.review_dates import remind_of_reviews, set_review_intervals
from register.services.saved_filters import delete_filter, save_filter
from register.services.sections import save_section
from register.services.status import set_status
from register.services.steps import possible_steps
from register.services.unsaved import discard_input, forget_old_input, keep_input

__all__ = [
    "actions_for",
    "add_evidence",
    "build_dpo_report",
    "change_evidence",
    "close_check",
    "close_report_link",
    "comment",
    "confirm_measure",
    "confirm_product_opinion",
    "create_dataset",
    "create_product",
    "create_recipient",
    "create_storage",
    "create_system",
    "decide_decommission",
    "decide_dismissal",
    "delete_draft",
    "delete_filter",
    "delete_master_data",
    "discard_input",
    "dpo_report_finished",
    "forget_old_input",
    "judge_comment",
    "keep_input",
    "keep_local",
    "make_report_link",
    "opine",
    "opine_on_product",
    "plan_measure",
    "possible_steps",
    "prepare_bulk",
    "propose_decommission",
    "propose_dismissal",
    "publish",
    "recall",
    "redact",
    "release",
    "remind_all_departments",
    "remind_departments",
    "remind_of_contracts",
    "remind_of_decommissions",
    "remind_of_deficiencies",
    "remind_of_evidence",
    "remind_of_reviews",
    "remove_evidence",
    "reopen_coverage",
    "report_tool",
    "request_dpo_report",
    "resolve_comment",
    "return_entry",
    "save_checklist",
    "save_filter",
    "save_section",
    "set_block",
    "set_coverage_rules",
    "set_datasets",
    "set_evidence_rules",
    "set_product",
    "set_recipients",
    "set_review_intervals",
    "set_status",
    "set_storage",
    "set_withheld",
    "settle_decommission_point",
    "share",
    "start_bulk",
    "state_coverage",
    "submit",
    "suspend",
    "take_over",
    "unshare",
    "update",
    "update_product",
    "update_recipient",
    "update_storage",
    "withdraw",
]
