"""Loading a rule set file: checked, tried out on everything that is assessed, then taken into use."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Membership, User
from accounts.rules import roles
from accounts.services import notify
from compliance.models import LoadedRuleset, RulesetUse
from compliance.rules import law_effect
from compliance.rules.law import comparison, dpia_lists, rulesets, shelf
from compliance.rules.law.rulesets import BadRuleset
from compliance.selectors_law import latest_everywhere, past_of
from compliance.selectors_rulesets import before, catch_up, parsed
from core import audit, canonical, jobs
from core.errors import Conflict, NotAllowed
from core.models import Job, StoredDocument

OPERATOR = "platform.manage"
TRIAL = "ruleset-trial"
LARGEST = 512 * 1024
_EVERY = 2000


@transaction.atomic
def load_ruleset(content: bytes, *, by: User, filename: str) -> LoadedRuleset:
    """Keep a file that can be used, and try it out. Raises ValidationError with the place; then nothing has changed."""
    _require(by)
    catch_up()
    name = filename[-100:] or "regelwerk.yaml"
    if len(content) > LARGEST:
        raise ValidationError(f"{name}: Die Datei ist größer als {LARGEST // 1024} KB.")
    try:
        found = rulesets.read(content, name=name)
        shelf.refuse_unfit(found)
    except BadRuleset as error:
        text = str(error)
        raise ValidationError(text if text.startswith(name) else f"{name}: {text}") from error
    if LoadedRuleset.objects.filter(sha256=found.sha256).exists():
        raise ValidationError(f"{name}: Genau diese Datei ist schon geladen.")
    row = LoadedRuleset.objects.create(
        law=found.id,
        version=int(found.version),
        title=found.data["title"][:300],
        legal_state=found.data["legal_state"][:500],
        checked_on=date.fromisoformat(found.data["checked_on"]),
        valid_from=date.fromisoformat(found.valid_from),
        filename=name,
        content=content.decode(),
        sha256=found.sha256,
        loaded_by=by,
        loaded_at=timezone.now(),
    )
    audit.record("compliance.ruleset.loaded", row, by=by, data={**found.reference(), "filename": name})
    _enqueue_trial(row, by=by)
    others = [one.user for one in _others(by).select_related("user")]
    notify(others, f"Neues Regelwerk geladen, bitte prüfen: {row}.", url=row.get_absolute_url())
    return row


def _require(by: User) -> None:
    if not permissions.has(by, OPERATOR):
        raise NotAllowed()


def _enqueue_trial(row: LoadedRuleset, *, by: User) -> Job:
    """The one that is on its way, else a new one."""
    earlier = Job.objects.filter(kind=TRIAL, data__ruleset=str(row.uuid))
    number = earlier.filter(state__in=[Job.State.DONE]).count() + 1
    return jobs.enqueue(TRIAL, f"{row.uuid}:{number}", by=by, data={"ruleset": str(row.uuid)})


def trial_job(row: LoadedRuleset) -> Job | None:
    """The newest trial of this file."""
    rows = Job.objects.filter(kind=TRIAL, data__ruleset=str(row.uuid))
    return rows.select_related("result").order_by("-created_at").first()


@transaction.atomic
def try_again(row: LoadedRuleset, *, by: User) -> Job:
    """Count anew: assessments have come since, or the day is another one."""
    _require(by)
    job = _enqueue_trial(row, by=by)
    audit.record("compliance.ruleset.tried", row, by=by)
    return job


def build_trial(job: Job) -> StoredDocument:
    """What would change in each municipality, in numbers. No name of a system leaves it."""
    catch_up()
    candidate = parsed(LoadedRuleset.objects.get(uuid=job.data["ruleset"]))
    day = max(timezone.localdate().isoformat(), candidate.valid_from)
    rows = latest_everywhere()
    total = rows.count()
    towns: dict[str, Counter[str]] = defaultdict(Counter)
    for done, row in enumerate(rows.iterator(chunk_size=_EVERY), 1):
        program = shelf.trial(candidate, list_checked=dpia_lists.is_checked(row["ars"][:2]))
        effect = law_effect.effect_of(program, row["facts_"], past_of(row), on=day)
        towns[row["town"]].update(["all", *effect.kinds, *(["broken"] if effect.broken else [])])
        if done % _EVERY == 0:
            jobs.progress(job, stage="Bewertungen werden durchgerechnet", percent=min(99, 100 * done // total))
    found = {"day": day, "towns": {name: towns[name] for name in sorted(towns)}}
    return jobs.store(
        f"{TRIAL}:{job.key}", canonical.dump_bytes(found), filename="probe.json", media_type="application/json"
    )


@transaction.atomic
def take_into_use(row: LoadedRuleset, *, by: User) -> RulesetUse:
    """From the day of the file on, every municipality is assessed by it. Where there is a second operator, one of them is not enough."""
    _require(by)
    # Two people at once, perhaps with two files of the same version: one after the other.
    list(LoadedRuleset.objects.select_for_update().filter(law=row.law).order_by("pk").values_list("pk"))
    catch_up()
    if reason := not_usable(row, by=by):
        raise Conflict(reason)
    candidate = parsed(row)
    try:
        shelf.refuse_unfit(candidate)
    except BadRuleset as error:
        raise Conflict(str(error)) from error
    use = RulesetUse.objects.create(ruleset=row, law=row.law, version=row.version, by=by, at=timezone.now())
    audit.record("compliance.ruleset.used", row, by=by, data=candidate.reference())
    if row.loaded_by != by:
        notify([row.loaded_by], f"{row} ist in Gebrauch.", url=row.get_absolute_url())
    return use


def not_usable(row: LoadedRuleset, *, by: User) -> str | None:
    """The sentence why this person cannot take this file into use now."""
    if RulesetUse.objects.filter(ruleset=row).exists():
        return "Dieses Regelwerk ist schon in Gebrauch."
    if row.loaded_by_id == by.pk and not is_alone(by):
        return "Sie haben die Datei geladen. In Gebrauch nimmt sie eine andere Person des Plattformbetriebs."
    if same := same_as(row):
        return f"Kein Unterschied zu Version {same}: Fragen, Regeln, Pflichten und Termine sind dieselben."
    found = trial_result(row)
    if found is None:
        return "Die Probe läuft noch. Warten Sie, bis zu sehen ist, was sich ändert."
    if sum(town.get("broken", 0) for town in found["towns"].values()):
        return "Für einige Systeme ergibt das Regelwerk keine Klasse. Verbessern Sie die Datei und laden Sie sie neu."
    return None


def same_as(row: LoadedRuleset) -> str:
    """The version that this file repeats, whatever its head says; empty when it says something new."""
    try:
        candidate = parsed(row)
    except BadRuleset:
        return ""
    earlier = before(candidate)
    return "" if comparison.differences(earlier, candidate, head=False) else earlier.version


def is_alone(by: User) -> bool:
    """The only person of the platform: they load and take into use, because nobody else could."""
    return not _others(by).exists()


def _others(by: User) -> Any:
    """Other people of the platform, who could look at it too."""
    rows = Membership.objects.active().filter(role=roles.PLATTFORM, user__is_active=True)
    return rows.exclude(user=by)


def trial_result(row: LoadedRuleset) -> dict[str, Any] | None:
    job = trial_job(row)
    if job is None or job.result is None:
        return None
    with job.result.file.open("rb") as file:
        found: dict[str, Any] = json.loads(file.read())
    return found
