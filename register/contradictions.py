"""The facts that the table of contradictions asks for, read from an entry (`register/rules/contradictions.yaml`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from register.models import Entry, SystemDataset, SystemRecipient, SystemStorage
from register.rules import vocabulary
from register.rules.contradictions import Contradiction, contradictions
from register.rules.vocabulary import IN_USE

# Status of a system that people already use.
PERSONAL = ("personal", "pseudonymous")
DECIDES_ALONE = ("with_authority", "without_authority")
HIGH_RISK = ("HR_I", "HR_III")
# WP 248: so many signs call for an assessment as a rule.
MANY_SIGNS = 2


@dataclass
class Links:
    """What a system is linked with."""

    datasets: list[SystemDataset] = field(default_factory=list)
    storage: list[Any] = field(default_factory=list)
    recipients: list[Any] = field(default_factory=list)


def links_of(entries: Iterable[Entry]) -> dict[int, Links]:
    """For any number of systems in three queries."""
    found = {entry.pk: Links() for entry in entries}
    for dataset in SystemDataset.objects.filter(system__in=found).select_related("dataset__entry"):
        found[dataset.system_id].datasets.append(dataset)
    for storage in SystemStorage.objects.filter(system__in=found).select_related("storage"):
        found[storage.system_id].storage.append(storage.storage)
    for recipient in SystemRecipient.objects.filter(system__in=found).select_related("recipient"):
        found[recipient.system_id].recipients.append(recipient.recipient)
    return found


def contradictions_in(entry: Entry, links: Links | None = None) -> list[Contradiction]:
    """What contradicts itself in a system as it is stored now. `links`, where several are looked at at once."""
    if entry.kind != Entry.Kind.SYSTEM:
        return []
    return contradictions(facts_of(entry, links or links_of([entry])[entry.pk]))


def facts_of(entry: Entry, links: Links) -> dict[str, Any]:
    system, privacy = entry.system, entry.system.privacy
    facts: dict[str, Any] = {
        "personal": {"none": "no"}.get(privacy.personal_data_level, "yes" if _is_personal(privacy) else ""),
        "gdpr_basis": privacy.gdpr_basis,
        "national_norm": privacy.national_norm.strip(),
        "public_task": privacy.public_task,
        "has_special": privacy.has_special_categories,
        "special": privacy.special_categories,
        "special_basis": privacy.special_categories_basis,
        "kinds": privacy.special_data_kinds,
        "criminal_data_authority": privacy.criminal_data_authority,
        "ji_regime": privacy.ji_regime,
        "ji_norm": privacy.ji_norm.strip(),
        "automated_decision": privacy.automated_decision,
        "automated_decision_basis": privacy.automated_decision_basis,
        "automated_decision_norm": privacy.automated_decision_norm.strip(),
        "automated_decision_discretion": privacy.automated_decision_discretion,
        "decision_effect": system.decision_effect,
        "dpia_state": privacy.dpia_state,
        "training_lawful_basis": privacy.training_lawful_basis.strip(),
        "in_use": "yes" if entry.status in IN_USE else "no",
    }
    return facts | _of_datasets(entry, links) | _of_transfers(links) | _of_assessment(entry)


def _is_personal(privacy: Any) -> bool:
    return privacy.personal_data_level in PERSONAL


def _of_datasets(entry: Entry, links: Links) -> dict[str, Any]:
    personal = [link for link in links.datasets if _is_personal(link.dataset)]
    trained = any(link.role == "training" for link in personal)
    inputs = entry.system.privacy.training_on_inputs == "yes" and _is_personal(entry.system.privacy)
    return {
        "personal_datasets": _names(link.dataset.entry.name for link in personal),
        "special_datasets": _names(
            link.dataset.entry.name for link in links.datasets if link.dataset.special_categories
        ),
        "training": "yes" if trained or inputs else "no",
    }


def _of_transfers(links: Links) -> dict[str, Any]:
    """Where data go: to storage locations and recipients outside of EU and EEA, each with its basis."""
    abroad = [place for place in (*links.storage, *links.recipients) if place.is_third_country]
    no_decision = [
        place
        for place in abroad
        if place.third_country_basis == "adequacy" and place.country not in vocabulary.ADEQUATE
    ]
    return {
        "transfer_bases": _names(place.third_country_basis for place in abroad),
        "transfers_missing": _names(place.name for place in abroad if place.third_country_basis == "missing"),
        "transfers_without_decision": _names(f"{place.name} ({place.get_country_display()})" for place in no_decision),
        "transfers_usa": _names(place.third_country_basis for place in abroad if place.country == "US"),
        "processors_training": _names(
            row.name for row in links.recipients if row.kind == "processor" and row.training_excluded == "no"
        ),
        "processors_without_contract": _names(
            row.name for row in links.recipients if row.kind == "processor" and row.contract_date is None
        ),
    }


def _of_assessment(entry: Entry) -> dict[str, Any]:
    """What speaks for an assessment: Art. 35 (3) DSGVO and high risk surely, the signs of WP 248 together."""
    system, privacy = entry.system, entry.system.privacy
    kinds, groups = set(privacy.special_data_kinds), set(system.affected_groups)
    alone = privacy.automated_decision in DECIDES_ALONE
    needed = {
        "Entscheidung ohne Menschen (Art. 35 Abs. 3 Buchst. a DSGVO)": alone,
        "Einstufung als Hochrisiko nach der KI-VO": system.ai_act_class in HIGH_RISK,
    }
    signs = {
        "Bewerten oder Einstufen": system.decision_effect in ("assesses", "prioritises", "recommends", "decides"),
        "vertrauliche Daten": bool(privacy.special_categories or kinds & {"social", "tax_secret", "criminal"}),
        "schutzbedürftige Betroffene": bool(
            kinds & {"children", "employees"} or groups & {"children", "employees", "benefit_recipients"}
        ),
        "neue Technik": system.algorithm_type in ("learning", "generative", "hybrid"),
        "Überwachung öffentlicher Räume": bool(kinds & {"licence_plates", "location"}),
    }
    found = [sign for sign, there in signs.items() if there]
    return {
        "dpia_needed_by": [reason for reason, there in needed.items() if there],
        "dpia_signs": found,
        "dpia_many_signs": "yes" if len(found) >= MANY_SIGNS else "no",
    }


def _names(values: Any) -> list[str]:
    return sorted(set(values))
