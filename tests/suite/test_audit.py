"""Every service that writes leaves a record in the chain of the municipality it is about (or of the instance)."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Membership, Municipality
from accounts.rules import roles
from accounts.rules.department_list import Line
from accounts.services.invitations import token_of
from compliance import services as compliance
from compliance.datamap.answers import of_map
from compliance.legal.printing import of_version
from compliance.offers import linked_systems, offers_for
from compliance.services.rulesets import trial_job
from core import jobs
from core.audit.chain import INSTANCE
from core.models import AuditRecord, Job, StoredDocument
from exchange import services as exchange
from exchange.imports.planned import Choices
from exchange.imports.recognition import Layout
from exchange.models import ImportRun
from register import services as register
from register.models import Entry
from register.rules.decommission import POINTS
from tests.compliance.assessing import answered
from tests.compliance.assessing import finished as finished_assessment
from tests.compliance.incidents import BREACH, report, settled
from tests.compliance.law_files import next_version
from tests.compliance.legal import filled as filled_document
from tests.compliance.legal import submitted as submitted_document
from tests.suite.scene import FROZEN, TENANTS, Scene
from tests.usecases.cases import ANSWER, GOAL, WISH, idea, ready_for_pilot, stated
from tests.world import complete_system, draft_system, published_system, released_system, submitted_system
from usecases import services as usecases

pytestmark = pytest.mark.django_db
ROOMS = {
    "register": register,
    "accounts": accounts,
    "compliance": compliance,
    "usecases": usecases,
    "exchange": exchange,
}
# Not a write of its own, with the reason.
WITHOUT_RECORD = {
    "register.possible_steps": "reads",
    "register.actions_for": "reads",
    "usecases.possible_steps": "reads",
    "register.prepare_bulk": "a choice that changes nothing; start_bulk records it",
    "register.keep_input": "half-typed text of one person, no part of the entry",
    "register.discard_input": "half-typed text of one person, no part of the entry",
    "compliance.keep_legal_input": "half-typed text of one person, no part of the document",
    "compliance.discard_legal_input": "half-typed text of one person, no part of the document",
    "register.forget_old_input": "half-typed text of one person, no part of the entry",
    "accounts.check_tenants": "reads",
    "accounts.local_account": "reads",
    "accounts.notify": "a message about a step that has its own record",
    "accounts.read_notifications": "a person ticks off their own messages",
    "accounts.request_password_reset": "nobody may learn whether the account exists; the new password is recorded",
    "compliance.keep_day": "a copy of what other acts changed, each with its own record",
    "compliance.build_vvt": "makes the file; vvt_finished records it",
    "register.build_dpo_report": "makes the file; dpo_report_finished records it",
    "compliance.duties_of_assessments": "finish_assessment records it; what happened to each duty stands in its chronicle",
    "compliance.count_fetch": "how often a calendar was fetched is no act of a person",
    "compliance.build_legal_pdf": "makes the file; legal_pdf_finished records it",
    "compliance.build_trial": "makes numbers of what is there; changes nothing",
    "compliance.build_datamap": "makes the file; datamap_finished records it",
    "compliance.build_notice": "makes the file; notice_finished records it",
    "usecases.build_council_report": "makes the file; council_report_finished records it",
    "usecases.build_guideline_pdf": "makes the file; guideline_pdf_finished records it",
    "usecases.build_training_proof": "makes the file; training_proof_finished records it",
    "exchange.check": "reads",
    "exchange.read": "reads",
}
# The act is made ready first, so that only what it does itself is counted.
Prepare = Callable[[Scene], Callable[[], Any]]
TODAY = timezone.localdate
# One invented municipality in the columns of the official list.
DIRECTORY = f"6020250831099990010001{'Neudorf':<50}".encode()
PASSWORD = "ein-anderes-langes-Kennwort"
LIST = "Name des KI-Systems;Amt;Zweck\nAktenplan;Bürgerbüro;Akten ordnen\n".encode()


def on(service: Callable[..., Any], thing: str, role: str = "cdo", **values: Any) -> Prepare:
    """The service on a thing of the scene, by somebody of the town."""
    return lambda s: partial(service, s.things[thing], by=s.town[role], **values)


def in_town(service: Callable[..., Any], role: str = "cdo", **values: Any) -> Prepare:
    return lambda s: partial(service, s.town.municipality, by=s.town[role], **values)


def made(make: Callable[[Any, str], Entry], service: Callable[..., Any], role: str, **values: Any) -> Prepare:
    """The service on an entry that is made for it."""
    return lambda s: partial(service, make(s.town, "Eigens"), by=s.town[role], **values)


def opined(town: Any, name: str) -> Entry:
    entry = submitted_system(town, name)
    register.opine(entry, by=town["dsb"], result="agrees")
    return entry


def file_made(thing: str, finished: Callable[[Any], None]) -> Prepare:
    """The worker has made the file that a thing of the scene asked for."""

    def prepare(s: Scene) -> Callable[[], Any]:
        return _with_file(s.things[thing], finished)

    return prepare


def _with_file(job: Any, finished: Callable[[Any], None]) -> Callable[[], Any]:
    job.result = StoredDocument.objects.create(
        key="dpo", sha256="0" * 64, media_type="application/pdf", filename="b.pdf", size=1, file="b"
    )
    job.save()
    return partial(finished, job)


def returned_comment(s: Scene) -> Callable[[], Any]:
    register.return_entry(s.things["submitted"], by=s.town["dsb"])
    return partial(register.resolve_comment, s.things["comment"], by=s.town["fachamt"])


COVERAGE: dict[str, Any] = {"months": 12, "due_on": TODAY(), "is_public": False, "shows_names": False}


def due_for(act: Prepare) -> Prepare:
    """The act in a town whose departments have to report today."""

    def prepare(s: Scene) -> Callable[[], Any]:
        register.set_coverage_rules(s.town.municipality, by=s.town["cdo"], **COVERAGE)
        return act(s)

    return prepare


def deployment(service: Callable[..., Any]) -> Prepare:
    """The service on a system whose product sheet has come to say something else."""

    def prepare(s: Scene) -> Callable[[], Any]:
        entry = register.set_product(s.things["published"], by=s.town["cdo"], product=s.things["product"])
        register.update_product(
            s.things["product"],
            by=s.town["cdo"],
            changes={"provider": "Dialogwerk GmbH"},
            kind="essential",
            reason="Umfirmiert",
        )
        return partial(service, entry, by=s.town["cdo"], keys=["provider"])

    return prepare


def ending_contract(s: Scene) -> Callable[[], Any]:
    register.update_recipient(s.things["recipient"], by=s.town["cdo"], changes={"contract_end": TODAY()})
    return register.remind_of_contracts


def ending_evidence(s: Scene) -> Callable[[], Any]:
    register.change_evidence(s.things["evidence"], by=s.town["cdo"], changes={"valid_until": TODAY()})
    return register.remind_of_evidence


def plan(s: Scene) -> Callable[[], Any]:
    about = {"measure": "Klären", "responsible": s.town["fachamt"], "due": TODAY()}
    return partial(register.plan_measure, s.things["deficiency"], by=s.town["cdo"], **about)


def due_deficiency(s: Scene) -> Callable[[], Any]:
    plan(s)()
    return register.remind_of_deficiencies


def confirmed(s: Scene) -> Any:
    return register.decide_decommission(s.things["decommission"], by=s.town["leitung"], agrees=True)


def due_point(s: Scene) -> Callable[[], Any]:
    confirmed(s)
    return register.remind_of_decommissions


SETTLED = {key: {"answer": "done"} for key in POINTS}
PROOF = {"kind": "contract", "title": "Vertrag", "reference": "10-4712"}
REGISTER: dict[str, Prepare] = {
    "set_status": made(published_system, register.set_status, "cdo", status="evaluation"),
    "propose_decommission": on(register.propose_decommission, "published", ended_on=TODAY(), points=SETTLED),
    "decide_decommission": on(register.decide_decommission, "decommission", "leitung", agrees=True),
    "settle_decommission_point": lambda s: partial(
        register.settle_decommission_point, confirmed(s).points.get(key="deletion"), by=s.town["fachamt"]
    ),
    "remind_of_decommissions": due_point,
    "add_evidence": on(register.add_evidence, "recipient", **PROOF),
    "change_evidence": on(register.change_evidence, "evidence", changes={"title": "Anders"}),
    "remove_evidence": on(register.remove_evidence, "evidence"),
    "set_evidence_rules": in_town(register.set_evidence_rules, uploads=False),
    "create_system": in_town(register.create_system, name="Neu"),
    "create_dataset": in_town(register.create_dataset, name="Neu"),
    "create_product": in_town(register.create_product, name="Neu", provider="Beispielsoftware GmbH"),
    "create_recipient": in_town(register.create_recipient, name="Neu", kind="processor"),
    "create_storage": in_town(register.create_storage, name="Neu", kind="own", country="DE"),
    "update": on(register.update, "published", changes={"goal": "Anders"}),
    "update_recipient": on(register.update_recipient, "recipient", changes={"address": "Am Markt 1"}),
    "update_storage": lambda s: partial(
        register.update_storage, s.town.storage, by=s.town["cdo"], changes={"operator": "Anders"}
    ),
    "delete_master_data": on(register.delete_master_data, "recipient"),
    "update_product": on(
        register.update_product, "product", changes={"website": "https://neu.example"}, reason="Ergänzt"
    ),
    "close_check": on(register.close_check, "product check", note="Betrifft uns nicht."),
    "remind_of_contracts": ending_contract,
    "remind_of_evidence": ending_evidence,
    "take_over": deployment(register.take_over),
    "keep_local": deployment(register.keep_local),
    "delete_draft": made(draft_system, register.delete_draft, "cdo"),
    "set_withheld": on(register.set_withheld, "published", items=[{"field": "provider", "reason": "Vergabe läuft"}]),
    "set_datasets": on(register.set_datasets, "published", links=[]),
    "set_storage": on(register.set_storage, "published", locations=[]),
    "set_product": lambda s: partial(register.set_product, s.things["published"], by=s.town["cdo"], product=None),
    "set_recipients": on(register.set_recipients, "published", recipients=[]),
    "save_section": on(register.save_section, "published", changes={"goal": "Anders"}, links={}),
    "set_block": lambda s: partial(
        register.set_block, s.things["published"], "probe", {"text": "Anders"}, by=s.town["cdo"]
    ),
    "start_bulk": on(register.start_bulk, "bulk"),
    "save_filter": in_town(register.save_filter, list_name="systems", name="Neu", query="q=Chat"),
    "delete_filter": on(register.delete_filter, "filter"),
    "share": lambda s: partial(
        register.share, s.things["published"], by=s.town["cdo"], with_user=s.town["revision"], edit=True
    ),
    "unshare": lambda s: partial(
        register.unshare, s.things["published"], by=s.town["cdo"], with_user=s.town["revision"]
    ),
    "submit": made(complete_system, register.submit, "fachamt"),
    "recall": on(register.recall, "submitted", "fachamt"),
    "comment": on(register.comment, "submitted", "dsb", text="Bitte genauer."),
    "resolve_comment": returned_comment,
    "judge_comment": lambda s: partial(register.judge_comment, s.things["comment"], by=s.town["dsb"], acceptable=True),
    "save_checklist": on(
        register.save_checklist, "submitted", "dsb", answers={"1.1": {"answer": "yes", "evidence": ""}}
    ),
    "request_dpo_report": in_town(register.request_dpo_report, "dsb", year=TODAY().year - 1),
    "dpo_report_finished": file_made("dpo report", register.dpo_report_finished),
    "set_review_intervals": in_town(register.set_review_intervals, months={"HR_III": 6}),
    "remind_of_reviews": lambda s: partial(
        register.remind_of_reviews, s.town.municipality, today=TODAY() + timedelta(days=3650)
    ),
    "return_entry": on(register.return_entry, "submitted", "dsb", reason="Bitte genauer."),
    "opine_on_product": lambda s: partial(
        register.opine_on_product,
        s.things["product"],
        by=s.town["dsb"],
        municipality=s.town.municipality,
        result="agrees",
        text="Geprüft.",
    ),
    "confirm_product_opinion": lambda s: partial(
        register.confirm_product_opinion,
        s.things["submitted deployment"],
        by=s.town["dsb"],
        opinion=s.things["product opinion"],
    ),
    "opine": on(register.opine, "submitted", "dsb", result="agrees"),
    "release": made(opined, register.release, "leitung"),
    "publish": made(released_system, register.publish, "cdo"),
    "withdraw": on(register.withdraw, "published", reason="Falsch"),
    "suspend": on(register.suspend, "published", reason="Störung"),
    "redact": on(register.redact, "published", "leitung", number=1, reason="Personenbezug"),
    "plan_measure": plan,
    "propose_dismissal": on(register.propose_dismissal, "deficiency", reason="Trifft nicht zu."),
    "decide_dismissal": on(register.decide_dismissal, "deficiency", "leitung", agrees=True),
    "remind_of_deficiencies": due_deficiency,
    "confirm_measure": on(register.confirm_measure, "measure", "leitung"),
    "state_coverage": lambda s: partial(
        register.state_coverage, s.town.departments["tiefbau"], by=s.town["cdo"], state="none"
    ),
    "set_coverage_rules": in_town(register.set_coverage_rules, **COVERAGE),
    "make_report_link": lambda s: partial(register.make_report_link, s.town.departments["tiefbau"], by=s.town["cdo"]),
    "close_report_link": on(register.close_report_link, "report link"),
    "report_tool": lambda s: partial(
        register.report_tool, s.things["report link"], number=uuid4(), name="Übersetzer", values={}
    ),
    "remind_departments": due_for(lambda s: partial(register.remind_departments, s.town.municipality, by=None)),
    "remind_all_departments": due_for(lambda s: register.remind_all_departments),
}


def member(s: Scene, role: str = "revision") -> Membership:
    return s.town[role].memberships.order_by("pk").first()


def municipality(s: Scene) -> Municipality:
    return s.town.municipality


def operator(s: Scene) -> Any:
    return s.people["plattform"]


def granted(s: Scene) -> Any:
    return accounts.grant_platform_access(
        s.town.municipality, by=s.town["verwaltung"], operator=operator(s), reason="Hilfe", valid_until=TODAY()
    )


def entering(s: Scene) -> Callable[[], Any]:
    granted(s)
    return partial(accounts.enter_granted, s.town.municipality, by=operator(s))


def known_invited(s: Scene) -> Callable[[], Any]:
    person: Any = s.people["ohne-rolle"]
    sent = accounts.invite(s.town.municipality, by=s.town["verwaltung"], email=person.email, role=roles.REVISION)
    return partial(accounts.accept_invitation, token_of(sent), by=person)


def delegated(s: Scene) -> Callable[[], Any]:
    row = accounts.delegate_release(
        s.town.municipality, by=s.town["leitung"], user=s.town["revision"], valid_until=TODAY()
    )
    return partial(accounts.end_delegation, row, by=s.town["leitung"])


def switched_off(s: Scene) -> Callable[[], Any]:
    who = {"by": s.town["verwaltung"], "municipality": s.town.municipality}
    accounts.switch_off(s.town["revision"], **who)
    return partial(accounts.switch_on, s.town["revision"], **who)


def office(s: Scene) -> Any:
    return accounts.create_department(s.town.municipality, by=s.town["verwaltung"], name="Eigens")


def verwaltung(service: Callable[..., Any], subject: Callable[[Scene], Any], **values: Any) -> Prepare:
    return lambda s: partial(service, subject(s), by=s.town["verwaltung"], **values)


ACCOUNTS: dict[str, Prepare] = {
    "accept_as_new_person": lambda s: partial(
        accounts.accept_as_new_person,
        token_of(s.things["invitation"]),
        first_name="Ute",
        last_name="Beispiel",
        password=PASSWORD,
    ),
    "accept_invitation": known_invited,
    "accept_with_identity": lambda s: partial(
        accounts.accept_with_identity,
        token_of(s.things["invitation"]),
        provider="dienst",
        subject="1",
        email=s.things["invitation"].email,
    ),
    "add_deputy": lambda s: partial(
        accounts.add_deputy,
        member(s),
        by=s.town["verwaltung"],
        user=s.town["cdo"],
        valid_from=None,
        valid_until=TODAY(),
    ),
    "change_role": verwaltung(accounts.change_role, member, role=roles.DSB),
    "create_department": in_town(accounts.create_department, "verwaltung", name="Eigens"),
    "create_municipality": lambda s: partial(
        accounts.create_municipality, by=operator(s), ars="099990001001", name="Neu", slug="neu", kind="town"
    ),
    "create_departments": in_town(accounts.create_departments, "verwaltung", lines=[Line(1, ("Eigens",))]),
    "mark_setup_step": in_town(accounts.mark_setup_step, "verwaltung", key="mail", state="skipped"),
    "send_test_mail": in_town(accounts.send_test_mail, "verwaltung"),
    "load_directory": lambda s: partial(accounts.load_directory, DIRECTORY, by=None),
    "upload_tenants": lambda s: partial(accounts.upload_tenants, TENANTS, by=operator(s)),
    "request_tenants": lambda s: partial(accounts.request_tenants, s.things["tenant list"], by=operator(s)),
    "create_tenants": lambda s: partial(accounts.create_tenants, s.things["tenant list"], by=operator(s)),
    "create_person": lambda s: partial(accounts.create_person, "erste@example.org", by=None),
    "delegate_release": lambda s: partial(
        accounts.delegate_release,
        s.town.municipality,
        by=s.town["leitung"],
        user=s.town["revision"],
        valid_until=TODAY(),
    ),
    "end_delegation": delegated,
    "end_platform_access": verwaltung(accounts.end_platform_access, granted),
    "end_role": verwaltung(accounts.end_role, member),
    "enter_granted": entering,
    "found_municipality": lambda s: partial(
        accounts.found_municipality,
        by=operator(s),
        admin="erste@example.org",
        ars="099990001001",
        name="Neu",
        slug="neu",
        kind="town",
    ),
    "give_role": lambda s: partial(
        accounts.give_role,
        s.people["ohne-rolle"],
        by=s.town["verwaltung"],
        municipality=s.town.municipality,
        role=roles.REVISION,
    ),
    "grant_platform_access": lambda s: partial(granted, s),
    "invite": verwaltung(accounts.invite, municipality, email="weitere@example.org", role=roles.DSB),
    "save_sign_in_service": in_town(
        accounts.save_sign_in_service, "verwaltung", issuer="https://anmeldung.example.org", client_id="register"
    ),
    "set_department_active": verwaltung(accounts.set_department_active, office, active=False),
    "set_municipality_active": lambda s: partial(
        accounts.set_municipality_active, s.town.municipality, by=operator(s), active=False
    ),
    "set_password": lambda s: partial(accounts.set_password, s.town["cdo"], by=s.town["cdo"], password=PASSWORD),
    "switch_off": lambda s: partial(
        accounts.switch_off, s.town["revision"], by=s.town["verwaltung"], municipality=s.town.municipality
    ),
    "switch_on": switched_off,
    "update_account": lambda s: partial(
        accounts.update_account,
        s.town["cdo"],
        by=s.town["cdo"],
        first_name="Ute",
        last_name="Beispiel",
        position="",
        mail_notifications=False,
    ),
    "update_department": verwaltung(accounts.update_department, office, name="Umbenannt", parent=None),
    "update_municipality": lambda s: partial(
        accounts.update_municipality,
        s.town.municipality,
        by=s.town["verwaltung"],
        changes={"website": "https://musterstadt.example"},
        version=s.town.municipality.version,
    ),
    "withdraw_invitation": on(accounts.withdraw_invitation, "invitation", "verwaltung"),
}


def finished(s: Scene) -> Callable[[], Any]:
    job = s.things["job"]
    job.result = StoredDocument.objects.create(
        key="probe", sha256="0" * 64, media_type="application/pdf", filename="vvt.pdf", size=1, file="probe.pdf"
    )
    job.save()
    return partial(compliance.vvt_finished, job)


def ended(s: Scene) -> Callable[[], Any]:
    activity = compliance.end_activity(s.things["activity"], by=s.town["cdo"], ended_on=TODAY())
    return partial(compliance.reopen_activity, activity, by=s.town["cdo"])


def from_a_list(s: Scene) -> Callable[[], Any]:
    town, by = s.town.municipality, s.town["cdo"]
    sheet = compliance.create_activity(town, by=by, title="Aus einer Liste", import_reference="liste/1/2")
    return partial(compliance.withdraw_activity, sheet, by=by)


def linking(service: Callable[..., Any], thing: str) -> Prepare:
    return lambda s: partial(service, s.things["activity"], by=s.town["cdo"], entry=s.things[thing])


def to_finish(s: Scene) -> Callable[[], Any]:
    return partial(compliance.finish_assessment, answered(s.town, draft_system(s.town, "Eigens")), by=s.town["cdo"])


def to_review(s: Scene) -> Callable[[], Any]:
    assessment = finished_assessment(s.town, draft_system(s.town, "Eigens"))
    return partial(compliance.review_assessment, assessment, by=s.town["dsb"], agrees=True)


def changed_since(s: Scene) -> Callable[[], Any]:
    register.update(s.things["published"], by=s.town["cdo"], changes={"goal": "Anders"})
    return compliance.remind_of_reassessments


def incident_act(service: Callable[..., Any], role: str = "dsb", **values: Any) -> Prepare:
    """The service on the incident of the scene; moments are now."""

    def prepare(s: Scene) -> Callable[[], Any]:
        given = {key: timezone.now() if value is timezone.now else value for key, value in values.items()}
        return partial(service, s.things["incident"], by=s.town[role], **given)

    return prepare


def settled_incident(s: Scene) -> Callable[[], Any]:
    return partial(compliance.close_incident, settled(s.town), by=s.town["dsb"])


def closed_incident(s: Scene) -> Callable[[], Any]:
    closed = compliance.close_incident(settled(s.town), by=s.town["dsb"])
    return partial(compliance.reopen_incident, closed, by=s.town["dsb"], reason="Neue Hinweise")


def late_incident(s: Scene) -> Callable[[], Any]:
    report(s.town, hours=50)
    return compliance.remind_of_incidents


def many_duties(s: Scene) -> Callable[[], Any]:
    town = s.town
    return partial(
        compliance.assign_duties, town.municipality, [s.things["duty"]], by=town["cdo"], responsible=town["dsb"]
    )


def new_calendar(s: Scene) -> Callable[[], Any]:
    return partial(compliance.make_calendar_link, s.town.municipality, by=s.town["dsb"])


def to_decide(s: Scene) -> Callable[[], Any]:
    version = submitted_document(s.town, draft_system(s.town, "Eigens"), "threshold")
    return partial(compliance.decide_on_document, version, by=s.town["leitung"], approves=True)


def offered_to(s: Scene) -> Callable[[], Any]:
    """The DSFA of the system was approved, and its sheet says nothing of it."""
    entry = s.things["approved document"].document.entry
    activity = compliance.link_system(s.things["activity"], by=s.town["cdo"], entry=entry)
    (offer,) = offers_for(activity, linked_systems(Entry.objects.filter(pk=entry.pk)))
    return partial(
        compliance.take_over_from_systems, activity, by=s.town["cdo"], topic=offer.topic, digest=offer.digest
    )


def to_print(s: Scene) -> Callable[[], Any]:
    version = s.things["approved document"]
    entry = version.document.entry
    return partial(compliance.request_legal_pdf, entry, by=s.town["dsb"], document=of_version(version))


def run_by_worker(s: Scene) -> Callable[[], Any]:
    item = s.things["law run"].items.get()
    return lambda: list(compliance.carry_on(s.things["law run"], first=item.pk, last=item.pk))


def run_over(s: Scene) -> Callable[[], Any]:
    run_by_worker(s)()
    return partial(compliance.law_run_part_done, Job.objects.get(scope=s.things["law run"].scope))


def tried(s: Scene) -> Callable[[], Any]:
    row = s.things["ruleset"]
    jobs.run(trial_job(row).pk)
    return partial(compliance.take_into_use, row, by=operator(s))


def ready_gate(s: Scene) -> Any:
    use_case = ready_for_pilot(s.town, title="Eigens")
    return usecases.propose_gate(use_case, by=s.town["fachamt"], step="pilot", reason="Alles liegt vor.")


def one_link(s: Scene) -> Callable[[], Any]:
    return partial(usecases.unlink_entry, s.things["use case"].links.get(), by=s.town["cdo"])


def settled_since(s: Scene) -> Callable[[], Any]:
    stated(s.things["stock"], s.town, "training", role="cdo")
    return partial(usecases.settle_evidence, s.things["stock"])


def new_application(s: Scene) -> Callable[[], Any]:
    programme = usecases.create_programme(
        s.town.municipality, by=s.town["cdo"], name="Neu", funder="Bund", purpose="KI"
    )
    return partial(usecases.apply_for_funding, s.things["use case"], by=s.town["cdo"], values={"programme": programme})


def new_partner(s: Scene) -> Callable[[], Any]:
    partner = usecases.create_partner(s.town.municipality, by=s.town["cdo"], name="Neu", kind="company")
    values = {"partner": partner, "asked_on": TODAY(), "role": "supplier"}
    return partial(usecases.name_partner, s.things["use case"], by=s.town["cdo"], values=values)


def expressing(s: Scene) -> Callable[[], Any]:
    """To a wish of the other town."""
    wish = usecases.set_wish(idea(s.foreign), by=s.foreign["cdo"], values=WISH)
    answer = {"municipality": s.town.municipality, **ANSWER}
    return partial(usecases.express_interest, wish, by=s.town["cdo"], **answer)


def withdrawing(s: Scene) -> Callable[[], Any]:
    wish = expressing(s)().wish
    return partial(usecases.withdraw_interest, wish, by=s.town["cdo"], municipality=s.town.municipality)


PORTFOLIO: dict[str, Prepare] = {
    "freeze_blueprint": on(usecases.freeze_blueprint, "use case", values={**FROZEN, "benefit": "Schneller"}),
    "share_blueprint": on(usecases.share_blueprint, "blueprint", shared=True),
    "adopt_blueprint": lambda s: partial(
        usecases.adopt_blueprint, s.things["blueprint"], by=s.town["cdo"], municipality=s.town.municipality, title="Neu"
    ),
    "take_over_source": lambda s: partial(
        usecases.take_over_source,
        s.things["adopted"].adoption,
        by=s.town["cdo"],
        parts=["lessons"],
        sha256=s.things["adopted"].adoption.source_sha256,
    ),
    "adopt_template": in_town(usecases.adopt_template, template="baumpflege", title="Bäume", with_entry=True),
    "create_partner": in_town(usecases.create_partner, name="Neu", kind="company"),
    "update_partner": on(usecases.update_partner, "partner", name="Neu", kind="company"),
    "end_partner": on(usecases.end_partner, "partner"),
    "name_partner": new_partner,
    "change_partner": on(usecases.change_partner, "named partner", values={"note": "Sagt zu."}),
    "set_wish": on(usecases.set_wish, "use case", values=WISH),
    "open_call": on(usecases.open_call, "wish", text="Wer macht mit?", opens_on=TODAY(), closes_on=TODAY()),
    "express_interest": expressing,
    "withdraw_interest": withdrawing,
    "decide_interests": lambda s: partial(
        usecases.decide_interests,
        s.things["wish"],
        by=s.town["cdo"],
        answers={s.things["wish"].interests.get().pk: (True, "Passt gut.")},
    ),
    "apply_for_funding": new_application,
    "change_application": on(usecases.change_application, "application", values={"note": "Az. 2"}),
    "create_use_case": in_town(usecases.create_use_case, values={"title": "Idee", "field": "mobility"}),
    "change_use_case": on(usecases.change_use_case, "use case", values={"benefit": "Schneller"}),
    "make_statement": on(usecases.make_statement, "use case", key="training", day=TODAY(), text="Schulung im Amt"),
    "take_step": on(usecases.take_step, "use case", step="suspend", reason="Haushaltssperre"),
    "propose_gate": lambda s: partial(
        usecases.propose_gate,
        ready_for_pilot(s.town, title="Eigens"),
        by=s.town["fachamt"],
        step="pilot",
        reason="Alles liegt vor.",
    ),
    "decide_gate": lambda s: partial(usecases.decide_gate, ready_gate(s), by=s.town["leitung"], agrees=True),
    "link_entry": lambda s: partial(
        usecases.link_entry, s.things["use case"], by=s.town["cdo"], entry=draft_system(s.town, "Eigens")
    ),
    "create_entry": on(usecases.create_entry, "use case"),
    "unlink_entry": one_link,
    "take_over": made(published_system, usecases.take_over, "cdo"),
    "plan_evidence": lambda s: partial(
        usecases.plan_evidence, s.things["stock"].missing_evidence.first(), by=s.town["cdo"], due=TODAY()
    ),
    "settle_evidence": settled_since,
    "set_goal": on(usecases.set_goal, "use case", values={**GOAL, "title": "Weniger Rückfragen"}),
    "measure": lambda s: partial(
        usecases.measure, s.things["stock"].goals.get(), by=s.town["cdo"], day=TODAY(), value=3
    ),
    "add_figure": on(usecases.add_figure, "stock", key="usage", since=TODAY(), until=TODAY(), value=12),
    "evaluate": on(
        usecases.evaluate, "stock", day=TODAY(), result="reached", text="Gut", lessons="Viel", decision="operate"
    ),
}
COMPLIANCE: dict[str, Prepare] = {
    "report_incident": in_town(
        compliance.report_incident, kind="breach", aware_at=timezone.now(), happened="Eine Liste ging verloren."
    ),
    "assign_incident": lambda s: partial(
        compliance.assign_incident, s.things["incident"], by=s.town["dsb"], person=s.town["revision"]
    ),
    "assess_incident": incident_act(compliance.assess_incident, **BREACH),
    "answer_step": incident_act(compliance.answer_step, key="contain", answer="done", at=timezone.now),
    "suspend_system": incident_act(compliance.suspend_system, "leitung"),
    "add_incident_measure": lambda s: partial(
        compliance.add_incident_measure,
        s.things["incident"],
        by=s.town["dsb"],
        text="Schulen",
        person=s.town["cdo"],
        due=TODAY(),
    ),
    "finish_incident_measure": on(compliance.finish_incident_measure, "incident measure", "dsb"),
    "write_notice": incident_act(compliance.write_notice, target="dsgvo", texts={"nature": "Anders"}),
    "request_notice": incident_act(compliance.request_notice, target="ki"),
    "notice_finished": file_made("incident notice", compliance.notice_finished),
    "record_sent": incident_act(
        compliance.record_sent, target="dsgvo", part="first", sent_at=timezone.now, to="Aufsichtsbehörde"
    ),
    "close_incident": settled_incident,
    "reopen_incident": closed_incident,
    "remind_of_incidents": late_incident,
    "propose_lesson": incident_act(
        compliance.propose_lesson, title="Listen", happened="Zwei", cause="Gleich", change="Farben"
    ),
    "decide_lesson": on(compliance.decide_lesson, "lesson", "leitung", agrees=True, no_names=True),
    "plan_duty": on(compliance.plan_duty, "duty", responsible=None, target_day=None, state="in_work"),
    "assign_duties": many_duties,
    "prove_duty": lambda s: partial(
        compliance.prove_duty, s.things["duty"], by=s.town["cdo"], evidence=s.things["evidence"]
    ),
    "add_duty_evidence": on(compliance.add_duty_evidence, "duty", kind="other", title="Vermerk", reference="10-1"),
    "unprove_duty": lambda s: partial(
        compliance.unprove_duty,
        compliance.reopen_duty(s.things["duty done"], by=s.town["cdo"], reason="Fehlt noch."),
        by=s.town["cdo"],
        evidence=s.things["evidence"],
    ),
    "finish_duty": on(compliance.finish_duty, "duty", note="Erledigt."),
    "reopen_duty": on(compliance.reopen_duty, "duty done", reason="Es fehlt noch etwas."),
    "propose_duty_dismissal": on(compliance.propose_duty_dismissal, "duty", reason="Kein Einsatz."),
    "decide_duty_dismissal": on(compliance.decide_duty_dismissal, "duty proposed", agrees=True),
    "remind_of_duties": lambda s: partial(compliance.remind_of_duties, s.town.municipality, today=TODAY()),
    "make_calendar_link": new_calendar,
    "close_calendar_link": on(compliance.close_calendar_link, "calendar link"),
    "start_legal_document": made(draft_system, compliance.start_legal_document, "cdo", kind="dpia"),
    "save_legal_document": on(compliance.save_legal_document, "legal document", changes={"staff": "beteiligt"}),
    "submit_legal_document": lambda s: partial(
        compliance.submit_legal_document,
        filled_document(s.town, draft_system(s.town, "Eigens"), "threshold"),
        by=s.town["fachamt"],
    ),
    "advise_on_document": on(compliance.advise_on_document, "legal version", "dsb", result="agrees"),
    "decide_on_document": to_decide,
    "adopt_dpia_state": on(compliance.adopt_dpia_state, "approved document"),
    "request_legal_pdf": to_print,
    "set_market_authority": lambda s: partial(
        compliance.set_market_authority, "05", by=s.people["plattform"], name="Landesamt", checked_on=TODAY()
    ),
    "legal_pdf_finished": file_made("legal file", compliance.legal_pdf_finished),
    "request_law_effects": lambda s: partial(compliance.request_law_effects, s.town.municipality, by=s.town["cdo"]),
    "start_law_run": lambda s: partial(
        compliance.start_law_run, s.town.municipality, by=s.town["cdo"], entries=Entry.objects.all()
    ),
    "carry_on": run_by_worker,
    "law_run_part_done": run_over,
    "resume_law_run": on(compliance.resume_law_run, "law run"),
    "load_ruleset": lambda s: partial(
        compliance.load_ruleset, next_version(duty=False), by=operator(s), filename="neu.yaml"
    ),
    "try_again": lambda s: partial(compliance.try_again, s.things["ruleset"], by=operator(s)),
    "take_into_use": tried,
    "start_assessment": made(draft_system, compliance.start_assessment, "cdo"),
    "answer": on(compliance.answer, "assessment draft", answers={"infers_output": "no"}),
    "clarify": on(compliance.clarify, "clarification", "dsb", value="yes"),
    "finish_assessment": to_finish,
    "review_assessment": to_review,
    "adopt_assessment": on(compliance.adopt_assessment, "reviewed assessment"),
    "remind_of_reassessments": changed_since,
    "activity_from_system": on(compliance.activity_from_system, "published"),
    "create_activity": in_town(compliance.create_activity, title="Wohngeld bearbeiten"),
    "declare_complete": in_town(compliance.declare_complete, is_complete=True),
    "end_activity": lambda s: partial(
        compliance.end_activity, s.things["activity"], by=s.town["cdo"], ended_on=TODAY()
    ),
    "hand_down_rights": on(compliance.hand_down_rights, "activity"),
    "link_system": linking(compliance.link_system, "submitted"),
    "reopen_activity": ended,
    "request_datamap": in_town(compliance.request_datamap, answer=of_map("Ausfall", [])),
    "datamap_finished": file_made("data map", compliance.datamap_finished),
    "request_vvt": lambda s: partial(
        compliance.request_vvt, s.town.municipality, by=s.town["cdo"], department=s.town.departments["buergerbuero"]
    ),
    "withdraw_activity": from_a_list,
    "set_lines": on(
        compliance.set_lines,
        "activity",
        field="retention_rules",
        lines=[{"categories": "Anträge", "period": "10 Jahre"}],
    ),
    "take_over_from_systems": offered_to,
    "unlink_system": linking(compliance.unlink_system, "published"),
    "update_activity": on(compliance.update_activity, "activity", changes={"purposes": "Anders"}),
    "vvt_finished": finished,
}


def layouts(s: Scene) -> list[Layout]:
    return exchange.read(s.things["import"])[1]


def waiting(s: Scene) -> Callable[[], Any]:
    ImportRun.objects.filter(pk=s.things["import"].pk).update(state=ImportRun.State.WAITING)
    return partial(exchange.take_over_waiting, s.things["import"])


def forgotten(s: Scene) -> Callable[[], Any]:
    long_ago = timezone.now() - exchange.KEPT_FOR - timedelta(hours=1)
    ImportRun.objects.filter(pk=s.things["import"].pk).update(uploaded_at=long_ago)
    return exchange.discard_expired


def taken_back(s: Scene) -> Callable[[], Any]:
    exchange.request_take_over(s.things["import"], by=s.town["cdo"], version=1)
    return partial(exchange.request_undo, s.things["import"], by=s.town["cdo"])


def taken_back_by_worker(s: Scene) -> Callable[[], Any]:
    exchange.request_take_over(s.things["import"], by=s.town["cdo"], version=1)
    return partial(exchange.undo_waiting, s.things["import"])


def new_draft(s: Scene) -> Callable[[], Any]:
    town = s.town.municipality
    usecases.write_guideline(town, by=s.town["cdo"], title="Neu", body="Ganz neu")
    signed = {"enacted_on": TODAY(), "signed_by": "die Bürgermeisterin"}
    return partial(usecases.enact_guideline, town, by=s.town["leitung"], **signed)


def without_agreement(s: Scene) -> Callable[[], Any]:
    usecases.end_agreement(s.things["agreement"], by=s.town["cdo"])
    said = {"title": "Vereinbarung", "concluded_on": TODAY(), "reference": "11-3", "keep_months": 12}
    return partial(usecases.record_agreement, s.town.municipality, by=s.town["cdo"], **said)


TEAM = {"role": "team", "function": "KI-Team", "phone": "0123 45"}
USECASES: dict[str, Prepare] = {
    "create_course": in_town(
        usecases.create_course, title="KI und Recht", kind="law", contents="Recht", minutes=60, since=date(2025, 1, 1)
    ),
    "update_course": on(
        usecases.update_course,
        "course",
        title="Anders",
        kind="law",
        contents="Recht",
        minutes=60,
        since=date(2025, 1, 1),
    ),
    "add_session": on(usecases.add_session, "course", held_on=date(2026, 3, 3)),
    "update_session": on(usecases.update_session, "session", held_on=date(2026, 3, 3), numbers={}),
    "create_contact": lambda s: partial(usecases.create_contact, s.town.municipality, by=s.town["cdo"], **TEAM),
    "update_contact": lambda s: partial(usecases.update_contact, s.things["contact"], by=s.town["cdo"], **TEAM),
    "remove_contact": on(usecases.remove_contact, "contact"),
    "create_tool": in_town(
        usecases.create_tool, name="Neu", purpose="Texte", forbidden_data="Namen", approved_on=date(2026, 3, 3)
    ),
    "update_tool": on(
        usecases.update_tool, "tool", name="Neu", purpose="Texte", forbidden_data="Namen", approved_on=date(2026, 3, 3)
    ),
    "end_tool": on(usecases.end_tool, "tool"),
    "create_programme": in_town(usecases.create_programme, name="Neu", funder="Bund", purpose="KI"),
    "update_programme": on(usecases.update_programme, "programme", name="Neu", funder="Bund", purpose="KI"),
    "end_programme": on(usecases.end_programme, "programme"),
    "remind_of_funding": lambda s: usecases.remind_of_funding,
    "write_guideline": in_town(usecases.write_guideline, title="Anders", body="Text"),
    "enact_guideline": new_draft,
    "count_readers": lambda s: partial(
        usecases.count_readers, s.things["guideline"], by=s.town["cdo"], numbers={s.town.departments["tiefbau"]: 3}
    ),
    "request_guideline_pdf": on(usecases.request_guideline_pdf, "first guideline"),
    "guideline_pdf_finished": file_made("guideline file", usecases.guideline_pdf_finished),
    "record_agreement": without_agreement,
    "end_agreement": on(usecases.end_agreement, "agreement"),
    "record_attendance": on(usecases.record_attendance, "session"),
    "acknowledge_guideline": on(usecases.acknowledge_guideline, "guideline"),
    "delete_old_records": lambda s: partial(
        usecases.delete_old_records, s.town.municipality, today=TODAY() + timedelta(days=4000)
    ),
    "request_council_report": in_town(usecases.request_council_report, edition="public", since=TODAY(), until=TODAY()),
    "council_report_finished": file_made("council report", usecases.council_report_finished),
    "request_training_proof": in_town(usecases.request_training_proof),
    "training_proof_finished": file_made("training proof", usecases.training_proof_finished),
}
EXCHANGE: dict[str, Prepare] = {
    "upload": in_town(exchange.upload, filename="liste.csv", content=LIST),
    "assign_columns": lambda s: partial(
        exchange.assign_columns,
        s.things["import"],
        by=s.town["cdo"],
        layouts=layouts(s),
        choices=Choices(),
        version=s.things["import"].version,
    ),
    "request_take_over": on(exchange.request_take_over, "import", version=1),
    "take_over_waiting": waiting,
    "undo_waiting": taken_back_by_worker,
    "discard": on(exchange.discard, "import"),
    "request_undo": taken_back,
    "discard_expired": forgotten,
    "import_at_once": in_town(exchange.import_at_once, filename="liste.csv", content=LIST, options=exchange.Options()),
}
TABLE = {
    f"{room}.{name}": prepare
    for room, rows in {
        "register": REGISTER, "accounts": ACCOUNTS, "compliance": COMPLIANCE, "usecases": {**USECASES, **PORTFOLIO},
        "exchange": EXCHANGE,
    }.items()
    for name, prepare in rows.items()
}  # fmt: skip
# About a person and no municipality; a new tenant has a chain of its own.
OF_THE_INSTANCE = {
    "compliance.set_market_authority",
    "accounts.load_directory",
    "accounts.upload_tenants",
    "accounts.request_tenants",
    "accounts.create_person",
    "accounts.set_password",
    "accounts.update_account",
    "compliance.load_ruleset",
    "compliance.try_again",
    "compliance.take_into_use",
}
OF_A_NEW_TENANT = {"accounts.create_municipality", "accounts.found_municipality"}


def services_of(room: str) -> Iterator[str]:
    """What a room offers: the functions it exports, or else those that stand in its services."""
    module = ROOMS[room]
    names = getattr(module, "__all__", None) or [
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
    ]
    return (name for name in names if not name.startswith("_") and inspect.isfunction(getattr(module, name)))


def expected_streams(name: str, scene: Scene) -> set[str]:
    if name == "accounts.create_tenants":
        return {INSTANCE, Municipality.objects.get(slug="neu").audit_stream}
    return {expected_stream(name, scene)}


def expected_stream(name: str, scene: Scene) -> str:
    if name in OF_THE_INSTANCE:
        return INSTANCE
    if name in OF_A_NEW_TENANT:
        return Municipality.objects.get(slug="neu").audit_stream
    return scene.town.municipality.audit_stream


@pytest.mark.parametrize("room", ROOMS)
def test_every_service_has_a_row(room: str) -> None:
    known = TABLE.keys() | WITHOUT_RECORD.keys()
    assert sorted({f"{room}.{name}" for name in services_of(room)} - known) == []


def test_every_row_has_a_service() -> None:
    offered = {f"{room}.{name}" for room in ROOMS for name in services_of(room)}
    assert sorted((TABLE.keys() | WITHOUT_RECORD.keys()) - offered) == []


@pytest.mark.parametrize("name", TABLE)
def test_a_write_leaves_a_record_in_its_chain(scene: Scene, name: str) -> None:
    # Services change the objects they are given; the next test wants them as they were.
    scene = deepcopy(scene)
    act = TABLE[name](scene)
    last = AuditRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    act()
    streams = set(AuditRecord.objects.filter(pk__gt=last).values_list("stream__key", flat=True))
    assert expected_streams(name, scene) == streams
