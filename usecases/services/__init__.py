"""Every write of the portfolio, one function a verb. Call sites read `services.create_course(municipality, by=...)`."""

from usecases.services.guideline import (
    build_guideline_pdf,
    count_readers,
    enact_guideline,
    guideline_pdf_finished,
    request_guideline_pdf,
    write_guideline,
)
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

__all__ = [
    "acknowledge_guideline",
    "add_session",
    "build_guideline_pdf",
    "build_training_proof",
    "count_readers",
    "create_contact",
    "create_course",
    "create_tool",
    "delete_old_records",
    "enact_guideline",
    "end_agreement",
    "end_tool",
    "guideline_pdf_finished",
    "record_agreement",
    "record_attendance",
    "remove_contact",
    "request_guideline_pdf",
    "request_training_proof",
    "training_proof_finished",
    "update_contact",
    "update_course",
    "update_session",
    "update_tool",
    "write_guideline",
]
