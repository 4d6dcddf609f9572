"""The release table: for each field of an entry, who may read it.

PUBLIC      part of the frozen document
ON_RELEASE  part of it only after a Stellungnahme of the DSB, and unless it is withheld
INTERNAL    never in a document

`privacy` marks data-protection fields: a change goes back to the DSB. `reviewed` fields are bound by a release;
what is left are notes for the office, which may change at any time. A model field without a row fails the build
(tests/register/test_publication_table.py).
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC, ON_RELEASE, INTERNAL = "public", "on_release", "internal"

ENTRY, SYSTEM, PRIVACY, DATASET, LINK = "entry", "system", "privacy", "dataset", "link"

# Art. 30 DSGVO terms in plain German, used as headings of forms, check pages and public pages alike.
SECTIONS = {
    "basics": "Grunddaten",
    "purpose": "Zweck und Wirkung",
    "technology": "Technik und Anbieter",
    "data": "Daten und Speicherorte",
    "privacy": "DSGVO-Einstufung",
    "law": "Recht und Risiko",
    "oversight": "Aufsicht und Rechte",
    "economy": "Nutzen, Abwägung und Kosten",
    "internal": "Interne Angaben",
}


@dataclass(frozen=True)
class Row:
    key: str
    level: str
    model: str
    section: str
    privacy: bool = False
    reviewed: bool = True
    kinds: tuple[str, ...] = ("system",)
    required: bool = False


BOTH = ("system", "dataset")

ROWS: tuple[Row, ...] = (
    Row("name", PUBLIC, ENTRY, "basics", kinds=BOTH, required=True),
    Row("description_short", PUBLIC, ENTRY, "basics", kinds=BOTH, required=True),
    Row("department", PUBLIC, ENTRY, "basics", kinds=BOTH, required=True),
    Row("competent_authority", PUBLIC, ENTRY, "basics", kinds=BOTH),
    Row("contact_email", PUBLIC, ENTRY, "basics", kinds=BOTH, required=True),
    Row("website", PUBLIC, ENTRY, "basics", kinds=BOTH),
    Row("category", PUBLIC, SYSTEM, "basics", required=True),
    Row("status", PUBLIC, ENTRY, "basics", required=True),
    Row("begin_date", PUBLIC, SYSTEM, "basics"),
    Row("end_date", PUBLIC, SYSTEM, "basics"),
    Row("area", PUBLIC, SYSTEM, "basics"),
    Row("teaser", PUBLIC, ENTRY, "basics", kinds=BOTH),
    Row("easy_language", PUBLIC, ENTRY, "basics", kinds=BOTH),
    Row("tags", PUBLIC, ENTRY, "basics", kinds=BOTH),
    Row("lang", PUBLIC, ENTRY, "basics", kinds=BOTH),
    Row("goal", PUBLIC, SYSTEM, "purpose", privacy=True, required=True),
    Row("out_of_scope", PUBLIC, SYSTEM, "purpose"),
    Row("impact", PUBLIC, SYSTEM, "purpose", required=True),
    Row("affects_people", PUBLIC, SYSTEM, "purpose", required=True),
    Row("affected_groups", PUBLIC, SYSTEM, "purpose"),
    Row("affected_groups_note", PUBLIC, SYSTEM, "purpose"),
    Row("decision_making_process", PUBLIC, SYSTEM, "purpose"),
    Row("decision_effect", PUBLIC, SYSTEM, "purpose", privacy=True, required=True),
    Row("usage_volume", PUBLIC, SYSTEM, "purpose"),
    Row("usage_volume_note", PUBLIC, SYSTEM, "purpose"),
    Row("benefit", PUBLIC, SYSTEM, "economy"),
    Row("alternatives_considered", PUBLIC, SYSTEM, "economy"),
    Row("proportionality_suitability", ON_RELEASE, SYSTEM, "economy"),
    Row("proportionality_necessity", ON_RELEASE, SYSTEM, "economy"),
    Row("proportionality_balance", ON_RELEASE, SYSTEM, "economy"),
    Row("evaluation_date", PUBLIC, SYSTEM, "economy"),
    Row("cost_class", ON_RELEASE, SYSTEM, "economy"),
    Row("cost", ON_RELEASE, SYSTEM, "economy"),
    Row("funding", ON_RELEASE, SYSTEM, "economy"),
    Row("procurement_type", ON_RELEASE, SYSTEM, "economy"),
    Row("algorithm_type", PUBLIC, SYSTEM, "technology", required=True),
    Row("description", PUBLIC, SYSTEM, "technology", required=True),
    Row("methods_and_models", PUBLIC, SYSTEM, "technology"),
    Row("product", PUBLIC, LINK, "technology"),
    Row("provider", PUBLIC, SYSTEM, "technology", privacy=True, required=True),
    Row("provider_register_number", PUBLIC, SYSTEM, "technology"),
    Row("product_version", PUBLIC, SYSTEM, "technology"),
    Row("publiccode", PUBLIC, SYSTEM, "technology"),
    Row("system_openness", PUBLIC, SYSTEM, "technology"),
    Row("performance", ON_RELEASE, SYSTEM, "technology"),
    Row("metrics", ON_RELEASE, SYSTEM, "technology"),
    Row("datasets", PUBLIC, LINK, "data", privacy=True, required=True),
    Row("storage", PUBLIC, LINK, "data", privacy=True, required=True),
    Row("storage_details", INTERNAL, LINK, "data", privacy=True),
    Row("recipients", ON_RELEASE, LINK, "data", privacy=True),
    Row("data_bias", ON_RELEASE, SYSTEM, "data"),
    Row("personal_data_level", PUBLIC, PRIVACY, "privacy", privacy=True, required=True),
    Row("gdpr_basis", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("national_norm", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("public_task", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("data_subjects", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("data_categories", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("has_special_categories", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("special_categories", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("special_categories_basis", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("special_categories_reason", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("special_data_kinds", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("criminal_data_authority", ON_RELEASE, PRIVACY, "privacy", privacy=True),
    Row("ji_regime", ON_RELEASE, PRIVACY, "privacy", privacy=True),
    Row("ji_norm", ON_RELEASE, PRIVACY, "privacy", privacy=True),
    Row("retention", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("automated_decision", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("automated_decision_basis", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("automated_decision_norm", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("automated_decision_discretion", ON_RELEASE, PRIVACY, "privacy", privacy=True),
    Row("training_on_inputs", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("training_lawful_basis", PUBLIC, PRIVACY, "privacy", privacy=True),
    Row("dpia_state", ON_RELEASE, PRIVACY, "privacy", privacy=True),
    Row("dpia_reason", ON_RELEASE, PRIVACY, "privacy", privacy=True),
    Row("security_measures", INTERNAL, PRIVACY, "privacy", privacy=True),
    Row("lawful_basis", PUBLIC, SYSTEM, "law", privacy=True, required=True),
    Row("lawful_basis_grouping", PUBLIC, SYSTEM, "law", privacy=True),
    Row("ai_act_role", PUBLIC, SYSTEM, "law"),
    Row("ai_act_class", PUBLIC, SYSTEM, "law"),
    Row("ai_act_reason", ON_RELEASE, SYSTEM, "law"),
    Row("eu_db_url", PUBLIC, SYSTEM, "law"),
    Row("impact_assessments", ON_RELEASE, SYSTEM, "law", privacy=True),
    Row("risks", ON_RELEASE, SYSTEM, "law", privacy=True),
    Row("discrimination_safeguards", PUBLIC, SYSTEM, "law"),
    Row("protected_attributes", PUBLIC, SYSTEM, "law"),
    Row("art50_notice", PUBLIC, SYSTEM, "law"),
    Row("art50_notice_text", PUBLIC, SYSTEM, "law"),
    Row("vvt_ref", ON_RELEASE, LINK, "law", privacy=True),
    Row("human_intervention", PUBLIC, SYSTEM, "oversight", required=True),
    Row("required_training", PUBLIC, SYSTEM, "oversight"),
    Row("objection_procedure", PUBLIC, SYSTEM, "oversight", required=True),
    Row("objection_url", PUBLIC, SYSTEM, "oversight"),
    Row("monitoring", ON_RELEASE, SYSTEM, "oversight"),
    Row("rollback", ON_RELEASE, SYSTEM, "oversight"),
    Row("incidents", PUBLIC, SYSTEM, "oversight"),
    Row("incidents_note", INTERNAL, SYSTEM, "oversight"),
    Row("revision_date", PUBLIC, ENTRY, "oversight", kinds=BOTH, required=True),
    Row("revision_note", PUBLIC, ENTRY, "oversight", kinds=BOTH),
    Row("personal_data_level", PUBLIC, DATASET, "data", privacy=True, kinds=("dataset",), required=True),
    Row("data_subjects", PUBLIC, DATASET, "data", privacy=True, kinds=("dataset",)),
    Row("data_categories", PUBLIC, DATASET, "data", privacy=True, kinds=("dataset",), required=True),
    Row("special_categories", PUBLIC, DATASET, "data", privacy=True, kinds=("dataset",)),
    Row("special_categories_reason", PUBLIC, DATASET, "data", privacy=True, kinds=("dataset",)),
    Row("origin", PUBLIC, DATASET, "data", privacy=True, kinds=("dataset",)),
    Row("quality", PUBLIC, DATASET, "data", kinds=("dataset",)),
    Row("data_bias", ON_RELEASE, DATASET, "data", kinds=("dataset",)),
    Row("retention", PUBLIC, DATASET, "data", privacy=True, kinds=("dataset",)),
    Row("open_data_url", PUBLIC, DATASET, "data", kinds=("dataset",)),
    Row("origin_url", PUBLIC, ENTRY, "internal", kinds=BOTH),
    Row("origin_hash", PUBLIC, ENTRY, "internal", kinds=BOTH),
    Row("withheld", PUBLIC, ENTRY, "internal", privacy=True, kinds=BOTH),
    Row("change_note", PUBLIC, ENTRY, "internal", kinds=BOTH),
    Row("owner_person", INTERNAL, ENTRY, "internal", reviewed=False, kinds=BOTH),
    Row("deputy_person", INTERNAL, ENTRY, "internal", reviewed=False, kinds=BOTH),
    Row("file_reference", INTERNAL, ENTRY, "internal", reviewed=False, kinds=BOTH),
    Row("internal_note", INTERNAL, ENTRY, "internal", reviewed=False, kinds=BOTH),
)

# Bookkeeping of the program itself, no statement of the municipality.
BOOKKEEPING = {
    ENTRY: {
        "id", "uuid", "municipality", "kind", "slug", "review_state", "version", "import_reference",
        "created_by", "created_at", "last_edited_by", "last_edited_at", "sort_key", "search",
    },
    # What became of the product sheet is told by the row "product".
    SYSTEM: {"entry", "search", "product", "product_number", "local_fields"},
    PRIVACY: {"system"},
    DATASET: {"entry", "search"},
}  # fmt: skip

# These name the entry; without them a document would say nothing.
NEVER_WITHHELD = {"name", "description_short", "department", "contact_email", "status", "withheld", "change_note"}

# Under other names the blocks of upper rooms tell the same facts; what is withheld here is withheld there too.
BLOCK_NAMES = {
    "purposes": ("goal",),
    "legal_basis": ("lawful_basis", "national_norm"),
    "third_country": ("storage", "recipients"),
    "third_country_details": ("storage", "recipients"),
}

# What a deployment may take over from its product sheet; sheet, system and DSGVO-Einstufung use the same keys.
INHERITED = (
    "provider", "provider_register_number", "product_version", "algorithm_type", "description", "methods_and_models",
    "publiccode", "system_openness", "training_on_inputs",
)  # fmt: skip

DEFAULT_OBJECTION = (
    "Wenden Sie sich an die genannte Kontaktstelle. Gegen einen Bescheid ist der Rechtsbehelf möglich, der im Bescheid "
    "steht. Beschwerden zum Datenschutz nehmen die oder der Datenschutzbeauftragte und die Aufsichtsbehörde entgegen "
    "(Art. 77 DSGVO)."
)


def rows_of(kind: str) -> tuple[Row, ...]:
    return tuple(row for row in ROWS if kind in row.kinds)


def row(kind: str, key: str) -> Row:
    """The row of a field; KeyError if the table does not know it."""
    for candidate in ROWS:
        if candidate.key == key and kind in candidate.kinds:
            return candidate
    raise KeyError(key)


def sections_of(kind: str) -> dict[str, tuple[Row, ...]]:
    """Section key -> its rows, in the order of the table; sections without a row are left out."""
    found = {name: tuple(r for r in rows_of(kind) if r.section == name) for name in SECTIONS}
    return {name: rows for name, rows in found.items() if rows}
