"""How Celery talks to Redis or Valkey, and the clock's table. Read on Celery's first use.

The Job rows in PostgreSQL are the truth, Celery only rings the bell: there is no result backend, and
a message that comes twice does no harm.
"""

from celery.schedules import crontab
from django.conf import settings

broker_url = settings.REDIS_URL
broker_connection_retry_on_startup = True
broker_connection_timeout = 2
broker_transport_options = {
    # Kombu's own values (an hour, swept every 100 s) would leave a killed worker's message lying.
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A page that enqueues must not wait for a broker that is gone; the sweeper rings again.
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "max_retries": 0,
}

task_serializer = "json"
accept_content = ["json"]
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
# Below the visibility timeout, or a long task would be handed out a second time while it runs.
task_time_limit = 840
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False

timezone = settings.TIME_ZONE
beat_schedule_filename = str(settings.VAR_DIR / "beat-schedule")
beat_schedule = {
    # Nobody needs yesterday's bell: a message expires before the next one comes.
    "sweep": {"task": "core.sweep", "schedule": 30, "options": {"expires": 25}},
    "checkpoint": {"task": "core.checkpoint", "schedule": crontab(hour=2, minute=30)},
    "vvt-days": {"task": "compliance.keep_days", "schedule": crontab(hour=23, minute=40)},
    "coverage": {"task": "register.remind_departments", "schedule": crontab(hour=7, minute=20)},
    "deficiencies": {"task": "register.remind_of_deficiencies", "schedule": crontab(hour=6, minute=0)},
    "decommissions": {"task": "register.remind_of_decommissions", "schedule": crontab(hour=6, minute=20)},
    "reviews": {"task": "register.remind_of_reviews", "schedule": crontab(hour=6, minute=40)},
    "duties": {"task": "compliance.remind_of_duties", "schedule": crontab(hour=6, minute=50)},
    "evidence": {"task": "register.sweep_evidence", "schedule": crontab(hour=3, minute=10)},
    "contracts": {"task": "register.remind_contracts", "schedule": crontab(hour=7, minute=40)},
    "evidence-ends": {"task": "register.remind_of_evidence", "schedule": crontab(hour=7, minute=50)},
    "funding": {"task": "usecases.remind_of_funding", "schedule": crontab(hour=7, minute=30)},
    "personal-records": {"task": "usecases.delete_old_records", "schedule": crontab(hour=3, minute=20)},
    "inquiries": {
        "task": "inquiries.keep_clocks",
        "schedule": crontab(minute=35),
        "options": {"expires": 3000},
    },
    "missing-evidence": {"task": "usecases.settle_evidence", "schedule": crontab(minute=25)},
    "public-files": {"task": "public.forget_old_files", "schedule": crontab(minute=35)},
    "input": {"task": "register.forget_old_input", "schedule": crontab(hour=3, minute=10)},
    "reassessments": {
        "task": "compliance.remind_of_reassessments",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 500},
    },
    "incidents": {
        "task": "compliance.remind_of_incidents",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 280},
    },
    "imports": {
        "task": "exchange.discard_expired_imports",
        "schedule": crontab(minute=15),
        "options": {"expires": 600},
    },
}
