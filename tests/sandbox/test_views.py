"""The numbers behind the views, against plain loops; every view of every kind of experiment."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.sandbox import views
from attnquiz.sandbox.experiment import Experiment, Mask, View, own_text
from attnquiz.sandbox.library import load
from attnquiz.sandbox.run import run

FROM_SCORE = [stage for stage in Stage if stage.number >= Stage.SCORE.number]
GREYS = tuple(tuple((i * 4 + j) / 15 for j in range(4)) for i in range(4))


@st.composite
def experiments(draw):
    """Self- and cross-attention, shared keys, empty rows, turned cells, dropout, a second layer."""
    heads = draw(st.sampled_from([1, 2, 4]))
    text = st.lists(st.sampled_from(["the", "cat", "sat", "👍", "<b>", "é"]), min_size=1, max_size=6).map(" ".join)
    second = draw(st.none() | text)
    e = own_text(
        draw(text), memory_text=second, heads=heads, d_model=heads * 4, seed=draw(st.integers(0, 99)),
        kv_heads=draw(st.sampled_from([None, 1, heads])), scoring=draw(st.sampled_from(Scoring)),
        positions=draw(st.sampled_from(Positions)), layers=1 if second else draw(st.integers(1, 2)),
        dropout=draw(st.sampled_from([0.0, 0.5])), mask=draw(st.sampled_from(Mask)), padding=draw(st.integers(0, 2)),
        window=draw(st.integers(0, 2)),
    )  # fmt: skip
    cell = st.tuples(st.integers(0, len(e.tokens) - 1), st.integers(0, len(e.key_tokens) - 1))
    e = e.changed(flips=tuple(sorted(draw(st.sets(cell, max_size=4)))), layer=draw(st.integers(0, e.layers - 1)))
    e = e.changed(stage=draw(st.sampled_from(FROM_SCORE)), head=draw(st.integers(0, heads - 1)))
    return e.changed(tensor=draw(st.sampled_from(["", *e.tensors])))


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6, equal_nan=True)


@given(experiments())
@settings(max_examples=60)
def test_what_a_key_receives_is_its_column_added_up(e):
    done = run(e)
    shown = views.weights(done)
    for j, line in enumerate(views.received(shown).itertuples(index=False)):
        asked = [i for i in range(len(e.tokens)) if not math.isnan(done.of(shown.tensor, e.head)[i, j].item())]
        asked = [i for i in asked if done.allowed is None or done.allowed[i, j]]
        total = math.fsum(shown.values[i, j] for i in asked)
        assert (line.key, line.queries) == (e.key_labels[j], len(asked))
        close(line.sum, total)
        close(line.mean, total / len(asked) if asked else math.nan)


@given(experiments())
@settings(max_examples=60)
def test_what_arrives_is_each_vector_measured_and_divided_by_all(e):
    done, group = run(e), e.heads // (e.kv_heads or e.heads)
    found = views.contribution(done).values
    d_v = done.of("v", 0).shape[1]
    for i in range(len(e.tokens)):
        lengths = []
        for j in range(len(e.key_tokens)):
            value, weight = done.tensor("v")[e.head // group][j], done.tensor("dropped")[e.head][i, j].item()
            out = [
                math.fsum(weight * value[c].item() * done.w_o[e.head * d_v + c, m].item() for c in range(d_v))
                for m in range(done.w_o.shape[1])
            ]
            lengths.append(math.sqrt(math.fsum(x * x for x in out)))
        whole = math.fsum(lengths)
        expected = [x / whole if whole else math.nan for x in lengths]
        np.testing.assert_allclose(found[i], expected, rtol=2e-3, atol=1e-5, equal_nan=True)
        if whole and not math.isnan(whole):
            assert math.isclose(found[i].sum(), 1, abs_tol=1e-5)


@given(experiments())
@settings(max_examples=60)
def test_each_pair_that_may_look_stands_at_its_distance_and_each_distance_at_its_mean(e):
    done = run(e)
    shown = views.distance(done)
    tensor = done.of("scores" if e.stage is Stage.SCORE else "biased", e.head)
    expected = {}
    for i in range(len(e.tokens)):
        for j in range(len(e.key_tokens)):
            seen = e.stage in (Stage.SCORE, Stage.SCALE) or done.allowed is None or done.allowed[i, j]
            if seen and not math.isnan(tensor[i, j].item()):
                expected.setdefault(i - j, []).append(tensor[i, j].item())
    points = views.by_distance(shown)
    assert len(points) == sum(map(len, expected.values()))
    means = {line.distance: line for line in views.means(points).itertuples(index=False)}
    assert means.keys() == expected.keys()
    for apart, values in expected.items():
        assert means[apart].pairs == len(values)
        close(means[apart].mean, math.fsum(values) / len(values))


@given(experiments())
@settings(max_examples=60)
def test_every_view_has_a_sentence_and_all_heads_one_scale(e):
    done = run(e)
    every = views.heads(done)
    assert len(every) == e.heads
    assert len({each.domain for each in every}) == 1
    for head, each in enumerate(every):
        known = np.where(each.hidden & (each.tensor == "masked"), np.nan, done.of(each.tensor, head).numpy())
        np.testing.assert_array_equal(each.values, known)
    shown, row = views.weights(done), views.query(e)
    told = [views.most(shown, row), views.most_received(views.received(shown))]
    told += [views.parting(shown, views.contribution(done))]
    told += [views.slope(views.means(views.by_distance(views.distance(done))))]
    for sentence in told:
        assert sentence.endswith(".")
        assert "nan" not in sentence.replace('"nan"', "")


def test_thai_curry_as_one_would_reckon_it_by_hand():
    e = load("thai-curry").changed(stage=Stage.SOFTMAX)
    done = run(e)
    shown = views.weights(done)
    assert views.most(shown, 4) == 'The query "curry" looks most at "Thai" (0.93), "how" (0.02), "to" (0.02).'
    assert views.most_received(views.received(shown)) == '"curry" receives most: 1.71 of 5.00.'
    arrives = views.contribution(done)
    assert views.apart(shown, arrives) == (0, 1)
    assert '"to" gets 0.20 of the weight but 0.11 of what arrives' in views.parting(shown, arrives)


def test_under_a_causal_mask_the_sentence_says_why_early_keys_receive_more():
    done = run(load("thai-curry").changed(mask=Mask.CAUSAL, stage=Stage.SOFTMAX))
    found = views.received(views.weights(done))
    assert found["queries"].tolist() == [5, 4, 3, 2, 1]
    assert "under a causal mask the early keys" in views.most_received(found)


def test_alibi_falls_with_distance_and_rope_does_not_know_the_place():
    words = " ".join(["same"] * 12)
    alibi = run(own_text(words, heads=1, d_model=8, positions=Positions.ALIBI).changed(stage=Stage.SCALE))
    means = views.means(views.by_distance(views.distance(alibi))).set_index("distance")["mean"]
    assert all(means[d] > means[d + 1] for d in range(11))
    # with the same token everywhere, a turned score depends on the distance alone: every dot lies on its mean
    rope = run(own_text(words, heads=1, d_model=8, positions=Positions.ROPE).changed(stage=Stage.SCALE))
    points = views.by_distance(views.distance(rope))
    spread = points.groupby("distance")["value"].agg(lambda values: values.max() - values.min())
    assert spread.max() < 1e-5
    assert views.means(points)["mean"].std() > 0.01


def test_a_key_that_points_nowhere_in_its_value_has_weight_but_nothing_arrives_from_it():
    rows = tuple(tuple(float(i == j) for j in range(2)) for i in range(2))
    given_ = (("Q", ((0.0, 0.0),)), ("K", ((1.0, 0.0), (0.0, 1.0))), ("V", ((0.0, 0.0), (3.0, 4.0))))
    e = Experiment(
        listed=("ask",), memory_listed=("empty", "full"), given=given_, heads=1, d_model=2, stage=Stage.SOFTMAX
    )
    done = run(e)
    np.testing.assert_allclose(views.weights(done).values, [[0.5, 0.5]])
    np.testing.assert_allclose(views.contribution(done).values, [[0.0, 1.0]])
    assert done.w_o is None
    nothing = e.changed(given=(*given_[:2], ("V", ((0.0, 0.0), (0.0, 0.0))), ("W_O", rows)))
    assert np.isnan(views.contribution(run(nothing)).values).all()


def test_a_query_that_may_look_nowhere_says_so():
    done = run(own_text("a b", padding=0, flips=((0, 0), (0, 1))).changed(stage=Stage.SOFTMAX))
    assert views.most(views.weights(done), 0) == 'The query "a" has no weights: it may look nowhere.'
    nobody = run(own_text("a", flips=((0, 0),)).changed(stage=Stage.MASK))
    assert "nothing to draw" in views.slope(views.means(views.by_distance(views.distance(nobody))))


def test_an_image_is_cut_into_its_patches_and_a_series_into_its_places():
    given_ = (("IMAGE", GREYS), ("X", tuple((float(i), 1.0) for i in range(4))))
    image = Experiment(listed=("r0 c0", "r0 c1", "r1 c0", "r1 c1"), given=given_, patch=2, d_model=2, heads=1)
    found = views.signal(image)
    assert (found.is_image, found.side, found.tokens) == (True, 2, 4)
    assert View.SIGNAL in views.offered(image)
    series = own_text("a b c", given=(("SERIES", ((1.0, 5.0, 2.0),)),))
    assert views.signal(series).values.tolist() == [[1.0, 5.0, 2.0]]
    assert View.SIGNAL not in views.offered(own_text("a b c"))
    with pytest.raises(SandboxError, match="not cut from"):
        views.signal(own_text("a b c"))
    with pytest.raises(SandboxError, match="not the pieces"):
        views.signal(own_text("a b", given=(("SERIES", ((1.0, 5.0, 2.0),)),)))


def test_views_are_for_stages_with_pairs_and_for_texts_that_fit():
    e = own_text("a b")
    assert [views.has_views(e.changed(stage=stage)) for stage in Stage] == [False] * 2 + [True] * 6
    assert views.too_long(own_text("a " * 64)) == ""
    assert "up to 64 tokens, and this text has 65" in views.too_long(own_text("a " * 65))


def test_the_query_of_a_view_is_the_chosen_row_unless_the_row_is_none_of_a_token():
    e = own_text("a b c").changed(stage=Stage.SOFTMAX)
    assert views.query(e) == 2
    assert views.query(e.changed(row=1)) == 1
    assert views.query(e.changed(stage=Stage.MERGE).changed(tensor="w_o").changed(row=1)) == 2


def test_dropped_weights_are_shown_where_the_learner_looks_at_them():
    e = own_text("a b c d", dropout=0.5).changed(stage=Stage.SOFTMAX)
    done = run(e.changed(tensor="dropped"))
    assert torch.equal(torch.from_numpy(views.weights(done).values), done.of("dropped", 0))
    assert views.weights(run(e)).tensor == "weights"
