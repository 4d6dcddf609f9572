"""German order on any PostgreSQL, with ICU or without."""

import pytest

from accounts.models import Municipality
from register.models import Entry
from tests.world import Town, draft_system


@pytest.mark.parametrize(
    "names",
    [
        ("Apfel", "Äpfel", "Ofen", "Öl", "Zug"),
        ("Masse", "Maße", "Mast"),
        ("Ebene", "Église", "Ehre"),
        ("äußere Liste", "Austausch", "Automat"),
    ],
)
def test_umlauts_stand_beside_their_vowels(musterstadt: Town, names: tuple[str, ...]) -> None:
    for name in reversed(names):
        draft_system(musterstadt, name)
    assert tuple(Entry.objects.order_by("sort_key", "-pk").values_list("name", flat=True)) == names


def test_the_key_is_kept_by_the_database(musterstadt: Town) -> None:
    Municipality.objects.filter(pk=musterstadt.municipality.pk).update(name="Überlingen")
    assert Municipality.objects.get(pk=musterstadt.municipality.pk).sort_key == "uberlingen"
