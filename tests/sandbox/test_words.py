"""Own text to tokens, whatever people paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.errors import SandboxError
from attnquiz.experimentfile import MOST_TOKENS, labels
from attnquiz.sandbox.words import words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("How to make Thai curry?", ["How", "to", "make", "Thai", "curry", "?"]),
        (
            "  don't\tstop\nself-attention -- now...",
            ["don't", "stop", "self-attention", "-", "-", "now", ".", ".", "."],
        ),
        ("ผัดไทย อร่อย", ["ผัดไทย", "อร่อย"]),
        ("मैं हिन्दी", ["मैं", "हिन्दी"]),
        ("a👩‍👩‍👧b 👍🏽", ["a", "👩‍👩‍👧", "b", "👍🏽"]),
        ("שלום, עולם", ["שלום", ",", "עולם"]),
        ("a\u200bb \u202egnp.", ["a", "b", "gnp", "."]),
        ("e\u0301 \u00e9", ["é", "é"]),
        ("<b>x</b>", ["<", "b", ">", "x", "<", "/", "b", ">"]),
        ("x\x00y \ud800z", ["x", "y", "z"]),
        ("[pad] 3.5", ["[", "pad", "]", "3", ".", "5"]),
    ],
)
def test_words_and_signs_become_tokens(text, tokens):
    assert list(words(text)) == tokens


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\x00", "\u200d"])
def test_a_text_without_words_gets_a_sentence(text):
    with pytest.raises(SandboxError, match="no words"):
        words(text)


def test_too_much_text_gets_a_sentence_with_the_number_to_leave_out():
    assert len(words("a " * MOST_TOKENS)) == MOST_TOKENS
    with pytest.raises(SandboxError, match=r"2051 words .* at most 2048 .* Leave out 3\."):
        words("a " * 2051)
    with pytest.raises(SandboxError, match="30,000 characters"):
        words("a" * 30_000)
    with pytest.raises(SandboxError, match="41 characters"):
        words("a" * 41)


@given(st.text(max_size=80))
def test_any_text_is_a_sentence_or_visible_tokens(text):
    try:
        found = words(text)
    except SandboxError:
        return
    assert all(token.strip() for token in found)
    assert not any(character.isspace() for token in found for character in token)
    assert "".join(found).encode()


@given(st.lists(st.sampled_from(["a", "a·2", "a·3", "b", "2", "a·2·2"]), min_size=1, max_size=12))
def test_labels_differ_even_where_words_repeat(tokens):
    found = labels(tuple(tokens))
    assert len(set(found)) == len(tokens)
    for position, token in enumerate(tokens):
        assert found[position].startswith(token)
        if token not in tokens[:position]:
            assert found[position] == token


def test_the_second_the_is_called_so():
    assert labels(("the", "cat", "the", "mat", "the")) == ("the", "cat", "the·2", "mat", "the·3")
