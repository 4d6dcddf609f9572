"""One scene for all suite-wide tables: two towns, everybody in them, and one object of every kind to aim at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import time_machine
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from accounts.rules import roles
from compliance import services as compliance
from compliance.datamap.answers import of_map
from compliance.legal.printing import of_version
from compliance.models import Assessment, Clarification, Duty, Incident, Lesson, ReassessmentNotice
from exchange import services as imports
from exchange.models import ImportHeading
from inquiries import services as inquiries
from inquiries.models import Consultation
from register import services as register
from register.models import BulkRun, Decommission, Deficiency, Entry
from register.rules.decommission import POINTS
from tests import samples
from tests.compliance.assessing import finished, reviewed
from tests.compliance.incidents import AI, BREACH, again, report, step
from tests.compliance.law_files import NAME, next_version
from tests.compliance.legal import approved as approved_document
from tests.compliance.legal import submitted as submitted_document
from tests.inquiries.cases import answered, asked, consulted, contributed, drafted, released
from tests.usecases.cases import ANSWER, GOAL, WISH, at_development, idea
from tests.usecases.people import agree, approve, enact, hold, make_course
from tests.world import (
    MUSTERSTADT_ARS,
    NEUDORF_ARS,
    Town,
    complete_system,
    draft_system,
    make_person,
    make_town,
    publish_again,
    published_system,
    submitted_system,
)
from usecases import services as usecases
from usecases.models import FundingProgramme, GateProposal

ANONYMOUS = "anonym"
OWN_ROLES = ("fachamt", "cdo", "dsb", "leitung", "revision", "verwaltung")
STRANGERS = ("nachbaramt", "plattform", "fremd-cdo", "fremd-leitung", "fremd-verwaltung", "ohne-rolle")
EVERYBODY = (ANONYMOUS, *OWN_ROLES, *STRANGERS)

TENANTS = "ARS;Name;E-Mail Verwaltung\n099990001001;Neu;erste@example.org\n"


@dataclass
class Scene:
    """People by the names of EVERYBODY, and named objects for the arguments of addresses."""

    town: Town
    foreign: Town
    people: dict[str, User | None]
    things: dict[str, Any] = field(default_factory=dict)


def make_scene() -> Scene:
    town = make_town(MUSTERSTADT_ARS, "Musterstadt", "musterstadt")
    foreign = make_town(NEUDORF_ARS, "Neudorf an der Au", "neudorf-an-der-au")
    neighbour, operator = make_person("nachbaramt"), make_person("plattform")
    accounts.give_role(
        neighbour, by=None, municipality=town.municipality, role=roles.FACHAMT, department=town.departments["tiefbau"]
    )
    accounts.give_role(operator, by=None, municipality=None, role=roles.PLATTFORM)
    people: dict[str, User | None] = {
        ANONYMOUS: None,
        **{role: town[role] for role in OWN_ROLES},
        "nachbaramt": neighbour,
        "plattform": operator,
        "fremd-cdo": foreign["cdo"],
        "fremd-leitung": foreign["leitung"],
        "fremd-verwaltung": foreign["verwaltung"],
        "ohne-rolle": make_person("ohne-rolle"),
    }
    # One hash for all: hashing a password for each would take longer than everything else here.
    password = make_password("ein-langes-Kennwort")
    for person in filter(None, people.values()):
        person.password = password
        person.save(update_fields=["password"])
    compliance.set_market_authority(
        "05",
        by=operator,
        name="Landesamt",
        contact="Beispielweg 1",
        norm="Landesrecht",
        checked_on=timezone.localdate(),
    )
    of_the_instance = {
        "tenant list": accounts.upload_tenants(TENANTS, by=operator),
        "ruleset": compliance.load_ruleset(next_version(), by=operator, filename=NAME),
    }
    things = furnish(town)
    usecases.express_interest(things["wish"], by=foreign["cdo"], municipality=foreign.municipality, **ANSWER)
    return Scene(town, foreign, people, {**things, **of_the_instance})


def deficient_system(town: Town) -> Deficiency:
    """The Mangel of a system in use, which a second person shall let go."""
    entry = draft_system(town, "Zuschnitt der Bezirke")
    broken = {"status": "operational", "personal_data_level": "personal", "gdpr_basis": ["6-1-f"], "public_task": "yes"}
    register.update(entry, by=town["fachamt"], changes=broken)
    return register.propose_dismissal(entry.deficiencies.get(), by=town["cdo"], reason="Keine öffentliche Aufgabe.")


def ending_system(town: Town) -> Decommission:
    """A system that shall go out of operation; one point is left open, and a second person has to confirm."""
    entry = draft_system(town, "Parkraumprognose")
    answers = {key: {"answer": "done"} for key in POINTS}
    answers["deletion"] = {"answer": "open", "responsible": town["fachamt"], "due": timezone.localdate()}
    answers["successor"] = {"answer": "not_applicable", "reason": "Die Prognose entfällt."}
    return register.propose_decommission(
        entry, by=town["fachamt"], ended_on=timezone.localdate(), points=answers, reason="Kaum genutzt."
    )


def with_lines(activity: Any, town: Town, **lines: dict[str, str]) -> Any:
    """A sheet with one line in a table of its own."""
    for field_name, line in lines.items():
        activity = compliance.set_lines(activity, by=town["cdo"], field=field_name, lines=[line])
    return activity


def assess_by_earlier_law(town: Town) -> dict[str, Any]:
    """A system that was assessed before the Omnibus, and its re-assessment that waits for a worker."""
    entry = draft_system(town, "Auskunft von früher")
    with time_machine.travel(date(2026, 7, 20)):
        old = finished(town, entry)
    run = compliance.start_law_run(town.municipality, by=town["cdo"], entries=Entry.objects.filter(pk=entry.pk))
    return {"outdated": entry, "outdated assessment": old, "law run": run}


def assess(town: Town, published: Entry, gone: Entry) -> dict[str, Any]:
    """Two assessments of one system and a third being answered, with a question for the DSB; a reviewed one of another.
    A DSFA that waits for advice, and an approved one."""
    first = finished(town, published)
    finished(town, published, interacts_with_people="not_obvious")
    ReassessmentNotice.objects.create(assessment=first, basis=first.basis, at=timezone.now())
    opened = compliance.start_assessment(published, by=town["cdo"])
    compliance.answer(
        opened, by=town["cdo"], answers={}, ask={"general_purpose_model": town["dsb"]}, note="Bitte prüfen."
    )
    gone_system = reviewed(town, gone)
    document = submitted_document(town, published)
    return {
        "legal version": document,
        "legal document": document.document,
        "approved document": approved_document(town, gone),
        "legal file": compliance.request_legal_pdf(published, by=town["cdo"], document=of_version(document)),
        "assessment": first,
        "assessment draft": opened,
        "clarification": Clarification.objects.get(entry=published),
        "reviewed assessment": Assessment.objects.select_related("entry").get(pk=gone_system.pk),
    }


def trouble(town: Town, entry: Entry) -> dict[str, Any]:
    """An incident of a system with both duties, far enough to be notified; a lesson that waits for a second person."""
    incident = report(town, entry, kind="unsure")
    incident = compliance.assess_incident(incident, by=town["dsb"], **{**BREACH, **AI, "kind": "both"})
    step(incident, town, "provider", note="Telefonat")
    day = timezone.localdate()
    measure = compliance.add_incident_measure(
        again(incident), by=town["dsb"], text="Postfach prüfen", person=town["cdo"], due=day
    )
    texts = {"nature": "Eine Liste ging an die falsche Stelle."}
    compliance.write_notice(again(incident), by=town["dsb"], target="dsgvo", texts=texts)
    mistake = report(town, entry, kind="error")
    lesson = compliance.propose_lesson(
        mistake, by=town["dsb"], title="Zwei Listen", happened="Verwechselt", cause="Gleich", change="Farben"
    )
    return {
        "incident": Incident.objects.get(pk=incident.pk),
        "incident measure": measure,
        "incident notice": compliance.request_notice(again(incident), by=town["dsb"], target="dsgvo"),
        "lesson": Lesson.objects.get(pk=lesson.pk),
    }


def duties(town: Town, published: Entry, proof: Any) -> dict[str, Any]:
    """One duty is open, one is done with a Nachweis, one shall not apply; the CDO has a calendar address."""
    by_code = {duty.code: duty for duty in published.duties.select_related("entry__municipality", "entry__department")}
    done = compliance.prove_duty(by_code["O-71"], by=town["cdo"], evidence=proof)
    compliance.propose_duty_dismissal(by_code["O-80"], by=town["fachamt"], reason="Längst beteiligt.")
    return {
        "duty": by_code["O-70"],
        "duty done": compliance.finish_duty(done, by=town["cdo"]),
        "duty proposed": Duty.objects.get(pk=by_code["O-80"].pk),
        "calendar link": compliance.make_calendar_link(town.municipality, by=town["cdo"]),
    }


def skill(town: Town, published: Entry) -> dict[str, Any]:
    """A course with a date, a tool that asks for it, and whom to ask."""
    course = make_course(town)
    contact = usecases.create_contact(
        town.municipality, by=town["cdo"], role="guide", person=town["cdo"], function="Lotse", email="ki@town.example"
    )
    offices = [town.departments["buergerbuero"]]
    agreement, first = agree(town), enact(town)
    usecases.count_readers(first, by=town["cdo"], numbers={town.departments["tiefbau"]: 3})
    usecases.record_attendance(session := hold(course, town, buergerbuero=4), by=town["fachamt"])
    guideline = enact(town, "## Was gilt\n[[Werkzeuge]]\n- Prüfen")
    usecases.acknowledge_guideline(guideline, by=town["fachamt"])
    return {
        "agreement": agreement,
        "first guideline": first,
        "guideline": guideline,
        "guideline file": usecases.request_guideline_pdf(guideline, by=town["cdo"]),
        "course": course,
        "session": session,
        "contact": contact,
        "tool": approve(town, entry=published, contact=contact, courses=[course], departments=offices),
        "programme": usecases.create_programme(
            town.municipality,
            by=town["cdo"],
            name="Beispielprogramm",
            funder="Land",
            purpose="KI",
            deadline=timezone.localdate() + timedelta(days=60),
        ),
        "training proof": usecases.request_training_proof(town.municipality, by=town["cdo"]),
    }


# What a blueprint cannot do without.
FROZEN = {
    "title": "Anträge vorsortieren",
    "purpose": "Eilige Fälle früher sehen",
    "benefit": "",
    "prerequisites": [],
    "data": [],
    "architecture": "Ein Verfahren schlägt eine Reihenfolge vor.",
    "contract_points": [],
    "open_questions": [],
    "cost_class": "not_recorded",
}


def portfolio(town: Town, published: Entry, used: Entry) -> dict[str, Any]:
    """A use case before its pilot, one whose pilot waits for a second person, and one taken over as Bestand."""
    use_case = at_development(town, published)
    waiting = at_development(town, title="Akten suchen")
    proposal = GateProposal.objects.create(
        use_case=waiting, step="pilot", reason="Liegt vor.", proposed_by=town["fachamt"], proposed_at=timezone.now()
    )
    goal = usecases.set_goal(use_case, by=town["fachamt"], values=GOAL)
    stock = usecases.take_over(used, by=town["cdo"])
    today = timezone.localdate()
    kept = usecases.set_goal(stock, by=town["cdo"], values=GOAL)
    measurement = usecases.measure(kept, by=town["cdo"], day=today, value=None, note="Der Zähler war aus.")
    figure = usecases.add_figure(stock, by=town["cdo"], key="complaints", since=today, until=today, value=None)
    told = {"text": "Läuft.", "lessons": "Früher schulen.", "result": "partly", "decision": "extend"}
    usecases.evaluate(stock, by=town["cdo"], day=today, **told)
    blueprint = usecases.freeze_blueprint(use_case, by=town["cdo"], values=FROZEN)
    adoption = usecases.adopt_template(town.municipality, by=town["cdo"], template="baumpflege", title="Bäume")
    programme = FundingProgramme.objects.get(municipality=town.municipality)
    asked = {"programme": programme, "state": "submitted", "asked": 12000, "submitted_on": today, "note": "Az. 1"}
    partner = usecases.create_partner(town.municipality, by=town["cdo"], name="Beispielkreis", kind="municipality")
    named = {"partner": partner, "state": "asked", "asked_on": today, "role": "member", "note": "Meldet sich."}
    return {
        "partner": partner,
        "named partner": usecases.name_partner(use_case, by=town["fachamt"], values=named),
        "wish": usecases.set_wish(use_case, by=town["cdo"], values=WISH),
        "application": usecases.apply_for_funding(use_case, by=town["fachamt"], values=asked),
        "goal": goal,
        "measurement": measurement,
        "figure": figure,
        "use case": use_case,
        "blueprint": blueprint,
        "adopted": adoption.use_case,
        "gate proposal": proposal,
        "stock": stock,
    }


def dressed(town: Town) -> None:
    """The town's colour and coat of arms."""
    accounts.set_coat(town.municipality, by=town["verwaltung"], content=samples.COAT)
    town.municipality.refresh_from_db()
    accounts.update_municipality(
        town.municipality,
        by=town["verwaltung"],
        changes={"accent": "#0b5a3c"},
        version=town.municipality.version,
    )
    town.municipality.refresh_from_db()


def asked_by_citizens(town: Town, published: Entry) -> dict[str, Any]:
    """Inquiries in every state, and what the town promises."""
    dressed(town)
    inquiries.set_inquiry_rules(town.municipality, by=town["cdo"], answer_days=10, keep_days=60)
    inquiries.count_attempt("192.0.2.1")
    return {
        "inquiry": asked(published, email="frage@example.org"),
        "inquiry drafted": drafted(published, town),
        "inquiry answered": answered(published, town),
        "inquiry released": released(published, town),
    }


def asked_of_residents(town: Town) -> Consultation:
    consultation = consulted(idea(town, title="Menschen fragen"), town)
    contributed(consultation)
    return consultation


def furnish(town: Town) -> dict[str, Any]:
    """One object of every kind in a town, by the names that the tables use."""
    product = register.create_product(
        town.municipality, by=town["cdo"], name="Dialogwerk", provider="Beispielsoftware GmbH"
    )
    published = published_system(town, "Chatbot Bürgerservice")
    register.set_product(published, by=town["cdo"], product=product)
    published = publish_again(town, published, goal="Besserer Zweck")
    changes = {"provider": "Dialogwerk GmbH", "publiccode": "https://code.example/dialogwerk"}
    register.update_product(product, by=town["cdo"], changes=changes, kind="essential", reason="Neuer Anbieter")
    submitted = submitted_system(town, "Postzuordnung")
    deployed = complete_system(town, "Dialog im Amt")
    register.set_product(deployed, by=town["fachamt"], product=product)
    register.submit(deployed, by=town["fachamt"])
    product_opinion = register.opine_on_product(
        product, by=town["dsb"], municipality=town.municipality, result="agrees", text="Das Produkt ist geprüft."
    )
    register.share(published, by=town["cdo"], with_user=town["revision"])
    typed = {"goal": ["Halb getippter Zweck"], "version": ["1"]}
    register.keep_input(submitted, by=town["cdo"], section="purpose", data=typed)
    line = {"name": published.name, "url": published.get_absolute_url(), "outcome": "done", "text": "Amt: geändert."}
    BulkRun.objects.create(
        municipality=town.municipality,
        by=town["cdo"],
        kind="system",
        action="department",
        entries=[published.pk],
        versions=[1],
        state="done",
        results=[line],
        at=timezone.now(),
    )
    gone = published_system(town, "Vorsortierung")
    register.withdraw(gone, by=town["cdo"], reason="Falsche Angabe")
    register.set_evidence_rules(town.municipality, by=town["cdo"], uploads=True)
    proof = register.add_evidence(
        published,
        by=town["cdo"],
        kind="avv",
        title="AVV mit Beispielsoftware",
        reference="10-4711",
        url="https://akte.example/4711",
        valid_until=date(2030, 12, 31),
        upload=ContentFile(samples.PDF, name="AVV.pdf"),
    )
    content = "Name des KI-Systems;Amt;Zweck\nAktensuche;Bürgerbüro;Akten finden\n".encode()
    return {
        **assess(town, published, gone),
        **trouble(town, published),
        **duties(town, published, proof),
        **skill(town, published),
        **assess_by_earlier_law(town),
        **portfolio(town, published, gone),
        **asked_by_citizens(town, published),
        "consultation": asked_of_residents(town),
        "published": published,
        "submitted": submitted,
        "measure": gone.after_reviews.get(),
        "comment": register.comment(submitted, by=town["dsb"], field="goal", text="Bitte genauer."),
        "invitation": accounts.invite(
            town.municipality, by=town["verwaltung"], email=f"neu@{town.municipality.slug}.example", role=roles.REVISION
        ),
        "evidence": proof,
        "decommission": ending_system(town),
        "recipient": register.create_recipient(
            town.municipality,
            by=town["cdo"],
            name="Beispielsoftware GmbH",
            kind="processor",
            contract_date=date(2026, 1, 15),
        ),
        "product": product,
        "submitted deployment": Entry.objects.get(pk=deployed.pk),
        "product opinion": product_opinion,
        "product check": product.checks.get(),
        "filter": register.save_filter(
            town.municipality, by=town["cdo"], list_name="systems", name="Entwürfe", query="review_state=draft"
        ),
        "bulk": register.prepare_bulk(
            town.municipality,
            by=town["cdo"],
            kind=Entry.Kind.SYSTEM,
            entries=Entry.objects.all(),
            action="revision_date",
            value="2027-02-01",
        ),
        "activity": with_lines(
            compliance.activity_from_system(published, by=town["cdo"]),
            town,
            retention_rules={"categories": "Fragen", "period": "30 Tage"},
        ),
        "commissioned": with_lines(
            compliance.create_activity(
                town.municipality,
                by=town["cdo"],
                title="Rechenbetrieb für andere",
                department=town.departments["buergerbuero"],
                role="processor",
            ),
            town,
            commissioners={"name": "Nachbarstadt", "categories": "Betrieb eines Fachverfahrens"},
        ),
        "heading": ImportHeading.objects.create(
            municipality=town.municipality, kind="system", heading="Wofür", key="goal", confirmed_at=timezone.now()
        ),
        "import": imports.upload(town.municipality, by=town["cdo"], filename="liste.csv", content=content),
        "report link": register.make_report_link(town.departments["buergerbuero"], by=town["cdo"]),
        "dpo report": register.request_dpo_report(town.municipality, by=town["dsb"], year=timezone.localdate().year),
        "council report": usecases.request_council_report(
            town.municipality, by=town["cdo"], edition="inner", since=date(2026, 1, 1), until=timezone.localdate()
        ),
        "data map": compliance.request_datamap(town.municipality, by=town["cdo"], answer=of_map("Datenkarte", [])),
        "job": compliance.request_vvt(town.municipality, by=town["cdo"]),
        "deficiency": deficient_system(town),
        "dataset": Entry.objects.datasets().filter(municipality=town.municipality).first(),
    }


def addresses() -> dict[str, URLPattern]:
    """Every named address of the program: "register:entry" -> its pattern. An address without a name is an error."""
    found: dict[str, URLPattern] = {}

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, inner)
            else:
                found[f"{namespace}{pattern.name or pattern.pattern}"] = pattern

    walk(get_resolver().url_patterns, "")
    return found


Arguments = Callable[[Scene], dict[str, Any]]
