"""A long text in two pictures: means of bins against loops, and the part around a cell as it is."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from attnquiz.attention.stage import Stage
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.frames import Matrix, matrix
from attnquiz.sandbox.overview import MOST_BINS, PART, around, bin_of, bins, is_large, middle, part, pooled
from attnquiz.sandbox.run import run

SIDES = st.tuples(st.integers(1, 40), st.integers(1, 40))
NUMBERS = st.one_of(st.floats(-100, 100, width=32), st.just(math.nan), st.just(-math.inf))


def of(values, hidden):
    rows, columns = (tuple(f"t{i}" for i in range(side)) for side in values.shape)
    ends = (-1.0, 1.0)
    return Matrix("scores", "Scores", values, hidden, rows, columns, "query", "key", ends, "")


@pytest.fixture(scope="module")
def weights():
    """Weights of 300 tokens that may look back only."""
    e = own_text(" ".join(f"w{i}" for i in range(300)), mask=Mask.CAUSAL, stage=Stage.SOFTMAX)
    return matrix(run(e), Stage.SOFTMAX)


@settings(deadline=None)
@given(SIDES.flatmap(lambda s: st.tuples(arrays(np.float32, s, elements=NUMBERS), arrays(bool, s))), st.integers(1, 12))
def test_a_bin_holds_the_mean_of_what_is_seen_in_it(drawn, most):
    values, hidden = drawn
    found = pooled(of(values, hidden), most)
    for i, rows in enumerate(bins(values.shape[0], most)):
        for j, columns in enumerate(bins(values.shape[1], most)):
            cells = [(r, c) for r in rows for c in columns]
            seen = [float(values[cell]) for cell in cells if not hidden[cell] and math.isfinite(values[cell])]
            assert found.hidden[i, j] == all(hidden[cell] for cell in cells)
            if seen:
                assert found.values[i, j] == pytest.approx(math.fsum(seen) / len(seen), rel=1e-5, abs=1e-4)
            else:
                assert math.isnan(found.values[i, j])
    seen = found.values[np.isfinite(found.values)]
    assert (np.abs(seen) <= found.domain[1] * (1 + 1e-6)).all()


@given(st.integers(1, 2048), st.integers(1, 120))
def test_bins_hold_every_place_once_and_are_no_more_than_asked_for(count, most):
    found = bins(count, most)
    assert [place for each in found for place in each] == list(range(count))
    assert len(found) <= most


@given(st.integers(1, 2048), st.data())
def test_a_place_lies_in_its_bin_and_a_bin_leads_back_into_itself(count, data):
    place = data.draw(st.integers(0, count - 1))
    number = bin_of(count, place)
    assert place in bins(count)[number]
    assert middle(count, number) in bins(count)[number]
    assert middle(count, 10_000) == middle(count, len(bins(count)) - 1)


@given(st.integers(1, 2048), st.data())
def test_the_part_holds_its_cell_and_its_neighbours(count, data):
    place = data.draw(st.integers(0, count - 1))
    found = around(count, place)
    assert len(found) == min(count, PART)
    assert {place, max(place - 1, 0), min(place + 1, count - 1)} <= set(found)
    assert set(found) <= set(range(count))


def test_two_thousand_tokens_are_a_picture_of_96_bins_at_most():
    assert len(bins(2048)) == 94
    assert (bins(2048)[0], bins(2048)[-1]) == (range(22), range(2046, 2048))


def test_the_part_is_cut_out_of_the_whole_without_a_change(weights):
    found, (row, column) = part(weights, (170, 20))
    assert (row, column) == (156, 0)
    np.testing.assert_array_equal(found.values, weights.values[156:204, :48])
    np.testing.assert_array_equal(found.hidden, weights.hidden[156:204, :48])
    assert (found.row_names, found.column_names) == (weights.row_names[156:204], weights.column_names[:48])
    assert found.values.max() <= found.domain[1] < 0.5
    assert found.domain[0] == 0
    assert found.title == "Weights of head 0, rows 156 to 203, columns 0 to 47"


def test_the_overview_of_causal_weights_hides_what_lies_ahead_and_names_its_bins(weights):
    found = pooled(weights)
    assert found.values.shape == (75, 75)
    assert found.row_names[:2] == ("tokens 0 to 3", "tokens 4 to 7")
    np.testing.assert_array_equal(found.hidden, ~np.tri(75, dtype=bool))
    first = [weights.values[r, c] for r in range(4) for c in range(r + 1)]
    assert found.values[0, 0] == pytest.approx(float(np.mean(first)), rel=1e-6)
    assert found.domain[0] == 0


def test_a_small_side_keeps_its_names():
    values = np.zeros((200, 3), dtype=np.float32)
    names = tuple("ab" * 100), ("x", "y", "z")
    shown = Matrix("q", "Queries", values, values > 1, *names, "token", "dimension", (-1, 1), "")
    assert pooled(shown).column_names == ("x", "y", "z")
    assert pooled(shown).row_names[0] == "tokens 0 to 2"
    assert is_large(shown)
    assert len(pooled(shown).row_names) <= MOST_BINS
