"""Two wordings of one text, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from core.worddiff import DELETE, EQUAL, INSERT, MOST_WORDS, Part, word_diff

texts = st.text(alphabet="ab ,.\nß", max_size=60)


def test_a_changed_word_is_deleted_and_inserted():
    assert word_diff("Der alte Text.", "Der neue Text.") == [
        Part(EQUAL, "Der "),
        Part(DELETE, "alte "),
        Part(INSERT, "neue "),
        Part(EQUAL, "Text."),
    ]


def test_a_word_that_comes_at_the_end_leaves_the_others_alone():
    assert word_diff("Ein Satz", "Ein Satz mehr") == [Part(EQUAL, "Ein Satz "), Part(INSERT, "mehr")]


@given(texts, texts)
def test_what_is_equal_or_new_makes_the_newer_text(before, after):
    assert "".join(part.text for part in word_diff(before, after) if part.op != DELETE) == after


@given(texts)
def test_a_text_does_not_differ_from_itself(text):
    assert all(part.op == EQUAL for part in word_diff(text, text))


def test_a_text_of_excessive_length_is_compared_as_a_whole():
    assert [part.op for part in word_diff("a " * (MOST_WORDS + 1), "b")] == [DELETE, INSERT]
