"""Experiments on masks, heads and cross-attention: what their prose and their cards expect, against PyTorch."""

import pytest
import torch
from torch.nn import functional

from attnquiz.cards import maps

SWAP = ",".join(
    f"X.{row}.{i}:{entry}" for row, entries in ((0, "0101"), (2, "1010")) for i, entry in enumerate(entries)
)


def expected(collection, card, *said):
    text = " ".join(collection.cards[card].body.expect.split())
    for words in said:
        assert words in text, words


def outputs_of_bites(changed, name):
    usual, other = changed(name), changed(name, edit=SWAP)
    assert other.x.tolist() == usual.x.flip(0).tolist()
    return [found.of("output")[1].tolist() for found in (usual, other)]


def test_two_heads_tell_who_bites_whom(collection, opened, changed):
    found = opened(
        "two-readers", "A bias of 8 makes head 0 look one word back and head 1 one word ahead", "weight above 0.99",
        "write 0 1 0 1 into the first row of X and 1 0 1 0 into the last", '"man before" and "dog after"',
    )  # fmt: skip
    expected(collection, "exp-two-readers", '"dog bites man": 1, 0, 0, 1', '"man bites dog": 0, 1, 1, 0')
    assert found.of("scores", 0).eq(0).all()
    assert found.of("weights", 0)[1, 0] > 0.99
    assert found.of("weights", 1)[1, 2] > 0.99
    assert found.experiment.features == ("dog before", "man before", "dog after", "man after")
    usual, other = outputs_of_bites(changed, "two-readers")
    assert usual == pytest.approx([1, 0, 0, 1], abs=5e-3)
    assert other == pytest.approx([0, 1, 1, 0], abs=5e-3)


def test_one_head_does_not(collection, opened, changed):
    found = opened(
        "one-reader", "so each neighbour gets 0.5", 'features of the output of "bites" are 0.5', "stays as it"
    )
    expected(collection, "exp-two-readers", "one head, either way: 0.5 four times")
    assert found.of("weights")[1, [0, 2]].tolist() == pytest.approx([0.5, 0.5], abs=5e-3)
    usual, other = outputs_of_bites(changed, "one-reader")
    assert usual == pytest.approx([0.5] * 4, abs=5e-3)
    assert other == pytest.approx(usual, abs=1e-12)


def test_two_masks_on_a_line_with_a_filler(opened):
    found = opened("padded-line", "six cells above the diagonal", "three cells of that column were hidden already")
    weights = found.of("weights")
    zeros = {tuple(cell) for cell in weights.eq(0).nonzero().tolist()}
    above = {(query, key) for query in range(4) for key in range(4) if key > query}
    assert len(above) == 6
    assert zeros == above | {(3, 3)}
    assert len({cell for cell in above if cell[1] == 3}) == 3
    assert weights[3].sum().item() == pytest.approx(1)


def test_a_causal_flag_counts_from_the_top_left_corner(collection, opened, changed):
    found = opened("top-left", "they get 0 and 0.5", "from the lower right corner, the results are 1 and 1.5")
    expected(collection, "exp-top-left", "top left corner: 0 and 0.5", "lower right corner: 1 and 1.5")
    q, k, v = (t[None] for t in (found.tensor("q"), found.tensor("k"), found.tensor("v")))
    flagged = functional.scaled_dot_product_attention(q, k, v, is_causal=True).flatten()
    assert flagged.tolist() == found.of("output").flatten().tolist() == [0, 0.5]
    assert v.flatten().tolist() == [0, 1, 2, 3]
    turned = changed("top-left", flips="0.1,0.2,1.2,1.3")
    lower_right = torch.ones(2, 4, dtype=torch.bool).tril(diagonal=2)
    in_full = functional.scaled_dot_product_attention(q, k, v, attn_mask=lower_right).flatten()
    torch.testing.assert_close(turned.of("output").flatten(), in_full, atol=1e-12, rtol=0)
    assert in_full.tolist() == pytest.approx([1, 1.5])
    assert functional.scaled_dot_product_attention(q[:, :, 1:], k, v).item() == 1.5, "a single new token needs no mask"


def test_target_words_ask_source_words_in_the_lower_left_quarter(collection, opened):
    found = opened("joint-table", '"Hund" gives 0.85 to "dog"', "The lower left is cross-attention")
    card = collection.cards["heat-cross-quarter"]
    quarter = found.of("weights")[2:, :2]
    largest = divmod(quarter.argmax().item(), 2)
    assert {(largest[0] + 2, largest[1])} == maps.cells(card, 0) == {(2, 0)}
    assert quarter[0, 0].item() == pytest.approx(0.85, abs=5e-3)
    assert '(4, 0), meets the key of "dog", (1, 0), with a score of 4' in card.why
    assert (found.of("q")[2].tolist(), found.of("k")[0].tolist()) == ([4, 0], [1, 0])
    assert found.of("scores")[2, 0] == 4


def test_a_column_of_the_image_map_is_not_normalised(collection, changed):
    expected(collection, "exp-patches-ask", '"ball" 1.95: two patches give it 0.95, two give it 0.02', '"grass" 1.95')
    expected(collection, "exp-patches-ask", '"red" 0.09', "all three together 4")
    weights = changed("cross-text-image").of("weights")
    assert weights.sum(dim=0).tolist() == pytest.approx([0.09, 1.95, 1.95], abs=5e-3)
    assert weights[:, 1].tolist() == pytest.approx([0.95, 0.95, 0.02, 0.02], abs=5e-3)
    assert weights.sum().item() == pytest.approx(4)
    assert weights.sum(dim=1).tolist() == pytest.approx([1] * 4)
