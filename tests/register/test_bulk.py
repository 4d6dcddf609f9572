"""Changing many entries: what the preview says is what happens, one record each."""

from __future__ import annotations

import pytest
from django.urls import reverse

import register.tasks  # noqa: F401 - registers the handler
from core import audit, jobs
from core.errors import Conflict, NotAllowed
from core.models import Job
from register import services
from register.models import BulkRun, Entry
from register.services import bulk
from tests.world import complete_system, draft_system, published_system, submitted_system

pytestmark = pytest.mark.django_db
DAY = "2027-02-01"


def run_of(town, *, by="cdo", action="revision_date", value=DAY):
    return services.prepare_bulk(
        town.municipality, by=town[by], kind="system", entries=Entry.objects.systems(), action=action, value=value
    )


def outcomes(lines):
    return {line["name"] if isinstance(line, dict) else line.name: _outcome(line) for line in lines}


def _outcome(line):
    return line["outcome"] if isinstance(line, dict) else line.outcome


@pytest.fixture
def mixed(musterstadt):
    """A draft that can be changed, one in review that cannot."""
    draft_system(musterstadt, "Entwurf")
    submitted_system(musterstadt, "In Prüfung")
    return musterstadt


def test_the_preview_says_what_would_happen_to_each(mixed):
    assert outcomes(bulk.preview(run_of(mixed))) == {"Entwurf": "change", "In Prüfung": "refused"}


def test_the_preview_changes_nothing(mixed):
    before = list(Entry.objects.order_by("pk").values())
    bulk.preview(run_of(mixed))
    assert list(Entry.objects.order_by("pk").values()) == before


def test_what_was_foretold_happens(mixed):
    run = services.start_bulk(run_of(mixed), by=mixed["cdo"])
    assert (run.state, outcomes(run.results)) == ("done", {"Entwurf": "done", "In Prüfung": "refused"})


def test_every_change_is_on_record_at_its_entry(mixed):
    services.start_bulk(run_of(mixed), by=mixed["cdo"])
    entry = Entry.objects.get(name="Entwurf")
    assert audit.actions_of(entry).first().data["fields"] == ["revision_date"]


def test_an_entry_that_changed_since_the_preview_is_left_alone(mixed):
    run = run_of(mixed)
    services.update(Entry.objects.get(name="Entwurf"), by=mixed["cdo"], changes={"goal": "Anders"})
    assert outcomes(services.start_bulk(run, by=mixed["cdo"]).results)["Entwurf"] == "refused"


def test_the_same_value_is_no_change(mixed):
    services.start_bulk(run_of(mixed), by=mixed["cdo"])
    assert outcomes(bulk.preview(run_of(mixed)))["Entwurf"] == "same"


def test_a_run_is_done_once(mixed):
    run = run_of(mixed)
    services.start_bulk(run, by=mixed["cdo"])
    with pytest.raises(Conflict):
        services.start_bulk(run, by=mixed["cdo"])


def test_incomplete_drafts_are_not_handed_in(musterstadt):
    complete_system(musterstadt, "Vollständig")
    draft_system(musterstadt, "Leer")
    run = services.start_bulk(run_of(musterstadt, by="fachamt", action="submit", value=""), by=musterstadt["fachamt"])
    assert outcomes(run.results) == {"Vollständig": "done", "Leer": "refused"}


def test_the_preview_says_that_a_release_will_be_lost(musterstadt):
    published_system(musterstadt, "Öffentlich")
    (line,) = bulk.preview(run_of(musterstadt))
    assert "neue Prüfung" in line.text


def test_a_department_that_is_gone_meanwhile_is_not_taken_as_none(mixed):
    run = run_of(mixed, action="department", value="987654")
    assert outcomes(services.start_bulk(run, by=mixed["cdo"]).results)["Entwurf"] == "refused"


def test_a_department_changes_only_its_own_entries(mixed):
    elsewhere = mixed.departments["tiefbau"]
    services.create_system(mixed.municipality, by=mixed["cdo"], name="Fremdes Amt", department=elsewhere)
    lines = bulk.preview(run_of(mixed, by="fachamt"))
    assert "Fremdes Amt" not in outcomes([line for line in lines if line.outcome == "change"])


def test_entries_of_another_municipality_cannot_be_chosen(client, mixed, neudorf):
    foreign = draft_system(neudorf, "Fremd")
    client.force_login(mixed["cdo"])
    response = client.get(reverse("register:bulk-new", args=["ki-systeme"]) + f"?e={foreign.uuid}")
    assert response.context["count"] == 0


def test_nobody_else_sees_a_run(client, mixed):
    run = run_of(mixed)
    client.force_login(mixed["leitung"])
    assert client.get(run.get_absolute_url()).status_code == 404


def test_who_may_not_edit_may_not_choose_either(mixed):
    with pytest.raises(NotAllowed):
        run_of(mixed, by="revision")


def test_many_are_done_by_the_worker(mixed, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    run = services.start_bulk(run_of(mixed), by=mixed["cdo"])
    assert run.state == "running"
    jobs.run(Job.objects.get(kind=bulk.JOB_KIND).pk)
    assert BulkRun.objects.get().state == "done"


def test_the_worker_goes_on_where_another_stopped(mixed, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "CHUNK", 1)
    run = services.start_bulk(run_of(mixed), by=mixed["cdo"])
    next(bulk.carry_out(run))
    for _ in bulk.carry_out(BulkRun.objects.get()):
        pass
    assert outcomes(BulkRun.objects.get().results) == {"Entwurf": "done", "In Prüfung": "refused"}


def test_the_whole_way_through_the_pages(client, mixed):
    client.force_login(mixed["cdo"])
    choice = reverse("register:bulk-new", args=["ki-systeme"]) + "?alle=1&review_state=draft"
    preview = client.post(choice, {"action": "revision_date", "revision_date": "01.02.2027"}, follow=True)
    done = client.post(preview.redirect_chain[-1][0], follow=True)
    entry = Entry.objects.get(name="Entwurf")
    assert (entry.revision_date.isoformat(), "ausgeführt" in done.content.decode()) == (DAY, True)


def test_a_choice_without_its_value_is_refused_at_the_field(client, mixed):
    client.force_login(mixed["cdo"])
    choice = reverse("register:bulk-new", args=["ki-systeme"]) + "?alle=1"
    response = client.post(choice, {"action": "department"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["department"])


def test_a_filter_that_cannot_be_read_chooses_nothing(client, mixed):
    client.force_login(mixed["cdo"])
    response = client.get(reverse("register:bulk-new", args=["ki-systeme"]) + "?alle=1&review_state=quatsch")
    assert response.context["count"] == 0
