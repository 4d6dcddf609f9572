"""The program's settings for a worker that a test starts: on the test's database."""

import os

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
JOB_LEASE_SECONDS = float(os.environ["TEST_LEASE_SECONDS"])
JOB_RING_SECONDS = 0
STORAGES = {
    **STORAGES,
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": os.environ["TEST_MEDIA"]},
    },
}
