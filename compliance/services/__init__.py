"""Every write of compliance, one function a verb. Call sites read `services.create_activity(municipality, by=...)`."""

from compliance.services.activities import create_activity, end_activity, reopen_activity, set_lines, update_activity
from compliance.services.building import build_vvt, vvt_finished
from compliance.services.datamap import build_datamap, datamap_finished, request_datamap
from compliance.services.declaration import declare_complete
from compliance.services.fields import ACTIVITY_FIELDS, COMMISSIONED_FIELDS, SECTIONS, FieldInfo
from compliance.services.reports import request_vvt
from compliance.services.rights import hand_down_rights
from compliance.services.systems import activity_from_system, link_system, unlink_system

__all__ = [
    "ACTIVITY_FIELDS",
    "COMMISSIONED_FIELDS",
    "SECTIONS",
    "FieldInfo",
    "activity_from_system",
    "build_datamap",
    "build_vvt",
    "create_activity",
    "datamap_finished",
    "declare_complete",
    "end_activity",
    "hand_down_rights",
    "link_system",
    "reopen_activity",
    "request_datamap",
    "request_vvt",
    "set_lines",
    "unlink_system",
    "update_activity",
    "vvt_finished",
]
