"""Art. 17 DSGVO: the name of a person leaves the audit trail, the chain stays sound."""

from typing import Any

from django.db import transaction

from core.audit.chain import record
from core.models import AuditActor, AuditStream

ERASED = "core.audit.person_erased"
_PER_RECORD = 5000


@transaction.atomic
def erase_person(user_id: Any, *, by: Any, reason: str) -> int:
    """Empty name, account and salt wherever this account acted; each stream notes which records."""
    erased = 0
    actors = AuditActor.objects.filter(user_id=str(user_id))
    for stream in AuditStream.objects.filter(records__actor__in=actors).distinct().order_by("key"):
        own = actors.filter(record__stream=stream)
        numbers = list(own.order_by("record__seq").values_list("record__seq", flat=True))
        for start in range(0, len(numbers), _PER_RECORD):
            part = numbers[start : start + _PER_RECORD]
            record(ERASED, by=by, data={"records": part, "reason": reason}, stream=stream.key)
        own.filter(record__seq__in=numbers).update(user_id=None, name=None, salt=None)
        erased += len(numbers)
    return erased
