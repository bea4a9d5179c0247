"""The table of a cell has every term, and its terms make the cell."""

import math
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.sandbox import sides
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.ledger import ledger
from attnquiz.sandbox.library import load
from attnquiz.sandbox.run import run

EXACT = {"heads": 4, "d_model": 24, "precision": "float64"}
KINDS = {
    "plain": own_text("a b c d e f g h i j", **EXACT),
    "hidden": own_text("a b c d e", mask=Mask.CAUSAL, seed=2, **EXACT),
    "cold": own_text("a b c d e", temperature=0.01, window=3, **EXACT),
    "additive": own_text("a b c d e", scoring=Scoring.ADDITIVE, kv_heads=2, **EXACT),
    "cosine": own_text("a b c d e", scoring=Scoring.COSINE, kv_heads=1, **EXACT),
    "turned": own_text("a b c d e", positions=Positions.ROPE, dropout=0.4, **EXACT),
    "cross": own_text("a b c", memory_text="d e f g", positions=Positions.LEARNED, **EXACT),
    "biased": own_text("a b c", memory_text="d e f g", positions=Positions.T5, **EXACT),
    "second": own_text("a b c", layers=2, layer=1, positions=Positions.ALIBI, **EXACT),
}


@cache
def computed(name):
    return run(KINDS[name])


def made_of(frame, tensor, column, scoring):
    """The entry, from the columns of its table alone."""
    if tensor == "weights":
        powers = frame.filter(like="exp(").iloc[:, 0]
        assert frame["weight"].tolist() == pytest.approx((powers / powers.sum()).tolist(), abs=1e-15)
        return powers[column] / powers.sum()
    if "part" in frame:
        return frame["value"].sum()
    factors = frame.loc[:, : "product"].iloc[:, -3:-1]
    assert (factors.prod(axis=1) - frame["product"]).abs().max() == 0
    if "tanh(q + k)" in frame:
        assert frame["tanh(q + k)"].tolist() == pytest.approx([math.tanh(a) for a in frame["query"] + frame["key"]])
    if tensor == "scores" and scoring is Scoring.COSINE:
        return frame["product"].sum() / math.sqrt(frame["query squared"].sum() * frame["key squared"].sum())
    return frame["product"].sum()


@given(st.sampled_from(sorted(KINDS)), st.data())
@settings(max_examples=300, deadline=None)
def test_the_terms_make_the_cell_and_none_is_missing(name, data):
    e, found = KINDS[name], computed(name)
    stage = data.draw(st.sampled_from(e.stages))
    tensor = data.draw(st.sampled_from(sides.tensors(e, stage)))
    shape = e.shape(tensor)
    head = data.draw(st.integers(0, (shape[0] if tensor in sides.HEADED else 1) - 1))
    row, column = (data.draw(st.integers(0, side - 1)) for side in shape[-2:])
    frame = ledger(found, stage, head, row, column, tensor)
    counts = {"scores": 6, "weights": len(e.key_tokens), "mixed": len(e.key_tokens), "output": 24, "shares": 6}
    counts |= {"q": 24, "k": 24, "v": 24, "biased": 2, "x": 2 * (e.positions.is_added or e.layer), "memory": 2}
    assert len(frame) == counts.get(tensor, 0) * (tensor != "memory" or e.positions.is_added)
    if frame.empty:
        return
    entry = found.of(tensor, head)[row, column].item()
    assert made_of(frame, tensor, column, e.scoring) == pytest.approx(entry, rel=1e-9, abs=1e-12)
    sums = frame["running sum"].tolist()
    terms = frame.filter(regex=r"^product$|^value$|^exp\(").iloc[:, -1].tolist()
    assert sums == pytest.approx([math.fsum(terms[: i + 1]) for i in range(len(terms))], abs=1e-12)


def test_every_key_of_a_long_text_has_its_line():
    n = 2048
    found = run(own_text(" ".join(f"w{i}" for i in range(n)), heads=2, d_model=4, mask=Mask.CAUSAL))
    weights = ledger(found, Stage.SOFTMAX, 1, n - 1, 5)
    mixed = ledger(found, Stage.WEIGH, 1, n - 1, 1)
    assert len(weights) == len(mixed) == n
    assert weights["weight"].sum() == pytest.approx(1)
    assert mixed["product"].sum() == pytest.approx(found.of("mixed", 1)[n - 1, 1].item(), rel=1e-4)


def test_tokens_and_features_name_the_terms():
    found = run(load("thai-curry"))
    assert ledger(found, Stage.WEIGH, 0, 4, 3)["key"].tolist() == list(found.key_labels)
    assert ledger(found, Stage.PROJECT, 0, 4, 3)["dimension"].tolist() == list(found.experiment.features)
    assert ledger(found, Stage.SCORE, 0, 4, 3)["product"].tolist() == [0, 0, 8, 0]


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (run(load("nothing-left")), (Stage.SOFTMAX, 0, 0, 0)),
        (run(own_text("a b").changed(edits=(Edit("Q", 0, 0, 2.0),))), (Stage.PROJECT, 0, 0, 0)),
        (run(own_text("a b")), (Stage.SCALE, 0, 0, 0)),
    ],
)
def test_where_nothing_is_added_up_there_are_no_terms(found, place):
    assert ledger(found, *place).empty


def test_a_shift_stands_in_the_name_of_the_column():
    found = run(load("thai-curry").changed(temperature=0.01))
    assert "exp(score - 400)" in ledger(found, Stage.SOFTMAX, 0, 4, 3)
