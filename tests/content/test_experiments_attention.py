"""Experiments on attention and its gradients: every number of the cards and of the prose is computed."""

import math
import re

import pytest
import torch


def table(card, row):
    """The numbers in a row of the table that a card expects, by the words in its first column."""
    for line in card.body.expect.split("\n"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0] == row:
            return [[float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", cell)] for cell in cells[1:]]
    raise AssertionError(f"{card.id} has no row {row}")


def test_one_word_replaced_changes_every_output_that_can_see_it(collection, opened, changed):
    card = collection.cards["exp-one-word-replaced"]
    opened("plain-curry", "0.2 each", "loses 1.86 of cuisine", '"how" by 0.40 and that of "make" by 0.18')
    for column, mask in enumerate(("none", "causal")):
        usual, plain = (changed(name, mask=mask) for name in ("thai-curry", "plain-curry"))
        assert plain.x[3].eq(0).all()
        assert torch.equal(plain.x[[0, 1, 2, 4]], usual.x[[0, 1, 2, 4]])
        moved = (usual.of("output") - plain.of("output")).abs().amax(dim=-1)
        for word, distance in zip(usual.labels, moved.tolist(), strict=True):
            assert distance == pytest.approx(table(card, word)[column][0], abs=5e-3), (mask, word)
        assert (moved > 0).sum() == {"none": 5, "causal": 2}[mask]
        assert plain.of("weights")[4].tolist() == pytest.approx([0.2] * 5)
        assert (usual.of("output") - plain.of("output"))[4, 2].item() == pytest.approx(1.86, abs=5e-3)


BANKS = ("bank-river", "bank-savings")
SAME = 'The row of "bank" in X says a little water, a little money: it is the same row in every sentence'


def test_two_banks(collection, opened):
    card = collection.cards["exp-two-banks"]
    said = (
        (SAME, '"bank" gives it 0.79', "1.68 of water and 0.11 of money"),
        ('"bank" gives "savings" 0.91', "0.05 of water and 1.86 of money"),
    )
    runs = [opened(name, *words) for name, words in zip(BANKS, said, strict=True)]
    for column, found in enumerate(runs):
        for stage, tensor in (("query", "q"), ("value", "v"), ("scores", "scores"), ("weights", "weights")):
            assert found.of(tensor)[2].tolist() == pytest.approx(table(card, stage)[column], abs=5e-3), stage
        water, money = found.of("output")[2, 1:3].tolist()
        assert [water, money] == pytest.approx(table(card, "water and money in its output")[column], abs=5e-3)
    river, savings = runs
    for name in ("x", "q", "k", "v"):
        assert torch.equal(river.of(name)[2], savings.of(name)[2])
    assert not torch.equal(river.of("scores")[2], savings.of("scores")[2])
    for name in ("W_Q", "W_K", "W_V", "W_O"):
        assert torch.equal(river.inputs[name], savings.inputs[name])


def test_one_bank_becomes_the_other_by_two_edits(opened, changed):
    opened("bank-river", 'write 0 and 2 in place of the 2 and 0 in the row of "river"')
    turned = changed("bank-river", edit="X.1.1:0,X.1.2:2")
    torch.testing.assert_close(turned.of("output"), changed("bank-savings").of("output"))


def test_w_k_gets_its_first_gradient_in_the_second_step(collection, opened):
    card = collection.cards["exp-second-step"]
    after = opened(
        "second-step", "written 0.71 and -0.71 into its first row", "0.73 of its weight", "the output is 0.46",
        "as large as that of W_Q, 0.42 each",
    )  # fmt: skip
    inputs = {name: matrix.clone() for name, matrix in opened("first-gradient").inputs.items()}
    sizes = []
    for step in ("1", "2", "3", "4"):
        trained = {name: inputs[name].detach().requires_grad_() for name in ("W_Q", "W_K")}
        m = inputs | trained
        scores = (m["X"] @ m["W_Q"]) @ (m["MEMORY"] @ m["W_K"]).T / math.sqrt(2)
        output = scores.softmax(dim=-1) @ (m["MEMORY"] @ m["W_V"]) @ m["W_O"]
        loss = ((output - 1) ** 2).sum()
        loss.backward()
        sizes = [trained[name].grad.norm().item() for name in ("W_Q", "W_K")]
        expected = [cell[0] for cell in table(card, step)]
        assert [output.item(), loss.item(), *sizes] == pytest.approx(expected, abs=5e-3), step
        inputs |= {name: matrix.detach() - matrix.grad for name, matrix in trained.items()}
        if step == "1":
            for name, matrix in inputs.items():
                torch.testing.assert_close(after.inputs[name], matrix, atol=1e-8, rtol=0)
            assert after.of("weights")[0, 0].item() == pytest.approx(0.73, abs=5e-3)
            assert after.of("output").item() == pytest.approx(0.46, abs=5e-3)
    assert min(sizes) > 0


def pushed(factor):
    """The output, and the gradient of its square at W_Q, by autograd."""
    w = torch.tensor([[0.1]], dtype=torch.float64, requires_grad=True)
    memory = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    output = ((w @ memory.T) * factor).softmax(dim=-1) @ memory
    (output**2).sum().backward()
    return output.item(), w.grad.item()


def test_the_gradient_grows_with_the_scores_and_then_collapses(collection, opened, changed):
    card = collection.cards["exp-sharper"]
    opened(
        "sharper", "scores 0.1 and 0, and the values 1 and 0", "climbs from 0.52 to 0.60 and 0.83",
        "from 0.26 to 1.15 and 3.72", "the weight is 0.998 and the gradient has fallen to 0.21",
    )  # fmt: skip
    found = []
    for factor in (1, 4, 16, 64, 256):
        output, gradient = pushed(factor)
        state = changed("sharper", divisor=str(1 / factor))
        assert state.of("weights")[0, 0].item() == pytest.approx(output)
        assert state.of("output").item() == pytest.approx(output)
        expected = [cell[0] for cell in table(card, str(factor))]
        assert output == pytest.approx(expected[0], abs=5e-3 if factor < 64 else 5e-4)
        assert gradient == pytest.approx(expected[1], abs=5e-3 if factor < 256 else 5e-10)
        found.append(gradient)
    assert found[0] < found[1] < found[2] > found[3] > found[4], "grows at first, then collapses"
