"""How scores are made where the loops of test_variants do not reach: vectors without length, huge, tiny, many."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.attention.attend import attend
from attnquiz.attention.scoring import AT_ONCE, divided_by, scores, unit
from attnquiz.attention.variant import Scoring


def test_a_vector_without_length_has_a_cosine_of_zero_with_every_other():
    q = torch.tensor([[[0.0, 0.0], [3.0, 4.0]]])
    k = torch.tensor([[[0.0, 0.0], [6.0, 8.0], [-4.0, 3.0]]])
    assert scores(q, k, Scoring.COSINE).tolist() == [[[0, 0, 0], [0, pytest.approx(1), pytest.approx(0)]]]
    assert attend(q, k, k, scoring=Scoring.COSINE).output.isfinite().all()


@pytest.mark.parametrize("size", [1e-38, 1e-30, 1.0, 1e30, 1e38])
def test_a_cosine_does_not_depend_on_length_however_large_or_small(size):
    q, k = torch.randn(2, 1, 4, 3, generator=torch.Generator().manual_seed(0))
    ours = scores(q * size, k, Scoring.COSINE)
    torch.testing.assert_close(ours, scores(q, k, Scoring.COSINE), atol=1e-6, rtol=0)
    assert ours.abs().max() <= 1 + 1e-6


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=6))
def test_a_unit_vector_has_length_one_or_none(numbers):
    length = unit(torch.tensor(numbers)).double().norm()
    assert length == 0 if not any(numbers) else abs(length - 1) < 1e-6


def test_many_additive_scores_are_computed_a_few_queries_at_a_time_and_come_out_the_same():
    q, k = torch.randn(2, 2, 30, 64, generator=torch.Generator().manual_seed(0))
    w_a = torch.ones(2, 64) / 64
    assert 2 * 30 * 30 * 64 < AT_ONCE < 2 * 600 * 30 * 64
    once, often = (scores(part, k, Scoring.ADDITIVE, w_a) for part in (q, q.repeat(1, 20, 1)))
    torch.testing.assert_close(often, once.repeat(1, 20, 1), atol=1e-6, rtol=0)


def test_additive_scores_by_hand():
    q, k, w_a = torch.tensor([[[0.5, 1.0]]]), torch.tensor([[[0.5, -1.0]]]), torch.tensor([[2.0, 3.0]])
    assert scores(q, k, Scoring.ADDITIVE, w_a).item() == pytest.approx(2 * 0.7615942, abs=1e-6)


def test_only_dot_products_are_divided_by_the_root_unless_a_divisor_is_given():
    def by(scoring, **given):
        return divided_by(16, **{"scoring": scoring, "scale": True, "divisor": None, "temperature": 1.0} | given)

    assert [by(each) for each in Scoring] == [4, 1, 1]
    for each in Scoring:
        assert by(each, scale=False) == 1
        assert by(each, scale=False, temperature=0.5) == 0.5
        assert by(each, divisor=3.0, temperature=2.0) == by(each, divisor=3.0, temperature=2.0, scale=False) == 6
