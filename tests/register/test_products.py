"""Product sheets: versions, one task for each municipality, and values that nobody changes but the municipality."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord
from register import content, inheritance, services
from register.models import Entry, Product, ProductCheck
from register.selectors_products import said, sheet_label
from tests.world import COMPLETE, Town, complete_system, draft_system, publish_again, published_system

SHEET = {"name": "Dialogwerk", "provider": "Dialogwerk GmbH", "is_shared": True, "description": "Sucht und antwortet."}


@pytest.fixture
def product(musterstadt: Town) -> Product:
    return services.create_product(musterstadt.municipality, by=musterstadt["cdo"], **SHEET)


def change(product: Product, town: Town, *, kind: str = "essential", **changes: object) -> Product:
    return services.update_product(product, by=town["cdo"], changes=changes, kind=kind, reason="Neues Modell")


def deploy(town: Town, product: Product, name: str = "Mia") -> Entry:
    return services.set_product(draft_system(town, name), by=town["cdo"], product=product)


def states(entry: Entry) -> dict[str, str]:
    found = Entry.objects.select_related("system__product", "system__privacy").get(pk=entry.pk)
    return {field.key: field.state for field in inheritance.states_of(found)}


def test_a_change_becomes_a_numbered_version(product: Product, musterstadt: Town) -> None:
    change(product, musterstadt, kind="editorial", website="https://dialogwerk.example")
    assert list(product.versions.values_list("number", "kind")) == [(2, "editorial"), (1, "first")]


def test_a_change_needs_a_reason(product: Product, musterstadt: Town) -> None:
    with pytest.raises(ValidationError):
        services.update_product(
            product, by=musterstadt["cdo"], changes={"dpa_url": "https://a.example"}, kind="editorial"
        )


def test_only_the_owner_edits(product: Product, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        change(product, neudorf, hosting="Überall")


def test_a_sheet_that_is_not_shared_is_invisible_elsewhere(product: Product, musterstadt: Town, neudorf: Town) -> None:
    change(product, musterstadt, is_shared=False)
    assert not Product.objects.visible_to(neudorf["cdo"]).exists()


def test_a_sheet_that_others_use_stays_shared(product: Product, musterstadt: Town, neudorf: Town) -> None:
    deploy(neudorf, product)
    with pytest.raises(ValidationError) as refused:
        change(product, musterstadt, is_shared=False)
    assert "is_shared" in refused.value.error_dict


def test_an_older_number_is_a_conflict(product: Product, musterstadt: Town) -> None:
    change(product, musterstadt, hosting="Nur in der EU")
    with pytest.raises(Conflict):
        services.update_product(
            product, by=musterstadt["cdo"], changes={"hosting": "Alt"}, reason="Alt", kind="editorial", number=1
        )


def test_not_known_is_another_answer_than_not_yet(product: Product, musterstadt: Town) -> None:
    product = change(product, musterstadt, kind="editorial", unknown=["training_data"])
    sheet = inheritance.sheet_content(product)
    assert (said(sheet, "training_data"), said(sheet, "hosting")) == ("nicht bekannt", "noch nicht angegeben")


def test_a_field_cannot_be_filled_in_and_unknown(product: Product, musterstadt: Town) -> None:
    with pytest.raises(ValidationError) as refused:
        change(product, musterstadt, unknown=["description"])
    assert "So funktioniert es" in refused.value.messages[0]


def test_an_essential_change_gives_each_municipality_one_task(
    product: Product, musterstadt: Town, neudorf: Town
) -> None:
    for town, name in ((musterstadt, "Mia"), (musterstadt, "Leo"), (neudorf, "Ida")):
        deploy(town, product, name)
    change(product, musterstadt, description="Sucht, rechnet und antwortet.")
    towns = ProductCheck.objects.order_by("municipality").values_list("municipality", flat=True)
    assert list(towns) == sorted([musterstadt.municipality.pk, neudorf.municipality.pk])


def test_the_cdo_of_another_town_gets_one_message_with_the_number_of_systems(
    product: Product, musterstadt: Town, neudorf: Town
) -> None:
    deploy(neudorf, product, "Ida")
    deploy(neudorf, product, "Eva")
    change(product, musterstadt, description="Sucht, rechnet und antwortet.")
    texts = Notification.objects.filter(user=neudorf["cdo"], text__startswith="Prüfung nötig").values_list("text")
    assert [text for (text,) in texts if "2 Systeme" in text] == [text for (text,) in texts]
    assert len(texts) == 1


def test_a_second_essential_change_widens_the_open_task(product: Product, musterstadt: Town) -> None:
    deploy(musterstadt, product)
    change(product, musterstadt, description="Zweite")
    change(product, musterstadt, description="Dritte")
    assert list(ProductCheck.objects.values_list("from_number", "to_number")) == [(1, 3)]


@pytest.mark.parametrize("key", inheritance.NEVER_EDITORIAL)
def test_what_the_assessment_rests_on_is_never_only_editorial(product: Product, musterstadt: Town, key: str) -> None:
    choices = Product._meta.get_field(key).flatchoices
    value = choices[-1][0] if choices else "Anders"
    with pytest.raises(ValidationError) as refused:
        change(product, musterstadt, kind="editorial", **{key: value})
    assert "ist nie nur redaktionell" in refused.value.message_dict[key][0]


def test_a_check_shows_everything_since_what_the_town_rests_on(
    product: Product, musterstadt: Town, client: Client
) -> None:
    deploy(musterstadt, product)
    change(product, musterstadt, kind="editorial", dpia_url="https://dialogwerk.example/dsfa")
    change(product, musterstadt, hosting="Überall")
    client.force_login(musterstadt["cdo"])
    page = client.get(ProductCheck.objects.get().get_absolute_url())
    assert {row["label"] for row in page.context["changes"]} == {sheet_label("dpia_url"), sheet_label("hosting")}


def test_a_check_begins_where_the_last_one_ended(product: Product, musterstadt: Town) -> None:
    deploy(musterstadt, product)
    change(product, musterstadt, description="Zweite")
    services.close_check(ProductCheck.objects.get(), by=musterstadt["cdo"], note="Angesehen.")
    change(product, musterstadt, kind="editorial", dpia_url="https://dialogwerk.example/dsfa")
    change(product, musterstadt, description="Dritte")
    assert ProductCheck.objects.open().values_list("from_number", "to_number").get() == (2, 4)


def test_an_open_check_reaches_to_the_newest_version(product: Product, musterstadt: Town) -> None:
    deploy(musterstadt, product)
    change(product, musterstadt, hosting="Überall")
    change(product, musterstadt, kind="editorial", dpia_url="https://dialogwerk.example/dsfa")
    assert ProductCheck.objects.values_list("from_number", "to_number").get() == (1, 3)


def test_check_and_comparison_of_a_system_name_the_same_range(
    product: Product, musterstadt: Town, client: Client
) -> None:
    entry = deploy(musterstadt, product)
    change(product, musterstadt, hosting="Überall")
    client.force_login(musterstadt["cdo"])
    urls = (ProductCheck.objects.get().get_absolute_url(), reverse("register:deployment", args=[entry.uuid]))
    assert all("von Fassung 1 bis Fassung 2" in client.get(url).content.decode() for url in urls)


def test_what_changed_while_somebody_looked_has_to_be_seen_before_closing(
    product: Product, musterstadt: Town, client: Client
) -> None:
    deploy(musterstadt, product)
    change(product, musterstadt, hosting="Überall")
    check = ProductCheck.objects.get()
    change(product, musterstadt, hosting="Nirgends")
    client.force_login(musterstadt["cdo"])
    answer = client.post(check.get_absolute_url(), {"note": "Unverändert gut.", "number": "2"})
    assert (answer.status_code, answer.context["form"]["note"].value()) == (409, "Unverändert gut.")


def test_the_message_about_a_check_names_the_town(product: Product, musterstadt: Town, neudorf: Town) -> None:
    for town in (musterstadt, neudorf):
        deploy(town, product)
    change(product, musterstadt, description="Zweite")
    message = Notification.objects.get(user=neudorf["cdo"], text__startswith="Prüfung nötig")
    assert neudorf.municipality.name in message.text


def test_an_editorial_change_asks_nobody(product: Product, musterstadt: Town) -> None:
    deploy(musterstadt, product)
    change(product, musterstadt, kind="editorial", website="https://dialogwerk.example")
    assert not ProductCheck.objects.exists()


def test_ended_systems_need_no_check(product: Product, musterstadt: Town) -> None:
    services.update(deploy(musterstadt, product), by=musterstadt["cdo"], changes={"status": "retired"})
    change(product, musterstadt, description="Zweite")
    assert not ProductCheck.objects.exists()


@pytest.fixture
def check(product: Product, musterstadt: Town) -> ProductCheck:
    deploy(musterstadt, product)
    change(product, musterstadt, description="Sucht, rechnet und antwortet.")
    return ProductCheck.objects.get()


def test_a_check_is_closed_with_a_note(check: ProductCheck, musterstadt: Town) -> None:
    with pytest.raises(ValidationError):
        services.close_check(check, by=musterstadt["cdo"], note=" ")


def test_who_closed_a_check_is_on_record(check: ProductCheck, musterstadt: Town) -> None:
    services.close_check(check, by=musterstadt["cdo"], note="Angaben übernommen.")
    assert AuditRecord.objects.filter(action="register.product_check.closed").count() == 1


def test_a_closed_check_is_not_closed_again(check: ProductCheck, musterstadt: Town) -> None:
    services.close_check(check, by=musterstadt["cdo"], note="Angaben übernommen.")
    with pytest.raises(Conflict):
        services.close_check(check, by=musterstadt["cdo"], note="Noch einmal.")


def test_another_town_cannot_close_it(check: ProductCheck, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        services.close_check(check, by=neudorf["cdo"], note="Fertig.")


def test_choosing_a_product_fills_what_is_empty(product: Product, musterstadt: Town) -> None:
    assert deploy(musterstadt, product).system.description == "Sucht und antwortet."


def test_what_is_filled_in_already_becomes_local(product: Product, musterstadt: Town) -> None:
    entry = services.set_product(complete_system(musterstadt), by=musterstadt["fachamt"], product=product)
    assert entry.system.local_fields == ["provider", "description"]


def test_typing_another_value_makes_a_field_local(product: Product, musterstadt: Town) -> None:
    entry = services.update(deploy(musterstadt, product), by=musterstadt["cdo"], changes={"description": "Nur FAQ"})
    assert states(entry)["description"] == inheritance.LOCAL


def test_typing_the_sheets_value_makes_it_inherited_again(product: Product, musterstadt: Town) -> None:
    entry = services.update(deploy(musterstadt, product), by=musterstadt["cdo"], changes={"description": "Nur FAQ"})
    services.update(entry, by=musterstadt["cdo"], changes={"description": SHEET["description"]})
    assert states(entry)["description"] == inheritance.INHERITED


def test_a_change_of_the_sheet_leaves_the_deployment_as_it_is(product: Product, musterstadt: Town) -> None:
    entry = deploy(musterstadt, product)
    before = content.content_of(Entry.objects.get(pk=entry.pk))
    change(product, musterstadt, name="Dialogwerk Plus", description="Sucht, rechnet und antwortet.")
    assert content.content_of(Entry.objects.get(pk=entry.pk)) == before


def test_a_change_of_the_sheet_waits_for_a_decision(product: Product, musterstadt: Town) -> None:
    entry = deploy(musterstadt, product)
    change(product, musterstadt, description="Sucht, rechnet und antwortet.")
    assert states(entry)["description"] == inheritance.CHANGED


def test_one_click_takes_a_value_over(product: Product, musterstadt: Town) -> None:
    entry = deploy(musterstadt, product)
    change(product, musterstadt, description="Sucht, rechnet und antwortet.")
    entry = services.take_over(entry, by=musterstadt["cdo"], keys=["description"])
    assert (entry.system.description, entry.system.product_number) == ("Sucht, rechnet und antwortet.", 2)


def test_a_deviation_can_be_kept(product: Product, musterstadt: Town) -> None:
    entry = deploy(musterstadt, product)
    change(product, musterstadt, description="Sucht, rechnet und antwortet.")
    services.keep_local(entry, by=musterstadt["cdo"], keys=["description"])
    assert states(entry)["description"] == inheritance.LOCAL


def test_not_known_is_taken_over_as_an_answer(product: Product, musterstadt: Town) -> None:
    product = change(product, musterstadt, kind="editorial", unknown=["methods_and_models"])
    assert deploy(musterstadt, product).system.methods_and_models == "nicht bekannt"


def test_a_product_of_another_town_that_is_not_shared_is_refused(
    product: Product, musterstadt: Town, neudorf: Town
) -> None:
    change(product, musterstadt, is_shared=False)
    with pytest.raises(NotAllowed):
        deploy(neudorf, product)


@pytest.fixture
def public(product: Product, musterstadt: Town) -> Entry:
    """A published deployment with one local field."""
    entry = services.set_product(published_system(musterstadt), by=musterstadt["cdo"], product=product)
    return publish_again(musterstadt, entry, provider=SHEET["provider"], description=COMPLETE["description"])


def document(entry: Entry) -> dict:
    return json.loads(Entry.objects.get(pk=entry.pk).public.document)


def test_the_document_names_the_product_and_what_is_local(public: Entry) -> None:
    told = document(public)["product"]
    assert (told["name"], told["number"], told["local_fields"]) == ("Dialogwerk", 1, ["description"])


def test_the_document_names_what_is_inherited(public: Entry) -> None:
    assert document(public)["product"]["inherited_fields"] == ["provider"]


def test_a_published_document_stays_as_it_is_when_the_sheet_changes(
    public: Entry, product: Product, musterstadt: Town
) -> None:
    before = document(public)
    change(product, musterstadt, name="Dialogwerk Plus", provider="Andere GmbH")
    assert document(public) == before


def test_a_published_entry_stays_released_when_the_sheet_changes(
    public: Entry, product: Product, musterstadt: Town
) -> None:
    change(product, musterstadt, provider="Andere GmbH")
    assert Entry.objects.get(pk=public.pk).review_state == "published"


@pytest.mark.parametrize("kind", ["essential", "editorial"])
def test_only_an_essential_change_of_the_sheet_asks_for_a_new_stellungnahme(
    public: Entry, product: Product, musterstadt: Town, kind: str
) -> None:
    change(product, musterstadt, kind=kind, publiccode="https://code.example/dialogwerk")
    entry = services.take_over(public, by=musterstadt["cdo"], keys=["publiccode"])
    assert services.submit(entry, by=musterstadt["cdo"]).needs_opinion == (kind == "essential")


def test_the_public_page_marks_what_is_local(public: Entry, client) -> None:
    page = client.get(reverse("public:entry", args=["musterstadt", "system", public.slug])).content.decode()
    assert "Abweichend vom Produktblatt" in page


def test_the_product_is_withheld_with_its_provider(public: Entry, musterstadt: Town) -> None:
    items = [{"field": "provider", "reason": "Vergabe läuft"}]
    entry = services.set_withheld(public, by=musterstadt["cdo"], items=items)
    publish_again(musterstadt, entry, goal="Besserer Zweck")
    assert "product" not in document(public)


def test_the_page_of_the_sheet_leads_to_what_hangs_on_it(product: Product, musterstadt: Town, client) -> None:
    deploy(musterstadt, product, "Mia")
    client.force_login(musterstadt["cdo"])
    address = reverse("compliance:datamap-from", args=["produktblatt", product.uuid])
    page, linked = (client.get(url).content.decode() for url in (product.get_absolute_url(), address))
    assert (address in page, "Mia" in linked) == (True, True)


def test_the_page_of_the_sheet_tells_another_town_no_names_of_systems(
    product: Product, musterstadt: Town, neudorf: Town, client
) -> None:
    deploy(musterstadt, product, "Mia")
    client.force_login(neudorf["cdo"])
    assert "Mia" not in client.get(product.get_absolute_url()).content.decode()


def test_the_form_takes_a_change_with_its_kind_and_reason(product: Product, musterstadt: Town, client) -> None:
    client.force_login(musterstadt["cdo"])
    data = {"name": "Dialogwerk", "provider": "Dialogwerk GmbH", "description": "Neu", "is_shared": "on",
            "is_active": "on", "number": "1", "kind": "essential", "reason": "Neues Modell"}  # fmt: skip
    client.post(reverse("register:product-edit", args=[product.uuid]), data)
    assert product.versions.first().content["description"] == "Neu"


def test_a_conflicting_form_keeps_what_was_typed(product: Product, musterstadt: Town, client) -> None:
    change(product, musterstadt, description="Inzwischen anders")
    client.force_login(musterstadt["cdo"])
    data = {"name": "Dialogwerk", "provider": "Dialogwerk GmbH", "description": "Mein Text", "is_shared": "on",
            "is_active": "on", "number": "1", "kind": "editorial", "reason": "Tippfehler"}  # fmt: skip
    answer = client.post(reverse("register:product-edit", args=[product.uuid]), data)
    page = answer.content.decode()
    assert (answer.status_code, "Mein Text" in page, "Inzwischen anders" in page) == (409, True, True)


def test_the_deployment_page_takes_all_over_at_once(product: Product, musterstadt: Town, client) -> None:
    entry = deploy(musterstadt, product)
    change(product, musterstadt, description="Zweite", methods_and_models="Neues Sprachmodell")
    client.force_login(musterstadt["cdo"])
    version = Entry.objects.get(pk=entry.pk).version
    client.post(reverse("register:deployment", args=[entry.uuid]), {"version": version, "action": "take"})
    assert inheritance.CHANGED not in states(entry).values()


def test_the_start_page_shows_the_open_check(check: ProductCheck, musterstadt: Town, client) -> None:
    client.force_login(musterstadt["cdo"])
    assert check.get_absolute_url() in client.get(reverse("register:start")).content.decode()
