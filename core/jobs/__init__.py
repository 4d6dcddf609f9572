"""Work in the background that survives killed workers, a lost broker and messages delivered twice.

    jobs.enqueue("vvt-pdf", key, by=user, data={...})      # in a service, in its transaction

    @jobs.handler("vvt-pdf")                               # in a room's tasks.py
    def build(job):
        jobs.progress(job, stage="Inhalt wird gesetzt", percent=40)
        return jobs.store(key, pdf, filename="vvt.pdf", media_type="application/pdf", scope=job.scope)

A handler that is one long transaction holds its lease with `with jobs.Pulse(job) as pulse: ... pulse.say(40)`.

The handler may run twice; only the run that still holds the lease stores its result.
"""

from core.jobs.documents import store
from core.jobs.queue import enqueue, sweep
from core.jobs.work import Pulse, handler, progress, run

__all__ = ["Pulse", "enqueue", "handler", "progress", "run", "store", "sweep"]
