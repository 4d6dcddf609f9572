"""The files of evidence behind the storage API: taken in, opened as they were handed in, and cleaned up."""

from __future__ import annotations

import logging
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils import timezone

from core.errors import Refusal
from register.models import Evidence
from register.models.evidence import evidence_storage
from register.rules import file_types

logger = logging.getLogger(__name__)
# A file is written before its row is committed. No key is ever used twice, so after a day nothing can still claim it.
STRAY_AFTER = timedelta(days=1)
AT_ONCE = 500


class FileMissing(Refusal):
    """Storage does not have the file that a row names."""

    status = 404


class FileChanged(Refusal):
    """Storage has other bytes than those that were handed in."""

    status = 409


def megabytes() -> int:
    return settings.EVIDENCE_MAX_BYTES // (1024 * 1024)  # type: ignore[no-any-return]


def take_in(row: Evidence, upload: File[Any]) -> None:
    """Check the file and give it to the row, which writes it when it is saved."""
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            {
                "file": f"Die Datei ist größer als {megabytes()} MB. Verkleinern Sie sie, oder nennen Sie das Aktenzeichen."
            }
        )
    name = upload.name or ""
    try:
        kind = file_types.check(upload.file, name)
    except file_types.BadFile as error:
        raise ValidationError({"file": error.message}) from error
    row.filename, row.media_type, row.size = file_types.clean_name(name, kind), kind.media_type, upload.size
    row.sha256 = _digest(upload)
    row.file = File(upload.file, name=row.filename)


def opened(row: Evidence) -> File[Any]:
    """The file, once its bytes are known to be those that were handed in."""
    try:
        file = evidence_storage().open(row.file.name)
        found = _digest(file)
    except OSError as error:
        logger.error("evidence %s: the file %s cannot be opened", row.uuid, row.file.name)
        raise FileMissing(
            "Die Datei ist am Ablageort nicht zu finden. Bitte wenden Sie sich an den Betrieb."
        ) from error
    if found != row.sha256:
        file.close()
        logger.error("evidence %s: the file %s is not what was handed in", row.uuid, row.file.name)
        raise FileChanged(
            "Die Datei am Ablageort ist nicht mehr die, die hochgeladen wurde. Deshalb geben wir sie nicht heraus. "
            "Bitte wenden Sie sich an den Betrieb."
        )
    return file


def _digest(file: File[Any]) -> str:
    digest = sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def remove(name: str) -> None:
    """After the commit that took the row. What fails here is swept up later."""
    try:
        evidence_storage().delete(name)
    except Exception:
        logger.exception("evidence file %s could not be deleted", name)


def sweep() -> int:
    """Delete the files that no row names and that are too old to be waiting for one."""
    storage, before = evidence_storage(), timezone.now() - STRAY_AFTER
    try:
        names = storage.listdir("")[1]
    except FileNotFoundError:
        return 0
    swept = 0
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        known = set(Evidence.objects.filter(file__in=some).values_list("file", flat=True))
        for name in some:
            if name not in known and storage.get_modified_time(name) < before:
                storage.delete(name)
                swept += 1
    return swept
