"""Experiments on positions and decoding: every number in their prose and on their cards, computed."""

import math

import pytest
import torch

from attnquiz.attention.draw import sinusoidal
from attnquiz.ui.sandbox_machine import kept


def largest(one, other):
    return (one - other).abs().max().item()


@pytest.fixture
def expects(collection):
    """The text of what a card expects, after making sure that it says all of the given things."""

    def text(name, *said):
        body = collection.cards[name].body
        found = " ".join(f"{body.run} {body.expect}".split())
        for words in said:
            assert words in found, words
        return found

    return text


def the_two(changed, **settings):
    output = changed("twice-the", **settings).of("output")
    return largest(output[0], output[3])


def test_the_same_word_twice(opened, changed, expects):
    found = opened("twice-the", "first place and in the fourth", "0.52 in the column", "up to 0.86", "up to 0.38")
    expects("exp-twice-the", "row 0 with row 3", "second head: 0", "positions: 0.86", "no positions: 0.38")
    assert found.tokens[0] == found.tokens[3] == "the"
    assert found.of("output")[0, 0].item() == pytest.approx(0.52, abs=5e-3)
    assert the_two(changed) == the_two(changed, heads="2") == the_two(changed, layers="2", layer="1") == 0
    assert the_two(changed, positions="sinusoidal") == pytest.approx(0.86, abs=5e-3)
    assert the_two(changed, mask="causal") == pytest.approx(0.38, abs=5e-3)
    assert changed("twice-the", mask="causal").of("weights")[0].tolist() == [1, 0, 0, 0, 0]


def test_two_equal_rows_are_equal_whatever_the_matrices_hold(changed):
    for number in range(5):
        places = [(name, i, j) for name in "QKVO" for i in (0, 1) for j in (2, 3)]
        edits = ",".join(f"W_{name}.{i}.{j}:{(number + 2 * i - j) % 5 - 2}" for name, i, j in places)
        output = changed("twice-the", edit=edits).of("output")
        assert largest(output[0], output[3]) == 0
        assert largest(output[0], output[1]) > 1e-3, "other words are not equal"


def test_waves(opened, changed):
    found = opened(
        "waves", "Twelve places, eight numbers each", "1 radian from place to place", "the second by 0.1",
        "third by 0.01, of the fourth by 0.001", "Row 0 is 0, 1, 0, 1", "after 6 places", "0.96 in the cosine",
    )  # fmt: skip
    table = found.of("position")
    for place in range(12):
        for pair, turn in enumerate((1, 0.1, 0.01, 0.001)):
            expected = [math.sin(turn * place), math.cos(turn * place)]
            assert table[place, 2 * pair : 2 * pair + 2].tolist() == pytest.approx(expected, abs=1e-12)
    assert table.shape == (12, 8)
    assert table[6, 1].item() == pytest.approx(0.96, abs=5e-3)
    torch.testing.assert_close(found.x, found.of("embedded") + table, atol=1e-12, rtol=0)
    assert largest(changed("waves", positions="learned").of("position"), table) > 0.5


def test_one_fast_wave_comes_round_again():
    fast = torch.from_numpy(sinusoidal(700, 8))[:, :2]
    assert largest(fast[0], fast[44]) < 0.02, "seven turns are nearly 44 places"
    assert largest(fast[0], fast[6]) < 0.3
    assert 2 * math.pi == pytest.approx(6.28, abs=5e-3)
    slower = torch.from_numpy(sinusoidal(700, 8))[:, 2:4]
    assert largest(slower[0], slower[44]) > 0.9, "a slower pair tells them apart"


def test_the_score_of_rope_is_the_same_along_each_diagonal(opened, expects, collection):
    expects("exp-rope", "| score | 1 | 0.54 | -0.42 | -0.99 | -0.65 | 0.28 |", "still has length 1")
    question = collection.cards["exp-rope"].question
    assert "query number 2 scores key number 0 at -0.42" in question
    assert "numbers 5 and 3" in question
    scores = opened("rope").of("scores")
    assert scores[2, 0].item() == pytest.approx(-0.42, abs=5e-3)
    assert scores[5, 3].item() == pytest.approx(scores[2, 0].item(), abs=1e-12)
    for distance, score in enumerate((1, 0.54, -0.42, -0.99, -0.65, 0.28)):
        for diagonal in (scores.diagonal(distance), scores.diagonal(-distance)):
            assert diagonal.tolist() == pytest.approx([score] * (6 - distance), abs=5e-3)
    assert opened("rope").of("q_rot").norm(dim=-1).tolist() == pytest.approx([1] * 6)


def test_with_alibi_a_weight_also_depends_on_how_many_keys_there_are(opened, expects):
    expects("exp-alibi", "| weight it gives itself | 1 | 0.62 | 0.51 | 0.46 | 0.43 | 0.41 |", "gives itself 0.17")
    found = opened("alibi")
    assert found.labels[-2:] == ("to", "reach")
    for row, said in enumerate((1, 0.62, 0.51, 0.46, 0.43, 0.41)):
        by_hand = 1 / sum(math.exp(-step / 2) for step in range(row + 1))
        assert found.of("weights", 0)[row, row].item() == pytest.approx(by_hand, abs=1e-12)
        assert by_hand == pytest.approx(said, abs=5.1e-3)
    assert found.of("weights", 7)[5, 5].item() == pytest.approx(0.17, abs=5e-3)


def test_a_match_against_the_price_of_distance(opened, changed):
    found = opened(
        "alibi-by-hand", 'scores "rained" 1.75 and all other words 0', "step back costs 1/2", "Up to three steps",
        '"all" still gives "rained" its largest weight, 0.38', "0.33 against 0.25",
    )  # fmt: skip
    scores, weights, words = found.of("scores"), found.of("weights"), found.labels
    for i in range(7):
        for j in range(i + 1):
            price = 0.5 * (i - j)
            assert scores[i, j].item() == pytest.approx(1.75 * (words[j] == "rained") - price, abs=1e-12)
    rained, every, stayed = (words.index(word) for word in ("rained", "all", "stayed"))
    assert weights[every].argmax() == rained
    assert weights[every, rained].item() == pytest.approx(0.38, abs=5e-3)
    assert weights[stayed].argmax() == stayed
    assert weights[stayed, [stayed, rained]].tolist() == pytest.approx([0.33, 0.25], abs=5e-3)
    plain = changed("alibi-by-hand", edit=",".join(f"K.{j}.{c}:0" for j in range(7) for c in (1, 2)))
    assert plain.of("weights")[6].argmax() == rained, "without the price the match wins everywhere"


def test_what_the_alibi_card_says_of_two_heads(opened, collection):
    feedback = collection.cards["mc-alibi-slopes"].body.options[0].feedback
    assert "six weights are nearly equal, 0.17 each, while the steep head gives the first word 0.03" in feedback
    found = opened("alibi")
    assert found.of("weights", 7)[5].tolist() == pytest.approx([0.17] * 6, abs=5e-3)
    assert found.of("weights", 0)[5, 0].item() == pytest.approx(0.03, abs=5e-3)


def test_a_row_learns_how_far_it_is_from_the_start(opened, changed):
    found = opened("count-from-start", "1, 0.5, 0.33, 0.25, and 0.125 at the eighth", "0.125 arrives at each")
    assert found.of("mixed")[:, 0].tolist() == pytest.approx([1 / n for n in range(1, 9)])
    assert [round(1 / n, 3) for n in (1, 2, 4, 8)] == [1, 0.5, 0.25, 0.125]
    assert round(1 / 3, 2) == 0.33
    assert changed("count-from-start", mask="none").of("mixed")[:, 0].tolist() == pytest.approx([0.125] * 8)


def test_depth_without_a_mask_sees_no_order(changed, expects):
    expects("exp-two-layers", "| causal | 0 | 0.165 |", "| none | 0 | 0 |")
    found = {}
    for mask in ("causal", "none"):
        for layer in ("0", "1"):
            rows = [changed(name, mask=mask, layer=layer) for name in ("two-layers", "two-layers-reordered")]
            assert {run.labels[-1] for run in rows} == {"curry"}
            found[mask, layer] = largest(*(run.of("output")[-1] for run in rows))
    assert found.pop(("causal", "1")) == pytest.approx(0.165, abs=5e-4)
    assert list(found.values()) == pytest.approx([0, 0, 0], abs=1e-12)


def test_a_later_word_changes_no_earlier_row_of_a_decoder(changed, expects):
    expects("exp-kv-cache", 'first number of "then" to 3', "not at all", "each of them, by up to 0.40")
    moved = {}
    for mask in ("causal", "none"):
        usual, other = changed("kv-cache", mask=mask), changed("kv-cache", mask=mask, edit="X.5.0:3")
        assert usual.labels[5] == "then"
        moved[mask] = (usual.of("output") - other.of("output")).abs().amax(dim=-1)
        for name in ("k", "v"):
            assert torch.equal(usual.tensor(name)[:, :5], other.tensor(name)[:, :5])
    assert moved["causal"][:5].tolist() == [0] * 5
    assert moved["causal"][5] > 0.1
    assert (moved["none"][:5] > 0.05).all()
    assert moved["none"][:5].max().item() == pytest.approx(0.40, abs=5e-3)


def test_the_sandbox_says_what_is_kept(changed, expects):
    expects("exp-kv-cache", "768 bytes with four heads of keys and values, 384 with two and 192 with one")
    for shared, size in (({}, 768), ({"kv_heads": "2"}, 384), ({"kv_heads": "1"}, 192)):
        experiment = changed("kv-cache", **shared).experiment
        assert experiment.precision == "float32"
        assert f"**{size} bytes**" in kept(experiment)


def test_in_the_second_layer_of_a_decoder_earlier_rows_stay_too(changed):
    usual, other = (changed("two-layers", layer="1", **more) for more in ({}, {"edit": "X.4.0:3"}))
    for name in ("k", "v", "output"):
        assert largest(usual.of(name)[:4], other.of(name)[:4]) == 0
    assert largest(usual.of("output")[4], other.of("output")[4]) > 0.1
