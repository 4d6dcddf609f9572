"""Every write of the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from register import services as register
from register.models import Entry
from register.rules.decommission import POINTS
from tests.suite.scene import Scene
from tests.suite.writes.common import TODAY, Prepare, file_made, in_town, made, on
from tests.world import complete_system, draft_system, published_system, released_system, submitted_system


def opined(town: Any, name: str) -> Entry:
    entry = submitted_system(town, name)
    register.opine(entry, by=town["dsb"], result="agrees")
    return entry


def returned_comment(s: Scene) -> Callable[[], Any]:
    register.return_entry(s.things["submitted"], by=s.town["dsb"])
    return partial(register.resolve_comment, s.things["comment"], by=s.town["fachamt"])


COVERAGE: dict[str, Any] = {"months": 12, "due_on": TODAY(), "is_public": False, "shows_names": False}


def reported_before(s: Scene) -> Callable[[], Any]:
    department = s.town.departments["tiefbau"]
    register.state_coverage(department, by=s.town["cdo"], state="none")
    return partial(register.reopen_coverage, department, by=s.town["cdo"], reason="Ein Werkzeug vergessen.")


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
    "reopen_coverage": reported_before,
    "set_coverage_rules": in_town(register.set_coverage_rules, **COVERAGE),
    "make_report_link": lambda s: partial(register.make_report_link, s.town.departments["tiefbau"], by=s.town["cdo"]),
    "close_report_link": on(register.close_report_link, "report link"),
    "report_tool": lambda s: partial(
        register.report_tool, s.things["report link"], number=uuid4(), name="Übersetzer", values={}
    ),
    "remind_departments": due_for(lambda s: partial(register.remind_departments, s.town.municipality, by=None)),
    "remind_all_departments": due_for(lambda s: register.remind_all_departments),
}
