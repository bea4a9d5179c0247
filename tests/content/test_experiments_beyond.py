"""Experiments beyond the paper: what their prose says and what the cards expect, computed again with plain PyTorch."""

import pytest
import torch
from torch.nn import functional

from attnquiz.cards import maps


@pytest.fixture
def expects(collection):
    """Make sure that a card expects these things in so many words."""

    def made_sure(name, *said):
        text = " ".join(collection.cards[name].body.expect.split())
        for words in said:
            assert words in text, words

    return made_sure


def mixed(scores, values):
    """A mixture by PyTorch's own attention, one row of scores for each query."""
    q = torch.tensor(scores, dtype=torch.float64)
    v = torch.tensor(values, dtype=torch.float64)
    return functional.scaled_dot_product_attention(q, torch.eye(len(values), dtype=torch.float64), v, scale=1)


def near(found, expected, tolerance=5e-3):
    assert found.flatten().tolist() == pytest.approx(expected, abs=tolerance)


# Attention as explanation


def test_the_smallest_weight_decides(opened, changed, expects):
    found = opened(
        "small-weight", '0.6 on "very", 0.3 on "good" and only 0.1 on "not"', 'value of "not" is -12',
        "The output is -0.3", 'Without "very" the output is -2.25', 'Without "good" it is -0.86',
        'Without "not" it is 1',
    )  # fmt: skip
    assert found.key_labels == ("not", "very", "good")
    near(found.of("weights"), [0.1, 0.6, 0.3], 1e-12)
    assert found.of("v").flatten().tolist() == [-12, 1, 1]
    shares, values = torch.tensor([0.1, 0.6, 0.3]), torch.tensor([-12.0, 1, 1])
    near(found.of("output"), [(shares * values).sum().item()], 1e-6)
    for place, output in enumerate((1, -2.25, -0.86)):
        left = [other for other in range(3) if other != place]
        expected = (shares[left] * values[left]).sum() / shares[left].sum()
        near(changed("small-weight", flips=f"0.{place}").of("output"), [expected.item()], 1e-6)
        assert expected.item() == pytest.approx(output, abs=5e-3)
    expects("exp-small-weight", "-0.3, blame", 'without "very": -2.25', 'without "good": -0.86', 'without "not": 1')


def test_two_heatmaps_one_mixture(opened, expects, collection):
    expects("exp-same-output", "0.07, 0.07, 0.07 and 0.8", "0.07, 0.8, 0.07 and 0.07", "(1.13, 0.27)")
    found = opened("same-output")
    values = [(4, 0), (1, 0), (0, 4), (1, 0)]
    assert (
        '(4, 0) for "the", (1, 0) for "film", (0, 4) for "was", (1, 0)' in collection.cards["exp-same-output"].question
    )
    assert [tuple(row) for row in found.of("v", 0).tolist()] == values == [tuple(r) for r in found.of("v", 1).tolist()]
    for head, row in enumerate(([0.07, 0.07, 0.07, 0.8], [0.07, 0.8, 0.07, 0.07])):
        for query in range(4):
            near(found.of("weights", head)[query], row)
            near(found.of("mixed", head)[query], [1.13, 0.27])
    assert round(0.8 - 0.2 / 3, 2) == 0.73, "what one of the options says"


# Induction


def test_notes_of_a_tune(opened, collection):
    found = opened("induction-notes", 'note "after re" and finds it on "mi", with a weight of 0.99', "spread evenly")
    tune = ["do", "re", "mi", "do", "re"]
    notes = [None, *tune[:-1]]
    scores = torch.tensor([[6.0 * (note == word) for note in notes] for word in tune], dtype=torch.float64)
    hidden = torch.ones(5, 5, dtype=torch.bool).triu(1)
    expected = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)
    torch.testing.assert_close(found.of("weights"), expected, atol=1e-12, rtol=0)
    assert found.of("weights")[4, 2].item() == pytest.approx(0.99, abs=5e-3)
    assert found.of("weights")[3].argmax() == 1, 'the second "do" finds "re"'
    for row in range(3):
        near(found.of("weights")[row, : row + 1], [1 / (row + 1)] * (row + 1), 1e-12)
    assert found.of("output")[4].argmax().item() == tune.index("mi"), "what it puts out is its guess"
    card = collection.cards["heat-induction-notes"]
    assert maps.cells(card, 0) == {(4, found.of("weights")[4].argmax().item())}
    by_belief = {rule.misconception: maps.evaluated(card, rule.rule, 0) for rule in card.body.wrong}
    assert by_belief == {"induction-finds-twin": {(4, tune.index("re"))}, "recency-built-in": {(4, 3)}}


def test_two_steps_copy_and_without_the_first_the_second_finds_itself(opened, changed, expects):
    found = opened("induction")
    thai = dict(zip(found.labels, found.of("weights")[-1].tolist(), strict=True))
    assert thai["curry"] > 0.99
    text = ["Thai", "curry", "needs", "fresh", "basil", "Thai"]
    share = [0.0] + [text[: place + 1].count("Thai") / (place + 2) for place in range(6)]
    assert share[1] == max(share) == 1 / 2, "the start is an empty word"
    by_hand = (16 * torch.tensor(share, dtype=torch.float64)).softmax(dim=-1)
    blind = changed("induction", positions="none")
    torch.testing.assert_close(blind.of("weights")[-1], by_hand, atol=1e-12, rtol=0)
    near(by_hand[[1, 2]], [0.88, 0.06])
    expects("exp-induction", 'more than 0.99 on "curry"', '0.88 on the first "Thai", 0.06 on "curry"')


# Sinks


def test_a_place_to_leave_the_weight(opened, changed, expects):
    found = opened(
        "start-sink", "Only the start sign scores 4, and its value is zero", "0.93 in the last row", "is 0.02 each",
        "Set the window to 4", "0.25 each", "more than 14 times as large",
    )  # fmt: skip
    last = found.of("weights")[-1]
    near(last, [0.93] + [0.02] * 4)
    assert found.of("v")[0].eq(0).all()
    torch.testing.assert_close(
        found.of("output")[-1:], mixed([[4.0, 0, 0, 0, 0]], found.of("v").tolist()), atol=1e-12, rtol=0
    )
    cut = changed("start-sink", window="4")
    near(cut.of("weights")[-1], [0] + [0.25] * 4, 1e-12)
    times = cut.of("output")[-1] / found.of("output")[-1]
    assert 14 < times.min() <= times.max() < 15
    expects("exp-sink", "0.93 on the start sign, 0.02 on each word", "0.25 on each word", "more than 14 times as large")


# Parsers, images, series, prompts


def test_a_parser_shares_out_like_a_row_of_attention(opened):
    found = opened("head-selection", '0.7 for "books", 0.2 for "reads", 0.1 for "she"', "mixture shows the shares")
    assert found.key_labels == ("she", "reads", "books")
    by_hand = torch.tensor([1, 2, 7], dtype=torch.float64).log().softmax(dim=-1)
    near(by_hand, [0.1, 0.2, 0.7], 1e-12)
    near(found.of("weights"), by_hand.tolist(), 1e-12)
    near(found.of("mixed"), by_hand.tolist(), 1e-12)


def test_what_a_star_looks_at(changed, expects):
    patches = {"star": (0.9, 0.1, 0.1, 0.9), "faint": (0.45, 0.05, 0.05, 0.45), "snow": (0.9,) * 4}
    cosine, dot = changed("two-stars"), changed("two-stars", scoring="dot", temperature="1")
    places = {"star": "r0 c1", "faint": "r1 c3", "snow": "r3 c0"}
    x = dict(zip(dot.labels, dot.x.tolist(), strict=True))
    for name, vector in patches.items():
        assert x[places[name]] == pytest.approx(list(vector))
    every = torch.tensor(list(x.values()), dtype=torch.float64)
    star = torch.tensor(patches["star"], dtype=torch.float64)
    products = dict(zip(x, (every @ star / 2).softmax(dim=-1).tolist(), strict=True))
    angles = functional.cosine_similarity(every, star.expand_as(every), dim=-1)
    likeness = dict(zip(x, (angles / 0.03).softmax(dim=-1).tolist(), strict=True))
    for found, expected in ((dot, products), (cosine, likeness)):
        row = found.of("weights")[found.labels.index("r0 c1")]
        assert row.tolist() == pytest.approx(list(expected.values()))
    assert [round(likeness[places[name]], 3) for name in ("star", "faint")] == [0.496, 0.496]
    assert [round(products[places[name]], 3) for name in ("snow", "star", "faint")] == [0.093, 0.086, 0.057]
    expects("exp-two-stars", "0.496 to itself and 0.496", "0.093 to each patch of snow, 0.086 to itself, 0.057")


def test_as_yesterday(changed, expects):
    found, plain = changed("yesterday"), changed("yesterday", positions="none")
    for here in range(8, 16):
        bias = torch.zeros(here + 1, dtype=torch.float64)
        bias[here - 8] = 6
        assert found.of("weights")[here, : here + 1].tolist() == pytest.approx(bias.softmax(dim=-1).tolist())
        assert found.of("weights")[here, here - 8] >= 0.96
    near(plain.of("weights")[15], [0.06] * 16)
    expects("exp-yesterday", "at least 0.96 to the reading 8 places back", "0.06 to each of the 16 readings")


def test_a_hidden_word_leaves_its_weight_to_the_others(changed, expects):
    before, after = changed("cross", kind="text-image"), changed("cross", kind="text-image", flips="0.1,1.1")
    assert before.key_labels == ("red", "ball", "grass")
    for patch in (0, 1):
        near(before.of("weights")[patch], [0.02, 0.95, 0.02])
        near(after.of("weights")[patch], [0.5, 0, 0.5], 1e-12)
    for found in (before, after):
        for patch in (2, 3):
            near(found.of("weights")[patch], [0.02, 0.02, 0.95])
    expects("exp-hidden-word", "0.02, 0.95 and 0.02", "0.5, 0 and 0.5", "0.02, 0.02 and 0.95")
