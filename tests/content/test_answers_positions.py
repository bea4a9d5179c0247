"""The answers of the cards on positions and decoding, worked out again without the expressions of the cards."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnquiz.attention.cache import cache_bytes
from attnquiz.attention.draw import sinusoidal
from attnquiz.attention.position import alibi, rope, t5_buckets
from attnquiz.cards import maps
from attnquiz.cards.card import Kind
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.truth import truth
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.run import run
from attnquiz.ui import see


@pytest.fixture
def answers(collection):
    """The truth of a card in each of its variants, with what fills its holes."""

    def of(name):
        card = collection.cards[name]
        assert len(card.variants) >= 3
        return [(truth(card, number), values) for number, values in enumerate(card.variants)]

    return of


@pytest.fixture
def shown(collection):
    """The run that a card links to."""

    def state(name, variant):
        reference = see.of(collection.cards[name], variant)
        return run(from_query({"experiment": reference.name, **reference.arguments}), dtype=torch.float64)

    return state


def test_every_number_and_shape_of_this_deck_is_worked_out_here(collection, request):
    text = request.path.read_text(encoding="utf-8")
    cards = [card for card in collection.cards.values() if card.path.name == "05-positions.md"]
    asked = [card.id for card in cards if card.kind in (Kind.NUMERIC, Kind.SHAPE, Kind.HEATMAP)]
    assert [name for name in asked if f'"{name}"' not in text] == []


def test_sinusoid_entries(answers, shown):
    for variant, (found, values) in enumerate(answers("num-sinusoid-entries")):
        place, even = values["p"], values["e"]
        turn = (1, 0.1, 0.01, 0.001)[even // 2]
        assert values["f"] == even + 1
        assert found == pytest.approx([math.sin(turn * place), math.cos(turn * place)])
        table = shown("num-sinusoid-entries", variant).of("position")
        assert table[place, even : even + 2].tolist() == pytest.approx(found)
        assert sinusoidal(12, 8)[place, even : even + 2].tolist() == pytest.approx(found)


def test_the_state_of_the_sinusoid_card_points_at_the_cell(answers, shown):
    for variant, (_, values) in enumerate(answers("num-sinusoid-entries")):
        experiment = shown("num-sinusoid-entries", variant).experiment
        assert (experiment.row, experiment.column, experiment.shown) == (values["p"], values["e"], "position")


def test_each_pair_of_width_8_is_ten_times_slower_than_the_one_before():
    angles = [math.asin(entry) for entry in sinusoidal(2, 8)[1, 2::2]]
    assert [round(one / other) for one, other in pairwise(angles)] == [10, 10]


def test_position_slice(answers, shown):
    for variant, (found, values) in enumerate(answers("shape-position-slice")):
        table = nn.Embedding(values["N"], values["d"])
        x = torch.zeros(values["B"], values["n"], values["d"])
        part = table.weight[: values["n"]]
        assert tuple(part.shape) == found
        assert (x + part).shape == x.shape
        state = shown("shape-position-slice", variant)
        assert tuple(state.of("position").shape) == found
        assert state.experiment.batch == values["B"]


def turned(length, place):
    return torch.tensor([length * math.cos(place), length * math.sin(place)], dtype=torch.float64)


def test_rope_score(answers, shown):
    for variant, (found, values) in enumerate(answers("num-rope-score")):
        a, b, m, n = (values[name] for name in "abmn")
        assert (turned(a, m) @ turned(b, n)).item() == pytest.approx(found)
        rows = torch.zeros(2, 1, 6, 2, dtype=torch.float64)
        rows[..., 0] = torch.tensor([a, b], dtype=torch.float64)[:, None, None]
        q, k = rope(rows[0]), rope(rows[1])
        assert (q[0, m] @ k[0, n]).item() == pytest.approx(found)
        state = shown("num-rope-score", variant)
        assert state.of("scores")[m, n].item() == pytest.approx(found)
        assert (state.experiment.row, state.experiment.column) == (m, n)


def test_alibi_row(answers):
    for found, values in answers("num-alibi-row"):
        by_hand = [score - values["m"] * steps for score, steps in zip(values["s"], (2, 1, 0), strict=True)]
        assert found == by_hand
    (found, values), *_ = answers("num-alibi-row")
    assert values["m"] == 0.5, "the first of eight heads has this slope"
    scores = torch.tensor(values["s"], dtype=torch.float64) + alibi(3, 3, 8)[0, 2]
    assert scores.tolist() == found


def test_a_price_of_one_unit_divides_a_share_by_2_7():
    before, after = (torch.tensor([score, 0.0]).softmax(dim=-1) for score in (1.0, 0.0))
    assert ((before[0] / before[1]) / (after[0] / after[1])).item() == pytest.approx(2.7, abs=0.05)


def test_the_last_query_for_which_the_match_wins(collection):
    card = collection.cards["heat-alibi-last-match"]
    words = ("it", "rained", "so", "we", "all", "stayed", "in")
    match = words.index("rained")
    scores = torch.tensor([[1.75 * (j == match) - 0.5 * (i - j) for j in range(7)] for i in range(7)])
    weights = functional.softmax(scores.masked_fill(torch.ones(7, 7).triu(1).bool(), -math.inf), dim=-1)
    wins = [i for i in range(match, 7) if weights[i].argmax() == match]
    assert wins == [1, 2, 3, 4]
    assert maps.cells(card, 0) == {(wins[-1], match)}
    assert grade(card, 0, 0, "all,rained").verdict is Verdict.RIGHT
    assert grade(card, 0, 0, "in,rained").misconception == "alibi-cannot-decide"
    assert grade(card, 0, 0, "rained,rained").misconception == "recency-built-in"
    assert grade(card, 0, 0, "stayed,rained").verdict is Verdict.WRONG
    assert scores[6, match] == 1.75 - 2.5
    assert scores[[4, 5], match].tolist() == [0.25, -0.25]


def test_count_from_start(answers, shown):
    for variant, (found, values) in enumerate(answers("num-count-from-start")):
        allowed = torch.ones(values["n"], values["n"]).tril()
        even = allowed / allowed.sum(dim=-1, keepdim=True)
        v = torch.zeros(values["n"])
        v[0] = values["v"]
        assert (even @ v)[values["t"] - 1].item() == pytest.approx(found)
        state = shown("num-count-from-start", variant)
        assert state.experiment.row == values["r"] == values["t"] - 1
        assert state.of("mixed")[state.experiment.row].item() == pytest.approx(found)
        assert len(state.tokens) == values["n"]


def test_cache_megabytes(answers):
    for found, values in answers("num-cache-megabytes"):
        size = cache_bytes(values["n"], values["h"], values["d"], values["d"], element_size=2, layers=values["L"])
        assert size / 1_000_000 == pytest.approx(found, abs=1e-12)
    numbers = {"L": 3, "h": 2, "n": 5, "d": 4}
    kept = [torch.zeros(2, 5, 4, dtype=torch.float16) for _ in range(3) for _ in ("key", "value")]
    by_hand = sum(tensor.numel() * tensor.element_size() for tensor in kept)
    assert by_hand == cache_bytes(numbers["n"], numbers["h"], 4, 4, element_size=2, layers=numbers["L"])


def test_decode_scores(answers, shown):
    for variant, (found, values) in enumerate(answers("shape-decode-scores")):
        q, k = torch.zeros(values["B"], values["h"], 1, 8), torch.zeros(values["B"], values["h"], values["n"], 8)
        assert tuple((q @ k.mT).shape) == found
        state = shown("shape-decode-scores", variant)
        assert (state.experiment.batch, *state.tensor("scores").shape) == found


def test_gqa_numbers(answers):
    for found, values in answers("num-gqa-numbers"):
        per_token = cache_bytes(1, values["g"], values["d"], values["d"], element_size=1, layers=values["L"])
        assert found == per_token
        assert values["h"] % values["g"] == 0
        full = cache_bytes(1, values["h"], values["d"], values["d"], element_size=1, layers=values["L"])
        assert full == found * values["h"] / values["g"], "smaller by h / g"


def test_gqa_keys(answers, shown):
    for variant, (found, values) in enumerate(answers("shape-gqa-keys")):
        state = shown("shape-gqa-keys", variant)
        assert (state.experiment.batch, *state.tensor("k").shape) == found
        width = values["d"] // values["h"]
        q = torch.zeros(values["B"], values["h"], values["n"], width)
        k, v = torch.zeros(found), torch.zeros(found)
        out = functional.scaled_dot_product_attention(q, k, v, enable_gqa=True)
        assert out.shape == q.shape


# What cards say beyond their answers


def test_a_neuron_with_a_weight_for_each_place_tells_orders_apart(collection):
    neuron = nn.Linear(2, 1, bias=False)
    neuron.weight.data = torch.tensor([[1.0, 2.0]])
    assert neuron(torch.tensor([[3.0, 4.0], [4.0, 3.0]])).flatten().tolist() == [11, 10]
    (right,) = [option.text for option in collection.cards["mc-neuron-order"].body.options if option.right]
    assert right.startswith("11, then 10")


def test_swapping_two_input_rows_swaps_two_output_rows():
    layer = nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
    x = torch.randn(1, 5, 8, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    swapped = x[:, [1, 0, 2, 3, 4]]
    torch.testing.assert_close(layer(swapped, swapped, swapped)[0], layer(x, x, x)[0][:, [1, 0, 2, 3, 4]])


def test_t5_has_32_ranges_narrow_for_near_and_wide_for_far():
    buckets = t5_buckets(1000, 1000, one_way=True)
    widths = torch.bincount(buckets[999])
    assert len(widths) == 32
    assert widths[:16].eq(1).all()
    assert widths[31] > widths[20] >= 1


def test_pairs_of_sinusoids_know_the_difference_of_their_angles():
    for one, other in ((0.3, 1.1), (2.0, 5.5)):
        product = math.sin(one) * math.sin(other) + math.cos(one) * math.cos(other)
        assert product == pytest.approx(math.cos(one - other))


def test_rows_of_a_text_written_with_a_cache_add_up_to_half_a_square():
    assert sum(range(1, 101)) / 100**2 == pytest.approx(0.5, abs=0.01)
