"""Entries of the register that belong to a use case, and systems in use that are taken over as Bestand."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.errors import Conflict, NotAllowed
from register import services as register
from register.models import Entry
from register.rules.vocabulary import USED
from register.services.access import allowed, validated
from usecases.models import Adoption, MissingEvidence, UseCase, UseCaseEntry, UseCaseEvent
from usecases.rules.blueprints import entry_values
from usecases.rules.vocabulary import OPERATIONAL, SUSPENDED
from usecases.selectors_gates import checklist, facts_of, gate_behind, owed
from usecases.services import access
from usecases.services.use_cases import touch

TO_BRING_IN = timedelta(days=90)
# Nobody puts off for longer what is owed.
LATEST = timedelta(days=365)
LED = "Für „{entry}“ ist schon ein anderes Vorhaben führend."


@transaction.atomic
def link_entry(use_case: UseCase, *, by: User, entry: Entry, leads: bool = True) -> UseCaseEntry:
    """An entry that is there already. As long as no other use case leads it, this one may."""
    use_case = access.locked_for_edit(use_case, by=by)
    entry = _entry_of(use_case, entry, by=by, leads=leads)
    if use_case.links.filter(entry=entry).exists():
        raise ValidationError({"entry": "Dieser Eintrag ist schon verknüpft."})
    if leads and UseCaseEntry.objects.filter(entry=entry, leads=True).exists():
        raise ValidationError({"leads": LED.format(entry=entry.name)})
    link = UseCaseEntry.objects.create(use_case=use_case, entry=entry, leads=leads)
    audit.record("usecases.use_case.linked", use_case, by=by, data={"entry": str(entry.uuid), "leads": leads})
    return link


def _entry_of(use_case: UseCase, entry: Entry, *, by: User, leads: bool) -> Entry:
    entry = Entry.objects.select_for_update(of=("self",)).select_related("municipality", "department").get(pk=entry.pk)
    if entry.municipality_id != use_case.municipality_id or not allowed(by, "entry.view", entry):
        raise NotAllowed()
    if leads and not allowed(by, "entry.edit", entry):
        raise ValidationError({"leads": "Führend kann ein Vorhaben nur bei Einträgen sein, die Sie bearbeiten dürfen."})
    return entry


@transaction.atomic
def create_entry(use_case: UseCase, *, by: User) -> Entry:
    """A draft of an AI system with what the use case and its blueprint say already; this use case leads it."""
    use_case = access.locked_for_edit(use_case, by=by)
    if use_case.is_over or use_case.stage == SUSPENDED:
        raise Conflict("Das Vorhaben läuft nicht. Nehmen Sie es zuerst wieder auf.")
    adoption = Adoption.objects.filter(use_case=use_case).first()
    entry = register.create_system(
        use_case.municipality,
        by=by,
        name=use_case.title[:100],
        department=use_case.department,
        values={
            **(entry_values(adoption.document) if adoption else {}),
            "status": use_case.stage,
            "category": [use_case.field],
            "goal": use_case.problem,
            "benefit": use_case.benefit,
        },
        origin={"use_case": str(use_case.uuid)},
    )
    UseCaseEntry.objects.create(use_case=use_case, entry=entry, leads=True)
    audit.record("usecases.use_case.linked", use_case, by=by, data={"entry": str(entry.uuid), "leads": True})
    return entry


@transaction.atomic
def unlink_entry(link: UseCaseEntry, *, by: User) -> UseCase:
    """Only as long as nobody works with it: afterwards the entry belongs to what was decided."""
    use_case = access.locked_for_edit(link.use_case, by=by)
    entry = _entry_of(use_case, link.entry, by=by, leads=False)
    if link.leads and use_case.stage in USED:
        raise Conflict("Über den Einsatz dieses Systems wurde hier entschieden. Die Verknüpfung bleibt bestehen.")
    UseCaseEntry.objects.filter(pk=link.pk).delete()
    audit.record("usecases.use_case.unlinked", use_case, by=by, data={"entry": str(entry.uuid)})
    return use_case


@transaction.atomic
def take_over(entry: Entry, *, by: User) -> UseCase:
    """A system in use becomes a use case at its real stage. What is missing becomes dated work; nothing is undone."""
    entry = Entry.objects.select_for_update(of=("self",)).select_related("municipality", "department").get(pk=entry.pk)
    access.require_in(by, "usecase.edit", entry.municipality, entry.department)
    if not allowed(by, "entry.edit", entry):
        raise NotAllowed()
    if entry.kind != Entry.Kind.SYSTEM or entry.status not in USED:
        raise Conflict("Bestand ist nur, was schon im Einsatz ist. Legen Sie sonst ein neues Vorhaben an.")
    if UseCaseEntry.objects.filter(entry=entry, leads=True).exists():
        raise Conflict(LED.format(entry=entry.name))
    use_case = _of_stock(entry, by=by)
    UseCaseEntry.objects.create(use_case=use_case, entry=entry, leads=True)
    at = use_case.stage_since
    UseCaseEvent.objects.create(
        use_case=use_case, number=1, step="stock", source="", target=use_case.stage, by=by, at=at,
        reason="War schon im Einsatz, als es aufgenommen wurde.",
    )  # fmt: skip
    lacking = [row for row in checklist(facts_of(use_case), gate_behind(use_case)) if not row.met]
    due = timezone.localdate() + TO_BRING_IN
    MissingEvidence.objects.bulk_create(MissingEvidence(use_case=use_case, key=row.key, due=due) for row in lacking)
    data = {"entry": str(entry.uuid), "stage": use_case.stage, "missing": [row.key for row in lacking]}
    audit.record("usecases.use_case.taken_over", use_case, by=by, data=data)
    return use_case


def _of_stock(entry: Entry, *, by: User) -> UseCase:
    now, system = timezone.now(), entry.system
    use_case = UseCase(
        municipality=entry.municipality,
        title=entry.name,
        problem=system.goal,
        benefit=system.benefit,
        department=entry.department,
        responsible=entry.owner_person,
        field=system.category[0] if system.category else "internal_administration",
        stage=entry.status,
        stage_before=OPERATIONAL if entry.status == SUSPENDED else "",
        stage_since=now,
        steps=1,
        is_stock=True,
        created_by=by,
        created_at=now,
        changed_by=by,
        changed_at=now,
    )
    validated(use_case).save()
    return use_case


@transaction.atomic
def plan_evidence(row: MissingEvidence, *, by: User, due: date) -> MissingEvidence:
    """Another day until which it is brought in."""
    use_case = access.locked_for_edit(row.use_case, by=by)
    if due < timezone.localdate():
        raise ValidationError({"due": "Der Tag ist schon vorbei. Bitte wählen Sie einen späteren."})
    if due > timezone.localdate() + LATEST:
        raise ValidationError({"due": "Bitte wählen Sie einen Tag in den nächsten zwölf Monaten."})
    row.due = due
    row.save(update_fields=["due"])
    touch(use_case, by=by)
    use_case.save()
    audit.record("usecases.use_case.evidence_planned", use_case, by=by, data={"point": row.key, "due": due})
    return row


@transaction.atomic
def settle_evidence(use_case: UseCase) -> list[str]:
    """Tick off what the facts show by now. The clock asks every hour; nobody has to say it twice."""
    use_case = access.locked(use_case)
    open_rows = list(use_case.missing_evidence.select_for_update().filter(settled_at__isnull=True))
    if not open_rows:
        return []
    done = [one["owed"] for one in owed(use_case, facts_of(use_case), open_rows) if not one["open"]]
    MissingEvidence.objects.filter(pk__in=[row.pk for row in done]).update(settled_at=timezone.now())
    if done:
        audit.record(
            "usecases.use_case.evidence_settled", use_case, by=None, data={"points": [row.key for row in done]}
        )
    return [row.key for row in done]
