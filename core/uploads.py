"""Uploads end where no form could take more: the rest is read and dropped, so that no body fills the disk."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class Bounded(FileUploadHandler):
    """First in the row. What arrives is one byte longer than allowed, so that the form can say it is too big."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data[: max(0, settings.UPLOAD_MAX_BYTES + 1 - start)] or None

    def file_complete(self, file_size: int) -> None:
        return None
