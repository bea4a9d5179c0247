"""Concepts, the weakest first, and all that is known together."""

import numpy as np
import pytest

from attnquiz.measure.concepts import concepts, knowledge
from attnquiz.measure.faces import Faces


@pytest.fixture
def known():
    """``known(("softmax", 0.9, 3), ...)``: a face of a concept, its recall, and how often it was reviewed."""

    def made(*rows):
        met = [(concept, b"v", 9.0, 5.0, 1, -1, reviews) for concept, _, reviews in rows]
        columns = zip(*met, strict=True) if met else ([],) * 7
        return Faces(*map(np.array, columns)), np.array([recall for _, recall, _ in rows])

    return made


def test_the_weakest_concept_comes_first_and_those_not_begun_are_left_out(known):
    seen = known(("softmax", 1.0, 3), ("softmax", 0.8, 0), ("dot", 0.7, 1), ("batch", 0.9, 2))
    of = {"softmax": 5, "mask": 4, "dot": 1, "batch": 2}
    frame = concepts(*seen, of)
    assert list(frame.concept) == ["dot", "batch", "softmax"]
    assert list(frame.recall) == pytest.approx([0.7, 0.9, 0.9])
    assert list(frame["of"]) == ["1 of 1", "1 of 2", "1 of 5"]  # what counts as known was not seen
    assert list(frame.known) == pytest.approx([0.7, 0.9, 1.8])
    all_of_it = knowledge(frame, of)
    assert all_of_it.known == pytest.approx(3.4)
    assert all_of_it.faces == 12
    assert all_of_it.concepts_known == pytest.approx(0.7 / 1 + 0.9 / 2 + 1.8 / 5)
    assert all_of_it.concepts == 4


def test_concepts_that_are_known_equally_well_come_by_name_and_one_that_is_asked_no_more_not_at_all(known):
    seen = known(("mask", 0.9, 1), ("dot", 0.9, 1), ("dot", 0.9, 1), ("gone", 0.1, 1))
    of = {"mask": 1, "dot": 5, "later": 0}
    frame = concepts(*seen, of)
    assert list(frame.concept) == ["dot", "mask"]
    assert knowledge(frame, of).concepts == 2


def test_cards_without_a_concept_are_known_as_cards_and_no_concept(known):
    frame = concepts(*known(("", 0.5, 1), ("dot", 1.0, 1)), {"": 2, "dot": 1})
    assert list(frame.concept) == ["", "dot"]
    found = knowledge(frame, {"": 2, "dot": 1})
    assert (found.known, found.faces, found.concepts_known, found.concepts) == (1.5, 3, 1.0, 1)


def test_a_recall_of_zero_is_a_number(known):
    assert list(concepts(*known(("softmax", 0.0, 1)), {"softmax": 1}).recall) == [0.0]


def test_nothing_begun_is_an_empty_frame(known):
    frame = concepts(*known(), {"softmax": 2})
    assert frame.empty
    assert knowledge(frame, {"softmax": 2}).known == 0
