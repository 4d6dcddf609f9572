from core.models.audit import AuditActor, AuditCheckpoint, AuditRecord, AuditStream
from core.models.jobs import Job, JobRequest, StoredDocument

__all__ = [
    "AuditActor",
    "AuditCheckpoint",
    "AuditRecord",
    "AuditStream",
    "Job",
    "JobRequest",
    "StoredDocument",
]
