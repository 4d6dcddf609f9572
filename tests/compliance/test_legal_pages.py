"""The pages of the legal documents: the list of tasks, a section, two people at once, advice, decision, files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from compliance import services
from compliance.models import LegalDocument
from core.models import Job
from register import services as register
from register.models import Entry, UnsavedInput
from tests.compliance.legal import approved, filled, started, submitted
from tests.world import Town

pytestmark = pytest.mark.django_db


def signed_in(town: Town, role: str = "fachamt") -> Client:
    client = Client()
    client.force_login(town[role])
    return client


def page(name: str, entry: Entry, *more: Any) -> str:
    return reverse(f"compliance:{name}", args=[entry.uuid, "dsfa", *more])


def text(response: Any) -> str:
    return response.content.decode()


def views_section(document: LegalDocument, **changes: str) -> dict[str, str]:
    return {"version": str(document.version), "heard": "yes", "view": "", "staff": "", **changes}


def test_the_overview_says_why_a_document_is_not_due(musterstadt: Town, complete: Entry) -> None:
    html = text(signed_in(musterstadt).get(reverse("compliance:legal-documents", args=[complete.uuid])))
    assert "Das System ist noch nicht bewertet. Die Bewertung sagt, ob eine Folgenabschätzung nötig ist." in html


def test_a_document_that_is_not_due_can_be_begun(musterstadt: Town, complete: Entry) -> None:
    signed_in(musterstadt).post(page("legal-start", complete))
    assert LegalDocument.objects.get().kind == "dpia"


def test_the_entry_shows_the_state(musterstadt: Town, complete: Entry) -> None:
    started(musterstadt, complete)
    html = text(signed_in(musterstadt).get(complete.get_absolute_url()))
    assert "DSFA: Entwurf" in html


def test_the_task_list_counts_what_is_missing(musterstadt: Town, complete: Entry) -> None:
    started(musterstadt, complete)
    assert "nötige Angaben fehlen noch" in text(signed_in(musterstadt).get(page("legal-document", complete)))


def test_a_section_is_saved_and_leads_on(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    data = views_section(document, view="Der Beirat stimmt zu.", next="1")
    response = signed_in(musterstadt).post(page("legal-section", complete, "views"), data)
    assert (response.url, LegalDocument.objects.get().answers["view"]) == (
        page("legal-section", complete, "residual"),
        "Der Beirat stimmt zu.",
    )


def test_a_prefilled_field_says_where_its_text_comes_from(musterstadt: Town, complete: Entry) -> None:
    started(musterstadt, complete)
    html = text(signed_in(musterstadt).get(page("legal-section", complete, "description")))
    assert ("Aus dem Register. Sie können den Text ändern" in html, "Ratsuchende" in html) == (True, True)


def test_a_risk_is_a_line_of_the_form(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    data = {"version": str(document.version), "risks-0-risk": "Falsche Auskunft", "risks-0-goal": "integrity"}
    signed_in(musterstadt).post(page("legal-section", complete, "risks"), data)
    assert LegalDocument.objects.get().answers["risks"][0]["goal"] == "integrity"


def test_a_bad_day_is_said_at_the_field_and_nothing_is_lost(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    data = {"version": str(document.version), "review_on": "31.02.2027", "summary": "Bleibt stehen"}
    response = signed_in(musterstadt).post(page("legal-section", complete, "review"), data)
    assert (response.status_code, "gültiges Datum" in text(response), "Bleibt stehen" in text(response)) == (
        422,
        True,
        True,
    )


def test_two_people_at_one_field_choose(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    address = page("legal-section", complete, "views")
    seen = signed_in(musterstadt).get(address).context["seen"]
    services.save_legal_document(document, by=musterstadt["cdo"], changes={"view": "von der CDO"})
    response = signed_in(musterstadt).post(address, views_section(document, view="vom Fachamt", seen=seen))
    assert (response.status_code, "von der CDO" in text(response), "vom Fachamt" in text(response)) == (409, True, True)


def test_what_is_typed_is_kept_and_comes_back(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    client, address = signed_in(musterstadt), page("legal-section", complete, "views")
    seen = client.get(address).context["seen"]
    client.post(page("legal-input-keep", complete, "views"), views_section(document, view="halb getippt", seen=seen))
    html = text(client.get(address))
    assert ("halb getippt" in html, UnsavedInput.objects.get().section) == (True, "dpia.views")


def test_handing_in_with_gaps_names_them(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    response = signed_in(musterstadt).post(page("legal-submit", complete), {"version": document.version})
    assert (response.status_code, "Noch nicht angegeben" in text(response)) == (422, True)


def test_the_way_from_the_draft_to_the_approval(musterstadt: Town, complete: Entry) -> None:
    document = filled(musterstadt, complete)
    signed_in(musterstadt).post(page("legal-submit", complete), {"version": document.version})
    signed_in(musterstadt, "dsb").post(page("legal-advise", complete, 1), {"result": "agrees", "text": ""})
    signed_in(musterstadt, "leitung").post(page("legal-decide", complete, 1), {"approves": "yes", "note": ""})
    assert "GENEHMIGT" in text(signed_in(musterstadt, "revision").get(page("legal-version", complete, 1)))


def test_remarks_without_a_reason_are_refused_at_the_field(musterstadt: Town, complete: Entry) -> None:
    submitted(musterstadt, complete)
    response = signed_in(musterstadt, "dsb").post(page("legal-advise", complete, 1), {"result": "rejects", "text": ""})
    assert (response.status_code, "brauchen eine Begründung" in text(response)) == (422, True)


def test_the_start_page_of_the_dsb_shows_what_waits(musterstadt: Town, complete: Entry) -> None:
    submitted(musterstadt, complete)
    assert "warten auf Ihren Rat" in text(signed_in(musterstadt, "dsb").get(reverse("register:start")))


def test_the_approved_document_asks_for_a_look_after_a_change(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    register.update(complete, by=musterstadt["fachamt"], changes={"retention": "10 Jahre"})
    html = text(signed_in(musterstadt).get(page("legal-document", complete)))
    assert ("Bitte prüfen Sie das genehmigte Dokument." in html, "<li>Löschfristen</li>" in html) == (True, True)


def test_the_list_of_the_dsfa_names_the_document(musterstadt: Town, complete: Entry) -> None:
    services.activity_from_system(complete, by=musterstadt["cdo"])
    approved(musterstadt, complete)
    assert "; Fassung 1 genehmigt am" in text(signed_in(musterstadt, "dsb").get(reverse("compliance:dpia")))


def test_the_json_has_the_content_and_its_hash(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    data = json.loads(signed_in(musterstadt, "dsb").get(page("legal-version-json", complete, 1)).content)
    assert (data["schema_version"], data["state"], data["sha256"], data["content"]["kind"]) == (
        "1.0",
        "approved",
        version.sha256,
        "dpia",
    )


def test_asking_twice_for_the_same_pdf_is_one_job(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    for role in ("dsb", "leitung"):
        signed_in(musterstadt, role).post(page("legal-version-pdf", complete, 1))
    assert Job.objects.filter(kind="legal-document").count() == 1


def test_the_operator_names_the_authority_of_a_land(operator: User, musterstadt: Town, complete: Entry) -> None:
    client = Client()
    client.force_login(operator)
    land = musterstadt.municipality.land
    data = {"name": "Landesamt für Beispiele", "contact": "Beispielweg 1", "norm": "", "checked_on": "01.11.2026"}
    client.post(reverse("compliance:market-authority", args=[land]), data)
    started(musterstadt, complete, "fria")
    address = reverse("compliance:legal-draft", args=[complete.uuid, "grundrechte"])
    assert "Landesamt für Beispiele" in text(signed_in(musterstadt).get(address))


def test_without_a_named_authority_the_document_says_to_check(musterstadt: Town, complete: Entry) -> None:
    started(musterstadt, complete, "fria")
    address = reverse("compliance:legal-draft", args=[complete.uuid, "grundrechte"])
    assert "Nach Landesrecht zuständige Marktüberwachungsbehörde" in text(signed_in(musterstadt).get(address))
