"""The Celery application: `celery -A config worker`, `celery -A config beat`."""

import os

from celery import Celery, signals

from core import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("offenlage")
app.config_from_object("config.broker")
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def _use_services(**_: object) -> None:
    embedded.acquire()


@signals.beat_init.connect
def _keep_pulse(**_: object) -> None:
    """Every message the clock gets rid of renews a file; docker/health.py looks at its age."""
    pulse = embedded.var_dir() / "beat-pulse"
    signals.after_task_publish.connect(lambda **_sent: pulse.touch(), weak=False)
