"""The programs on bug cards about softmax and shapes: a planted bug shows, its fix mends it, a clean one is clean."""

import pytest
import torch
from torch.nn import functional

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from tests.content.programs import drawn, fixed, same

CARDS = {card.id: card for card in load(shipped()).cards.values() if card.kind is Kind.BUG}


@pytest.fixture(autouse=True)
def seeded():
    with torch.random.fork_rng():
        torch.manual_seed(11)
        yield


def test_dividing_by_the_largest_score_is_safe_but_no_softmax(program, executed):
    card = CARDS["bug-stable-divides"]
    z = torch.tensor([[2.0, 1.0], [900.0, 1.0]], dtype=torch.float64)
    buggy, mended = (executed(code, {"z": z}) for code in (program(card), fixed(card, program(card))))
    same(mended["p"], z.softmax(dim=-1))
    assert mended["p"][0].tolist() == pytest.approx([0.73, 0.27], abs=5e-3)
    assert buggy["z"][0].tolist() == [1, 0.5]
    assert buggy["p"][0].tolist() == pytest.approx([0.62, 0.38], abs=5e-3)
    same(buggy["p"].sum(dim=-1), torch.ones(2, dtype=torch.float64))
    positive = drawn(20, 6).abs()
    acted = executed(program(card), {"z": positive})["p"]
    temperatures = positive.amax(dim=-1, keepdim=True)
    same(acted, (positive / temperatures).softmax(dim=-1))


@pytest.mark.parametrize("precision", [torch.float32, torch.float64])
def test_one_shift_for_all_rows_loses_the_row_that_lies_far_below(program, executed, precision):
    card = CARDS["bug-one-shift"]
    z = torch.tensor([[1000.0, 999.0], [0.0, 1.0]], dtype=precision)
    buggy, mended = (executed(code, {"z": z}) for code in (program(card), fixed(card, program(card))))
    assert buggy["e"][1].tolist() == [0, 0]
    assert buggy["p"][1].isnan().all()
    torch.testing.assert_close(buggy["p"][0], z.softmax(dim=-1)[0])
    torch.testing.assert_close(mended["p"], z.softmax(dim=-1))
    assert mended["e"].amax(dim=-1).tolist() == [1, 1]
    near = torch.randn(3, 5, dtype=precision)
    torch.testing.assert_close(executed(program(card), {"z": near})["p"], near.softmax(dim=-1))


def test_a_reshape_has_the_sides_of_the_transposed_matrix_and_other_contents(program, executed):
    card = CARDS["bug-reshape-transposes"]
    a, b = drawn(2, 4, 3), drawn(2, 5, 3)[:, :4]
    names = {"a": a, "b": b, "B": 2, "n": 4, "d": 3}
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    products = [[[(a[i, r] @ b[i, c]).item() for c in range(4)] for r in range(4)] for i in range(2)]
    same(mended["s"], torch.tensor(products, dtype=torch.float64))
    assert buggy["s"].shape == mended["s"].shape, "nothing crashes"
    assert (buggy["s"] - mended["s"]).abs().max() > 0.1
    small = {"a": drawn(1, 2, 3), "b": torch.arange(6.0, dtype=torch.float64).reshape(1, 2, 3), "B": 1, "n": 2, "d": 3}
    turned = executed(program(card), small)["turned"]
    assert turned[0].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert turned[0, :, 0].tolist() == [0, 2, 4]
    assert executed(fixed(card, program(card)), small)["turned"][0, :, 0].tolist() == [0, 1, 2]


def test_joining_batch_and_tokens_is_what_a_linear_layer_does(program, executed):
    card = CARDS["bug-joined-batch"]
    assert (card.body.line, card.body.fix, card.fault) == (0, "", None)
    x, matrix, bias = drawn(2, 4, 3), drawn(3, 5), drawn(5)
    found = executed(program(card), {"x": x, "W": matrix, "b": bias})["y"]
    same(found, functional.linear(x, matrix.T, bias))
    assert found.shape == (2, 4, 5)
