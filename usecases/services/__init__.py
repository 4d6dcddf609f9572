"""Every write of the portfolio, one function a verb. Call sites read `services.create_course(municipality, by=...)`."""

from usecases.services.tools import create_contact, create_tool, end_tool, remove_contact, update_contact, update_tool
from usecases.services.training import add_session, create_course, update_course, update_session
from usecases.services.training_proof import build_training_proof, request_training_proof, training_proof_finished

__all__ = [
    "add_session",
    "build_training_proof",
    "create_contact",
    "create_course",
    "create_tool",
    "end_tool",
    "remove_contact",
    "request_training_proof",
    "training_proof_finished",
    "update_contact",
    "update_course",
    "update_session",
    "update_tool",
]
