"""GLOSSAR.md and the code speak of the same things."""

import re

import pytest
from django.apps import apps

from tests.project.files import ROOT, kept, read, table_rows

ROOMS = ("core", "accounts", "register", "compliance", "usecases", "inquiries", "public", "exchange")
GLOSSARY = [row for row in table_rows(read("GLOSSAR.md")) if len(row) == 3 and row[1].startswith("`")]
WORDS = {row[0] for row in GLOSSARY}
NAMES = {name for row in GLOSSARY for name in re.findall(r"`([^`]+)`", row[1])}


def labelled_models() -> list[type]:
    """Models that say in German what they are; a mere link row has no name of its own."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return [model for model in models if "verbose_name" in model._meta.original_attrs]


@pytest.mark.parametrize("model", labelled_models(), ids=lambda model: model.__name__)
def test_the_glossary_names_every_model(model) -> None:
    word = str(model._meta.verbose_name)
    assert model.__name__ in NAMES, f"GLOSSAR.md: {model.__name__} fehlt"
    assert any(word in entry for entry in WORDS), f"GLOSSAR.md: {word} fehlt"


@pytest.fixture(scope="session")
def source() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in kept()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ROOMS
    )


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_of_the_glossary_is_used_in_the_code(name: str, source: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", source)


def test_the_glossary_has_no_word_twice() -> None:
    words = [row[0] for row in GLOSSARY]
    assert sorted(words) == sorted(set(words))
