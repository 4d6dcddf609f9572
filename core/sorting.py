"""German alphabetical order that works without ICU (the embedded PostgreSQL has none)."""

from django.db.models import CharField, F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower


class Translate(Func):
    function = "TRANSLATE"
    arity = 3


class Replace(Func):
    function = "REPLACE"
    arity = 3


def german_sort_key(field: str) -> Combinable:
    """Immutable expression that sorts ä beside a and ß as ss (DIN 5007-1), for a GeneratedField."""
    lowered = Replace(Lower(F(field)), Value("ß"), Value("ss"), output_field=CharField())
    return Translate(
        lowered,
        Value("äöüáàâéèêëíìîïóòôúùûçñ"),
        Value("aouaaaeeeeiiiiooouuucn"),
        output_field=CharField(),
    )
