"""Make a demo municipality: its months of history, told through the services in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import time_machine
import yaml
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Department, Municipality, User
from compliance import services as compliance
from compliance.models import ProcessingActivity
from config.demo.extras import go_wrong, print_documents, propose_end, prove, work_on_duty, write_document
from config.demo.portfolio import acts_of
from config.demo.questions import answer_question, consult, put_question
from config.demo.skills import teach
from core.errors import Conflict
from register import services as register
from register.models import Entry, Product, ProductCheck, Recipient, StorageLocation

FOLDER = Path(__file__).resolve().parent
# Days from one step of a review to the next.
REVIEW, DECISION, PUBLICATION = 6, 9, 10
STILL_NEW = 45
FOUNDED = 560


@dataclass
class Town:
    """What has been made so far, by the short names of the story file."""

    municipality: Municipality
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    storage: dict[str, StorageLocation] = field(default_factory=dict)
    recipients: dict[str, Recipient] = field(default_factory=dict)
    datasets: dict[str, Entry] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    activities: dict[str, ProcessingActivity] = field(default_factory=dict)
    usual_answers: dict[str, Any] = field(default_factory=dict)

    def person(self, role: str) -> User:
        """By user name, else the first person whose user name begins with the role."""
        return self.people.get(role) or next(user for name, user in self.people.items() if name.startswith(role))

    def now(self, name: str) -> Entry:
        return Entry.objects.select_related("municipality", "department").get(pk=self.entries[name].pk)


@dataclass(order=True)
class Event:
    """Something that happened `day` days ago; `order` keeps the sequence within a day."""

    day: float
    order: float
    act: Callable[[], Any] = field(compare=False)


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """The clock of this process stands `days` days back, at a working hour."""
    noon = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    with time_machine.travel(noon - timedelta(days=days), tick=True):
        yield


def tell(story: dict[str, Any], *, make_person: Callable[[str, dict[str, Any]], User]) -> Town:
    """Make the municipality of a story file with everything that happened in it."""
    with days_ago(FOUNDED):
        town = _found(story, make_person=make_person)
    events = [event for system in story["systems"] for event in _events(town, system)]
    events += [event for key in story["public_datasets"] for event in _dataset_events(town, key)]
    for about in story.get("use_cases", []):
        events += [Event(day, 10 + number, act) for number, (day, act) in enumerate(acts_of(town, about))]
    _happen(events)
    _report(town, story.get("coverage"))
    with days_ago(20):
        prove(town, story.get("evidence", []))
    for about in story.get("duties", []):
        with days_ago(about["day"]):
            work_on_duty(town, about)
    for about in story.get("decommissions", []):
        with days_ago(about["day"]):
            propose_end(town, about)
    for about in story.get("incidents", []):
        with days_ago(about["day"]):
            go_wrong(town, about)
    asked = story.get("inquiries", [])
    answers = [about for about in asked if "answer" in about]
    _happen(
        [Event(about["day"], 0, partial(put_question, town, about)) for about in asked]
        + [Event(about["answered"], 1, partial(answer_question, town, about)) for about in answers]
        + [Event(about["day"], 2, partial(consult, town, about)) for about in story.get("consultations", [])]
    )
    teach(town, story.get("skills"))
    print_documents(town)
    for person in town.people.values():
        # What was waiting long ago has long been seen.
        old = timezone.now() - timedelta(days=STILL_NEW)
        person.notifications.filter(created_at__lt=old).update(read_at=old)
    return town


def _happen(events: list[Event]) -> None:
    """The oldest first: the log and the chain tell the story in the order of time."""
    for event in sorted(events, key=lambda e: (-e.day, e.order)):
        with days_ago(event.day):
            event.act()


def tell_later(town: Town, story: dict[str, Any]) -> None:
    """What begins once the product sheets of every town have changed."""
    _happen([event for system in story.get("later", []) for event in _events(town, system)])


def _found(story: dict[str, Any], *, make_person: Callable[[str, dict[str, Any]], User]) -> Town:
    town = Town(accounts.create_municipality(by=None, **story["municipality"]))
    town.usual_answers = story.get("usual_answers", {})
    Municipality.objects.filter(pk=town.municipality.pk).update(is_demo=True)
    for branch in story["departments"]:
        parent = accounts.create_department(town.municipality, by=None, name=branch["name"])
        town.departments[branch["name"]] = parent
        for name in branch["children"]:
            town.departments[name] = accounts.create_department(town.municipality, by=None, name=name, parent=parent)
    for name, about in story["people"].items():
        town.people[name] = make_person(name, about)
        accounts.give_role(
            town.people[name],
            by=None,
            municipality=town.municipality,
            role=about.get("role", name),
            department=town.departments.get(about.get("department", "")),
        )
    _stock(town, story)
    return town


def _stock(town: Town, story: dict[str, Any]) -> None:
    cdo = town.person("cdo")
    for key, values in story["storage"].items():
        town.storage[key] = register.create_storage(town.municipality, by=cdo, **values)
    for key, values in story["recipients"].items():
        town.recipients[key] = register.create_recipient(town.municipality, by=cdo, **_contract(town, values))
    for about in story.get("products", []):
        register.create_product(town.municipality, by=cdo, **about["values"])
    for key, about in story["datasets"].items():
        values = {name: value for name, value in about.items() if name not in ("name", "department")}
        town.datasets[key] = register.create_dataset(
            town.municipality,
            by=cdo,
            name=about["name"],
            department=town.departments[about["department"]],
            values=values,
        )


def _report(town: Town, about: dict[str, Any] | None) -> None:
    """Which departments have said whether they use AI."""
    if about is None:
        return
    cdo, today = town.person("cdo"), timezone.localdate()
    due = today + timedelta(days=about["due_in_days"])
    register.set_coverage_rules(
        town.municipality, by=cdo, months=about["months"], due_on=due, is_public=True, shows_names=about["names"]
    )
    for state in ("reported", "none"):
        for name, days in about[state].items():
            with days_ago(days):
                register.state_coverage(town.departments[name], by=cdo, state=state)


def _contract(town: Town, values: dict[str, Any]) -> dict[str, Any]:
    """Dates of a contract; its end is counted from the day the demo is made."""
    found = dict(values)
    if "contract_date" in found:
        found["contract_date"] = date.fromisoformat(found["contract_date"])
    if "department" in found:
        found["department"] = town.departments[found["department"]]
    if days := found.pop("contract_end_days", None):
        found["contract_end"] = timezone.localdate() + timedelta(days=FOUNDED + days)
    return found


def change_products(town: Town, story: dict[str, Any]) -> None:
    """What becomes of the product sheets once every town uses them; its own town has looked at it already."""
    for about in story.get("products", []):
        product = Product.objects.get(municipality=town.municipality, name=about["values"]["name"])
        for change in about["changes"]:
            values = {"changes": change["values"], "kind": change["kind"], "reason": change["reason"]}
            with days_ago(change["day"]):
                register.update_product(product, by=town.person("cdo"), **values)
            if note := change.get("note"):
                with days_ago(change["day"] - 4):
                    check = ProductCheck.objects.get(product=product, municipality=town.municipality)
                    register.close_check(check, by=town.person("cdo"), note=note)
        if opinion := about.get("opinion"):
            with days_ago(opinion["day"]):
                register.opine_on_product(
                    product,
                    by=town.person("dsb"),
                    municipality=town.municipality,
                    result=opinion["result"],
                    text=opinion["text"],
                )


def _events(town: Town, about: dict[str, Any]) -> Iterator[Event]:
    """The events of one system, from its first draft to where the story leaves it."""
    name, day, story = about["name"], about["day"], about["story"]
    yield Event(day, 0, lambda: _create(town, about))
    yield from _assessing(town, about)
    for document in about.get("documents", []):
        yield Event(document["day"], 7.5, partial(write_document, town, name, document))
    if plan := about.get("mangel"):
        yield Event(plan["day"], 9, lambda: _plan(town, name, plan))
    if story == "draft":
        return
    yield Event(day - 1, 1, lambda: register.submit(town.now(name), by=town.person(about["by"])))
    if story == "submitted":
        return
    if story == "returned":
        yield Event(day - REVIEW, 2, lambda: _return(town, about))
        return
    if answers := about.get("checklist"):
        yield Event(day - REVIEW, 1.5, lambda: _go_through(town, name, answers))
    yield Event(day - REVIEW, 2, lambda: _opine(town, name, about.get("opinion", {"result": "agrees"})))
    if story == "opined":
        return
    yield Event(day - DECISION, 3, lambda: _release(town, name, about.get("deviation_reason", "")))
    if story == "released":
        return
    yield Event(day - PUBLICATION, 4, lambda: register.publish(town.now(name), by=town.person("cdo")))
    yield from _later(town, about)


def _assessing(town: Town, about: dict[str, Any]) -> Iterator[Event]:
    name, day = about["name"], about["day"]
    if assessment := about.get("assessment"):
        # Before the entry is handed in, so that class and reasons are part of what is reviewed.
        yield Event(assessment.get("day", day - 0.1), 7, lambda: _assess(town, name, assessment))
    if status := about.get("given_up"):
        # Later than its assessment: nobody assesses what has ended.
        changes = {"status": status}
        yield Event(day - 0.5, 8, lambda: register.update(town.now(name), by=town.person(about["by"]), changes=changes))


def _dataset_events(town: Town, key: str) -> Iterator[Event]:
    """A dataset is published in its first weeks, before the systems that use it."""
    name = f"dataset:{key}"
    town.entries[name] = town.datasets[key]
    yield Event(298, 1, lambda: register.submit(town.now(name), by=town.person("cdo")))
    yield Event(296, 2, lambda: _opine(town, name, {"result": "not_needed"}))
    yield Event(295, 3, lambda: _release(town, name))
    yield Event(294, 4, lambda: register.publish(town.now(name), by=town.person("cdo")))


def _later(town: Town, about: dict[str, Any]) -> Iterator[Event]:
    name = about["name"]
    for version in about.get("versions", []):
        yield Event(version["day"], 5, partial(_new_version, town, about, version))
    for verb, order in (("suspend", 6), ("withdraw", 6)):
        if measure := about.get(verb):
            yield Event(measure["day"], order, partial(_measure, town, name, verb, measure["reason"]))
            yield Event(measure["day"] - 1, order + 1, partial(_confirm, town, name))
    if erasure := about.get("redact"):
        yield Event(erasure["day"], 8, partial(_redact, town, name, erasure))


def _plan(town: Town, name: str, plan: dict[str, Any]) -> None:
    """What is done about a Mangel; its due date is counted from the day the demo is made."""
    due = timezone.localdate() + timedelta(days=plan["day"] + plan["due_in"])
    register.plan_measure(
        town.now(name).deficiencies.get(rule=plan["rule"]),
        by=town.person(plan["by"]),
        measure=plan["measure"],
        responsible=town.person(plan["responsible"]),
        due=due,
    )


def _measure(town: Town, name: str, verb: str, reason: str) -> None:
    getattr(register, verb)(town.now(name), by=town.person("leitung"), reason=reason)


def _redact(town: Town, name: str, erasure: dict[str, Any]) -> None:
    register.redact(town.now(name), number=erasure["number"], by=town.person("leitung"), reason=erasure["reason"])


def _create(town: Town, about: dict[str, Any]) -> None:
    by = town.person(about["by"])
    values = dict(about["values"])
    if days := values.pop("revision_date_days", None):
        # The clock stands at the day of creation; the review date is counted from the day the demo is made.
        values["revision_date"] = timezone.localdate() + timedelta(days=about["day"] + days)
    entry = register.create_system(
        town.municipality, by=by, name=about["name"], department=town.departments[about["department"]], values=values
    )
    town.entries[about["name"]] = entry
    links = [(town.datasets[key].dataset, role) for key, role in about.get("datasets", [])]
    register.set_datasets(entry, by=by, links=links)
    register.set_storage(entry, by=by, locations=[town.storage[key] for key in about.get("storage", [])])
    register.set_recipients(entry, by=by, recipients=[town.recipients[key] for key in about.get("recipients", [])])
    if name := about.get("product"):
        register.set_product(entry, by=by, product=Product.objects.get(name=name))
    if items := about.get("withheld"):
        register.set_withheld(entry, by=by, items=items)
    if about["values"].get("personal_data_level") in ("personal", "pseudonymous"):
        # Made before the entry is handed in, so that the rights block is frozen with the first version.
        name = about["name"]
        town.activities[name] = compliance.activity_from_system(town.now(name), by=town.person("cdo"))


def _assess(town: Town, name: str, about: dict[str, Any]) -> None:
    """Answers, and as far as the story goes: the finished record, its review, the class in the entry."""
    by, entry = town.person(about["by"]), town.now(name)
    draft = compliance.start_assessment(entry, by=by)
    for key, person in about.get("ask", {}).items():
        note = "Bitte beim Anbieter nachfragen."
        draft = compliance.answer(draft, by=by, answers={}, ask={key: town.person(person)}, note=note)
    answers = {**town.usual_answers, **about["facts"]} if about.get("complete", True) else about["facts"]
    draft = compliance.answer(draft, by=by, answers={k: v for k, v in answers.items() if k not in about.get("ask", {})})
    if not about.get("complete", True):
        return
    done = compliance.finish_assessment(draft, by=by)
    if reviewer := about.get("reviewed_by"):
        compliance.review_assessment(done, by=town.person(reviewer), agrees=True)
    if about.get("adopted"):
        compliance.adopt_assessment(done, by=by)


def _opine(town: Town, name: str, opinion: dict[str, str]) -> None:
    register.opine(town.now(name), by=town.person("dsb"), **opinion)


def _go_through(town: Town, name: str, answers: dict[str, list[str]]) -> None:
    """The checklist of the DSB: point -> answer and evidence."""
    given = {key: {"answer": answer, "evidence": evidence} for key, (answer, evidence) in answers.items()}
    register.save_checklist(town.now(name), by=town.person("dsb"), answers=given)


def _release(town: Town, name: str, deviation_reason: str = "") -> None:
    register.release(town.now(name), by=town.person("leitung"), deviation_reason=deviation_reason)


def _return(town: Town, about: dict[str, Any]) -> None:
    entry, dsb = town.now(about["name"]), town.person("dsb")
    for key, verdict, text in about["comments"]:
        register.comment(entry, by=dsb, field=key, verdict=verdict, text=text)
    register.return_entry(entry, by=dsb, reason="Zwei Angaben fehlen noch. Sonst ist der Eintrag gut.")


def _new_version(town: Town, about: dict[str, Any], version: dict[str, Any]) -> None:
    name, by = about["name"], town.person(version["by"])
    changes = version["values"] | {"change_note": version["change_note"]}
    entry = register.update(town.now(name), by=by, changes=changes)
    if "retention" in changes and name in town.activities:
        # The Verarbeitungsverzeichnis and the register tell the same.
        compliance.update_activity(
            town.activities[name], by=town.person("cdo"), changes={"retention": changes["retention"]}
        )
        entry = town.now(name)
    submission = register.submit(entry, by=by)
    if submission.needs_opinion:
        _opine(town, name, {"result": "agrees"})
    _release(town, name)
    register.publish(town.now(name), by=town.person("cdo"))


def _confirm(town: Town, name: str) -> None:
    measure = town.now(name).after_reviews.filter(reviewed_at__isnull=True).first()
    if measure is None:
        raise Conflict("Nichts zu prüfen.")
    register.confirm_measure(measure, by=town.person("dsb"), note="Richtig und rechtzeitig gehandelt.")
