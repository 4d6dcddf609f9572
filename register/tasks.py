"""What the clock does for the register."""

from __future__ import annotations

from celery import shared_task

from register import services


@shared_task(name="register.remind_departments", ignore_result=True)
def remind_departments() -> None:
    services.remind_all_departments()


@shared_task(name="register.remind_of_deficiencies", ignore_result=True)
def remind_of_deficiencies() -> None:
    services.remind_of_deficiencies()
