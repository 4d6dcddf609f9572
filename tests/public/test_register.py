"""Start page and register: lists, search, filter, pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from public import lists
from register.models import Entry, PublicDocument
from tests.public.conftest import HOME, address, published_dataset, published_with, text_of
from tests.suite.growth import copy_entry
from tests.world import Town, complete_system, make_town, published_system


def titles(page: str) -> list[str]:
    """Names of the cards, without the marks of a search."""
    found = re.findall(r'ol-card__title"><a href="[^"]+">(.+?)</a>', page)
    return [re.sub(r"</?mark>", "", name) for name in found]


def test_the_start_page_lists_municipalities_with_their_numbers(
    client: Client, published: Entry, neudorf: Town
) -> None:
    page = text_of(client, "/")
    assert ("Neudorf an der Au" in page, "Musterstadt" in page, "Noch keine Einträge" in page) == (True, True, True)


def test_the_start_page_groups_municipalities_by_land_and_kreis(client: Client, musterstadt: Town) -> None:
    make_town("091620000000", "Münchberg an der Isar", "muenchberg")
    headings = re.findall(r"<h[34]>([^<]+)</h[34]>", text_of(client, "/"))
    assert headings[-2:] == ["Bayern", "München, kreisfreie Stadt"]


@pytest.mark.django_db
def test_a_municipality_whose_key_is_in_no_table_stands_under_its_land(client: Client) -> None:
    make_town("099990999999", "Irgendwo", "irgendwo")
    assert re.findall(r"<h[34]>([^<]+)</h[34]>", text_of(client, "/")) == ["Bayern"]


def test_the_start_page_can_be_narrowed_to_one_land(client: Client, musterstadt: Town) -> None:
    make_town("091620000000", "Münchberg an der Isar", "muenchberg")
    page = text_of(client, "/?land=09")
    assert ("Münchberg" in page, "/k/musterstadt/" in page) == (True, False)


def test_the_start_page_searches_all_registers(client: Client, published: Entry, neudorf: Town) -> None:
    published_system(neudorf, "Chatbot Rathaus")
    assert titles(text_of(client, "/?q=Chatbot")) == ["Chatbot Bürgerservice", "Chatbot Rathaus"]


def test_the_start_page_finds_a_municipality_by_name(client: Client, neudorf: Town) -> None:
    assert 'href="/k/neudorf-an-der-au/"' in text_of(client, "/?q=neudorf")


def test_a_register_lists_what_is_published_and_nothing_else(
    client: Client, musterstadt: Town, published: Entry
) -> None:
    complete_system(musterstadt, "Geheimer Entwurf")
    assert titles(text_of(client, HOME)) == ["Chatbot Bürgerservice"]


def test_a_register_sorts_umlauts_as_germans_do(client: Client, musterstadt: Town) -> None:
    for name in ("Zählung", "Ärzteportal", "Baumkataster"):
        published_system(musterstadt, name)
    assert titles(text_of(client, HOME)) == ["Ärzteportal", "Baumkataster", "Zählung"]


@pytest.mark.parametrize(
    "query", ["Wohngeld", "wohngeldes", "prüfhilfe", "Wohn", "Miete Einkommen", '"Miete und Einkommen"']
)
def test_a_search_finds_word_forms_beginnings_and_parts(client: Client, musterstadt: Town, query: str) -> None:
    published_with(musterstadt, "Wohngeld-Prüfhilfe", data_categories="Miete und Einkommen")
    assert titles(text_of(client, f"{HOME}?q={query}")) == ["Wohngeld-Prüfhilfe"]


def test_a_mistyped_search_offers_the_right_name(client: Client, musterstadt: Town) -> None:
    published_with(musterstadt, "Wohngeld-Prüfhilfe")
    assert "Meinten Sie" in text_of(client, f"{HOME}?q=wohngelt")


def test_what_was_found_is_marked_and_nothing_else_is_markup(client: Client, musterstadt: Town) -> None:
    published_with(musterstadt, "Straßen & <b>Bäume</b>")
    page = text_of(client, f"{HOME}?q=baum")
    assert "Straßen &amp; &lt;b&gt;<mark>Bäume</mark>&lt;/b&gt;" in page


def test_a_search_says_what_else_it_looked_for(client: Client, musterstadt: Town) -> None:
    published_with(musterstadt, "Kita-Platzvergabe")
    assert "Auch gesucht: Kita, Kindertagesstätte" in text_of(client, "/?q=Kindergarten")


def test_without_an_entry_with_all_words_those_with_some_are_shown(client: Client, musterstadt: Town) -> None:
    published_with(musterstadt, "Wohngeld-Prüfhilfe")
    page = text_of(client, f"{HOME}?q=Wohngeld+Einhorn")
    assert (titles(page), "Kein Eintrag enthält alle Ihre Wörter" in page) == (["Wohngeld-Prüfhilfe"], True)


FILTERS = (
    "affects_people=yes", "status=pilot", "field=mobility", "risk_class=HR_III", "provider=Ampelwerk",
    "personal_data_level=none", "dataset=Fragen+an+Verkehrslenkung", "country=DE&field=mobility", "q=verkehr",
    "affects_people=yes&status=pilot",
)  # fmt: skip


def test_every_filter_shows_what_matches(client: Client, musterstadt: Town, published: Entry) -> None:
    values = {"affects_people": "yes", "status": "pilot", "category": ["mobility"], "ai_act_class": "HR_III"}
    entry = published_with(musterstadt, "Verkehrslenkung", **values, dpia_state="done", provider="Ampelwerk")
    PublicDocument.objects.filter(entry=entry).update(personal_data_level="none")
    found = {query: titles(text_of(client, f"{HOME}?{query}")) for query in FILTERS}
    assert {query: names for query, names in found.items() if names != ["Verkehrslenkung"]} == {}


def test_what_is_not_yet_assessed_can_be_found(client: Client, musterstadt: Town, published: Entry) -> None:
    published_with(musterstadt, "Verkehrslenkung", ai_act_class="MIN")
    assert titles(text_of(client, f"{HOME}?risk_class=none")) == ["Chatbot Bürgerservice"]


def options(page: str, name: str) -> list[str]:
    """What a filter offers."""
    select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r"<option[^>]*>\s*([^<]+?)\s*</option>", select[0]) if select else []


def test_a_small_register_asks_only_about_decisions(client: Client, musterstadt: Town, published: Entry) -> None:
    published_with(musterstadt, "Verkehrslenkung", affects_people="yes", status="pilot")
    assert re.findall(r'<select name="(\w+)"', text_of(client, HOME)) == ["affects_people", "sort"]


def test_a_large_register_counts_behind_each_filter_what_the_others_leave(client: Client, musterstadt: Town) -> None:
    first = published_with(musterstadt, "Verkehrslenkung", affects_people="yes", status="pilot", provider="Ampelwerk")
    for number in range(lists.SMALL):
        PublicDocument.objects.filter(entry=copy_entry(first, number)).update(
            affects_people="no", status="pilot" if number % 2 else "operational", provider="Rechenwerk"
        )
    page = text_of(client, f"{HOME}?affects_people=no")
    assert [options(page, name) for name in ("affects_people", "status", "provider", "department", "country")] == [
        ["alle", "ja (1)", "nein (20)"],
        ["alle", "Pilot (10)", "Regelbetrieb (10)"],
        [],
        [],
        [],
    ]


def test_a_mistyped_search_counts_behind_its_filters_what_the_right_word_finds(
    client: Client, musterstadt: Town, published: Entry
) -> None:
    published_with(musterstadt, "Wohngeld-Prüfhilfe", affects_people="yes")
    assert options(text_of(client, f"{HOME}?q=wohngelt"), "affects_people") == ["alle", "ja (1)"]


def test_only_systems_are_counted_as_not_yet_assessed(client: Client, musterstadt: Town, published: Entry) -> None:
    published_dataset(musterstadt, published)
    published_with(musterstadt, "Verkehrslenkung", ai_act_class="MIN")
    offered = options(text_of(client, "/?affects_people=no&risk_class=none"), "risk_class")
    assert [one for one in offered if one.startswith("noch nicht")] == ["noch nicht bewertet (1)"]


def test_a_search_that_only_the_filters_leave_without_hits_says_so(client: Client, published: Entry) -> None:
    assert "passt mit diesen Filtern kein Eintrag" in text_of(client, f"{HOME}?q=Chatbot&affects_people=yes")


def test_the_start_page_leads_to_what_residents_are_asked(client: Client, published: Entry) -> None:
    assert f'href="{HOME}beteiligung/"' in text_of(client, HOME)


def test_a_search_over_all_registers_has_filters(client: Client, neudorf: Town, published: Entry) -> None:
    published_system(neudorf, "Chatbot Rathaus")
    published_with(neudorf, "Verkehrslenkung", affects_people="yes")
    page = text_of(client, "/?affects_people=yes")
    assert (titles(page), options(page, "affects_people")) == (["Verkehrslenkung"], ["alle", "ja (1)", "nein (2)"])


def test_a_filter_without_hits_says_what_to_do(client: Client, published: Entry) -> None:
    assert "Alle Einträge zeigen" in text_of(client, f"{HOME}?q=xyzxyzxyz")


def test_an_empty_register_says_so(client: Client, neudorf: Town) -> None:
    assert "Noch keine Einträge" in text_of(client, "/k/neudorf-an-der-au/")


def test_datasets_have_a_list_of_their_own(client: Client, musterstadt: Town, published: Entry) -> None:
    dataset = published_dataset(musterstadt, published)
    assert titles(text_of(client, f"{HOME}?kind=dataset")) == [dataset.name]


@pytest.mark.parametrize("query", ["?q=System", "?sort=-changed", "?sort=name&status=operational"])
def test_all_pages_of_a_list_together_show_every_entry_once(client: Client, musterstadt: Town, query: str) -> None:
    names = [f"System {number:02d}" for number in range(23)]
    for name in names:
        published_system(musterstadt, name)
    first = text_of(client, HOME + query)
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = text_of(client, HOME + following[1].replace("&amp;", "&"))
    shown = titles(first) + titles(second)
    assert (sorted(shown), shown) == (names, names if "changed" not in query else names[::-1])


@pytest.mark.parametrize("name", ["impressum", "datenschutz", "barrierefreiheit"])
def test_a_register_has_its_formal_pages(client: Client, musterstadt: Town, name: str) -> None:
    assert client.get(f"{HOME}{name}/").status_code == 200


def test_the_statement_on_accessibility_is_marked_as_missing(client: Client, musterstadt: Town) -> None:
    assert "Entwurf: von der Kommune auszufüllen" in text_of(client, f"{HOME}barrierefreiheit/")


def test_the_newest_entries_are_named(client: Client, published: Entry) -> None:
    assert f'<a href="{address(published)}">Chatbot Bürgerservice</a> <span class="ol-muted">neu' in text_of(
        client, HOME
    )
