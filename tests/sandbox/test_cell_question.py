"""The question that a card asks about a cell names everything that one has to know."""

import pytest

from attnquiz.cards.collection import load as cards
from attnquiz.cards.collection import shipped
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.cell_question import concept, question
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.sides import shapes


@pytest.mark.parametrize(
    ("query", "names", "asked"),
    [
        (
            {"experiment": "thai-curry", "stage": "SOFTMAX"},
            ("curry", "Thai"),
            'In "How to make Thai curry", what weight does the query "curry" give to the key "Thai"?',
        ),
        (
            {"experiment": "thai-curry", "stage": "MASK", "mask": "causal"},
            ("curry", "Thai"),
            'In "How to make Thai curry" (causal mask), what is the score of the query "curry" with the key "Thai" '
            "after the mask?",
        ),
        (
            {"text": "the cat sat", "stage": "PROJECT", "tensor": "k", "head": "1", "temperature": "2"},
            ("cat", "3"),
            'In "the cat sat" (head 1, temperature 2), what is entry 3, counted from 0, of the key of "cat"?',
        ),
        (
            {"text": "a " * 60, "stage": "PROJECT", "tensor": "w_q"},
            ("2", "0"),
            f'In "{("a " * 30).strip()}…", what number stands in row 2, column 0 of W_Q, both counted from 0?',
        ),
        (
            {"text": "a b", "heads": "1", "scale": "off", "stage": "SCORE", "edit": "W_Q.0.3:1.5"},
            ("a", "b"),
            'In "a b" (without scaling, with edited numbers), what is the score of the query "a" with the key "b"?',
        ),
    ],
)
def test_a_question_says_which_cell_of_what(query, names, asked):
    assert question(from_query(query), *names) == asked


def every_state():
    """Every matrix that any experiment shows, and some that only variants show."""
    kinds = ("learned", "rope", "alibi", "t5", "sinusoidal")
    more = [{"text": "a b c", "positions": kind, "dropout": "0.5"} for kind in kinds]
    variants = [*map(from_query, more), from_query({"text": "a b", "memory": "c d", "scoring": "additive"})]
    for e in [*map(load, names()), *variants]:
        for stage in e.stages:
            there = e.changed(stage=stage)
            for tensor in there.tensors:
                yield there.changed(tensor=tensor)


def test_every_matrix_has_a_question_and_a_concept_that_there_is():
    known = cards(shipped()).concepts
    seen = set()
    for e in every_state():
        asked = question(e, "one", "two")
        assert asked.endswith("?")
        assert asked.count("?") == 1 + e.title.count("?")
        assert concept(e) in known
        seen.add(e.shown)
    assert seen == set(shapes(load("thai-curry")))
