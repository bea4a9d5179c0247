"""Experiments on kinds of attention and on other data: every number in their prose is computed."""

import math
from dataclasses import replace
from itertools import pairwise, permutations

import pytest
import torch

from attnquiz.attention.position import alibi_slopes
from attnquiz.sandbox.experiment import Mask
from attnquiz.sandbox.library import load as open_experiment
from attnquiz.sandbox.run import run


def rearranged(found, order):
    """The same experiment with its rows of X and its tokens in another order."""
    e = found.experiment
    given = tuple((name, tuple(rows[i] for i in order) if name == "X" else rows) for name, rows in e.given)
    return run(replace(e, given=given, listed=tuple(e.listed[i] for i in order)), dtype=torch.float64)


def given_to(found, query, head=0):
    """What a query gives to each key, by the names of the keys."""
    row = found.of("weights", head)[found.labels.index(query)].tolist()
    return dict(zip(found.key_labels, row, strict=True))


def test_a_window_and_two_layers(opened, changed):
    opened("window", "0.33 each from the third word on", '0.22 of "that" and 0.11 of "words", four places back')
    first, second = changed("window", layer="0"), changed("window", layer="1")
    assert first.of("weights")[7].tolist() == pytest.approx([0] * 5 + [1 / 3] * 3)
    made_of = dict(zip(second.experiment.features, second.of("output")[7].tolist(), strict=True))
    assert made_of["that"] == pytest.approx(2 / 9)
    assert made_of["words"] == pytest.approx(1 / 9)
    assert [name for name, share in made_of.items() if share == 0] == ["a", "chain", "of"]
    assert first.of("output")[7, :5].eq(0).all(), "one layer reaches two places back"


def test_rope_depends_on_the_distance_alone(opened, changed):
    found = opened("rope", "1 at distance 0, 0.54 at distance 1, -0.42 at 2, -0.99 at 3", "their lengths stay 1")
    scores = found.of("scores")
    for i in range(6):
        for j in range(6):
            assert scores[i, j].item() == pytest.approx(math.cos(i - j), abs=1e-12)
    assert [round(scores[0, j].item(), 2) for j in range(4)] == [1, 0.54, -0.42, -0.99]
    assert found.of("q_rot").norm(dim=-1).tolist() == pytest.approx([1] * 6)
    assert changed("rope", positions="none").of("scores").eq(1).all()


def test_alibi(opened):
    found = opened("alibi", "1/2 a step in head 0", "1/256 in head 7", "0.41 to the word itself and 0.03", "0.17")
    assert (alibi_slopes(8)[0], alibi_slopes(8)[7]) == (1 / 2, 1 / 256)
    for head, slope in enumerate(alibi_slopes(8)):
        row = torch.tensor([-slope * (5 - j) for j in range(6)], dtype=torch.float64).softmax(dim=-1)
        torch.testing.assert_close(found.of("weights", head)[5], row, atol=1e-12, rtol=0)
    assert found.of("weights", 0)[5, [5, 0]].tolist() == pytest.approx([0.41, 0.03], abs=5e-3)
    assert found.of("weights", 7)[5].tolist() == pytest.approx([0.17] * 6, abs=5e-3)


def test_gqa(opened, changed):
    found = opened("gqa", "2 x 5 x 4 numbers each, 80 together", "would hold 160", "(multi-query attention) 40")
    for shared, kept in (("2", 80), ("4", 160), ("1", 40)):
        other = changed("gqa", kv_heads=shared)
        assert other.trace.k.numel() + other.trace.v.numel() == kept
    q, k = found.trace.q, found.trace.k
    for head in range(4):
        expected = q[head] @ k[head // 2].T
        torch.testing.assert_close(found.of("scores", head), expected, atol=1e-12, rtol=0)
    assert (found.of("weights", 0) - found.of("weights", 1)).abs().max() > 0.05, "they still ask differently"


def test_dropout(opened, changed):
    found = opened("dropout", "every weight is 0.2", "probability 0.25", "by 0.75: they become 0.27", "rarely adds up")
    assert set(found.of("weights").flatten().tolist()) == {0.2}
    dropped = found.of("dropped")
    assert sorted({round(entry, 2) for entry in dropped.flatten().tolist()}) == [0, 0.27]
    assert (dropped.sum(dim=-1) - 1).abs().min() > 0.05
    seeds = [changed("dropout", seed=str(seed)).of("dropped") for seed in range(200)]
    assert torch.stack(seeds).mean().item() == pytest.approx(0.2, abs=0.005), "on average nothing changes"
    assert not torch.equal(seeds[3], seeds[2])


def test_two_causal_layers_tell_orders_apart_and_one_does_not(opened, changed):
    usual = opened("two-layers", 'its output for "curry" ends in 1.32', "ends in 1.16", "by 0, two by 0.165")
    other = opened("two-layers-reordered", "make, how, Thai, to", "1.86 in the third place", "1.16, and in the usual")
    assert other.tokens == ("make", "how", "Thai", "to", "curry")
    vectors = [dict(zip(found.tokens, found.experiment.block("X"), strict=True)) for found in (usual, other)]
    assert vectors[0] == vectors[1], "each word has the same vector in both"
    assert usual.of("output")[-1, 3].item() == pytest.approx(1.32, abs=5e-3)
    assert other.of("output")[-1, 3].item() == pytest.approx(1.16, abs=5e-3)
    assert other.first.of("output")[-1, 2].item() == pytest.approx(1.86, abs=5e-3)
    one, two = ((a.of("output")[-1] - b.of("output")[-1]).abs().max() for a, b in apart(usual, other))
    assert one.item() == pytest.approx(0, abs=1e-12)
    assert two.item() == pytest.approx(0.165, abs=5e-4)
    for layer in ("0", "1"):
        free = [changed(found.experiment.name, mask="none", layer=layer) for found in (usual, other)]
        torch.testing.assert_close(*(found.of("output")[-1] for found in free), atol=1e-12, rtol=0)


def apart(usual, other):
    return ((usual.first, other.first), (usual, other))


def test_the_average_of_a_day_is_the_same_in_any_order(opened, changed):
    found = opened("shuffle-temperatures", "average of the eight outputs is 14.5 degrees", "four bins")
    average = found.of("output").mean().item()
    assert average == pytest.approx(14.5, abs=0.05)
    assert len(found.experiment.features) == 4
    assert found.of("output").amax() <= 18.5, "the middle of a bin, in degrees"
    for order in list(permutations(range(8)))[1::4999]:
        other = rearranged(found, order)
        assert other.of("output").mean().item() == pytest.approx(average, abs=1e-12)
        torch.testing.assert_close(other.of("output"), found.of("output")[list(order)], atol=1e-12, rtol=0)
    backwards = rearranged(changed("shuffle-temperatures", mask="causal"), range(7, -1, -1))
    assert backwards.of("output").mean().item() != pytest.approx(average, abs=0.1), "a mask tells orders apart"


def test_the_same_hour_of_the_day_before(opened, changed):
    found = opened("yesterday", "is 6 at distance 8", "at least 0.96 on the same hour", "a row spreads evenly")
    weights, readings = found.of("weights"), found.experiment.block("SERIES")[0]
    for here in range(8, 16):
        assert weights[here].argmax() == here - 8
        assert weights[here, here - 8] >= 0.96
        yesterday = found.of("v")[here - 8, 0].item()
        assert found.of("output")[here, 0].item() == pytest.approx(yesterday, abs=0.2), "close to that bin"
        assert abs(yesterday - readings[here - 8]) <= 1.5, "half a bin"
    for here in range(8):
        assert weights[here, : here + 1].tolist() == pytest.approx([1 / (here + 1)] * (here + 1))
    plain = changed("yesterday", positions="none").of("weights")
    assert plain[15].tolist() == pytest.approx([1 / 16] * 16)


def test_a_patch_finds_its_look_alike(opened, changed):
    found = opened(
        "two-stars", "a star (r0 c1), a faint star (r1 c3)", "0.496 to itself and 0.496 to the faint star",
        "half its brightness", "0.093 to every patch of snow and 0.086 to itself",
    )  # fmt: skip
    star, faint = (dict(zip(found.labels, found.x, strict=True))[name] for name in ("r0 c1", "r1 c3"))
    torch.testing.assert_close(star, 2 * faint, atol=1e-12, rtol=0)
    row = given_to(found, "r0 c1")
    assert (round(row["r0 c1"], 3), round(row["r1 c3"], 3)) == (0.496, 0.496)
    sky = given_to(found, "r0 c0")
    assert sky["r3 c0"] == pytest.approx(sky["r0 c0"]), "sky and snow count as alike"
    dot = changed("two-stars", scoring="dot", temperature="1")
    bright = given_to(dot, "r0 c1")
    assert {round(bright[f"r3 c{column}"], 3) for column in range(4)} == {0.093}
    assert round(bright["r0 c1"], 3) == 0.086


def test_bins_of_a_series_follow_each_other():
    spans = [tuple(map(float, name.split(" to "))) for name in open_experiment("yesterday").features]
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    assert open_experiment("yesterday").mask is Mask.CAUSAL
