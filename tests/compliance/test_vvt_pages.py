"""The pages of the Verarbeitungsverzeichnis, as people in their roles meet them."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance import services
from compliance.models import ActivitySystem, ProcessingActivity, VvtReport
from core import jobs
from core.models import Job
from register import services as register
from register.models import Entry
from tests.compliance.test_activities import activity_of
from tests.compliance.test_vvt_pdf import media  # noqa: F401 - nothing is written into the program's own folder
from tests.world import CANARY, complete_system, submitted_system

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"compliance:{name}", args=args)


@pytest.fixture
def cdo(client, musterstadt):
    client.force_login(musterstadt["cdo"])
    return client


@pytest.fixture
def dsb(client, musterstadt):
    client.force_login(musterstadt["dsb"])
    return client


def form_of(activity, **changes):
    """What a browser sends when somebody opens the form and changes a few fields."""
    values = {"version": activity.version}
    for info in services.ACTIVITY_FIELDS:
        value = getattr(activity, f"{info.key}_id" if info.kind == "department" else info.key)
        values[info.key] = value.strftime("%d.%m.%Y") if isinstance(value, date) else value if value is not None else ""
    return values | changes


@pytest.mark.parametrize(
    "name",
    [
        "activities",
        "activity-new",
        "activity-from-system",
        "vvt-declare",
        "vvt-reports",
        "vvt-request",
    ],
)
def test_nobody_gets_in_without_signing_in(client, name):
    assert client.get(address(name)).url.startswith("/anmelden/")


def test_the_list_shows_number_title_and_what_is_open(cdo, musterstadt):
    activity_of(musterstadt)
    page = cdo.get(address("activities")).content.decode()
    assert ("VVT-0001" in page, "Wohngeld bearbeiten" in page) == (True, True)


@pytest.mark.parametrize(("query", "found"), [("wohn", True), ("VVT-0001", True), ("1", True), ("Hundesteuer", False)])
def test_the_search_finds_titles_and_numbers(cdo, musterstadt, query, found):
    activity_of(musterstadt)
    assert ("Wohngeld bearbeiten" in cdo.get(address("activities"), {"q": query}).content.decode()) is found


def test_the_list_can_be_narrowed_to_an_office(cdo, musterstadt):
    activity_of(musterstadt, "Wohngeld")
    activity_of(musterstadt, "Straßenaufbruch", department="tiefbau")
    page = cdo.get(address("activities"), {"department": musterstadt.departments["tiefbau"].pk}).content.decode()
    assert ("Straßenaufbruch" in page, "/vvt/" in page, ">Wohngeld<" in page) == (True, True, False)


def test_the_list_can_be_narrowed_to_ended_activities(cdo, musterstadt):
    services.end_activity(activity_of(musterstadt, "Alt"), by=musterstadt["cdo"], ended_on=date(2026, 1, 1))
    activity_of(musterstadt, "Laufend")
    page = cdo.get(address("activities"), {"state": "ended"}).content.decode()
    assert (">Alt<" in page, ">Laufend<" in page) == (True, False)


def test_the_list_asks_the_database_the_same_number_of_times(cdo, musterstadt, django_assert_max_num_queries):
    for number in range(60):
        activity_of(musterstadt, f"Tätigkeit {number}")
    with django_assert_max_num_queries(20):
        cdo.get(address("activities"))


def test_the_next_page_goes_on_where_the_first_ended(cdo, musterstadt):
    for number in range(51):
        activity_of(musterstadt, f"Tätigkeit {number}")
    first = cdo.get(address("activities"))
    second = cdo.get(address("activities") + first.context["next_url"]).content.decode()
    assert ("VVT-0051" in second, "VVT-0050" in second) == (True, False)


def test_a_new_activity_leads_to_its_form(cdo, musterstadt):
    answer = cdo.post(address("activity-new"), {"title": "Hundesteuer", "department": ""})
    assert answer.url == address("activity-edit", ProcessingActivity.objects.get().uuid)


def test_a_new_activity_without_a_title_is_refused_at_the_field(cdo, musterstadt):
    answer = cdo.post(address("activity-new"), {"title": ""})
    assert (answer.status_code, "title" in answer.context["form"].errors) == (422, True)


def test_an_office_cannot_choose_another_office(client, musterstadt):
    client.force_login(musterstadt["fachamt"])
    answer = client.post(
        address("activity-new"), {"title": "Fremd", "department": musterstadt.departments["tiefbau"].pk}
    )
    assert (answer.status_code, ProcessingActivity.objects.count()) == (422, 0)


def test_the_form_saves_what_was_typed(cdo, musterstadt):
    activity = activity_of(musterstadt)
    sent = form_of(activity, purposes="Erste Zeile\r\nzweite", gdpr_basis=["6-1-c", "6-1-e"], introduced_on="1.2.26")
    cdo.post(address("activity-edit", activity.uuid), sent)
    activity.refresh_from_db()
    assert (activity.purposes, activity.gdpr_basis, activity.introduced_on) == (
        "Erste Zeile\nzweite",
        ["6-1-c", "6-1-e"],
        date(2026, 2, 1),
    )


def test_saving_the_form_untouched_changes_nothing(cdo, musterstadt):
    activity = activity_of(musterstadt, purposes="Zweck", gdpr_basis=["6-1-e"], third_country="none")
    cdo.post(address("activity-edit", activity.uuid), form_of(activity))
    activity.refresh_from_db()
    assert activity.version == 1


def test_a_stale_form_keeps_what_was_typed(cdo, musterstadt):
    activity = activity_of(musterstadt)
    sent = form_of(activity, purposes="Meine Fassung")
    services.update_activity(activity, by=musterstadt["fachamt"], changes={"purposes": "Andere Fassung"})
    answer = cdo.post(address("activity-edit", activity.uuid), sent)
    assert (answer.status_code, "Meine Fassung" in answer.content.decode()) == (409, True)


def test_after_a_conflict_saving_again_is_a_decision(cdo, musterstadt):
    activity = activity_of(musterstadt)
    sent = form_of(activity, purposes="Meine Fassung")
    services.update_activity(activity, by=musterstadt["fachamt"], changes={"purposes": "Andere Fassung"})
    shown = cdo.post(address("activity-edit", activity.uuid), sent).context["form"]
    cdo.post(address("activity-edit", activity.uuid), {**sent, "version": shown["version"].value()})
    activity.refresh_from_db()
    assert activity.purposes == "Meine Fassung"


def test_a_script_as_address_is_refused(cdo, musterstadt):
    activity = activity_of(musterstadt)
    answer = cdo.post(address("activity-edit", activity.uuid), form_of(activity, external_url="javascript:alert(1)"))
    assert (answer.status_code, "external_url" in answer.context["form"].errors) == (422, True)


@pytest.mark.parametrize(
    "name",
    ["activity", "activity-edit", "activity-end", "activity-reopen", "activity-link"],
)
def test_a_stranger_cannot_tell_that_an_activity_exists(client, musterstadt, neudorf, name):
    activity = activity_of(musterstadt)
    client.force_login(neudorf["cdo"])
    assert client.get(address(name, activity.uuid)).status_code == 404


def test_the_dsb_reads_and_does_not_write(dsb, musterstadt):
    activity = activity_of(musterstadt)
    codes = [
        dsb.get(address(name, activity.uuid)).status_code for name in ("activity", "activity-edit", "activity-end")
    ]
    assert codes == [200, 403, 403]


def test_a_system_becomes_an_activity_with_two_clicks(cdo, musterstadt):
    entry = complete_system(musterstadt)
    cdo.post(address("activity-from-system"), {"system": str(entry.uuid)})
    assert ProcessingActivity.objects.get().purposes == "Auskünfte rund um die Uhr geben."


def test_a_foreign_system_cannot_be_chosen(cdo, neudorf):
    entry = complete_system(neudorf)
    answer = cdo.post(address("activity-from-system"), {"system": str(entry.uuid)})
    assert (answer.status_code, ProcessingActivity.objects.count()) == (422, 0)


def test_linking_a_system_in_review_says_that_the_rights_wait(cdo, musterstadt):
    activity, entry = activity_of(musterstadt), submitted_system(musterstadt)
    page = cdo.post(address("activity-link", activity.uuid), {"system": str(entry.uuid)}, follow=True).content.decode()
    assert "nachgereicht" in page


def test_waiting_rights_are_handed_down_with_one_button(cdo, musterstadt):
    activity, entry = activity_of(musterstadt), submitted_system(musterstadt)
    services.link_system(activity, by=musterstadt["cdo"], entry=entry)
    register.recall(entry, by=musterstadt["cdo"])
    cdo.post(address("activity-rights", activity.uuid))
    assert (ActivitySystem.objects.get().rights_pending, entry.blocks.exists()) == (False, True)


def test_a_link_can_be_taken_away(cdo, musterstadt):
    entry = complete_system(musterstadt)
    activity = services.activity_from_system(entry, by=musterstadt["cdo"])
    cdo.post(address("activity-unlink", activity.uuid, entry.uuid), {"version": activity.version})
    assert not ActivitySystem.objects.exists()


def test_an_activity_ends_and_goes_on(cdo, musterstadt):
    activity = activity_of(musterstadt)
    cdo.post(address("activity-end", activity.uuid), {"ended_on": "01.02.2026", "version": 1})
    cdo.post(address("activity-reopen", activity.uuid), {"version": 2})
    activity.refresh_from_db()
    assert (activity.state, activity.version) == ("active", 3)


def test_an_earlier_state_can_be_read(cdo, musterstadt):
    activity = activity_of(musterstadt, purposes="Alter Zweck")
    services.update_activity(activity, by=musterstadt["cdo"], changes={"purposes": "Neuer Zweck"})
    page = cdo.get(address("activity-version", activity.uuid, 1)).content.decode()
    assert ("Alter Zweck" in page, "Neuer Zweck" in page) == (True, False)


def test_the_declaration_is_a_question_with_two_answers(cdo, musterstadt):
    cdo.post(address("vvt-declare"), {"is_complete": "ja"})
    assert musterstadt.municipality.vvt_declaration.is_complete


def test_asking_for_the_document_leads_to_a_page_to_come_back_to(dsb, musterstadt):
    activity_of(musterstadt)
    answer = dsb.post(address("vvt-request"), {"as_of": date.today().strftime("%d.%m.%Y"), "department": ""})
    assert answer.url == VvtReport.objects.get().get_absolute_url()


def test_a_day_to_come_is_refused_at_the_field(dsb, musterstadt):
    activity_of(musterstadt)
    answer = dsb.post(address("vvt-request"), {"as_of": "01.01.2999"})
    assert (answer.status_code, "as_of" in answer.context["form"].errors) == (422, True)


@pytest.fixture
def report(musterstadt) -> VvtReport:
    activity_of(musterstadt)
    job = services.request_vvt(musterstadt.municipality, by=musterstadt["dsb"])
    return VvtReport.objects.get(job=job)


@pytest.fixture
def finished(report) -> VvtReport:
    jobs.run(report.job_id)
    report.refresh_from_db()
    return report


def test_while_the_worker_works_the_page_shows_how_far_it_is(dsb, report):
    page = dsb.get(report.get_absolute_url()).content.decode()
    assert ("<progress" in page, address("vvt-status", report.uuid) in page) == (True, True)


def test_the_finished_document_stands_on_its_page_with_its_checksum(dsb, finished):
    assert finished.document.sha256 in dsb.get(finished.get_absolute_url()).content.decode()


def test_the_list_of_documents_names_day_and_checksum(dsb, finished):
    page = dsb.get(address("vvt-reports")).content.decode()
    assert (finished.as_of.strftime("%d.%m.%Y") in page, finished.document.sha256 in page) == (True, True)


def test_the_list_of_documents_offers_the_same_content_as_xlsx_and_odt(dsb, finished):
    page = dsb.get(address("vvt-reports")).content.decode()
    assert all(address("vvt-download-other", finished.uuid, kind) in page for kind in ("xlsx", "odt"))


def test_the_form_for_commissioned_processing_says_what_belongs_there(cdo):
    page = cdo.get(address("commissioned-new")).content.decode()
    assert ("Art. 30 Abs. 2 DSGVO" in page, address("activity-from-system") in page) == (True, False)


def test_the_document_comes_as_a_file_that_nobody_keeps(dsb, finished):
    answer = dsb.get(address("vvt-download", finished.uuid))
    assert (answer["Content-Type"], answer["Cache-Control"], answer["Content-Disposition"].split(";")[0]) == (
        "application/pdf",
        "no-store",
        "attachment",
    )


def test_the_answer_carries_no_tag_that_gives_the_content_away(dsb, finished):
    assert "ETag" not in dsb.get(address("vvt-download", finished.uuid))


def test_an_unfinished_document_cannot_be_downloaded(dsb, report):
    assert dsb.get(address("vvt-download", report.uuid)).status_code == 404


@pytest.mark.parametrize("role", ["fachamt", "verwaltung"])
def test_who_may_not_read_the_whole_gets_no_file(client, musterstadt, finished, role):
    client.force_login(musterstadt[role])
    assert client.get(address("vvt-download", finished.uuid)).status_code == 404


def test_who_asked_and_then_lost_the_role_gets_no_file(client, musterstadt, finished):
    musterstadt["dsb"].memberships.update(ended_at=timezone.now())
    client.force_login(musterstadt["dsb"])
    assert client.get(reverse("core:job-result", args=[finished.job_id]), follow=True).status_code == 404


def test_a_failed_document_can_be_asked_for_again(dsb, report):
    Job.objects.filter(pk=report.job_id).update(state=Job.State.FAILED, error="Kein Platz.")
    dsb.post(address("vvt-retry", report.uuid))
    report.job.refresh_from_db()
    assert report.job.state == Job.State.PENDING


def test_a_stranger_and_a_made_up_document_get_the_same_answer(client, neudorf, finished):
    client.force_login(neudorf["dsb"])
    real = client.get(address("vvt-download", finished.uuid))
    assert (real.status_code, client.get(address("vvt-download", uuid4())).status_code) == (404, 404)


def test_the_rights_on_the_public_entry_hold_no_internal_word(musterstadt, client):
    entry = complete_system(musterstadt)
    services.activity_from_system(entry, by=musterstadt["fachamt"])
    register.submit(entry, by=musterstadt["fachamt"])
    register.opine(entry, by=musterstadt["dsb"], result="agrees")
    register.release(entry, by=musterstadt["leitung"])
    publication = register.publish(entry, by=musterstadt["cdo"])
    assert ('"rights"' in publication.document, CANARY in publication.document) == (True, False)


def test_a_published_entry_goes_back_to_draft_when_the_sheet_changes(musterstadt):
    entry = complete_system(musterstadt)
    activity = services.activity_from_system(entry, by=musterstadt["fachamt"])
    register.submit(entry, by=musterstadt["fachamt"])
    register.opine(entry, by=musterstadt["dsb"], result="agrees")
    register.release(entry, by=musterstadt["leitung"])
    register.publish(entry, by=musterstadt["cdo"])
    services.update_activity(activity, by=musterstadt["cdo"], changes={"retention": "90 Tage"})
    assert Entry.objects.get(pk=entry.pk).review_state == "draft"
