"""Work in the background, registered by kind."""

from __future__ import annotations

from core import jobs
from core.models import Job, StoredDocument
from usecases import services
from usecases.services.training_proof import PAPER as TRAINING_PROOF


@jobs.handler(TRAINING_PROOF.kind, done=services.training_proof_finished)
def training_proof(job: Job) -> StoredDocument:
    return services.build_training_proof(job)
