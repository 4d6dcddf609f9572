"""The working area over HTTP: lists, forms, and who gets to see what."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import register
from accounts.models import Membership, User
from core import jobs
from core.models import Job
from register import publication, services
from register.content import missing
from register.forms import SectionForm
from register.models import Entry, EntryUserPermission
from register.rules.history import ACTIONS
from register.selectors import gaps_of, with_completeness
from tests.world import Town, complete_system, draft_system, published_system

BASICS, DATA = "grunddaten", "daten-und-speicherorte"


def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def section_url(entry: Entry, slug: str) -> str:
    return reverse("register:section", args=[entry.uuid, slug])


def basics_of(entry: Entry, **changes: object) -> dict[str, object]:
    """What a browser sends for the first section."""
    return {
        "version": entry.version,
        "lang": "de",
        "name": entry.name,
        "department": entry.department_id or "",
        "contact_email": entry.contact_email,
        "status": entry.status,
        "revision_date": "",
        **changes,
    }


def test_a_stranger_is_sent_to_the_sign_in_page(client, draft):
    response = client.get(draft.get_absolute_url())
    assert response.status_code == 302
    assert response.url.startswith("/anmelden/")


@pytest.mark.parametrize("name", ["entry", "check", "review", "open-points", "history", "share", "withheld"])
def test_another_municipality_finds_nothing_under_the_address_of_an_entry(client, draft, neudorf, name):
    signed_in(client, neudorf["cdo"])
    assert client.get(reverse(f"register:{name}", args=[draft.uuid])).status_code == 404


def test_an_entry_of_another_office_does_not_exist_for_the_fachamt(client, musterstadt):
    entry = services.create_system(
        musterstadt.municipality, by=musterstadt["cdo"], name="Kanal", department=musterstadt.departments["tiefbau"]
    )
    assert signed_in(client, musterstadt["fachamt"]).get(entry.get_absolute_url()).status_code == 404


def test_a_new_system_needs_a_name_and_an_office_only(client, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    data = {"name": "Telefonassistent", "department": musterstadt.departments["buergerbuero"].pk}
    response = client.post(reverse("register:system-new"), data)
    assert response.url == Entry.objects.get(name="Telefonassistent").get_absolute_url()


def test_a_new_system_in_an_office_of_another_municipality_is_refused_at_the_field(client, musterstadt, neudorf):
    signed_in(client, musterstadt["fachamt"])
    data = {"name": "Telefonassistent", "department": neudorf.departments["buergerbuero"].pk}
    response = client.post(reverse("register:system-new"), data)
    assert (response.status_code, "department" in response.context["form"].errors) == (422, True)


def test_every_section_has_a_form_with_every_field_of_the_release_table(draft, musterstadt):
    shown = set()
    for rows in publication.sections_of("system").values():
        shown |= set(SectionForm(entry=draft, rows=rows, user=musterstadt["cdo"]).keys)
    rows = {row.key for row in publication.rows_of("system")}
    # The list of withheld fields has a page of its own; the other two follow from what is linked.
    assert shown == rows - {"withheld", "storage_details", "vvt_ref"}


def test_a_draft_is_saved_with_anything_missing(client, draft, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    client.post(section_url(draft, BASICS), basics_of(draft, description_short="Kurz und klar."))
    draft.refresh_from_db()
    assert draft.description_short == "Kurz und klar."


def test_saving_nothing_new_leaves_the_version_alone(client, draft, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    data = basics_of(draft, revision_date=draft.revision_date.strftime("%d.%m.%Y"))
    assert client.post(section_url(draft, BASICS), data).status_code == 302
    assert Entry.objects.get(pk=draft.pk).version == draft.version


def test_line_ends_of_the_browser_are_stored_as_the_import_stores_them(client, draft, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    client.post(section_url(draft, BASICS), basics_of(draft, description_short="Eins.\r\nZwei."))
    draft.refresh_from_db()
    assert draft.description_short == "Eins.\nZwei."


def test_a_date_may_be_typed_the_short_german_way(client, draft, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    client.post(section_url(draft, BASICS), basics_of(draft))
    oversight = {"version": Entry.objects.get(pk=draft.pk).version, "revision_date": "1.2.27"}
    client.post(section_url(draft, "aufsicht-und-rechte"), oversight)
    draft.refresh_from_db()
    assert draft.revision_date.isoformat() == "2027-02-01"


def test_a_wrong_answer_is_refused_at_its_field_and_nothing_is_saved(client, draft, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    response = client.post(section_url(draft, BASICS), basics_of(draft, contact_email="keine Adresse", name="Neu"))
    draft.refresh_from_db()
    assert (response.status_code, list(response.context["form"].errors), draft.name) == (
        422,
        ["contact_email"],
        "Chatbot Bürgerservice",
    )


def test_the_database_rule_for_months_is_told_above_the_form(client, draft, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    data = basics_of(draft, begin_date="2026-05", end_date="2026-04")
    response = client.post(section_url(draft, BASICS), data)
    assert response.status_code == 422
    assert "Das Ende liegt vor dem Beginn." in response.content.decode()


@pytest.fixture
def overtaken(client, draft, musterstadt):
    """The answer to a form that was opened before somebody else saved."""
    data = basics_of(draft, description_short="Meine Fassung")
    services.update(draft, by=musterstadt["cdo"], changes={"description_short": "Fassung der Kollegin"})
    return signed_in(client, musterstadt["fachamt"]).post(section_url(draft, BASICS), data)


def test_a_stale_form_is_answered_with_409(overtaken):
    assert overtaken.status_code == 409


def test_a_stale_form_changes_nothing(overtaken, draft):
    draft.refresh_from_db()
    assert draft.description_short == "Fassung der Kollegin"


def test_datasets_storage_and_recipients_are_saved_in_one_step(client, complete, musterstadt):
    recipient = services.create_recipient(
        musterstadt.municipality, by=musterstadt["cdo"], name="Rechenzentrum", kind="processor", country="DE"
    )
    dataset = Entry.objects.get(kind="dataset")
    data = {
        "version": complete.version,
        "datasets": [f"{dataset.uuid}:training", f"{dataset.uuid}:test"],
        "storage": [str(musterstadt.storage.uuid)],
        "recipients": [str(recipient.uuid)],
    }
    signed_in(client, musterstadt["fachamt"]).post(section_url(complete, DATA), data)
    system = Entry.objects.get(pk=complete.pk).system
    assert (
        sorted(link.role for link in system.dataset_links.all()),
        system.storage_links.count(),
        system.recipient_links.get().recipient,
    ) == (["test", "training"], 1, recipient)


@pytest.mark.parametrize("field", ["datasets", "storage"])
def test_a_foreign_row_in_the_links_is_refused_at_its_field(client, complete, musterstadt, neudorf, field):
    foreign = complete_system(neudorf)
    dataset = Entry.objects.get(kind="dataset", municipality=neudorf.municipality)
    value = {"datasets": f"{dataset.uuid}:test", "storage": str(neudorf.storage.uuid)}[field]
    response = signed_in(client, musterstadt["fachamt"]).post(
        section_url(complete, DATA), {"version": complete.version, field: [value]}
    )
    assert foreign.municipality != complete.municipality
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_a_withheld_field_is_saved_with_its_reason(client, complete, musterstadt):
    data = {
        "version": complete.version,
        "angabe-TOTAL_FORMS": 1,
        "angabe-INITIAL_FORMS": 0,
        "angabe-0-field": "provider",
        "angabe-0-reason": "Laufendes Vergabeverfahren",
        "angabe-0-norm": "§ 3 VgV",
    }
    signed_in(client, musterstadt["fachamt"]).post(reverse("register:withheld", args=[complete.uuid]), data)
    complete.refresh_from_db()
    assert complete.withheld == [{"field": "provider", "reason": "Laufendes Vergabeverfahren", "norm": "§ 3 VgV"}]


def test_a_withheld_field_without_a_reason_is_refused(client, complete, musterstadt):
    data = {
        "version": complete.version,
        "angabe-TOTAL_FORMS": 1,
        "angabe-INITIAL_FORMS": 0,
        "angabe-0-field": "provider",
        "angabe-0-reason": " ",
    }
    response = signed_in(client, musterstadt["fachamt"]).post(reverse("register:withheld", args=[complete.uuid]), data)
    assert response.status_code == 422


def test_a_form_of_an_entry_in_review_is_refused_with_the_reason(client, submitted, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).get(section_url(submitted, BASICS))
    assert (response.status_code, "gesperrt" in response.content.decode()) == (409, True)


def test_who_may_only_read_gets_no_form(client, draft, musterstadt):
    assert signed_in(client, musterstadt["revision"]).get(section_url(draft, BASICS)).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["q=Chatbot", "review_state=draft", "status=planned", "risk_class=offen", "affects_people=no", "field=finance"],
)
def test_every_filter_leaves_a_chip_that_takes_it_away(client, draft, musterstadt, query):
    response = signed_in(client, musterstadt["cdo"]).get(f"{reverse('register:systems')}?{query}")
    assert [chip["url"] for chip in response.context["chips"]] == ["?"]


def test_a_word_inside_a_text_finds_the_system(client, complete, musterstadt):
    draft_system(musterstadt, "Etwas anderes")
    response = signed_in(client, musterstadt["cdo"]).get(f"{reverse('register:systems')}?q=Öffnungszeit")
    assert [row["entry"].pk for row in response.context["rows"]] == [complete.pk]


def test_a_filter_nobody_offers_is_told_at_the_field_and_changes_nothing(client, draft, musterstadt):
    response = signed_in(client, musterstadt["cdo"]).get(f"{reverse('register:systems')}?status=erfunden")
    assert (response.status_code, len(response.context["rows"])) == (200, 1)


def test_the_list_shows_only_the_municipality_worked_in(client, draft, neudorf, musterstadt):
    draft_system(neudorf, "Fremdes System")
    response = signed_in(client, musterstadt["cdo"]).get(reverse("register:systems"))
    assert [row["entry"].name for row in response.context["rows"]] == ["Chatbot Bürgerservice"]


LISTS = ("systems", "datasets", "storage-list", "recipient-list", "start", "log", "notifications")


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(client, musterstadt):
    signed_in(client, musterstadt["cdo"])
    _more(musterstadt, "A")
    _queries_of_lists(client)
    few = _queries_of_lists(client)
    for letter in "BCDE":
        _more(musterstadt, letter)
    assert _queries_of_lists(client) == few


def _queries_of_lists(client) -> dict[str, int]:
    counts = {}
    for name in LISTS:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"register:{name}"))
        counts[name] = len(captured)
    return counts


def _more(town: Town, letter: str) -> None:
    """One more of everything that lists show."""
    complete_system(town, f"System {letter}")
    published_system(town, f"Öffentliches {letter}")
    services.create_storage(town.municipality, by=town["cdo"], name=f"Saal {letter}", kind="own", country="DE")
    services.create_recipient(town.municipality, by=town["cdo"], name=f"Amt {letter}", kind="internal", country="DE")


def test_the_list_counts_gaps_as_the_entry_itself_does(musterstadt):
    for entry in (draft_system(musterstadt, "Leer"), complete_system(musterstadt, "Voll")):
        listed = with_completeness(Entry.objects.filter(pk=entry.pk)).get()
        assert gaps_of(listed) == missing(entry)


def test_the_list_counts_gaps_of_a_dataset_as_the_entry_itself_does(complete):
    dataset = with_completeness(Entry.objects.datasets()).get()
    assert gaps_of(dataset) == missing(dataset)


def test_the_start_page_warns_while_only_one_person_can_release(client, musterstadt):
    response = signed_in(client, musterstadt["leitung"]).get(reverse("register:start"))
    assert "Zu wenige Personen können freigeben." in response.content.decode()


def test_the_start_page_of_somebody_without_a_role_says_whom_to_ask(client, db):
    lonely = User.objects.create_user("neu", password="richtig-langes-Kennwort")
    assert "keiner Kommune" in signed_in(client, lonely).get(reverse("register:start")).content.decode()


def test_the_navigation_shows_what_the_person_may_open(client, musterstadt):
    response = signed_in(client, musterstadt["verwaltung"]).get(reverse("register:start"))
    labels = {item["label"] for item in response.context["navigation"]}
    assert "Personen und Rollen" in labels
    assert "KI-Systeme" not in labels


def test_reading_all_notifications_takes_the_count_away(client, submitted, musterstadt):
    signed_in(client, musterstadt["dsb"]).post(reverse("register:notifications-read"))
    assert client.get(reverse("register:start")).context["notifications_unread"] == 0


def test_one_colleague_is_let_into_one_entry(client, draft, musterstadt, neudorf):
    Membership.objects.create(
        user=neudorf["fachamt"],
        municipality=musterstadt.municipality,
        role="fachamt",
        department=musterstadt.departments["tiefbau"],
    )
    signed_in(client, musterstadt["cdo"])
    client.post(reverse("register:share", args=[draft.uuid]), {"person": neudorf["fachamt"].uuid})
    assert signed_in(client, neudorf["fachamt"]).get(draft.get_absolute_url()).status_code == 200


def test_a_person_without_a_role_here_cannot_be_let_in(client, draft, musterstadt, neudorf):
    signed_in(client, musterstadt["cdo"])
    response = client.post(reverse("register:share", args=[draft.uuid]), {"person": neudorf["fachamt"].uuid})
    assert (response.status_code, EntryUserPermission.objects.count()) == (422, 0)


def test_a_storage_location_abroad_needs_its_legal_basis(client, musterstadt):
    signed_in(client, musterstadt["cdo"])
    data = {"name": "Cloud", "kind": "cloud", "country": "US", "third_country_basis": ""}
    response = client.post(reverse("register:storage-new"), data)
    assert (response.status_code, "Drittland" in response.content.decode()) == (422, True)


def test_a_storage_location_in_the_union_has_no_basis_of_transfer(client, musterstadt):
    signed_in(client, musterstadt["cdo"])
    data = {"name": "Cloud", "kind": "cloud", "country": "DE", "third_country_basis": "scc"}
    response = client.post(reverse("register:storage-new"), data)
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"third_country_basis"})


def test_a_name_twice_is_refused_for_a_storage_location(client, musterstadt):
    signed_in(client, musterstadt["cdo"])
    data = {"name": musterstadt.storage.name, "kind": "own", "country": "DE"}
    assert client.post(reverse("register:storage-new"), data).status_code == 422


def test_a_stale_form_of_a_storage_location_is_a_conflict(client, musterstadt):
    row, seen = musterstadt.storage, musterstadt.storage.version
    services.update_storage(row, by=musterstadt["cdo"], changes={"operator": "Neu"})
    signed_in(client, musterstadt["cdo"])
    data = {"name": "Anders", "kind": "own", "country": "DE", "is_active": "on", "version": seen}
    assert client.post(reverse("register:storage", args=[row.uuid]), data).status_code == 409


def test_the_fachamt_reads_a_storage_location_and_gets_no_form(client, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    response = client.get(reverse("register:storage", args=[musterstadt.storage.uuid]))
    assert (response.status_code, 'method="post" novalidate' in response.content.decode()) == (200, False)


def test_the_log_is_for_those_who_may_read_the_history(client, draft, musterstadt):
    assert signed_in(client, musterstadt["fachamt"]).get(reverse("register:log")).status_code == 403


def test_the_log_is_filtered_by_person(client, draft, musterstadt):
    signed_in(client, musterstadt["revision"])
    response = client.get(reverse("register:log"), {"person": musterstadt["fachamt"].uuid})
    assert {line["by"] for line in response.context["records"]} == {str(musterstadt["fachamt"])}


def test_the_log_speaks_german(client, draft, musterstadt):
    response = signed_in(client, musterstadt["revision"]).get(reverse("register:log"))
    assert "Eintrag angelegt" in [line["action"] for line in response.context["records"]]


def test_every_action_the_register_records_has_a_german_name():
    sources = Path(register.__file__).parent.joinpath("services").glob("*.py")
    named = {name for path in sources for name in re.findall(r'audit\.record\(\s*"([a-z_.]+)"', path.read_text())}
    assert named <= set(ACTIONS)


@pytest.fixture
def job(musterstadt) -> Job:
    return jobs.enqueue("probe", "1", by=musterstadt["dsb"], data={"title": "Das Verarbeitungsverzeichnis"})


def test_a_job_page_without_javascript_reloads_itself(client, job, musterstadt):
    response = signed_in(client, musterstadt["dsb"]).get(reverse("core:job", args=[job.pk]))
    assert '<noscript><meta http-equiv="refresh"' in response.content.decode()


@pytest.mark.parametrize("name", ["job", "job-status", "job-result"])
def test_a_job_exists_only_for_who_asked_for_it(client, job, musterstadt, name):
    assert signed_in(client, musterstadt["cdo"]).get(reverse(f"core:{name}", args=[job.pk])).status_code == 404


def test_an_unfinished_job_has_no_result_to_download(client, job, musterstadt):
    assert signed_in(client, musterstadt["dsb"]).get(reverse("core:job-result", args=[job.pk])).status_code == 404


def test_the_result_of_a_job_is_downloaded_under_its_name(client, job, musterstadt, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = jobs.store("probe", b"%PDF", filename="verzeichnis.pdf", media_type="application/pdf")
    document.save()
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, result=document, percent=100)
    response = signed_in(client, musterstadt["dsb"]).get(reverse("core:job-result", args=[job.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="verzeichnis.pdf"'


def test_only_a_failed_job_can_be_repeated(client, job, musterstadt):
    signed_in(client, musterstadt["dsb"])
    assert client.post(reverse("core:job-retry", args=[job.pk])).status_code == 409


def test_an_address_that_names_nothing_is_not_found(client, musterstadt):
    assert signed_in(client, musterstadt["cdo"]).get(reverse("register:entry", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("field", ["contact_email", "website"])
def test_messages_of_the_framework_address_people_formally(client, draft, musterstadt, field):
    response = signed_in(client, musterstadt["fachamt"]).post(
        section_url(draft, BASICS), basics_of(draft, **{field: "unsinn mit Leerzeichen"})
    )
    assert response.context["form"].errors[field][0].startswith("Geben Sie")
