"""Processing activities: numbers, rights, conflicts, systems and earlier days."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance import services
from compliance.models import ActivitySystem, ActivityVersion, ProcessingActivity, VvtDeclaration
from core.errors import Conflict, NotAllowed
from core.models import AuditStream
from register import services as register
from register.models import Entry
from tests.world import complete_system, submitted_system


def activity_of(town, title="Wohngeld bearbeiten", *, by="cdo", department="buergerbuero", **values):
    return services.create_activity(
        town.municipality, by=town[by], title=title, department=town.departments.get(department), values=values
    )


def test_numbers_run_without_a_gap_in_each_municipality(musterstadt, neudorf):
    references = [activity_of(town, f"Tätigkeit {at}").reference for at in (1, 2) for town in (musterstadt, neudorf)]
    assert references == ["VVT-0001", "VVT-0001", "VVT-0002", "VVT-0002"]


def test_a_refused_activity_takes_no_number(musterstadt):
    with pytest.raises(ValidationError):
        activity_of(musterstadt, external_url="javascript:alert(1)")
    assert activity_of(musterstadt).reference == "VVT-0001"


def test_every_field_of_the_table_can_be_set(musterstadt):
    values = {
        info.key: list(info.choices)[:1] if info.kind == "choices" else next(iter(info.choices), "Text")
        for info in services.ACTIVITY_FIELDS
        if info.kind in ("text", "choice", "choices") and info.key != "title"
    }
    activity = activity_of(musterstadt, **values)
    assert {key: getattr(activity, key) for key in values} == values


def test_an_unknown_field_is_a_mistake_of_the_program(musterstadt):
    with pytest.raises(KeyError):
        activity_of(musterstadt, number=7)


def test_a_text_that_is_too_long_is_refused_with_its_field(musterstadt):
    with pytest.raises(ValidationError) as refused:
        activity_of(musterstadt, purposes="x" * 5001)
    assert set(refused.value.message_dict) == {"purposes"}


def test_an_office_may_not_write_into_another_office(musterstadt):
    with pytest.raises(NotAllowed):
        activity_of(musterstadt, by="fachamt", department="tiefbau")


def test_an_office_may_not_write_for_the_whole_town(musterstadt):
    with pytest.raises(NotAllowed):
        activity_of(musterstadt, by="fachamt", department="keins")


def test_an_office_may_not_move_an_activity_to_another_office(musterstadt):
    activity = activity_of(musterstadt, by="fachamt")
    with pytest.raises(NotAllowed):
        services.update_activity(
            activity, by=musterstadt["fachamt"], changes={"department": musterstadt.departments["tiefbau"]}
        )


def test_an_office_sees_only_its_own_activities(musterstadt):
    activity_of(musterstadt, "Wohngeld")
    activity_of(musterstadt, "Straßenaufbruch", department="tiefbau")
    activity_of(musterstadt, "Ohne Amt", department="keins")
    seen = ProcessingActivity.objects.visible_to(musterstadt["fachamt"])
    assert [activity.title for activity in seen] == ["Wohngeld"]


def test_a_stranger_sees_no_activity(musterstadt, neudorf):
    activity_of(musterstadt)
    assert not ProcessingActivity.objects.visible_to(neudorf["cdo"]).exists()


@pytest.mark.parametrize(
    ("role", "may"),
    [("fachamt", True), ("cdo", True), ("dsb", False), ("leitung", False), ("revision", False), ("verwaltung", False)],
)
def test_only_offices_and_the_cdo_write_sheets(musterstadt, role, may):
    activity = activity_of(musterstadt)
    try:
        services.update_activity(activity, by=musterstadt[role], changes={"purposes": "Neu"})
    except NotAllowed:
        assert not may
    else:
        assert may


def test_a_stale_form_is_a_conflict_that_names_the_other_person(musterstadt):
    activity = activity_of(musterstadt)
    services.update_activity(activity, by=musterstadt["fachamt"], changes={"purposes": "Neu"}, version=1)
    with pytest.raises(Conflict, match="Fachamt Musterstadt"):
        services.update_activity(activity, by=musterstadt["cdo"], changes={"purposes": "Anders"}, version=1)


def test_saving_without_a_change_counts_nothing(musterstadt):
    activity = activity_of(musterstadt, purposes="Gleich")
    services.update_activity(activity, by=musterstadt["cdo"], changes={"purposes": "Gleich"})
    assert ActivityVersion.objects.filter(activity=activity).count() == 1


def test_every_change_leaves_a_version_that_nobody_can_rewrite(musterstadt):
    activity_of(musterstadt)
    with pytest.raises(DatabaseError), transaction.atomic():
        ActivityVersion.objects.update(content="{}")


def test_an_end_in_the_future_is_refused(musterstadt):
    with pytest.raises(ValidationError, match="Zukunft"):
        services.end_activity(activity_of(musterstadt), by=musterstadt["cdo"], ended_on=date(2999, 1, 1))


def test_an_activity_can_only_end_once(musterstadt):
    ended = services.end_activity(activity_of(musterstadt), by=musterstadt["cdo"], ended_on=date(2026, 1, 1))
    with pytest.raises(Conflict):
        services.end_activity(ended, by=musterstadt["cdo"], ended_on=date(2026, 1, 2))


def test_a_sheet_from_a_system_says_what_the_register_says(musterstadt):
    entry = complete_system(musterstadt)
    activity = services.activity_from_system(entry, by=musterstadt["fachamt"])
    assert (activity.purposes, activity.legal_basis, activity.gdpr_basis, activity.retention) == (
        "Auskünfte rund um die Uhr geben.",
        "§ 3 Landesdatenschutzgesetz\nAuskunftspflicht nach der Gemeindeordnung",
        ["6-1-e"],
        "30 Tage",
    )


def test_what_the_register_does_not_say_is_not_invented(draft, musterstadt):
    activity = services.activity_from_system(draft, by=musterstadt["fachamt"])
    assert (activity.purposes, activity.third_country, activity.recipients_external) == ("", "", "")


def test_a_storage_location_abroad_is_named_as_transfer(musterstadt, draft):
    abroad = register.create_storage(
        musterstadt.municipality,
        by=musterstadt["cdo"],
        name="Region Ost",
        kind="cloud",
        country="US",
        third_country_basis="adequacy",
    )
    entry = register.set_storage(draft, by=musterstadt["fachamt"], locations=[abroad])
    activity = services.activity_from_system(entry, by=musterstadt["fachamt"])
    assert (activity.third_country, activity.third_country_details) == (
        "takes_place",
        "Region Ost, Vereinigte Staaten: Angemessenheitsbeschluss (Art. 45 DSGVO)",
    )


def test_a_system_of_another_municipality_cannot_be_linked(musterstadt, neudorf):
    foreign = complete_system(neudorf)
    with pytest.raises(NotAllowed):
        services.link_system(activity_of(musterstadt), by=musterstadt["cdo"], entry=foreign)


def test_a_dataset_cannot_be_linked(musterstadt):
    complete_system(musterstadt)
    dataset = Entry.objects.datasets().get()
    with pytest.raises(NotAllowed):
        services.link_system(activity_of(musterstadt), by=musterstadt["cdo"], entry=dataset)


def test_linking_hands_the_rights_down_to_the_entry(musterstadt):
    entry = complete_system(musterstadt)
    services.activity_from_system(entry, by=musterstadt["fachamt"])
    block = entry.blocks.get(name="rights").data
    assert (block["processing"][0]["purposes"], block["rights"][0]["article"]) == (
        "Auskünfte rund um die Uhr geben.",
        "Art. 15 DSGVO",
    )


def test_the_rights_tell_citizens_nothing_internal(musterstadt):
    entry = complete_system(musterstadt)
    services.activity_from_system(entry, by=musterstadt["fachamt"])
    assert "KANARIENVOGEL" not in str(entry.blocks.get(name="rights").data)


def test_the_rights_wait_while_the_entry_is_in_review(musterstadt):
    entry = submitted_system(musterstadt)
    services.link_system(activity_of(musterstadt), by=musterstadt["fachamt"], entry=entry)
    assert (ActivitySystem.objects.get().rights_pending, entry.blocks.exists()) == (True, False)


def test_waiting_rights_can_be_handed_down_later(musterstadt):
    entry = submitted_system(musterstadt)
    activity = services.link_system(activity_of(musterstadt), by=musterstadt["fachamt"], entry=entry)
    register.recall(entry, by=musterstadt["fachamt"])
    assert services.hand_down_rights(activity, by=musterstadt["fachamt"]) == 0


def test_entries_are_locked_before_the_audit_stream(musterstadt):
    """The register locks in this order; the other way round two people could wait for each other."""
    activity = services.activity_from_system(complete_system(musterstadt), by=musterstadt["fachamt"])
    with CaptureQueriesContext(connection) as seen:
        services.update_activity(activity, by=musterstadt["fachamt"], changes={"purposes": "Neu"})
    locks = [query["sql"] for query in seen.captured_queries if "FOR UPDATE" in query["sql"]]
    tables = [sql.split(' FROM "')[1].split('"')[0] for sql in locks]
    assert tables.index("register_entry") < tables.index(AuditStream._meta.db_table)


def test_the_rights_vanish_with_the_last_link(musterstadt):
    entry = complete_system(musterstadt)
    activity = services.activity_from_system(entry, by=musterstadt["fachamt"])
    services.unlink_system(activity, by=musterstadt["fachamt"], entry=entry)
    assert not entry.blocks.exists()


def test_the_rights_vanish_when_the_activity_ends(musterstadt):
    entry = complete_system(musterstadt)
    activity = services.activity_from_system(entry, by=musterstadt["fachamt"])
    services.end_activity(activity, by=musterstadt["fachamt"], ended_on=date(2026, 1, 1))
    assert not entry.blocks.exists()


def test_only_who_writes_for_the_whole_town_declares_it_complete(musterstadt):
    with pytest.raises(NotAllowed):
        services.declare_complete(musterstadt.municipality, by=musterstadt["fachamt"], is_complete=True)


def test_a_declaration_names_who_made_it(musterstadt):
    services.declare_complete(musterstadt.municipality, by=musterstadt["cdo"], is_complete=True)
    assert VvtDeclaration.objects.get().declared_by == musterstadt["cdo"]
