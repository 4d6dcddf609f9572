"""Every write of compliance, one function a verb. Call sites read `services.create_activity(municipality, by=...)`."""

from compliance.services.activities import create_activity, end_activity, reopen_activity, set_lines, update_activity
from compliance.services.assessing import answer, clarify, start_assessment
from compliance.services.building import build_vvt, vvt_finished
from compliance.services.datamap import build_datamap, datamap_finished, request_datamap
from compliance.services.declaration import declare_complete
from compliance.services.fields import ACTIVITY_FIELDS, COMMISSIONED_FIELDS, SECTIONS, FieldInfo
from compliance.services.finishing import adopt_assessment, finish_assessment, review_assessment
from compliance.services.reassessing import remind_of_reassessments
from compliance.services.reports import request_vvt
from compliance.services.rights import hand_down_rights
from compliance.services.snapshots import keep_day
from compliance.services.systems import activity_from_system, link_system, unlink_system

__all__ = [
    "ACTIVITY_FIELDS",
    "COMMISSIONED_FIELDS",
    "SECTIONS",
    "FieldInfo",
    "activity_from_system",
    "adopt_assessment",
    "answer",
    "build_datamap",
    "build_vvt",
    "clarify",
    "create_activity",
    "datamap_finished",
    "declare_complete",
    "end_activity",
    "finish_assessment",
    "hand_down_rights",
    "keep_day",
    "link_system",
    "remind_of_reassessments",
    "reopen_activity",
    "request_datamap",
    "request_vvt",
    "review_assessment",
    "set_lines",
    "start_assessment",
    "unlink_system",
    "update_activity",
    "vvt_finished",
]
