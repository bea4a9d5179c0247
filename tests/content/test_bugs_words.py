"""The programs on the bug cards about additive attention: a planted bug shows, and its fix mends it."""

import pytest
import torch

from tests.content.programs import drawn, fixed, same

LENGTHS = (3, 10)


@pytest.fixture
def batch():
    """Two sentences, of 3 and of 10 words, filled up to 10; and the context of each, from its own words alone."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        names = {"torch": torch, "query": drawn(2, 1, 4), "states": drawn(2, 10, 4)}
        names |= {"W": drawn(4, 4), "U": drawn(4, 4), "v": drawn(4)}
    names["pad"] = torch.arange(10) >= torch.tensor(LENGTHS)[:, None]
    contexts = []
    for sentence, words in enumerate(LENGTHS):
        states = names["states"][sentence, :words]
        scores = torch.tanh(names["query"][sentence] @ names["W"] + states @ names["U"]) @ names["v"]
        contexts.append(scores.softmax(dim=0) @ states)
    return names, torch.stack(contexts)[:, None]


def test_clamped_weights_give_padding_a_share_and_sum_to_more_than_1(collection, program, executed, batch):
    card = collection.cards["bug-clamped-weights"]
    names, reference = batch
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    same(mended["context"], reference)
    assert mended["attn"][names["pad"]].eq(0).all()
    same(mended["attn"].sum(dim=1), torch.ones(2, dtype=torch.float64))
    assert buggy["attn"][names["pad"]].eq(1e-9).all()
    assert buggy["attn"][0].sum() > 1 + 5e-9


def test_a_clamped_weight_passes_no_gradient_on():
    free = torch.tensor([0.0, 0.4, 0.6], requires_grad=True)
    free.clamp(1e-9, 1 - 1e-9).sum().backward()
    assert free.grad.tolist() == [0, 1, 1]


def test_without_a_mask_padding_is_attended_to(collection, program, executed, batch):
    card = collection.cards["bug-forgotten-padding"]
    names, reference = batch
    buggy, mended = (executed(code, names) for code in (program(card), fixed(card, program(card))))
    same(mended["context"], reference)
    assert (buggy["context"][0] - reference[0]).abs().max() > 0.01
    same(buggy["context"][1], reference[1])


def test_seven_fillings_of_ten_equal_energies_hold_70_percent(collection, program, executed, batch):
    assert "70% of the weight" in collection.cards["bug-forgotten-padding"].why
    names, _ = batch
    level = executed(program(collection.cards["bug-forgotten-padding"]), names | {"v": torch.zeros(4).double()})
    assert level["attn"][0, names["pad"][0]].sum().item() == pytest.approx(0.7)
