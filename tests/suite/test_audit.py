"""Every service that writes leaves a record in the chain of the municipality it is about (or of the instance)."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from copy import deepcopy

import pytest

from accounts import services as accounts
from accounts.models import Municipality
from compliance import services as compliance
from core.audit.chain import INSTANCE
from core.models import AuditRecord
from exchange import services as exchange
from inquiries import services as inquiries
from register import services as register
from tests.suite.scene import Scene
from tests.suite.writes.accounts import ACCOUNTS
from tests.suite.writes.compliance import COMPLIANCE
from tests.suite.writes.exchange import EXCHANGE
from tests.suite.writes.inquiries import INQUIRIES
from tests.suite.writes.register import REGISTER
from tests.suite.writes.usecases import PORTFOLIO, USECASES
from usecases import services as usecases

pytestmark = pytest.mark.django_db


ROOMS = {
    "register": register,
    "accounts": accounts,
    "compliance": compliance,
    "usecases": usecases,
    "inquiries": inquiries,
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
    "inquiries.count_attempt": "how often an address has written is forgotten after a day",
    "exchange.check": "reads",
    "exchange.read": "reads",
}


TABLE = {
    f"{room}.{name}": prepare
    for room, rows in {
        "register": REGISTER, "accounts": ACCOUNTS, "compliance": COMPLIANCE, "usecases": {**USECASES, **PORTFOLIO},
        "inquiries": INQUIRIES, "exchange": EXCHANGE,
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
