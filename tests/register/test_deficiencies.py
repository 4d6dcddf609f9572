"""Every contradiction is recorded as Mangel with its article, stands against the release, and closes by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, NotAllowed, Unmet
from register import services
from register.models import Deficiency, Entry
from register.rules.contradictions import MANGEL, rules
from register.services.deficiencies import reevaluate_all
from tests.world import Town, complete_system, published_system

pytestmark = pytest.mark.django_db

SPECIAL = {"has_special_categories": "yes", "special_categories": ["health"]}
ALONE = {"automated_decision": "with_authority", "dpia_state": "done"}
ABROAD = {"country": "IN", "third_country_basis": "missing"}
# Rule -> the fields that break it; "storage", "recipient" and "dataset" are values of a linked row.
CASES: dict[str, dict[str, Any]] = {
    "norm-missing": {"national_norm": ""},
    "legitimate-interest": {"gdpr_basis": ["6-1-f"], "public_task": "yes"},
    "personal-data-denied": {"personal_data_level": "none"},
    "special-without-exception": SPECIAL,
    "special-public-interest-norm": {
        **SPECIAL, "special_categories_basis": ["9-2-g"], "national_norm": "", "gdpr_basis": ["6-1-b"],
    },
    "special-denied": {**SPECIAL, "has_special_categories": "no", "special_categories_basis": ["9-2-h"]},
    "criminal-data-authority": {"special_data_kinds": ["criminal"], "ji_regime": "no"},
    "social-data-transfer": {
        "special_data_kinds": ["social"], "storage": {"country": "US", "third_country_basis": "scc"},
    },
    "licence-plates": {"special_data_kinds": ["licence_plates"], "national_norm": "", "gdpr_basis": ["6-1-b"]},
    "ji-without-norm": {"ji_regime": "offences"},
    "ji-with-gdpr-basis": {
        "ji_regime": "prosecution", "ji_norm": "§ 45 BDSG", "national_norm": "", "gdpr_basis": ["6-1-b"],
    },
    "ji-decision-without-authority": {
        "ji_regime": "prosecution", "ji_norm": "§ 45 BDSG", "automated_decision": "without_authority", "dpia_state": "done",
    },
    "decision-without-authority": {"automated_decision": "without_authority", "dpia_state": "done"},
    "decision-norm-missing": ALONE,
    "decision-discretion": {
        **ALONE, "automated_decision_norm": "§ 1 Beispielgesetz", "automated_decision_discretion": "yes",
    },
    "decision-special-categories": {
        **ALONE, **SPECIAL, "automated_decision_norm": "§ 1 Beispielgesetz", "special_categories_basis": ["9-2-h"],
    },
    "transfer-without-instrument": {"storage": ABROAD},
    "transfer-no-adequacy": {"storage": {**ABROAD, "third_country_basis": "adequacy"}},
    "transfer-derogation": {"storage": {**ABROAD, "third_country_basis": "derogation"}},
    "processor-without-contract": {"recipient": {"kind": "processor"}},
    "processor-trains": {"recipient": {"kind": "processor", "contract_date": "2026-01-01", "training_excluded": "no"}},
    "dpia-denied": {"ai_act_class": "HR_III"},
    "dpia-before-use": {"dpia_state": "needed"},
    "training-without-basis": {"training_on_inputs": "yes"},
}  # fmt: skip
EVERY_MANGEL = pytest.mark.parametrize("rule", CASES)


def broken_system(town: Town, rule: str) -> Entry:
    """A system, complete to be handed in, that breaks a rule."""
    entry, case = complete_system(town), dict(CASES[rule])
    storage, recipient = case.pop("storage", None), case.pop("recipient", None)
    if storage:
        place = services.create_storage(town.municipality, by=town["cdo"], name="Fern", kind="cloud", **storage)
        entry = services.set_storage(entry, by=town["fachamt"], locations=[place])
    if recipient:
        firm = services.create_recipient(town.municipality, by=town["cdo"], name="Firma", **recipient)
        entry = services.set_recipients(entry, by=town["fachamt"], recipients=[firm])
    services.update(entry, by=town["fachamt"], changes=case)
    return Entry.objects.get(pk=entry.pk)


def the_mangel(entry: Entry, rule: str = "norm-missing") -> Deficiency:
    return entry.deficiencies.get(rule=rule)


@pytest.fixture
def broken(musterstadt: Town) -> Entry:
    return broken_system(musterstadt, "norm-missing")


def test_every_mangel_of_the_table_has_a_case() -> None:
    assert CASES.keys() == {rule.id for rule in rules().values() if rule.severity == MANGEL}


def test_a_sound_system_has_no_mangel(complete: Entry) -> None:
    assert not complete.deficiencies.exists()


@EVERY_MANGEL
def test_a_contradiction_is_saved_and_recorded_with_its_article(musterstadt: Town, rule: str) -> None:
    assert the_mangel(broken_system(musterstadt, rule), rule).article == rules()[rule].article


@EVERY_MANGEL
def test_a_mangel_stands_against_the_release_with_its_article(musterstadt: Town, rule: str) -> None:
    entry = broken_system(musterstadt, rule)
    services.submit(entry, by=musterstadt["fachamt"])
    services.opine(entry, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(Unmet) as refused:
        services.release(entry, by=musterstadt["leitung"])
    assert rules()[rule].article in str(refused.value)


def test_an_editorial_release_is_refused_too(musterstadt: Town) -> None:
    entry = published_system(musterstadt)
    firm = services.create_recipient(
        musterstadt.municipality, by=musterstadt["cdo"], name="Firma", kind="processor", contract_date="2026-01-01"
    )
    entry = services.set_recipients(entry, by=musterstadt["cdo"], recipients=[firm])
    services.submit(entry, by=musterstadt["cdo"])
    services.opine(entry, by=musterstadt["dsb"], result="agrees")
    services.release(entry, by=musterstadt["leitung"])
    services.update(Entry.objects.get(pk=entry.pk), by=musterstadt["fachamt"], changes={"impact": "Weniger Wege."})
    services.update_recipient(firm, by=musterstadt["cdo"], changes={"contract_date": None})
    services.submit(entry, by=musterstadt["fachamt"])
    with pytest.raises(Unmet, match=r"Art\. 28 Abs\. 3 DSGVO"):
        services.release(entry, by=musterstadt["cdo"])


def test_correcting_the_value_closes_the_mangel_with_a_note(musterstadt: Town, broken: Entry) -> None:
    services.update(broken, by=musterstadt["fachamt"], changes={"national_norm": "§ 3 LDSG"})
    mangel = the_mangel(broken)
    assert (mangel.state, mangel.closing_note) == ("remedied", "Die Angaben widersprechen sich nicht mehr.")


def test_a_contract_entered_at_the_recipient_closes_the_mangel_of_its_systems(musterstadt: Town) -> None:
    entry = broken_system(musterstadt, "processor-without-contract")
    firm = entry.system.recipient_links.get().recipient
    services.update_recipient(firm, by=musterstadt["cdo"], changes={"contract_date": timezone.localdate()})
    assert the_mangel(entry, "processor-without-contract").state == "remedied"


def statements_of_judging(town: Town) -> int:
    systems = Entry.objects.systems().filter(municipality=town.municipality)
    with CaptureQueriesContext(connection) as captured:
        reevaluate_all(systems, by=town["cdo"])
    return len(captured)


def test_three_systems_are_judged_with_as_many_statements_as_one(musterstadt: Town, complete: Entry) -> None:
    one = statements_of_judging(musterstadt)
    for name in ("Zweites", "Drittes"):
        complete_system(musterstadt, name)
    assert statements_of_judging(musterstadt) == one


def test_the_same_contradiction_is_recorded_once(musterstadt: Town, broken: Entry) -> None:
    services.update(broken, by=musterstadt["fachamt"], changes={"goal": "Anders"})
    assert broken.deficiencies.count() == 1


def test_a_contradiction_that_comes_back_is_a_new_mangel(musterstadt: Town, broken: Entry) -> None:
    for norm in ("§ 3 LDSG", ""):
        services.update(Entry.objects.get(pk=broken.pk), by=musterstadt["fachamt"], changes={"national_norm": norm})
    assert [row.state for row in broken.deficiencies.order_by("pk")] == ["remedied", "open"]


def test_dsb_and_leitung_learn_of_a_mangel_in_use(musterstadt: Town, broken: Entry) -> None:
    told = [
        musterstadt[role].notifications.filter(text__contains="hat einen Mangel").count() for role in ("dsb", "leitung")
    ]
    assert told == [1, 1]


def test_a_public_entry_stays_public_when_it_turns_out_unlawful(musterstadt: Town, published: Entry) -> None:
    services.update(published, by=musterstadt["fachamt"], changes={"national_norm": ""})
    assert Entry.objects.filter(pk=published.pk, public__isnull=False, deficiencies__state="open").exists()


def plan(town: Town, entry: Entry, **about: Any) -> Deficiency:
    """What is done about the Mangel, by whom and until when."""
    values = {"measure": "Norm suchen", "responsible": town["fachamt"], "due": timezone.localdate(), **about}
    return services.plan_measure(the_mangel(entry), by=town["cdo"], **values)


def test_the_form_of_a_measure_needs_person_and_date(musterstadt: Town, broken: Entry, client: Client) -> None:
    client.force_login(musterstadt["cdo"])
    mangel = the_mangel(broken)
    answer = client.post(mangel.get_absolute_url(), {"version": mangel.version, "measure": "Norm suchen"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"responsible", "due"})


def test_a_measure_needs_a_date_to_come(musterstadt: Town, broken: Entry) -> None:
    with pytest.raises(ValidationError, match="schon vorbei"):
        plan(musterstadt, broken, due=timezone.localdate() - timedelta(days=1))


def test_a_date_gone_by_may_stay_with_another_person(musterstadt: Town, broken: Entry) -> None:
    past = timezone.localdate() - timedelta(days=1)
    Deficiency.objects.filter(pk=the_mangel(broken).pk).update(due=past)
    assert plan(musterstadt, broken, due=past).due == past


def test_a_mangel_without_person_and_date_stays_in_the_list(musterstadt: Town, broken: Entry, client: Client) -> None:
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("register:deficiencies")).content.decode()
    assert ("noch niemand" in page, "ohne Frist" in page) == (True, True)


def test_a_mangel_in_work_still_stands_against_the_release(musterstadt: Town, broken: Entry) -> None:
    plan(musterstadt, broken)
    services.submit(broken, by=musterstadt["fachamt"])
    services.opine(broken, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(Unmet):
        services.release(broken, by=musterstadt["leitung"])


def test_a_person_of_another_town_cannot_be_responsible(musterstadt: Town, neudorf: Town, broken: Entry) -> None:
    with pytest.raises(ValidationError):
        plan(musterstadt, broken, responsible=neudorf["cdo"])


def test_a_later_version_is_not_overwritten(musterstadt: Town, broken: Entry) -> None:
    plan(musterstadt, broken)
    with pytest.raises(Conflict):
        plan(musterstadt, broken, version=1)


def let_go(town: Town, entry: Entry, *, agrees: bool = True) -> None:
    services.propose_dismissal(the_mangel(entry), by=town["cdo"], reason="Die Norm steht in der Satzung.")
    services.decide_dismissal(the_mangel(entry), by=town["leitung"], agrees=agrees)


def test_a_second_person_lets_a_mangel_go_and_the_release_is_free(musterstadt: Town, broken: Entry) -> None:
    let_go(musterstadt, broken)
    services.submit(broken, by=musterstadt["fachamt"])
    services.opine(broken, by=musterstadt["dsb"], result="agrees")
    assert services.release(broken, by=musterstadt["leitung"])


def test_a_mangel_let_go_stays_so_while_its_facts_stay(musterstadt: Town, broken: Entry) -> None:
    let_go(musterstadt, broken)
    services.update(Entry.objects.get(pk=broken.pk), by=musterstadt["fachamt"], changes={"goal": "Anders"})
    assert [row.state for row in broken.deficiencies.all()] == ["not_applicable"]


def test_a_mangel_let_go_comes_back_when_its_facts_change(musterstadt: Town, broken: Entry) -> None:
    let_go(musterstadt, broken)
    services.update(Entry.objects.get(pk=broken.pk), by=musterstadt["fachamt"], changes={"gdpr_basis": ["6-1-c"]})
    assert broken.deficiencies.filter(state="open").exists()


def test_nobody_decides_on_their_own_proposal(musterstadt: Town, broken: Entry) -> None:
    mangel = the_mangel(broken)
    Deficiency.objects.filter(pk=mangel.pk).update(dismissal_by=musterstadt["leitung"], dismissal_reason="Grund")
    with pytest.raises(NotAllowed):
        services.decide_dismissal(mangel, by=musterstadt["leitung"], agrees=True)


def test_a_refused_proposal_leaves_the_mangel_open(musterstadt: Town, broken: Entry) -> None:
    let_go(musterstadt, broken, agrees=False)
    assert the_mangel(broken).is_active


def test_the_clock_reminds_the_responsible_person_once_a_week(musterstadt: Town, broken: Entry) -> None:
    plan(musterstadt, broken)
    Deficiency.objects.filter(entry=broken).update(due=timezone.localdate() - timedelta(days=1))
    assert [services.remind_of_deficiencies(), services.remind_of_deficiencies()] == [1, 0]


def test_saving_shows_the_contradictions_above_the_form_with_links(musterstadt: Town, client: Client) -> None:
    entry = complete_system(musterstadt)
    client.force_login(musterstadt["fachamt"])
    address = reverse("register:section", args=[entry.uuid, "dsgvo-einstufung"])
    form = client.get(address).context["form"]
    values = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    answer = client.post(address, values | {"national_norm": ""}, follow=True)
    page = answer.content.decode()
    assert (answer.status_code, "Art. 6 Abs. 3 DSGVO" in page, "#id_national_norm" in page) == (200, True, True)


@pytest.mark.parametrize("name", ["entry", "check", "review"])
def test_entry_check_and_review_name_the_mangel(musterstadt: Town, broken: Entry, client: Client, name: str) -> None:
    client.force_login(musterstadt["cdo"])
    assert "Art. 6 Abs. 3 DSGVO" in client.get(reverse(f"register:{name}", args=[broken.uuid])).content.decode()


@pytest.mark.parametrize("role", ["fachamt", "cdo", "dsb", "leitung"])
def test_the_start_page_begins_with_a_mangel_in_use(
    musterstadt: Town, broken: Entry, client: Client, role: str
) -> None:
    client.force_login(musterstadt[role])
    groups = client.get(reverse("register:start")).context["groups"]
    assert groups[0]["title"] == "Mängel in laufenden Systemen: beheben oder aussetzen"


def groups_of(client: Client) -> dict[str, list[dict[str, Any]]]:
    return {group["title"]: group["tasks"] for group in client.get(reverse("register:start")).context["groups"]}


def judged(musterstadt: Town, entry: Entry) -> Entry:
    services.submit(entry, by=musterstadt["fachamt"])
    services.opine(entry, by=musterstadt["dsb"], result="agrees")
    return Entry.objects.get(pk=entry.pk)


def test_what_a_mangel_stands_against_is_not_offered_for_release(
    musterstadt: Town, broken: Entry, client: Client
) -> None:
    judged(musterstadt, broken)
    client.force_login(musterstadt["leitung"])
    assert "Warten auf Ihre Freigabe" not in groups_of(client)


def test_what_a_mangel_stands_against_is_listed_as_blocked_with_the_mangel(
    musterstadt: Town, broken: Entry, client: Client
) -> None:
    judged(musterstadt, broken)
    client.force_login(musterstadt["leitung"])
    (task,) = groups_of(client)["Gesperrt, bis der Mangel behoben ist"]
    mangel = the_mangel(broken)
    assert (task["url"], mangel.title in task["hint"]) == (mangel.get_absolute_url(), True)


def test_a_sound_entry_is_offered_for_release(musterstadt: Town, complete: Entry, client: Client) -> None:
    judged(musterstadt, complete)
    client.force_login(musterstadt["leitung"])
    assert [task["label"] for task in groups_of(client)["Warten auf Ihre Freigabe"]] == [complete.name]


@pytest.mark.parametrize("page", ["entry", "mangel"])
def test_who_may_not_suspend_reads_who_may(musterstadt: Town, broken: Entry, client: Client, page: str) -> None:
    client.force_login(musterstadt["fachamt"])
    url = (broken if page == "entry" else the_mangel(broken)).get_absolute_url()
    shown = client.get(url).content.decode()
    assert all(str(musterstadt[role]) in shown for role in ("cdo", "leitung"))


def test_who_may_suspend_gets_the_way_instead_of_names(musterstadt: Town, broken: Entry, client: Client) -> None:
    client.force_login(musterstadt["cdo"])
    shown = client.get(broken.get_absolute_url()).content.decode()
    assert ("Zum Aussetzen" in shown, "Aussetzen können:" in shown) == (True, False)


def test_the_list_of_systems_marks_a_mangel(musterstadt: Town, broken: Entry, client: Client) -> None:
    client.force_login(musterstadt["cdo"])
    rows = client.get(reverse("register:systems")).context["rows"]
    assert [row["mangel"] for row in rows] == ["danger"]
