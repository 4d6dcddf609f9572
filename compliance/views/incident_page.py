"""The page of an incident: the clocks, what is to be done next, what was decided, and the chronicle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from accounts import permissions
from accounts.models import User
from compliance.models import Incident
from compliance.rules import incidents as rules
from compliance.selectors_incidents import StepState, clocks_of, law_of, open_points, steps_of, who_may_suspend
from compliance.services.incident_documents import KIND, scope_of
from compliance.services.incidents import may_decide
from core import paging
from core.models import Job
from core.text import format_moment

EVENTS = 15
NOT_SUSPENDABLE = ("suspended", "retired", "rejected")


def page_of(incident: Incident, user: User, params: Mapping[str, Any]) -> dict[str, Any]:
    """Everything for who works on it; report and clock for who reported it."""
    works = Incident.objects.filter(pk=incident.pk).workable_by(user).exists()
    clocks = clocks_of(incident)
    context = {
        "incident": incident,
        "clocks": clocks if incident.is_open else [one for one in clocks if not one.is_running],
        "period": rules.book().period,
        "facts": _facts(incident),
        "works": works,
        "stand": rules.book().stand,
    }
    if not works:
        return context
    decides, steps = may_decide(incident, user), steps_of(incident)
    events = paging.page(incident.events.select_related("by"), params, order=("-pk",), size=EVENTS)
    return {
        **context,
        "decides": decides,
        "groups": _groups(incident, steps, decides=decides),
        "assessment": _assessment(incident),
        "measures": list(incident.measures.select_related("person", "done_by")),
        "notices": _notices(incident, steps),
        "sent": list(incident.sent.select_related("by")),
        "documents": _documents(incident),
        "lesson": incident.lessons.exclude(state="returned").first(),
        "suspend_url": _suspend_url(incident, user),
        **_law(incident),
        "events": events.items,
        "next_url": events.next_url,
        "previous_url": events.previous_url,
    }


def _law(incident: Incident) -> dict[str, str]:
    """What is still open about Art. 26 (5) and 73 KI-VO, and where to clear it."""
    law = law_of(incident)
    if not incident.is_open or incident.kind not in (rules.AI, rules.BOTH) or law.high_risk != "open":
        return {}
    entry = incident.entry
    if entry is None:
        return {"law": "Welches KI-System es war, ist noch offen; bis dahin gelten die Pflichten hier vorsichtshalber."}
    return {"law": law.why, "law_url": reverse("compliance:assessments", args=[entry.uuid])}


def _facts(incident: Incident) -> list[dict[str, Any]]:
    entry = incident.entry
    return [
        {"label": "Was ist es?", "value": rules.capital(incident.get_kind_display())},
        {"label": "Bemerkt am", "value": format_moment(incident.aware_at)},
        {"label": "Was ist passiert?", "value": incident.happened},
        {
            "label": "KI-System",
            "value": entry.name if entry else "keines oder noch unklar",
            "url": entry.get_absolute_url() if entry else "",
        },
        {"label": "Dauert es noch an?", "value": incident.get_ongoing_display()},
        {"label": "Betroffene Personen", "value": incident.get_affected_display()},
        {"label": "Gemeldet", "value": f"{incident.reported_by}, {format_moment(incident.reported_at)}"},
        {"label": "Verantwortlich", "value": str(incident.assigned or "noch niemand")},
    ]


def _assessment(incident: Incident) -> list[dict[str, Any]]:
    """Only what was answered."""
    shown = (
        "risk", "risk_reason", "notify", "notify_reason", "inform", "inform_reason", "role", "severity", "reachable",
        "cause", "change",
    )  # fmt: skip
    rows = []
    for name in shown:
        if value := getattr(incident, name):
            field = incident._meta.get_field(name)
            said = dict(field.choices).get(value, value) if field.choices else value
            rows.append({"label": str(field.verbose_name), "value": said})
    if rows and incident.assessed_at:
        rows.append({"label": "Bewertet", "value": f"{incident.assessed_by}, {format_moment(incident.assessed_at)}"})
    return rows


def _groups(incident: Incident, steps: list[StepState], *, decides: bool) -> list[dict[str, Any]]:
    """The way of the incident as a list of tasks."""
    if not incident.is_open:
        return []
    assessed = incident.assessed_at is not None and incident.kind != rules.UNSURE
    assess = {
        "label": "Bewerten" if incident.kind != rules.UNSURE else "Entscheiden, was für ein Vorfall es ist",
        "url": _url("incident-assess", incident) if decides else "",
        "done": assessed,
        "status": "Bewertet" if assessed else "Offen",
        "tone": "warning",
        "hint": "" if decides else "Das machen Datenschutz, Leitung oder die verantwortliche Person.",
    }
    groups = [
        {"title": "Bewertung", "tasks": [assess]},
        {"title": "Schritte in dieser Reihenfolge", "tasks": [_step(incident, one) for one in steps]},
    ]
    if decides:
        ready = not open_points(incident)
        done = {
            "label": "Abschließen",
            "url": _url("incident-close", incident),
            "blocked": not ready,
            "status": "Bereit" if ready else "Noch nicht möglich",
            "tone": "info",
        }
        groups.append({"title": "Abschluss", "tasks": [done]})
    return [group for group in groups if group["tasks"]]


def _step(incident: Incident, one: StepState) -> dict[str, Any]:
    step = one.step
    url = _url("incident-notice", incident, step.notice) if step.notice else _url("incident-step", incident, step.key)
    said = f"{step.promptly}, {step.article}"
    if one.row is not None:
        status = f"{one.row.get_answer_display()}, {format_moment(one.row.at)}"
        said = one.row.note or said
    else:
        status = "Gesendet" if one.sent else f"Zuerst: {one.first.label}" if one.first else "Offen"
    tone = "warning"
    if one.voluntary and not one.is_answered:
        said, status, tone = one.voluntary, "Freiwillig", "neutral"
    failed = one.row is not None and one.row.answer == rules.FAILED
    return {
        "label": step.label,
        "url": url if one.first is None else "",
        "done": one.is_answered and not failed,
        "blocked": one.first is not None,
        "status": status,
        "tone": tone,
        "hint": said,
    }


def _notices(incident: Incident, steps: list[StepState]) -> list[dict[str, Any]]:
    present = {one.step.notice for one in steps if one.step.notice}
    return [
        {"about": about, "url": _url("incident-notice", incident, key)}
        for key, about in rules.book().notices.items()
        if key in present
    ]


def _documents(incident: Incident) -> list[dict[str, Any]]:
    jobs = Job.objects.filter(kind=KIND, scope=scope_of(incident), result__isnull=False).select_related("result")
    files = []
    for job in jobs.order_by("-created_at")[:10]:
        for kind in ("pdf", "json"):
            files.append(
                {
                    "label": f"{job.data['content']['title']}{' (Entwurf)' if job.data['content']['is_draft'] else ''}",
                    "url": reverse("compliance:incident-document", args=[incident.uuid, job.pk, kind]),
                    "format": kind.upper(),
                    "at": job.created_at,
                    "note": f"Prüfsumme des Inhalts: {job.data['sha256'][:16]}…",
                }
            )
    return files


def _suspend_url(incident: Incident, user: User) -> str:
    entry = incident.entry
    if entry is None or not incident.is_open or entry.status in NOT_SUSPENDABLE:
        return ""
    return _url("incident-suspend", incident) if permissions.on(user, "entry.suspend", entry) else ""


def step_help(incident: Incident, key: str, user: User) -> str:
    """Who can suspend, for somebody who cannot."""
    if key != "suspend" or incident.entry is None:
        return ""
    if incident.entry.status in NOT_SUSPENDABLE:
        return f"Das System steht im Register schon als „{incident.entry.get_status_display()}“."
    if permissions.on(user, "entry.suspend", incident.entry):
        return ""
    return f"Im Register aussetzen können: {who_may_suspend(incident)}."


def _url(name: str, incident: Incident, *more: Any) -> str:
    return reverse(f"compliance:{name}", args=[incident.uuid, *more])
