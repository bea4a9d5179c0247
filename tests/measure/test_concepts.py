"""Concepts, the weakest first."""

from attnquiz.measure.concepts import Remembered, concepts


def test_the_weakest_concept_comes_first_and_those_not_begun_are_left_out():
    frame = concepts(
        [
            Remembered("Softmax", 0.9, 3, 5),
            Remembered("Causal mask", None, 0, 4),
            Remembered("Dot product", 0.7, 1, 1),
            Remembered("Batched shapes", 0.9, 2, 2),
        ]
    )
    assert list(frame.concept) == ["Dot product", "Batched shapes", "Softmax"]
    assert list(frame.recall) == [0.7, 0.9, 0.9]
    assert list(frame["of"]) == ["1 of 1", "2 of 2", "3 of 5"]


def test_a_recall_of_zero_is_a_number():
    assert list(concepts([Remembered("Softmax", 0.0, 1, 1)]).recall) == [0.0]


def test_nothing_begun_is_an_empty_frame():
    assert concepts([]).empty
