"""How a call of a service is prepared: what every room uses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils import timezone

from compliance import services as compliance
from core.models import StoredDocument
from register.models import Entry
from tests.suite.scene import Scene

# The act is made ready first, so that only what it does itself is counted.
Prepare = Callable[[Scene], Callable[[], Any]]


TODAY = timezone.localdate


def on(service: Callable[..., Any], thing: str, role: str = "cdo", **values: Any) -> Prepare:
    """The service on a thing of the scene, by somebody of the town."""
    return lambda s: partial(service, s.things[thing], by=s.town[role], **values)


def in_town(service: Callable[..., Any], role: str = "cdo", **values: Any) -> Prepare:
    return lambda s: partial(service, s.town.municipality, by=s.town[role], **values)


def made(make: Callable[[Any, str], Entry], service: Callable[..., Any], role: str, **values: Any) -> Prepare:
    """The service on an entry that is made for it."""
    return lambda s: partial(service, make(s.town, "Eigens"), by=s.town[role], **values)


def file_made(thing: str, finished: Callable[[Any], None]) -> Prepare:
    """The worker has made the file that a thing of the scene asked for."""

    def prepare(s: Scene) -> Callable[[], Any]:
        return _with_file(s.things[thing], finished)

    return prepare


def _with_file(job: Any, finished: Callable[[Any], None]) -> Callable[[], Any]:
    job.result = StoredDocument.objects.create(
        key="dpo", sha256="0" * 64, media_type="application/pdf", filename="b.pdf", size=1, file="b"
    )
    job.save()
    return partial(finished, job)


def operator(s: Scene) -> Any:
    return s.people["plattform"]


def finished(s: Scene) -> Callable[[], Any]:
    job = s.things["job"]
    job.result = StoredDocument.objects.create(
        key="probe", sha256="0" * 64, media_type="application/pdf", filename="vvt.pdf", size=1, file="probe.pdf"
    )
    job.save()
    return partial(compliance.vvt_finished, job)
