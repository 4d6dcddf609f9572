"""The pages about training, tools and contacts, and the proof as CSV and PDF."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

import usecases.tasks  # noqa: F401 - registers the handler
from core import jobs
from core.models import Job
from tests.usecases.people import approve, hold, make_course
from tests.world import Town
from usecases.models import Course, Participants

pytestmark = pytest.mark.django_db


def page(town: Town, role: str, name: str, *args: Any, data: Any = None, query: str = "") -> Any:
    client = Client()
    client.force_login(town[role])
    address = reverse(f"usecases:{name}", args=args) + query
    return client.get(address) if data is None else client.post(address, data)


def html(response: Any) -> str:
    return response.content.decode()


def test_the_page_says_what_the_law_owes(musterstadt: Town) -> None:
    shown = html(page(musterstadt, "fachamt", "training"))
    assert "Ein bestimmtes Niveau einzelner Personen ist nicht geschuldet" in shown
    assert "Art. 4 KI-VO, Fassung seit 27.07.2026. Stand 22.11.2026" in shown


def test_the_csv_has_a_line_for_every_office(musterstadt: Town) -> None:
    hold(make_course(musterstadt), musterstadt, buergerbuero=4)
    lines = page(musterstadt, "dsb", "training", query="?format=csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["Amt", "Bürgerbüro", "Tiefbauamt"]


def test_the_proof_is_one_page_with_measures_and_no_names(musterstadt: Town) -> None:
    hold(make_course(musterstadt), musterstadt, buergerbuero=4)
    page(musterstadt, "leitung", "training-proof", data={})
    job = Job.objects.get(kind="training-proof")
    jobs.run(job.pk)
    job.refresh_from_db()
    file = page(musterstadt, "leitung", "training-proof-file", job.pk)
    read = PdfReader(BytesIO(b"".join(file.streaming_content)))
    words = read.pages[0].extract_text()
    assert (len(read.pages), "KI verstehen" in words, str(musterstadt["fachamt"]) in words) == (1, True, False)


def test_a_course_is_made_and_its_numbers_are_entered(musterstadt: Town) -> None:
    values = {"title": "KI und Recht", "kind": "law", "contents": "Datenschutz", "minutes": "60", "since": "1.9.2025"}
    page(musterstadt, "cdo", "course-new", data=values)
    course = Course.objects.get(title="KI und Recht")
    office = musterstadt.departments["tiefbau"]
    day = f"{timezone.localdate():%d.%m.%Y}"
    page(musterstadt, "cdo", "session-new", course.uuid, data={"held_on": day, f"office_{office.pk}": "12"})
    assert Participants.objects.get().number == 12


def test_a_negative_number_is_said_at_its_office(musterstadt: Town) -> None:
    course = make_course(musterstadt)
    name = f"office_{musterstadt.departments['tiefbau'].pk}"
    answer = page(musterstadt, "cdo", "session-new", course.uuid, data={"held_on": "1.9.2025", name: "-3"})
    assert (answer.status_code, answer.context["form"].errors[name]) == (
        422,
        ["Teilnahmen können nicht negativ sein. Tragen Sie 0 oder mehr ein."],
    )


def test_a_refused_date_keeps_what_was_typed(musterstadt: Town) -> None:
    course = make_course(musterstadt)
    answer = page(musterstadt, "cdo", "session-new", course.uuid, data={"held_on": "1.9.2019", "place": "Rathaus"})
    assert (answer.status_code, 'value="Rathaus"' in html(answer)) == (422, True)


def test_a_worker_reads_the_tools_and_changes_none(musterstadt: Town) -> None:
    tool = approve(musterstadt)
    shown = html(page(musterstadt, "fachamt", "tools"))
    assert ("Sozialdaten" in shown, tool.get_absolute_url() in shown) == (True, False)


def test_the_form_of_a_tool_shows_what_is_saved(musterstadt: Town) -> None:
    tool = approve(musterstadt, departments=[musterstadt.departments["tiefbau"]])
    form = page(musterstadt, "cdo", "tool-edit", tool.uuid).context["form"]
    assert [int(pk) for pk in form["departments"].value()] == [musterstadt.departments["tiefbau"].pk]


def test_a_contact_without_a_name_is_refused_on_its_form(musterstadt: Town) -> None:
    answer = page(musterstadt, "cdo", "contact-new", data={"role": "team", "email": "ki@musterstadt.example"})
    assert (answer.status_code, "Nennen Sie eine Person oder eine Stelle." in html(answer)) == (422, True)
