"""Work in the background, registered by kind."""

from __future__ import annotations

from celery import shared_task
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from core import jobs
from core.models import Job
from inquiries import services
from inquiries.models import Inquiry
from inquiries.services.answering import MAIL


@jobs.handler(MAIL)
def mail_answer(job: Job) -> None:
    """The answer alone, once. What the person wrote is not sent: the address may not be theirs."""
    with transaction.atomic():
        rows = Inquiry.objects.select_for_update(of=("self",)).select_related("municipality", "entry__public")
        row = rows.filter(uuid=job.key, state=Inquiry.State.ANSWERED, mailed_at__isnull=True).exclude(email="").first()
        if row is None:
            return
        # The name that citizens know, never that of a draft.
        public = getattr(row.entry, "public", None)
        about = public.name if public else ""
        text = render_to_string("inquiries/mail/answer.txt", {"inquiry": row, "about": about})
        send_mail(f"Antwort auf Ihre Anfrage {row.reference}", text.strip() + "\n", None, [row.email])
        row.mailed_at = timezone.now()
        row.save(update_fields=["mailed_at"])


@shared_task(name="inquiries.keep_clocks", ignore_result=True)
def keep_clocks() -> None:
    services.remind_of_inquiries()
    services.forget_inquiries()
