"""Every write of the portfolio."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from tests.suite.scene import FROZEN, Scene
from tests.suite.writes.common import TODAY, Prepare, file_made, in_town, made, on
from tests.usecases.cases import ANSWER, GOAL, WISH, idea, ready_for_pilot, stated
from tests.world import draft_system, published_system
from usecases import services as usecases


def ready_gate(s: Scene) -> Any:
    use_case = ready_for_pilot(s.town, title="Eigens")
    return usecases.propose_gate(use_case, by=s.town["fachamt"], step="pilot", reason="Alles liegt vor.")


def one_link(s: Scene) -> Callable[[], Any]:
    return partial(usecases.unlink_entry, s.things["use case"].links.get(), by=s.town["cdo"])


def measured_goal(s: Scene) -> Callable[[], Any]:
    usecases.measure(s.things["stock"].goals.get(), by=s.town["cdo"], day=TODAY(), value=3)
    return partial(usecases.hand_over_measurements, s.things["stock"].links.get(), by=s.town["cdo"])


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
    "hand_over_measurements": measured_goal,
    "add_figure": on(usecases.add_figure, "stock", key="usage", since=TODAY(), until=TODAY(), value=12),
    "correct_figure": on(
        usecases.correct_figure,
        "figure",
        values={"key": "complaints", "since": TODAY(), "until": TODAY(), "value": 2, "note": ""},
        reason="Liste gefunden",
    ),
    "withdraw_figure": on(usecases.withdraw_figure, "figure", reason="Falsch"),
    "correct_measurement": on(
        usecases.correct_measurement,
        "measurement",
        values={"day": TODAY(), "value": 3, "note": ""},
        reason="Liste gefunden",
    ),
    "withdraw_measurement": on(usecases.withdraw_measurement, "measurement", reason="Falsch"),
    "evaluate": on(
        usecases.evaluate, "stock", day=TODAY(), result="reached", text="Gut", lessons="Viel", decision="operate"
    ),
}


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
