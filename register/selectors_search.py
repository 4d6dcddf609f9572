"""Search in what is public: German full text, other spellings, synonyms, parts of words, slips of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import add, and_, or_

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Least

from register.models import PublicDocument
from register.rules import search_words
from register.rules.search_words import Term

# How alike a word of the document and a mistyped one must be; below this the proposals become arbitrary.
ALIKE = 0.45
# Documents read for the words that a mistyped one may have meant, and words of a search that are put right.
_READ, _MENDED = 40, 3
_OPERATORS = re.compile(r'"|(?:^|\s)-\w|\bor\b', re.IGNORECASE)
# Between two kinds of hits in `rank`; within one, full text decides.
_STEP = 1000
_LACKING = 100 * _STEP


def search(found: QuerySet[PublicDocument], text: str, *, partly: bool = False) -> QuerySet[PublicDocument]:
    """What has every word of the text in one of its senses, or `partly` some; with `rank`: the smaller, the better."""
    if _OPERATORS.search(text):
        exactly = SearchQuery(text.strip(), config="german", search_type="websearch")
        return found.filter(search=exactly).annotate(rank=_within(exactly, "search"))
    terms = search_words.terms(text)
    if not terms:
        return found.none().annotate(rank=Value(0))
    matches = [_matches(term) for term in terms]
    return found.filter(reduce(or_ if partly else and_, matches)).annotate(rank=_rank(terms) + _missing(matches))


def corrected(found: QuerySet[PublicDocument], text: str) -> str:
    """The text with its mistyped words put right, empty if none is. Ask when nothing was found."""
    words = search_words.words_of(text)
    asked = {term.typed[0] for term in search_words.terms(text)}
    long = sorted((word for word in words if word in asked and len(word) >= search_words.SHORTEST_PART), key=len)
    if not long or _OPERATORS.search(text):
        return ""
    doubtful = long[-_MENDED:]
    known = _words_like(found, doubtful)
    mended = [search_words.nearest(word, known) or word if word in doubtful else word for word in words]
    return " ".join(mended) if mended != words else ""


def similar(found: QuerySet[PublicDocument], text: str, limit: int = 5) -> list[PublicDocument]:
    """Names that the text resembles, the most alike first."""
    words = text.strip()[:100]
    rows = found.filter(name__trigram_word_similar=words).annotate(alike=TrigramWordSimilarity(words, "name"))
    with _our_threshold():
        return list(rows.order_by("-alike", "sort_key", "pk")[:limit])


def _words_like(found: QuerySet[PublicDocument], words: Sequence[str]) -> set[str]:
    """Words of the documents that have one like each of these."""
    rows = [
        found.filter(words__trigram_word_similar=search_words.spelt_out(word)).order_by().values_list("words")[:_READ]
        for word in words
    ]
    with _our_threshold():
        return {word for (vocabulary,) in rows[0].union(*rows[1:], all=True) for word in vocabulary.split()}


@contextmanager
def _our_threshold() -> Iterator[None]:
    """The trigram index answers, with our threshold."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = %s", [ALIKE])
        yield


def _matches(term: Term) -> Q:
    """The words of full text, their beginnings in what an entry is about, or the same in the middle of a word there."""
    found = Q(search=_query([term], begun=False, others=True)) | Q(subject=_query([term], others=True))
    for piece in dict.fromkeys(map(search_words.part, term.all)):
        if piece:
            found |= Q(words__contains=piece)
    return found


def _rank(terms: Sequence[Term]) -> Combinable:
    """The name before the short text before the rest; what was typed before what it may mean; words before parts.

    The long column is read only where the short one has not decided.
    """
    steps = [
        Q(subject=_query(terms, begun=False, weights="A")),
        Q(subject=_query(terms, weights="A")),
        Q(subject=_query(terms, others=True, weights="A")),
        Q(name__icontains=" ".join(term.typed[0] for term in terms)),
        Q(subject=_query(terms, begun=False)),
        Q(subject=_query(terms)),
        Q(subject=_query(terms, others=True)),
        Q(search=_query(terms)),
        Q(search=_query(terms, others=True)),
    ]
    whens = [When(step, then=Value(number * _STEP)) for number, step in enumerate(steps)]
    kind = Case(*whens, default=Value(len(steps) * _STEP), output_field=IntegerField())
    return kind + _within(_query(terms, others=True), "subject")


def _missing(matches: Sequence[Q]) -> Combinable:
    """What lacks a word stands behind everything that has it."""
    lacks = [Case(When(one, then=Value(0)), default=Value(_LACKING), output_field=IntegerField()) for one in matches]
    return reduce(add, lacks)


def _within(query: SearchQuery, column: str) -> Combinable:
    """0 to 999, smaller for more and closer words."""
    share = SearchRank(F(column), query) * Value(float(_STEP), output_field=FloatField())
    return Value(_STEP - 1) - Least(Cast(share, IntegerField()), Value(_STEP - 1))


def _query(terms: Sequence[Term], *, begun: bool = True, others: bool = False, weights: str = "") -> SearchQuery:
    """Every term in one of its spellings; with `others` in one of its meanings, with `begun` as beginning of a word."""
    parts = []
    for term in terms:
        words = term.all if others else term.typed
        parts.append(" | ".join(_lexemes(word, begun=begun, weights=weights) for word in words))
    return SearchQuery(" & ".join(f"({part})" for part in parts), config="german", search_type="raw")


def _lexemes(word: str, *, begun: bool, weights: str) -> str:
    """Several words in a row. Beginnings count in what the entry is about; two letters are no beginning."""
    words = search_words.words_of(word)
    # A weight has the index look at the row itself, so none where it says nothing.
    exactly = " <-> ".join(f"'{one}'{weights and f':{weights}'}" for one in words)
    if not begun or len(word) < 3:
        return f"({exactly})"
    beginnings = " <-> ".join(f"'{one}':*{weights or 'AB'}" for one in words)
    return f"({exactly} | {beginnings})"
