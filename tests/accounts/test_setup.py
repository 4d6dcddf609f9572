"""Setting up: departments from a list, steps put aside, test mail, many tenants at once, the official list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import selectors_setup, services
from accounts.models import Invitation, Municipality, OfficialMunicipality, SetupStep, User
from accounts.rules import department_list, tenant_list
from accounts.tasks import mail_invitation
from core.errors import Conflict
from core.models import Job
from tests.world import Town

ARS = "099990001001"
HEAD = "ARS;Name;E-Mail Verwaltung;E-Mail DSB\n"
LIST = f"{HEAD}{ARS};Neustadt;rathaus@neustadt.example;dsb@kreis.example\n099990002002;Altstadt;rathaus@altstadt.example;\n"


def gv100(*rows: tuple[str, str, str]) -> bytes:
    """Invented rows in the columns of the official file: key, association, name."""
    lines = [f"6020250831{key}{association}{name:<50}" + " " * 50 + "63" for key, association, name in rows]
    return "\r\n".join(lines).encode("utf-8-sig")


def paths(text: str) -> list[tuple[str, ...]]:
    return [line.path for line in department_list.parse(text)]


def test_indentation_makes_the_tree() -> None:
    assert paths("Dezernat I\n  Jugendamt\n  Sozialamt\nDezernat II") == [
        ("Dezernat I",), ("Dezernat I", "Jugendamt"), ("Dezernat I", "Sozialamt"), ("Dezernat II",),
    ]  # fmt: skip


def test_an_arrow_makes_the_tree() -> None:
    assert paths("Dezernat I > Jugendamt") == [("Dezernat I",), ("Dezernat I", "Jugendamt")]


def test_a_missing_name_is_named_with_its_line() -> None:
    assert [line.fault for line in department_list.parse("Hauptamt\nDezernat I > ") if line.fault] == [
        "Zeile 2: Vor oder nach „>“ fehlt ein Name."
    ]


def test_departments_that_exist_stay(musterstadt: Town) -> None:
    lines = department_list.parse("Bürgerbüro\nKämmerei\n  Stadtkasse")
    assert services.create_departments(musterstadt.municipality, by=musterstadt["verwaltung"], lines=lines) == 2


def test_the_preview_creates_nothing(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["verwaltung"])
    page = client.post(reverse("accounts:department-list"), {"text": "Kämmerei"}).content.decode()
    exists = musterstadt.municipality.departments.filter(name="Kämmerei").exists()
    assert ("Ämter anlegen" in page, exists) == (True, False)


def test_the_confirmed_list_creates_departments(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["verwaltung"])
    client.post(reverse("accounts:department-list"), {"text": "Kämmerei", "create": "1"})
    assert musterstadt.municipality.departments.filter(name="Kämmerei").exists()


def test_a_department_named_twice_is_said_with_its_lines(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["verwaltung"])
    text = "Hauptamt\n  Personal\nKämmerei\nHauptamt"
    page = client.post(reverse("accounts:department-list"), {"text": text})
    assert page.context["repeats"] == ["Zeile 4: „Hauptamt“ steht schon in Zeile 1 und zählt einmal."]


def test_one_name_below_two_departments_is_no_repeat() -> None:
    assert department_list.repeats("Hauptamt\n  Leitung\nKämmerei\n  Leitung\nHauptamt > Personal") == []


def state_of(town: Town, key: str) -> str:
    return next(row.state for row in selectors_setup.progress(town.municipality) if row.step.key == key)


def test_a_step_put_aside_can_be_taken_up_again(musterstadt: Town) -> None:
    seen = []
    for state in ("skipped", ""):
        services.mark_setup_step(musterstadt.municipality, by=musterstadt["verwaltung"], key="import", state=state)
        seen.append(state_of(musterstadt, "import"))
    assert seen == ["skipped", "open"]


def test_what_the_data_shows_is_done(musterstadt: Town) -> None:
    assert state_of(musterstadt, "datenschutz") == "done"


def test_an_unknown_step_is_refused(musterstadt: Town) -> None:
    with pytest.raises(Conflict):
        services.mark_setup_step(musterstadt.municipality, by=musterstadt["verwaltung"], key="kaffee", state="done")


@pytest.mark.parametrize(("role", "shown"), [("verwaltung", True), ("cdo", False)])
def test_the_start_page_shows_the_progress_to_the_verwaltung(
    musterstadt: Town, client: Client, role: str, shown: bool
) -> None:
    client.force_login(musterstadt[role])
    assert ("Einrichtung fortsetzen" in client.get("/verwaltung/").content.decode()) is shown


def test_the_test_mail_goes_to_the_person_who_asks(musterstadt: Town) -> None:
    services.send_test_mail(musterstadt.municipality, by=musterstadt["verwaltung"])
    assert [message.to for message in mail.outbox] == [[musterstadt["verwaltung"].email]]


SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("backend", "state"), [(SMTP, "done"), ("django.core.mail.backends.filebased.EmailBackend", "open")]
)
def test_the_mail_step_stays_open_while_nothing_leaves(
    musterstadt: Town, settings: Any, backend: str, state: str
) -> None:
    about = {"municipality": musterstadt.municipality, "key": "mail", "state": "done", "by": musterstadt["verwaltung"]}
    SetupStep.objects.create(**about)
    settings.EMAIL_BACKEND = backend
    assert {row.step.key: row.state for row in selectors_setup.progress(musterstadt.municipality)}["mail"] == state


def test_a_mail_server_that_does_not_answer_gives_a_german_sentence(musterstadt: Town, settings: Any) -> None:
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    failure = services.send_test_mail(musterstadt.municipality, by=musterstadt["verwaltung"])
    assert failure.startswith("Der Mailserver nimmt keine Verbindung an.")


def created(operator: User, text: str = LIST) -> None:
    services.create_tenants(services.upload_tenants(text, by=operator), by=operator)


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_every_usual_separator_is_read(operator: User, sign: str) -> None:
    assert [row.name for row in services.check_tenants(LIST.replace(";", sign))] == ["Neustadt", "Altstadt"]


def test_a_list_in_cp1252_is_read() -> None:
    assert tenant_list.decoded("Überlingen".encode("cp1252")) == "Überlingen"


def test_a_list_without_the_ars_column_is_refused() -> None:
    with pytest.raises(tenant_list.NoList):
        tenant_list.parse("Name;E-Mail\nNeustadt;a@b.example")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("99990001001;Neustadt;a@b.example;", "führende Null"),
        (f"{ARS};Neustadt;kein-postfach;", "E-Mail-Adresse der Verwaltung"),
        (f"{ARS};;a@b.example;", "Der Name fehlt."),
        (f"{ARS};Neustadt;a@b.example;\n{ARS};Neustadt;a@b.example;", "steht schon in Zeile 2"),
    ],
)
def test_a_faulty_row_has_a_sentence(operator: User, line: str, fault: str) -> None:
    assert fault in " ".join(text for row in services.check_tenants(HEAD + line) for text in row.faults)


def test_a_municipality_that_exists_is_marked(musterstadt: Town, operator: User) -> None:
    text = f"{HEAD}{musterstadt.municipality.ars};Musterstadt;a@b.example;"
    assert services.check_tenants(text)[0].state == "exists"


def test_a_list_with_faults_is_not_created(operator: User) -> None:
    found = services.upload_tenants(f"{HEAD}{ARS};Neustadt;falsch;", by=operator)
    with pytest.raises(Conflict):
        services.request_tenants(found, by=operator)


def test_the_list_creates_tenants_and_invites(operator: User) -> None:
    created(operator)
    assert sorted(Invitation.objects.values_list("email", flat=True)) == [
        "dsb@kreis.example", "rathaus@altstadt.example", "rathaus@neustadt.example",
    ]  # fmt: skip


def test_the_same_list_twice_changes_nothing(operator: User) -> None:
    created(operator)
    created(operator)
    assert (Municipality.objects.count(), Invitation.objects.count()) == (2, 3)


def test_who_serves_several_new_towns_gets_one_mail_that_names_all(operator: User) -> None:
    created(operator, LIST.replace("rathaus@altstadt.example", "rathaus@neustadt.example"))
    for job in Job.objects.filter(kind="invitation-mail"):
        mail_invitation(job)
    (message,) = (message for message in mail.outbox if message.to == ["rathaus@neustadt.example"])
    assert ("Neustadt:" in message.body, "Altstadt:" in message.body, message.body.count("/einladung/")) == (
        True, True, 2,
    )  # fmt: skip


def test_two_towns_of_one_name_get_two_addresses(operator: User) -> None:
    created(operator, LIST.replace("Altstadt", "Neustadt"))
    assert sorted(Municipality.objects.values_list("slug", flat=True)) == ["neustadt", "neustadt-09999002"]


def test_the_operator_asks_the_worker(operator: User, client: Client) -> None:
    client.force_login(operator)
    page = client.post(reverse("accounts:tenant-lists"), {"text": LIST})
    client.post(f"{page['Location']}anlegen/")
    assert Job.objects.filter(kind="tenant-list").count() == 1


def test_sixty_tenants_come_from_one_list(operator: User) -> None:
    rows = "".join(f"09999{0:01d}{n:03d}{n:03d};Ort {n};rathaus{n}@example.org;\n" for n in range(1, 61))
    created(operator, HEAD + rows)
    assert Municipality.objects.count() == 60


def load(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "gv100.txt"
    file.write_bytes(content)
    call_command("gemeinden_laden", str(file))


@pytest.mark.django_db
def test_the_official_list_is_loaded(tmp_path: Path) -> None:
    load(tmp_path, gv100(("09999001", "0001", "Neustadt an der Au")))
    assert list(OfficialMunicipality.objects.values_list("ars", "name", "kind")) == [
        (ARS, "Neustadt an der Au", "town")
    ]


@pytest.mark.django_db
def test_loading_again_replaces_the_list(tmp_path: Path) -> None:
    load(tmp_path, gv100(("09999001", "0001", "Alt")))
    load(tmp_path, gv100(("09999001", "0001", "Neu")))
    assert list(OfficialMunicipality.objects.values_list("name", flat=True)) == ["Neu"]


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"ars;name\n1;2\n"])
def test_another_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CommandError, match="GV100AD"):
        load(tmp_path, content)


def test_an_empty_name_comes_from_the_official_list(operator: User, tmp_path: Path) -> None:
    load(tmp_path, gv100(("09999001", "0001", "Neustadt an der Au")))
    assert services.check_tenants(f"{HEAD}{ARS};;a@b.example;")[0].name == "Neustadt an der Au"
