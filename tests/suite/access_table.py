"""Who may open and who may act: one row for every address of the program.

`opens`: the roles whose GET shows something. `acts`: the roles whose POST is heard (it may still be refused for its
content, then with 400, 409 or 422). Everybody else is refused; strangers cannot even learn that a thing exists.
None means that the method is not offered at all (405).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from inquiries.selectors import status_token
from tests.suite.scene import ANONYMOUS, EVERYBODY, Arguments, Scene

Roles = frozenset[str]


def only(*names: str) -> Roles:
    if unknown := set(names) - set(EVERYBODY):
        raise ValueError(f"unknown roles: {unknown}")
    return frozenset(names)


NOBODY: Roles = frozenset()
ALL: Roles = frozenset(EVERYBODY)
SIGNED_IN: Roles = ALL - {ANONYMOUS}
# Whoever works with entries in any municipality sees the lists of their own.
FOREIGN = only("fremd-cdo", "fremd-leitung")
READERS = only("fachamt", "nachbaramt", "cdo", "dsb", "leitung", "revision") | FOREIGN
HERE = only("fachamt", "cdo", "dsb", "leitung", "revision")
EDITORS = only("fachamt", "cdo")


@dataclass(frozen=True)
class Row:
    """One address. `arguments` makes its parts from the scene; `hidden` = a thing of Musterstadt that strangers get 404 for."""

    name: str
    opens: Roles | None = None
    acts: Roles | None = None
    arguments: Arguments | None = None
    query: str = ""
    hidden: bool = False


CREATORS = only("fachamt", "nachbaramt", "cdo", "fremd-cdo")
MASTER_DATA = only("cdo", "fremd-cdo")
HISTORIANS = only("cdo", "dsb", "leitung", "revision") | FOREIGN
REPORTERS = only("cdo", "dsb", "leitung", "revision") | FOREIGN
VERWALTUNG = only("verwaltung")
ANY_VERWALTUNG = only("verwaltung", "fremd-verwaltung")
PUBLISHERS = ANY_VERWALTUNG | only("cdo", "fremd-cdo")
CONTROLLERS = only("cdo", "leitung") | FOREIGN
ADVISERS = only("dsb")
DELEGATING = only("leitung", "fremd-leitung")
OPERATOR = only("plattform")
WITH_A_ROLE = SIGNED_IN - only("plattform", "ohne-rolle")
# Everybody with a role in Musterstadt, and who keeps its courses and tools.
STAFF = only("fachamt", "nachbaramt", "cdo", "dsb", "leitung", "revision", "verwaltung")
KEEPERS = only("cdo", "leitung")
# Who works on the incident of the scene, and who decides about it.
WORKERS = only("fachamt", "cdo", "dsb", "leitung")
HANDLERS = only("dsb", "leitung")


def of(thing: str, **more: object) -> Arguments:
    """Arguments from one thing of the scene: its uuid, and what else the address needs."""
    return lambda scene: {"uuid": scene.things[thing].uuid, **more}


def pk_of(thing: str) -> Arguments:
    return lambda scene: {"pk": scene.things[thing].pk}


def pk_as_uuid(thing: str) -> Arguments:
    return lambda scene: {"uuid": scene.things[thing].pk}


def town(scene: Scene) -> dict[str, object]:
    return {"slug": scene.town.municipality.slug}


def public_entry(**more: object) -> Arguments:
    return lambda scene: {
        "slug": scene.town.municipality.slug,
        "kind": "ki-systeme",
        "entry": scene.things["published"].slug,
        **more,
    }


def own_inquiry(scene: Scene) -> dict[str, object]:
    return {**town(scene), "token": status_token(scene.things["inquiry answered"].form_number)}


def themed(scene: Scene) -> dict[str, object]:
    return {**town(scene), "colour": scene.town.municipality.accent[1:]}


def with_coat(scene: Scene) -> dict[str, object]:
    return {**town(scene), "digest": scene.town.municipality.coat_digest[:16], "suffix": "svg"}


def this_month(scene: Scene) -> dict[str, object]:
    today = timezone.localdate()
    return {**town(scene), "year": today.year, "month": today.month}


def report(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["job"].data["report"]}


def product_opinion(scene: Scene) -> dict[str, object]:
    opinion = scene.things["product opinion"].uuid
    return {"uuid": scene.things["submitted deployment"].uuid, "opinion": opinion}


def comment(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["submitted"].uuid, "pk": scene.things["comment"].pk}


def colleague(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["published"].uuid, "person": scene.people["revision"].uuid}  # type: ignore[union-attr]


def linked_system(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["activity"].uuid, "system": scene.things["published"].uuid}


def person(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.people["revision"].uuid}  # type: ignore[union-attr]


def membership(scene: Scene) -> dict[str, object]:
    return {"pk": scene.people["revision"].memberships.get().pk}  # type: ignore[union-attr]


def department(scene: Scene) -> dict[str, object]:
    return {"pk": scene.town.departments["tiefbau"].pk}


def reporting(scene: Scene) -> dict[str, object]:
    return {"pk": scene.town.departments["buergerbuero"].pk, "state": "fehlanzeige"}


def reopening(scene: Scene) -> dict[str, object]:
    return {"pk": scene.town.departments["buergerbuero"].pk}


def municipality(scene: Scene) -> dict[str, object]:
    return {"pk": scene.town.municipality.pk}


def approved_dsfa(s: Scene) -> dict[str, object]:
    return {"uuid": s.things["approved document"].document.entry.uuid, "slug": "dsfa", "number": 1}


def reviewed_assessment(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["reviewed assessment"].entry.uuid, "number": 1}


def template(scene: Scene) -> dict[str, object]:
    return {"key": "chatbot-buergerservice"}


def use_case_link(scene: Scene) -> dict[str, object]:
    use_case = scene.things["use case"]
    return {"uuid": use_case.uuid, "pk": use_case.links.get(entry=scene.things["published"]).pk}


def goal_of_use_case(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["use case"].uuid, "goal": scene.things["goal"].uuid}


def figure_of_use_case(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["stock"].uuid, "pk": scene.things["figure"].pk}


def measurement_of_goal(scene: Scene) -> dict[str, object]:
    row = scene.things["measurement"]
    return {"uuid": scene.things["stock"].uuid, "goal": row.goal.uuid, "pk": row.pk}


def application_of_use_case(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["use case"].uuid, "application": scene.things["application"].uuid}


def partner_of_use_case(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["use case"].uuid, "partner": scene.things["named partner"].uuid}


def gate_proposal(scene: Scene) -> dict[str, object]:
    proposal = scene.things["gate proposal"]
    return {"uuid": proposal.use_case.uuid, "pk": proposal.pk}


def owed_evidence(scene: Scene) -> dict[str, object]:
    stock = scene.things["stock"]
    return {"uuid": stock.uuid, "pk": stock.missing_evidence.first().pk}


def incident_measure(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["incident"].uuid, "pk": scene.things["incident measure"].pk}


def incident_document(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["incident"].uuid, "job": scene.things["incident notice"].pk, "kind": "pdf"}


def proved_duty(scene: Scene) -> dict[str, object]:
    return {"uuid": scene.things["duty done"].uuid, "evidence": scene.things["evidence"].uuid}


CONFIG = (Row("healthz", ALL), Row("readyz", ALL))
REGISTER = (
    Row("register:start", SIGNED_IN),
    Row("register:inbox", ADVISERS),
    Row("register:inbox-open", None, only("dsb"), of("submitted"), hidden=True),
    Row("register:due", READERS),
    Row("register:dpo-reports", only("dsb", "leitung", "fremd-leitung"), only("dsb")),
    # Not made yet in the scene: nobody can take it away.
    Row("register:dpo-report", NOBODY, None, pk_as_uuid("dpo report"), hidden=True),
    Row("register:intervals", CONTROLLERS, CONTROLLERS),
    Row("register:search", SIGNED_IN, query="?q=Chatbot"),
    Row("register:filter-save", READERS, READERS, lambda s: {"name": "systems"}, query="?review_state=draft"),
    Row("register:filter-delete", None, only("cdo"), of("filter"), hidden=True),
    Row("register:bulk-new", CREATORS, CREATORS, lambda s: {"slug": "ki-systeme"}),
    Row("register:bulk", only("cdo"), only("cdo"), of("bulk"), hidden=True),
    Row("register:systems", SIGNED_IN),
    Row("register:system-new", CREATORS, CREATORS),
    Row("register:datasets", SIGNED_IN),
    Row("register:dataset-new", CREATORS, CREATORS),
    Row("register:storage-list", SIGNED_IN),
    Row("register:storage-new", MASTER_DATA, MASTER_DATA),
    Row(
        "register:storage", HERE | only("nachbaramt"), only("cdo"), lambda s: {"uuid": s.town.storage.uuid}, hidden=True
    ),
    Row("register:recipient-list", SIGNED_IN),
    Row("register:recipient-new", MASTER_DATA, MASTER_DATA),
    Row("register:recipient", HERE | only("nachbaramt"), only("cdo"), of("recipient"), hidden=True),
    Row("register:product-list", SIGNED_IN),
    Row("register:product-new", MASTER_DATA, MASTER_DATA),
    Row("register:product", HERE | only("nachbaramt"), None, of("product"), hidden=True),
    Row("register:product-edit", only("cdo"), only("cdo"), of("product"), hidden=True),
    Row("register:product-version", HERE | only("nachbaramt"), None, of("product", number=2), hidden=True),
    Row("register:product-check", HERE | only("nachbaramt"), only("cdo"), of("product check"), hidden=True),
    Row("register:product-opinion", ADVISERS, ADVISERS, of("product"), hidden=True),
    Row("register:product-opinion-confirm", ADVISERS, ADVISERS, product_opinion, hidden=True),
    Row("register:deployment", HERE, EDITORS, of("published"), hidden=True),
    Row("register:entry", HERE, None, of("published"), hidden=True),
    Row("register:section", EDITORS, EDITORS, of("published", slug="grunddaten"), hidden=True),
    Row("register:input-keep", None, EDITORS, of("published", slug="grunddaten"), hidden=True),
    Row("register:input-discard", None, EDITORS, of("published", slug="grunddaten"), hidden=True),
    Row("register:withheld", EDITORS, EDITORS, of("published"), hidden=True),
    Row("register:check", HERE, EDITORS, of("published"), hidden=True),
    Row("register:submitted", HERE, None, of("submitted", number=1), hidden=True),
    Row("register:review", HERE, None, of("submitted"), hidden=True),
    Row("register:comment", None, only("dsb", "leitung"), of("submitted"), hidden=True),
    Row("register:resolve", None, EDITORS, comment, hidden=True),
    Row("register:judge", None, only("dsb"), comment, hidden=True),
    Row("register:checklist", HERE, only("dsb"), of("submitted", number=1), hidden=True),
    Row("register:open-points", HERE, None, of("submitted"), hidden=True),
    Row(
        "register:step",
        only("dsb", "leitung"),
        only("dsb", "leitung"),
        of("submitted", slug="zurueckgeben"),
        hidden=True,
    ),
    Row("register:redact", only("leitung"), only("leitung"), of("published", number=1), hidden=True),
    Row("register:share", only("cdo"), only("cdo"), of("published"), hidden=True),
    Row("register:unshare", None, only("cdo"), colleague, hidden=True),
    Row("register:history", only("cdo", "dsb", "leitung", "revision"), None, of("published"), hidden=True),
    Row("register:deficiencies", SIGNED_IN),
    Row("register:deficiency", HERE, EDITORS, pk_of("deficiency"), hidden=True),
    Row("register:deficiency-dismiss", EDITORS, EDITORS, pk_of("deficiency"), hidden=True),
    Row("register:deficiency-decide", only("leitung"), only("leitung"), pk_of("deficiency"), hidden=True),
    Row("register:decommission-new", EDITORS, EDITORS, of("published"), hidden=True),
    # The department has proposed it and may look.
    Row("register:decommission", HERE, only("cdo", "leitung"), pk_of("decommission"), hidden=True),
    Row(
        "register:decommission-point",
        None,
        EDITORS,
        lambda s: {"pk": s.things["decommission"].pk, "key": "deletion"},
        hidden=True,
    ),
    Row("register:entry-evidence-new", EDITORS, EDITORS, of("published"), hidden=True),
    Row(
        "register:storage-evidence-new",
        only("cdo"),
        only("cdo"),
        lambda s: {"uuid": s.town.storage.uuid},
        hidden=True,
    ),
    Row("register:recipient-evidence-new", only("cdo"), only("cdo"), of("recipient"), hidden=True),
    Row("register:evidence-list", SIGNED_IN),
    Row("register:evidence-rules", MASTER_DATA, MASTER_DATA),
    Row("register:evidence", HERE, EDITORS, of("evidence"), hidden=True),
    Row("register:evidence-file", HERE, None, of("evidence"), hidden=True),
    Row("register:evidence-remove", EDITORS, EDITORS, of("evidence"), hidden=True),
    # The CDO took the measure and may look, but another person confirms it.
    Row("register:measure", only("cdo", "dsb", "leitung"), only("dsb", "leitung"), pk_of("measure"), hidden=True),
    Row("register:notifications", SIGNED_IN),
    Row("register:notifications-read", None, SIGNED_IN),
    Row("register:log", HISTORIANS),
    Row("register:report-links", CREATORS, CREATORS),
    Row("register:report-link-close", None, EDITORS, of("report link"), hidden=True),
    Row("reporting:report", ALL, ALL, lambda s: {"token": s.things["report link"].token}),
    Row("reporting:thanks", ALL, None, lambda s: {"token": s.things["report link"].token}),
    Row("register:coverage", READERS),
    Row("register:coverage-rules", MASTER_DATA, MASTER_DATA),
    Row("register:coverage-remind", None, MASTER_DATA),
    Row("register:coverage-state", EDITORS, EDITORS, reporting),
    Row("register:coverage-reopen", EDITORS, EDITORS, reopening),
)
COMPLIANCE = (
    Row("compliance:activities", READERS),
    Row("compliance:activity-new", CREATORS, CREATORS),
    Row("compliance:activity-from-system", CREATORS, CREATORS),
    Row("compliance:vvt-declare", MASTER_DATA, MASTER_DATA),
    Row("compliance:vvt-reports", READERS),
    Row("compliance:vvt-request", REPORTERS, REPORTERS),
    Row("compliance:vvt-report", only("cdo", "dsb", "leitung", "revision"), None, report, hidden=True),
    Row("compliance:vvt-status", only("cdo", "dsb", "leitung", "revision"), None, report, hidden=True),
    Row("compliance:vvt-retry", None, only("cdo", "dsb", "leitung", "revision"), report, hidden=True),
    # Not made yet in the scene: nobody can take it away.
    Row("compliance:vvt-download", NOBODY, None, report, hidden=True),
    Row("compliance:vvt-download-other", NOBODY, None, lambda s: {**report(s), "kind": "xlsx"}, hidden=True),
    Row("compliance:commissioned", READERS),
    Row("compliance:commissioned-new", CREATORS, CREATORS),
    Row("compliance:retention", READERS),
    Row("compliance:dpia", READERS),
    Row("compliance:datamap", READERS, READERS),
    Row("compliance:datamap-abroad", READERS, READERS),
    Row("compliance:datamap-party", READERS, READERS, query="?name=Beispielsoftware%20GmbH"),
    Row("compliance:datamap-from", HERE, HERE, of("published", kind="eintrag"), hidden=True),
    # Not made yet in the scene: nobody can take it away.
    Row("compliance:datamap-pdf", NOBODY, None, pk_as_uuid("data map"), hidden=True),
    Row("compliance:activity-retention", EDITORS, EDITORS, of("activity"), hidden=True),
    Row("compliance:activity-commissioners", EDITORS, EDITORS, of("commissioned"), hidden=True),
    Row("compliance:activity", HERE, None, of("activity"), hidden=True),
    Row("compliance:activity-edit", EDITORS, EDITORS, of("activity"), hidden=True),
    Row("compliance:activity-end", EDITORS, EDITORS, of("activity"), hidden=True),
    Row("compliance:activity-reopen", EDITORS, EDITORS, of("activity"), hidden=True),
    Row("compliance:activity-version", HERE, None, of("activity", number=1), hidden=True),
    Row("compliance:activity-link", EDITORS, EDITORS, of("activity"), hidden=True),
    Row("compliance:activity-unlink", EDITORS, EDITORS, linked_system, hidden=True),
    Row("compliance:activity-take-over", None, EDITORS, of("activity"), hidden=True),
    Row("compliance:activity-rights", None, EDITORS, of("activity"), hidden=True),
    Row("compliance:assessment-list", READERS),
    Row("compliance:duties", READERS),
    Row("compliance:duties-assign", CREATORS, CREATORS),
    Row("compliance:duty-timeline", READERS),
    Row("compliance:duty-timeline-system", HERE, None, of("published"), hidden=True),
    Row("compliance:duty-calendar", READERS, READERS),
    Row("compliance:duty-calendar-close", None, only("cdo"), pk_as_uuid("calendar link"), hidden=True),
    Row("compliance:duty", HERE, EDITORS, of("duty"), hidden=True),
    Row("compliance:duty-evidence-new", EDITORS, EDITORS, of("duty"), hidden=True),
    Row("compliance:duty-prove", EDITORS, EDITORS, of("duty"), hidden=True),
    Row("compliance:duty-unprove", None, EDITORS, proved_duty, hidden=True),
    Row("compliance:duty-step", EDITORS, EDITORS, of("duty", slug="nicht-anwendbar"), hidden=True),
    Row("calendar:feed", ALL, None, lambda s: {"token": s.things["calendar link"].token}),
    Row("compliance:precheck", READERS),
    Row("compliance:law-change", READERS),
    Row("compliance:law-effects", None, CREATORS),
    Row("compliance:law-run-new", CREATORS, CREATORS),
    Row("compliance:law-change-of", HERE, None, of("outdated"), hidden=True),
    Row("compliance:law-run", HERE, None, of("law run"), hidden=True),
    Row("compliance:law-run-status", HERE, None, of("law run"), hidden=True),
    Row("compliance:law-run-resume", None, EDITORS, of("law run"), hidden=True),
    Row("compliance:rulesets", OPERATOR, OPERATOR),
    Row("compliance:ruleset", OPERATOR, None, of("ruleset")),
    Row("compliance:ruleset-status", OPERATOR, None, of("ruleset")),
    Row("compliance:ruleset-try", None, OPERATOR, of("ruleset")),
    Row("compliance:ruleset-use", OPERATOR, OPERATOR, of("ruleset")),
    # The DSB was asked; whoever edits the entry may answer too.
    Row("compliance:clarification", HERE, EDITORS | only("dsb"), of("clarification"), hidden=True),
    Row("compliance:assessments", HERE, None, of("published"), hidden=True),
    Row("compliance:assessment-start", None, EDITORS, of("published"), hidden=True),
    Row("compliance:assessment-question", EDITORS, EDITORS, of("published", key="infers_output"), hidden=True),
    Row("compliance:assessment-ask", EDITORS, EDITORS, of("published", key="infers_output"), hidden=True),
    Row("compliance:assessment-compact", EDITORS, EDITORS, of("published"), hidden=True),
    Row("compliance:assessment-check", EDITORS, EDITORS, of("published"), hidden=True),
    Row("compliance:assessment", HERE, None, of("published", number=1), hidden=True),
    # Finished by the office, which cannot review its own.
    Row(
        "compliance:assessment-review",
        only("cdo", "dsb", "leitung"),
        only("cdo", "dsb", "leitung"),
        of("published", number=2),
        hidden=True,
    ),
    Row("compliance:assessment-adopt", EDITORS, EDITORS, reviewed_assessment, hidden=True),
    Row("compliance:assessment-difference", HERE, None, of("published", number=2, other=1), hidden=True),
    Row("usecases:dashboard", CONTROLLERS),
    Row("usecases:dashboard-offices", CONTROLLERS),
    Row("usecases:dashboard-csv", CONTROLLERS, None, lambda scene: {"key": "schulung"}),
    Row("usecases:council", CONTROLLERS, CONTROLLERS),
    Row("usecases:council-file", NOBODY, None, pk_as_uuid("council report"), hidden=True),
    Row("usecases:training", WITH_A_ROLE),
    Row("usecases:training-proof", None, WITH_A_ROLE),
    Row("usecases:training-proof-file", NOBODY, None, pk_as_uuid("training proof"), hidden=True),
    Row("usecases:courses", WITH_A_ROLE),
    Row("usecases:course-new", CONTROLLERS, CONTROLLERS),
    Row("usecases:course", STAFF, None, of("course"), hidden=True),
    Row("usecases:course-edit", KEEPERS, KEEPERS, of("course"), hidden=True),
    Row("usecases:session-new", KEEPERS, KEEPERS, of("course"), hidden=True),
    Row("usecases:session", KEEPERS, KEEPERS, of("session"), hidden=True),
    Row("usecases:tools", WITH_A_ROLE),
    Row("usecases:tool-new", CONTROLLERS, CONTROLLERS),
    Row("usecases:tool-edit", KEEPERS, KEEPERS, of("tool"), hidden=True),
    Row("usecases:tool-end", None, KEEPERS, of("tool"), hidden=True),
    Row("usecases:contacts", WITH_A_ROLE),
    Row("usecases:contact-new", CONTROLLERS, CONTROLLERS),
    Row("usecases:contact-edit", KEEPERS, KEEPERS, of("contact"), hidden=True),
    Row("usecases:contact-remove", None, KEEPERS, of("contact"), hidden=True),
    Row("usecases:session-attended", None, STAFF, of("session"), hidden=True),
    Row("usecases:guideline", WITH_A_ROLE),
    Row("usecases:guideline-draft", CONTROLLERS, CONTROLLERS),
    Row("usecases:guideline-enact", only("leitung"), only("leitung")),
    Row("usecases:guideline-version", STAFF, None, of("guideline"), hidden=True),
    Row("usecases:guideline-difference", STAFF, None, of("guideline", number=1), hidden=True),
    Row("usecases:guideline-pdf", None, STAFF, of("guideline"), hidden=True),
    Row("usecases:guideline-file", NOBODY, None, pk_as_uuid("guideline file"), hidden=True),
    Row("usecases:guideline-acknowledge", None, STAFF, of("guideline"), hidden=True),
    Row("usecases:guideline-count", KEEPERS, KEEPERS, of("guideline"), hidden=True),
    Row("usecases:funding", WITH_A_ROLE),
    Row("usecases:funding-new", CONTROLLERS, CONTROLLERS),
    Row("usecases:funding-edit", KEEPERS, KEEPERS, of("programme"), hidden=True),
    Row("usecases:funding-end", None, KEEPERS, of("programme"), hidden=True),
    Row("usecases:partners", WITH_A_ROLE),
    Row("usecases:partner-new", CONTROLLERS, CONTROLLERS),
    Row("usecases:partner", KEEPERS, KEEPERS, of("partner"), hidden=True),
    Row("usecases:partner-end", None, KEEPERS, of("partner"), hidden=True),
    Row("usecases:wishes", READERS),
    # What a municipality shows to the others of the instance.
    Row("usecases:wish", READERS, None, of("wish")),
    Row("usecases:interest", FOREIGN, FOREIGN, of("wish")),
    Row("usecases:interest-withdraw", None, CONTROLLERS, of("wish")),
    Row("usecases:interest-choose", KEEPERS, KEEPERS, of("wish")),
    Row("usecases:agreement", WITH_A_ROLE),
    Row("usecases:agreement-new", CONTROLLERS, CONTROLLERS),
    Row("usecases:agreement-end", None, KEEPERS, of("agreement"), hidden=True),
    Row("usecases:blueprints", READERS),
    Row("usecases:blueprint", HERE | only("nachbaramt"), None, of("blueprint"), hidden=True),
    Row("usecases:blueprint-share", None, KEEPERS, of("blueprint"), hidden=True),
    Row(
        "usecases:blueprint-adopt",
        only("fachamt", "nachbaramt", "cdo"),
        only("fachamt", "nachbaramt", "cdo"),
        of("blueprint"),
        hidden=True,
    ),
    Row("usecases:freeze", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("usecases:blueprint-source", only("cdo"), only("cdo"), of("adopted"), hidden=True),
    Row("usecases:blueprint-template", READERS, None, template),
    Row("usecases:blueprint-template-adopt", CREATORS, CREATORS, template),
    Row("usecases:use-cases", READERS),
    Row("usecases:board", READERS),
    Row("usecases:timeline", READERS),
    Row("usecases:new", CREATORS, CREATORS),
    Row("usecases:stock", CREATORS),
    Row("usecases:take-over", EDITORS, EDITORS, of("published"), hidden=True),
    Row("usecases:use-case", HERE | only("nachbaramt"), None, of("use case"), hidden=True),
    Row("usecases:edit", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("usecases:state", EDITORS, EDITORS, of("use case", key="training"), hidden=True),
    Row("usecases:link", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("usecases:entry-new", None, EDITORS, of("use case"), hidden=True),
    Row("usecases:hand-over", None, EDITORS, use_case_link, hidden=True),
    Row("usecases:unlink", None, EDITORS, use_case_link, hidden=True),
    Row("usecases:evidence", EDITORS, EDITORS, owed_evidence, hidden=True),
    Row("usecases:goal-new", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("usecases:goal", HERE | only("nachbaramt"), EDITORS, goal_of_use_case, hidden=True),
    Row("usecases:goal-csv", HERE | only("nachbaramt"), None, goal_of_use_case, hidden=True),
    Row("usecases:measurement", EDITORS, EDITORS, measurement_of_goal, hidden=True),
    Row("usecases:measurement-withdrawal", EDITORS, EDITORS, measurement_of_goal, hidden=True),
    Row("usecases:goal-edit", EDITORS, EDITORS, goal_of_use_case, hidden=True),
    Row("usecases:application-new", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("usecases:application", EDITORS, EDITORS, application_of_use_case, hidden=True),
    Row("usecases:use-case-partner-new", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("usecases:use-case-partner", EDITORS, EDITORS, partner_of_use_case, hidden=True),
    Row("usecases:wish-edit", KEEPERS, KEEPERS, of("use case"), hidden=True),
    Row("usecases:interest-call", KEEPERS, KEEPERS, of("use case"), hidden=True),
    Row("usecases:figures", HERE | only("nachbaramt"), EDITORS, of("use case"), hidden=True),
    Row("usecases:figure", EDITORS, EDITORS, figure_of_use_case, hidden=True),
    Row("usecases:figure-withdrawal", EDITORS, EDITORS, figure_of_use_case, hidden=True),
    Row("usecases:evaluate", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("usecases:step", EDITORS, EDITORS, of("use case", name="pilot"), hidden=True),
    # The one who laid it before the others may take it back.
    Row(
        "usecases:decide",
        only("fachamt", "cdo", "leitung"),
        only("fachamt", "cdo", "leitung"),
        gate_proposal,
        hidden=True,
    ),
    Row("compliance:incident-list", WITH_A_ROLE),
    Row("compliance:incident-new", WITH_A_ROLE, WITH_A_ROLE),
    Row("compliance:lesson-list", WITH_A_ROLE),
    Row("compliance:lesson", HANDLERS, HANDLERS, of("lesson"), hidden=True),
    Row("compliance:lesson-propose", WORKERS, WORKERS, of("incident"), hidden=True),
    Row("compliance:incident", WORKERS, None, of("incident"), hidden=True),
    Row("compliance:incident-reported", WORKERS, None, of("incident"), hidden=True),
    Row("compliance:incident-assess", HANDLERS, HANDLERS, of("incident"), hidden=True),
    Row("compliance:incident-assign", HANDLERS, HANDLERS, of("incident"), hidden=True),
    Row("compliance:incident-close", HANDLERS, HANDLERS, of("incident"), hidden=True),
    Row("compliance:incident-reopen", HANDLERS, HANDLERS, of("incident"), hidden=True),
    Row("compliance:incident-step", WORKERS, WORKERS, of("incident", key="contain"), hidden=True),
    Row("compliance:incident-suspend", only("cdo", "leitung"), only("cdo", "leitung"), of("incident"), hidden=True),
    Row("compliance:incident-measure", WORKERS, WORKERS, of("incident"), hidden=True),
    Row("compliance:incident-measure-done", None, WORKERS, incident_measure, hidden=True),
    Row("compliance:incident-notice", WORKERS, WORKERS, of("incident", target="dsgvo"), hidden=True),
    Row("compliance:incident-notice-document", None, WORKERS, of("incident", target="dsgvo"), hidden=True),
    Row("compliance:incident-sent", HANDLERS, HANDLERS, of("incident", target="dsgvo"), hidden=True),
    # Not made yet in the scene: nobody can take it away.
    Row("compliance:incident-document", NOBODY, None, incident_document, hidden=True),
    Row("compliance:assessment-pdf", None, HERE, of("published", number=2), hidden=True),
    Row("compliance:assessment-json", HERE, None, of("published", number=2), hidden=True),
    Row("compliance:market-authorities", only("plattform")),
    Row("compliance:market-authority", only("plattform"), only("plattform"), lambda s: {"land": "05"}),
    Row("compliance:legal-documents", HERE, None, of("published"), hidden=True),
    Row("compliance:legal-document", HERE, None, of("published", slug="dsfa"), hidden=True),
    Row("compliance:legal-start", None, EDITORS, of("published", slug="grundrechte"), hidden=True),
    Row("compliance:legal-submit", EDITORS, EDITORS, of("published", slug="dsfa"), hidden=True),
    Row("compliance:legal-confirm", EDITORS, EDITORS, of("published", slug="dsfa"), hidden=True),
    Row("compliance:legal-section", EDITORS, EDITORS, of("published", slug="dsfa", key="risks"), hidden=True),
    Row("compliance:legal-input-keep", None, EDITORS, of("published", slug="dsfa", key="risks"), hidden=True),
    Row("compliance:legal-input-discard", None, EDITORS, of("published", slug="dsfa", key="risks"), hidden=True),
    Row("compliance:legal-draft", HERE, None, of("published", slug="dsfa"), hidden=True),
    Row("compliance:legal-draft-pdf", None, HERE, of("published", slug="dsfa"), hidden=True),
    Row("compliance:legal-draft-json", HERE, None, of("published", slug="dsfa"), hidden=True),
    Row("compliance:legal-version", HERE, None, of("published", slug="dsfa", number=1), hidden=True),
    Row("compliance:legal-version-pdf", None, HERE, of("published", slug="dsfa", number=1), hidden=True),
    Row("compliance:legal-version-json", HERE, None, of("published", slug="dsfa", number=1), hidden=True),
    # The DSB advises, the Leitung decides.
    Row("compliance:legal-advise", only("dsb"), only("dsb"), of("published", slug="dsfa", number=1), hidden=True),
    Row(
        "compliance:legal-decide", only("leitung"), only("leitung"), of("published", slug="dsfa", number=1), hidden=True
    ),
    # Not made yet in the scene: nobody can take it away.
    Row("compliance:legal-adopt", None, EDITORS, approved_dsfa, hidden=True),
    Row("compliance:legal-file", NOBODY, None, pk_as_uuid("legal file"), hidden=True),
)
IMPORTS = (
    Row("imports:start", MASTER_DATA, MASTER_DATA),
    Row("imports:sample", MASTER_DATA),
    Row("imports:export-book", SIGNED_IN - only("ohne-rolle", "plattform")),
    Row(
        "imports:export-list",
        SIGNED_IN - only("ohne-rolle", "plattform"),
        None,
        lambda s: {"kind": "system", "suffix": "csv"},
    ),
    Row("imports:run", only("cdo"), None, of("import"), hidden=True),
    Row("imports:assign", only("cdo"), only("cdo"), of("import"), hidden=True),
    Row("imports:take-over", None, only("cdo"), of("import"), hidden=True),
    Row("imports:undo", only("cdo"), only("cdo"), of("import"), hidden=True),
    Row("imports:discard", None, only("cdo"), of("import"), hidden=True),
    Row("imports:feedback", only("cdo"), None, of("import"), hidden=True),
    Row("imports:status", NOBODY, None, of("import"), hidden=True),
)
CORE = (
    Row("core:job", only("cdo"), None, pk_of("job"), hidden=True),
    Row("core:job-status", only("cdo"), None, pk_of("job"), hidden=True),
    Row("core:job-result", only("cdo"), None, pk_of("job"), hidden=True),
    Row("core:job-retry", None, only("cdo"), pk_of("job"), hidden=True),
)
API = (
    Row("api:index", ALL),
    Row("api:municipalities", ALL),
    Row("api:systems", ALL),
    Row("api:system", ALL, None, of("published")),
    Row("api:system-version", ALL, None, of("published", number=1)),
    Row("api:use-cases", ALL),
    Row("api:datasets", ALL),
    Row("api:dataset", NOBODY, None, of("dataset")),
    Row("api:dataset-version", NOBODY, None, of("dataset", number=1)),
    Row("api:export", ALL),
    Row("api:feed", ALL, query="?municipality=057770123123"),
    Row("api:schema", ALL),
    Row("well_known:ki-register", ALL),
    Row("well_known:security", ALL),
)
SIGN_IN = (
    Row("account_login", ALL, ALL),
    # Signed in already: on to the working area.
    Row("mfa_authenticate", SIGNED_IN, SIGNED_IN),
    Row("openid_connect_login", NOBODY, NOBODY, lambda s: {"provider_id": "fremd"}),
    Row("openid_connect_callback", NOBODY, NOBODY, lambda s: {"provider_id": "fremd"}),
    Row("account_logout", None, ALL),
    Row("account_reauthenticate", SIGNED_IN, SIGNED_IN),
    Row("mfa_reauthenticate", SIGNED_IN, SIGNED_IN),
    Row("mfa_index", SIGNED_IN),
    Row("mfa_activate_totp", SIGNED_IN, SIGNED_IN),
    # Nobody in the scene has a second factor yet.
    Row("mfa_deactivate_totp", NOBODY, NOBODY),
    Row("mfa_view_recovery_codes", NOBODY),
    Row("mfa_generate_recovery_codes", SIGNED_IN, SIGNED_IN),
    Row("mfa_download_recovery_codes", NOBODY),
)
ACCOUNTS = (
    Row("accounts:profile", SIGNED_IN, SIGNED_IN),
    Row("accounts:change-password", SIGNED_IN, SIGNED_IN),
    Row("accounts:no-role", NOBODY),
    Row("accounts:forgotten-password", ALL, ALL),
    Row("accounts:forgotten-password-sent", ALL),
    Row("accounts:new-password", NOBODY, NOBODY, lambda s: {"uid": "Mw", "token": "x-y"}),
    # A guessed link: the page says that it is no longer valid.
    Row("accounts:invitation", ALL, ALL, lambda s: {"token": "geraten"}),
    # Without a municipality of one's own in the form there is nothing to switch to.
    Row("accounts:switch", None, NOBODY),
    Row("accounts:people", ANY_VERWALTUNG),
    Row("accounts:invite", ANY_VERWALTUNG, ANY_VERWALTUNG),
    Row("accounts:withdraw-invitation", None, VERWALTUNG, pk_of("invitation")),
    Row("accounts:person", VERWALTUNG, None, person),
    Row("accounts:add-role", VERWALTUNG, VERWALTUNG, person),
    Row("accounts:switch-off", VERWALTUNG, VERWALTUNG, person),
    Row("accounts:switch-on", None, VERWALTUNG, person),
    Row("accounts:change-role", VERWALTUNG, VERWALTUNG, membership),
    Row("accounts:end-role", None, VERWALTUNG, membership),
    Row("accounts:add-deputy", VERWALTUNG, VERWALTUNG, membership),
    Row("accounts:delegations", DELEGATING, DELEGATING),
    Row("accounts:end-delegation", None, NOBODY, membership),
    Row("accounts:setup", ANY_VERWALTUNG),
    Row("accounts:setup-mark", None, ANY_VERWALTUNG, lambda s: {"key": "mail"}),
    Row("accounts:mail", ANY_VERWALTUNG, ANY_VERWALTUNG),
    Row("accounts:department-list", ANY_VERWALTUNG, ANY_VERWALTUNG),
    Row("accounts:settings", ANY_VERWALTUNG, ANY_VERWALTUNG),
    Row("accounts:public-page", PUBLISHERS, PUBLISHERS),
    Row("accounts:coat", PUBLISHERS, PUBLISHERS),
    Row("accounts:accessibility", PUBLISHERS, PUBLISHERS),
    Row("accounts:departments", ANY_VERWALTUNG),
    Row("accounts:new-department", ANY_VERWALTUNG, ANY_VERWALTUNG),
    Row("accounts:department", VERWALTUNG, VERWALTUNG, department),
    Row("accounts:close-department", None, VERWALTUNG, department),
    Row("accounts:open-department", None, VERWALTUNG, department),
    Row("accounts:sign-in-service", ANY_VERWALTUNG, ANY_VERWALTUNG),
    # No service is set up in the scene.
    Row("accounts:test-sign-in-service", None, NOBODY),
    Row("accounts:platform-access", ANY_VERWALTUNG, ANY_VERWALTUNG),
    Row("accounts:end-platform-access", None, NOBODY, membership),
    Row("accounts:municipalities", OPERATOR),
    Row("accounts:tenant-lists", OPERATOR, OPERATOR),
    Row("accounts:tenant-list", OPERATOR, None, of("tenant list")),
    # Nothing has been asked of the worker yet.
    Row("accounts:tenant-list-status", NOBODY, None, of("tenant list")),
    Row("accounts:create-tenants", None, OPERATOR, of("tenant list")),
    Row("accounts:new-municipality", OPERATOR, OPERATOR),
    Row("accounts:deactivate-municipality", OPERATOR, OPERATOR, municipality),
    Row("accounts:activate-municipality", None, OPERATOR, municipality),
)
INQUIRY = only("fachamt", "cdo", "dsb", "leitung")
ROUTERS = only("fachamt", "cdo", "dsb")
INQUIRIES = (
    Row("inquiries:desk", INQUIRY | only("nachbaramt") | FOREIGN),
    Row("inquiries:rules", CONTROLLERS, CONTROLLERS),
    Row("inquiries:inquiry", INQUIRY, None, of("inquiry"), hidden=True),
    Row("inquiries:answer", EDITORS, EDITORS, of("inquiry"), hidden=True),
    Row("inquiries:route", ROUTERS, ROUTERS, of("inquiry"), hidden=True),
    Row("inquiries:label", ROUTERS, ROUTERS, of("inquiry"), hidden=True),
    Row(
        "inquiries:check",
        only("fachamt", "cdo", "leitung"),
        only("fachamt", "cdo", "leitung"),
        of("inquiry drafted"),
        hidden=True,
    ),
    Row(
        "inquiries:close",
        only("fachamt", "cdo", "leitung"),
        only("fachamt", "cdo", "leitung"),
        of("inquiry"),
        hidden=True,
    ),
    Row("inquiries:extend", ROUTERS, ROUTERS, of("inquiry"), hidden=True),
    Row("inquiries:release", KEEPERS, KEEPERS, of("inquiry answered"), hidden=True),
    Row("inquiries:withdraw", KEEPERS, KEEPERS, of("inquiry released"), hidden=True),
)
ASKING = (
    Row("inquiries:consultation-new", EDITORS, EDITORS, of("use case"), hidden=True),
    Row("inquiries:consultation", only("fachamt", "cdo", "leitung"), None, of("consultation"), hidden=True),
    Row("inquiries:consultation-edit", EDITORS, EDITORS, of("consultation"), hidden=True),
    Row("inquiries:consultation-release", None, KEEPERS, of("consultation"), hidden=True),
)
PUBLIC = (
    Row("public:consultations", ALL, None, town),
    Row("public:consultation", ALL, ALL, lambda s: {**town(s), "uuid": s.things["consultation"].uuid}),
    Row("public:questions", ALL, None, town),
    Row("public:ask", ALL, ALL, public_entry()),
    Row("public:inquiry", ALL, None, own_inquiry),
    Row("public:start", ALL),
    Row("public:open-data", ALL),
    Row("public:robots", ALL),
    Row("public:sitemap-index", ALL),
    Row("public:municipality", ALL, None, town),
    Row("public:feed", ALL, None, town),
    Row("public:changes", ALL, None, town),
    Row("public:changes-month", ALL, None, this_month),
    Row("public:figures", ALL, None, town),
    Row("public:figures-csv", ALL, None, lambda scene: {**town(scene), "key": "status"}),
    Row("public:entry-feed", ALL, None, public_entry()),
    Row("public:data", ALL, None, town),
    Row("public:data-history", ALL, None, town),
    Row("public:data-file", ALL, None, lambda scene: {**town(scene), "kind": "ki-systeme", "suffix": "csv"}),
    Row("public:sitemap", ALL, None, town),
    Row("public:imprint", ALL, None, town),
    Row("public:privacy", ALL, None, town),
    Row("public:accessibility", ALL, None, town),
    Row("public:barrier", ALL, ALL, town),
    Row("public:unpublished", ALL, None, town),
    Row("public:theme", ALL, None, themed),
    Row("public:coat", ALL, None, with_coat),
    Row("public:answers-feed", ALL, None, town),
    Row("public:consent", ALL, ALL, own_inquiry),
    Row("public:entry", ALL, None, public_entry()),
    Row("public:notices", ALL, None, public_entry()),
    Row("public:notice-svg", ALL, None, public_entry()),
    Row("public:notice-png", ALL, None, public_entry()),
    Row("public:poster", ALL, None, public_entry()),
    Row("public:entry-pdf", ALL, None, public_entry()),
    Row("public:poster-pdf", ALL, None, public_entry()),
    Row("public:versions", ALL, None, public_entry()),
    Row("public:version", ALL, None, public_entry(number=1)),
    Row("public:difference", ALL, None, public_entry(number=2, other=1)),
)
TABLE: tuple[Row, ...] = (
    *CONFIG, *REGISTER, *COMPLIANCE, *INQUIRIES, *ASKING, *IMPORTS, *CORE, *API, *SIGN_IN, *ACCOUNTS, *PUBLIC,
)  # fmt: skip
