"""Every field of an entry has a row in the release table, and the table names no field that is gone."""

import pytest

from register import publication
from register.models import AISystem, Dataset, Entry, PrivacyClassification

MODELS = {
    publication.ENTRY: Entry,
    publication.SYSTEM: AISystem,
    publication.PRIVACY: PrivacyClassification,
    publication.DATASET: Dataset,
}


@pytest.mark.parametrize("name", MODELS)
def test_every_model_field_is_released_or_bookkeeping(name: str) -> None:
    fields = {field.name for field in MODELS[name]._meta.fields}
    rows = {row.key for row in publication.ROWS if row.model == name}
    assert fields - rows - publication.BOOKKEEPING[name] == set()


@pytest.mark.parametrize("name", MODELS)
def test_the_table_names_only_fields_that_exist(name: str) -> None:
    fields = {field.name for field in MODELS[name]._meta.fields}
    rows = {row.key for row in publication.ROWS if row.model == name}
    assert (rows | publication.BOOKKEEPING[name]) - fields == set()


@pytest.mark.parametrize("kind", ["system", "dataset"])
def test_a_key_has_one_row_per_kind(kind: str) -> None:
    keys = [row.key for row in publication.rows_of(kind)]
    assert len(keys) == len(set(keys))
