"""No internal text in anything that anybody can read without signing in, and none of one town in another's pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Municipality, SignInService, User
from compliance.models import IncidentNotice, VvtReport
from core import jobs
from core.jobs import documents
from core.models import StoredDocument
from register import services as register
from register.models import Entry, PublicDocument
from tests.suite import canaries
from tests.suite.access_table import TABLE, Row
from tests.suite.canaries import PUBLIC, TECHNICAL, Canaries, is_listed, text_fields
from tests.suite.scene import OWN_ROLES, Scene, furnish, make_scene
from tests.usecases.cases import ANSWER as ANSWER_TO_WISH
from tests.usecases.cases import WISH as WISH_OF_TOWN
from tests.world import Town, complete_system, draft_system, published_system
from usecases import services as usecases
from usecases.council import text as council_text

pytestmark = pytest.mark.django_db
# Whoever has a secret address reads this of its owner's calendar or inquiry, and nothing else.
BEHIND_A_SECRET = {
    "calendar:feed": {"compliance.Duty.text", "register.Entry.name"},
    "public:inquiry": {"inquiries.Inquiry.answer", "inquiries.Inquiry.extension_reason"},
}
# What a municipality shows of a use case to the others of the instance, and what they answer to it; nothing else.
WISH = {f"usecases.CooperationWish.{name}" for name in ("title", "summary", "wanted", "contact")}
ANSWER = {f"usecases.Interest.{name}" for name in ("text", "contact", "reason")}
SHOWN_TO_OTHERS = {
    # A call that runs is announced by its title.
    "register:start": {"usecases.CooperationWish.title"},
    "usecases:wishes": WISH,
    "usecases:wish": WISH | ANSWER | {"usecases.InterestCall.text"},
    "usecases:interest": WISH,
    "usecases:interest-choose": WISH,
}
EVERY_ROW = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
KINDS = {"system": "ki-systeme", "dataset": "datenbestaende"}


@dataclass
class Aviary:
    """Both towns with the same things in them, and a canary in every field."""

    scene: Scene
    mirror: Scene
    canaries: Canaries
    clients: dict[str, Client]

    def ask(self, role: str, address: str) -> set[str]:
        """The canaries in what a role gets from an address."""
        before = transaction.savepoint()
        try:
            return self.canaries.found_in(*everything_in(self.clients[role].get(address)))
        finally:
            transaction.savepoint_rollback(before)

    def addresses(self, row: Row) -> list[str]:
        """The address for the town's own things and, where it takes arguments, for the other town's."""
        scenes = [self.scene, self.mirror] if row.arguments else [self.scene]
        made = [reverse(row.name, kwargs=row.arguments(scene) if row.arguments else None) for scene in scenes]
        return [address + row.query for address in made]


def everything_in(response: HttpResponse) -> tuple[bytes, bytes]:
    return b"".join(response), str(response.headers).encode()


def make_aviary() -> Aviary:
    birds = Canaries()
    scene = make_scene()
    foreign = scene.foreign
    mirror = Scene(foreign, scene.town, {**scene.people, **foreign.people}, {**scene.things, **furnish(foreign)})
    prepared = [(town, prepare(town, birds)) for town in (scene.town, foreign)]
    for each in (scene, mirror):
        rare_rows(each, birds)
    birds.plant(to_be_shown=[entry for _, entries in prepared for entry in entries.values()])
    for town, entries in prepared:
        review(town, entries, birds)
    birds.plant(hidden=[entries["again"] for _, entries in prepared])
    roles = (*OWN_ROLES, "nachbaramt")
    clients = {role: Client() for role in ("anonym", *roles)}
    for role in roles:
        clients[role].force_login(User.objects.get(pk=scene.people[role].pk))  # type: ignore[union-attr]
    return Aviary(scene, mirror, birds, clients)


def rare_rows(scene: Scene, birds: Canaries) -> None:
    """What most towns do not have: a finished document, a notice that was sent, a sign-in service, an operator who may look in."""
    town, job = scene.town.municipality, scene.things["job"]
    other, wish = scene.foreign, scene.things["wish"]
    usecases.express_interest(wish, by=other["cdo"], municipality=other.municipality, **ANSWER_TO_WISH)
    called = scene.things["gate proposal"].use_case
    further = usecases.set_wish(called, by=scene.town["cdo"], values=WISH_OF_TOWN)
    today = timezone.localdate()
    usecases.open_call(further, by=scene.town["cdo"], text="Aufruf", opens_on=today, closes_on=today)
    text = f"%PDF-1.7 {birds.new('the document itself', town.pk)}".encode()
    key = f"vvt:{job.key}"
    pdf = jobs.store(key, text, filename="vvt.pdf", media_type="application/pdf", scope=job.scope)
    job.result = documents.keep(pdf)
    job.state = "done"
    job.save()
    VvtReport.objects.filter(job=job).update(document=job.result)
    sent = {"part": "first", "sent_at": timezone.now(), "at": timezone.now(), "by": scene.town["dsb"]}
    IncidentNotice.objects.create(incident=scene.things["incident"], target="dsgvo", **sent)
    SignInService.objects.create(municipality=town, issuer="https://anmeldung.example", client_id="register")
    operator: Any = scene.people["plattform"]
    accounts.grant_platform_access(
        town, by=scene.town["verwaltung"], operator=operator, reason="Hilfe", valid_until=timezone.localdate()
    )
    office = scene.town.departments["buergerbuero"]
    register.state_coverage(office, by=scene.town["cdo"], state="reported")
    register.reopen_coverage(office, by=scene.town["cdo"], reason="Ein Werkzeug kam dazu.")


def prepare(town: Town, birds: Canaries) -> dict[str, Entry]:
    """Entries whose texts are canaries because of what becomes of them."""
    unheard, withheld, redacted = (complete_system(town, name) for name in ("Übersetzung", "Dienstplan", "Zählung"))
    new = lambda place: birds.new(place, town.municipality.pk)  # noqa: E731
    partner = register.create_recipient(
        town.municipality,
        by=town["cdo"],
        name=new("recipient without opinion"),
        kind="processor",
        contract_date=date(2026, 1, 15),
    )
    register.set_recipients(unheard, by=town["fachamt"], recipients=[partner])
    reasons = {"dpia_reason": new("dpia_reason without opinion"), "ai_act_reason": new("ai_act_reason without opinion")}
    register.update(unheard, by=town["fachamt"], changes=reasons)
    register.update(withheld, by=town["fachamt"], changes={"provider": new("withheld provider")})
    items = [{"field": "provider", "reason": "Vergabe läuft"}]
    register.set_withheld(withheld, by=town["fachamt"], items=items)
    register.update(redacted, by=town["fachamt"], changes={"impact": new("redacted impact")})
    gone = complete_system(town, "Weggenommen")
    register.update(gone, by=town["fachamt"], changes={"impact": new("withdrawn impact")})
    draft_system(town, "Idee")
    again = published_system(town, "Terminvergabe")
    return {"unheard": unheard, "withheld": withheld, "redacted": redacted, "gone": gone, "again": again}


def review(town: Town, entries: dict[str, Entry], birds: Canaries) -> None:
    """Once more through all steps, with canaries in every text that the steps take."""
    new = lambda place: birds.new(place, town.municipality.pk)  # noqa: E731
    shown(entries["unheard"], town, result="not_needed", text=new("opinion not needed"))
    shown(entries["withheld"], town, result="with_remarks", text=new("opinion with remarks"))
    shown(entries["redacted"], town)
    entry = register.update(entries["redacted"], by=town["cdo"], changes={"impact": "Weniger Wege."})
    shown(entry, town, by="cdo")
    register.redact(entry, by=town["leitung"], number=1, reason="Personenbezug")
    shown(entries["gone"], town)
    register.withdraw(entries["gone"], by=town["cdo"], reason="Falsche Angabe")
    again = register.update(entries["again"], by=town["cdo"], changes={"goal": "Termine finden."})
    register.submit(again, by=town["cdo"], note=new("submission note"))
    register.comment(again, by=town["dsb"], field="goal", text=new("comment"))
    register.return_entry(again, by=town["dsb"], reason=new("return reason"))
    shown(again, town, by="cdo", result="rejects", text=new("rejecting opinion"), deviation=new("deviation"))
    register.suspend(again, by=town["cdo"], reason=new("reason of suspension"))
    register.confirm_measure(again.after_reviews.get(), by=town["leitung"], note=new("note of the after-review"))
    # Changed after it was published: what is in the draft now must not be seen.
    changes = {"impact": new("unreleased change"), "change_note": new("unreleased note")}
    register.update(again, by=town["cdo"], changes=changes)


def shown(
    entry: Entry, town: Town, *, by: str = "fachamt", result: str = "agrees", text: str = "", deviation: str = ""
) -> None:
    submission = register.submit(entry, by=town[by])
    if submission.needs_opinion:
        register.opine(entry, by=town["dsb"], result=result, text=text)
    register.release(entry, by=town["leitung"], deviation_reason=deviation)
    register.publish(entry, by=town["cdo"])


@pytest.fixture(scope="module")
def aviary(django_db_setup: None, django_db_blocker: Any) -> Iterator[Aviary]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_aviary()
        # Else the check at the end of each test would look at all these rows again.
        connection.check_constraints()
        yield made
        for document in StoredDocument.objects.all():
            document.file.delete(save=False)
        transaction.set_rollback(True)


def test_every_text_field_is_public_or_technical_or_carries_a_canary(aviary: Aviary) -> None:
    planted = {place.split(" ")[0] for place in aviary.canaries.places.values()}
    assert [
        f"{model._meta.label}.{column.name}"
        for model, column in text_fields()
        if not (is_listed(PUBLIC, model, column.name) or is_listed(TECHNICAL, model, column.name))
        and f"{model._meta.label}.{column.name}" not in planted
    ] == []


def test_the_tables_of_public_and_technical_fields_name_real_fields() -> None:
    labels = {model._meta.label: {c.name for c in model._meta.concrete_fields} for model, _ in text_fields()}
    named = [(label, names) for table in (PUBLIC, TECHNICAL) for label, names in table.items()]
    assert [(label, names - labels.get(label, set())) for label, names in named if label not in canaries._RELEASED] == [
        (label, set()) for label, _ in named if label not in canaries._RELEASED
    ]


@EVERY_ROW
def test_nothing_internal_is_shown_to_anybody_who_is_not_signed_in(aviary: Aviary, row: Row) -> None:
    hits = {hit for address in aviary.addresses(row) for hit in aviary.ask("anonym", address)}
    assert set(aviary.canaries.named(hits)) - BEHIND_A_SECRET.get(row.name, set()) == set()


def public_addresses(entry: Entry) -> Iterator[str]:
    """Every public address that an entry could have, whatever its state."""
    kind = KINDS[entry.kind]
    base = {"slug": entry.municipality.slug, "kind": kind, "entry": entry.slug}
    api = "api:system" if entry.kind == "system" else "api:dataset"
    yield reverse("public:entry", kwargs=base)
    yield reverse("public:versions", kwargs=base)
    yield reverse("public:entry-feed", kwargs=base)
    yield reverse("public:notices", kwargs=base)
    yield reverse("public:poster", kwargs=base)
    yield reverse(api, args=[entry.uuid])
    for number in (1, 2, 3):
        yield reverse("public:version", kwargs={**base, "number": number})
        yield reverse("public:difference", kwargs={**base, "number": number, "other": number - 1})
        yield reverse(f"{api}-version", args=[entry.uuid, number])


@pytest.mark.parametrize("state", [*Entry.ReviewState.values, "dataset"])
def test_no_public_address_of_an_entry_shows_what_is_internal(aviary: Aviary, state: str) -> None:
    wanted = {"kind": "dataset"} if state == "dataset" else {"kind": "system", "review_state": state}
    entries = Entry.objects.filter(**wanted).select_related("municipality")
    hits = {hit for entry in entries for address in public_addresses(entry) for hit in aviary.ask("anonym", address)}
    assert aviary.canaries.named(hits) == []


LISTS = (
    "/?q=System",
    "/?q=Neudorf",
    "/k/musterstadt/?kind=dataset",
    "/k/neudorf-an-der-au/",
    "/k/neudorf-an-der-au/feed.atom",
    "/api/v1/feed?municipality=057770123123&after=0&limit=500",
    "/api/v1/feed?municipality=091895103104&after=0&limit=500",
    "/api/v1/export.jsonl?municipality=057770123123",
    "/api/v1/export.jsonl",
    "/api/v1/systems/?q=Chatbot",
    "/katalog.jsonld",
)


@pytest.mark.parametrize("address", LISTS)
def test_no_public_list_shows_what_is_internal(aviary: Aviary, address: str) -> None:
    assert aviary.canaries.named(aviary.ask("anonym", address)) == []


def test_the_search_index_knows_no_internal_word(aviary: Aviary) -> None:
    indexed = " ".join(str(text) for text in PublicDocument.objects.values_list("search", flat=True)).encode()
    assert aviary.canaries.named(aviary.canaries.found_in(indexed)) == []


def report_hits(aviary: Aviary, edition: str) -> set[str]:
    """The canaries in what a report to the council says: the content that the PDF and the ODT are written from."""
    town = aviary.scene.town
    job = usecases.request_council_report(
        town.municipality, by=town["leitung"], edition=edition, since=date(2020, 1, 1), until=timezone.localdate()
    )
    written = council_text.write(job.data["content"])
    with ZipFile(BytesIO(written)) as package:
        return aviary.canaries.found_in(json.dumps(job.data).encode(), *map(package.read, package.namelist()))


def test_the_public_report_to_the_council_says_nothing_internal(aviary: Aviary) -> None:
    assert aviary.canaries.named(report_hits(aviary, "public")) == []


def test_the_inner_report_to_the_council_does_show_canaries(aviary: Aviary) -> None:
    """Drafts, use cases and incidents are in it, so the test above proves something; of the other town there is nothing."""
    hits = report_hits(aviary, "inner")
    rooms = {place.split(".")[0] for place in aviary.canaries.named(hits)}
    foreign = aviary.canaries.of_town(aviary.scene.foreign.municipality, hits)
    assert (rooms >= {"register", "usecases"}, foreign) == (True, set())


def test_an_inner_page_does_show_canaries(aviary: Aviary) -> None:
    """Otherwise the tests above would prove nothing."""
    address = reverse("register:entry", args=[aviary.scene.things["published"].uuid])
    assert aviary.ask("cdo", address) != set()


@EVERY_ROW
def test_people_of_one_town_read_nothing_internal_of_another(aviary: Aviary, row: Row) -> None:
    roles = [*OWN_ROLES, "nachbaramt"]
    asked = [(role, address) for address in aviary.addresses(row) for role in roles if row.opens]
    hits = {hit for role, address in asked for hit in aviary.ask(role, address)}
    foreign: Municipality = aviary.scene.foreign.municipality
    named = set(aviary.canaries.named(aviary.canaries.of_town(foreign, hits)))
    assert named - BEHIND_A_SECRET.get(row.name, set()) - SHOWN_TO_OTHERS.get(row.name, set()) == set()
