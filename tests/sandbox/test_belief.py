"""Attention as if a belief were true, against loops written from the sentence of the belief."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.cards.misconceptions import parse_misconceptions
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.as_if import as_if, differs, parting
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.comparison import chosen, where, without_weights
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.frames import matrix, on_one_scale
from attnquiz.sandbox.library import load, parse
from attnquiz.sandbox.numbers import numbers
from attnquiz.sandbox.run import run

ROOT = Path(__file__).parents[2]
TENSORS = ("q", "k", "v", "scores", "scaled", "masked", "weights", "mixed", "output")
TEXT = "the cat sat on a mat"  # no word twice: two equal keys may tie for the largest score, but for rounding
EXPERIMENTS = {
    "thai curry": load("thai-curry"),
    "thai curry, causal": load("thai-curry").changed(mask=Mask.CAUSAL),
    "two heads": load("two-heads"),
    "padded": load("padded-batch"),
    "no scaling": load("three-masks"),
    "from Q, K, V": load("same-output").changed(mask=Mask.CAUSAL),
    "eight heads": own_text(TEXT, heads=8, d_model=64, seed=3, temperature=0.5),
    "both masks": own_text(TEXT, heads=2, d_model=8, mask=Mask.BOTH, padding=2, positions=Positions.SINUSOIDAL),
    "one word": own_text("alone", heads=2, d_model=4),
}


# --- the oracle: plain loops, no torch ------------------------------------------------------------


def oracle(e, belief):
    """Every tensor as nested lists."""
    given, n, heads = numbers(e), len(e.tokens), e.heads
    vectors = None if e.starts_from_qkv else given["X"] + given.get("POSITION", 0)
    wide = {x: given[x.upper()] if e.starts_from_qkv else vectors @ given[f"W_{x.upper()}"] for x in "qkv"}
    q, k, v = (cut(wide[x].tolist(), heads, belief) for x in "qkv")
    d_k = len(k[0][0])
    scores = [[[math.fsum(map(math.prod, zip(a, b))) for b in k[h]] for a in q[h]] for h in range(heads)]  # noqa: B905
    if belief == "symmetric-scores":
        scores = [[[(s[i][j] + s[j][i]) / 2 for j in range(n)] for i in range(n)] for s in scores]
    if belief == "self-match-largest":
        for i, row in ((i, row) for s in scores for i, row in enumerate(s)):
            best = row.index(max(row))
            row[best], row[i] = row[i], row[best]
    root = {"scale-by-dmodel": math.sqrt(e.d_model), "scale-by-d": d_k, "forgot-scaling": 1}.get(belief, math.sqrt(d_k))
    divisor = (root if e.scale else 1) * e.temperature
    scaled = [[[x / divisor for x in row] for row in s] for s in scores]
    hides = belief != "mask-after-softmax"
    masked = [
        [[-math.inf if hides and not may(e, i, j, belief) else row[j] for j in range(n)] for i, row in enumerate(s)]
        for s in scaled
    ]
    weights = [
        [[weight(e, masked, h, i, j, belief) for j in range(n)] for i in range(n)] for h in range(heads)
    ]
    shares = weights
    if belief == "mix-unweighted":
        shares = [[[float(may(e, i, j, belief)) for j in range(n)] for i in range(n)] for h in range(heads)]
    mixed = [[[math.fsum(row[j] * v[h][j][c] for j in range(n)) for c in range(len(v[h][0]))] for row in shares[h]]
             for h in range(heads)]  # fmt: skip
    return {"q": q, "k": k, "v": v, "scores": scores, "scaled": scaled, "masked": masked, "weights": weights,
            "mixed": mixed, "output": merged(given, mixed, heads, n, belief)}  # fmt: skip


def cut(wide, heads, belief):
    n, d = len(wide), len(wide[0]) // heads
    flat = [x for row in wide for x in row]
    if belief == "reshape-mixes-heads":
        return [[[flat[(h * n + i) * d + c] for c in range(d)] for i in range(n)] for h in range(heads)]
    return [[[wide[i][h * d + c] for c in range(d)] for i in range(n)] for h in range(heads)]


def may(e, query, key, belief):
    """Who may look where."""
    n = len(e.tokens)
    if belief == "mask-inverted" and e.mask is not Mask.NONE:
        return not may(e, query, key, "")
    if e.mask.is_causal and key > query - (belief == "causal-excludes-self"):
        return False
    padding = query if belief == "padding-masks-rows" else key
    return not (e.mask.is_padding and padding >= n - e.padding)


def weight(e, masked, h, i, j, belief):
    n, own = len(e.tokens), masked[h][i][j]
    row = masked[h][i]
    over = {
        "softmax-over-queries": [masked[h][other][j] for other in range(n)],
        "softmax-over-heads": [other[i][j] for other in masked],
    }.get(belief, row)
    if own == -math.inf and (over is not row or belief == "padding-masks-rows"):
        return 0.0
    if belief == "softmax-is-share":
        seen = [x for x in row if x != -math.inf]
        if not abs(math.fsum(seen)) > 1e-6 * math.fsum(map(abs, seen)):
            return math.nan
        return 0.0 if own == -math.inf else own / math.fsum(seen)
    if max(over) == -math.inf:
        return math.nan
    found = math.exp(own - max(over)) / math.fsum(math.exp(x - max(over)) for x in over)
    if belief == "mask-after-softmax" and not may(e, i, j, belief):
        return 0.0
    if belief == "recency-built-in":
        exps = [math.exp(x - max(row)) * (place + 1) for place, x in enumerate(row)]
        return exps[j] / math.fsum(exps)
    return found


def merged(given, mixed, heads, n, belief):
    if belief == "heads-average":
        width = len(mixed[0][0])
        mean = [[math.fsum(head[i][c] for head in mixed) / heads for c in range(width)] for i in range(n)]
        mixed = [mean] * heads
    joined = [[x for head in mixed for x in head[i]] for i in range(n)]
    if belief == "forgot-wo" or "W_O" not in given:
        return joined
    return (np.array(joined) @ given["W_O"]).tolist()


def believed(e, belief, precision="float64"):
    """The run of the truth and that of the belief."""
    truth = run(e.changed(belief=belief, precision=precision))
    return truth, as_if(truth)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
@pytest.mark.parametrize("belief", ["", *SWITCHES])
def test_every_belief_computes_what_its_loops_compute(belief, experiment):
    _, other = believed(experiment, belief)
    expected = oracle(experiment, belief)
    for name in TENSORS:
        np.testing.assert_allclose(
            other.tensor(name).numpy(), np.array(expected[name]), rtol=1e-9, atol=1e-9, err_msg=name
        )


# --- what the table promises ----------------------------------------------------------------------


def test_the_switches_are_those_that_the_misconceptions_name():
    path = ROOT / "content" / "misconceptions.md"
    found = parse_misconceptions(path.read_text(encoding="utf-8"), path)
    assert {each.switch for each in found.values() if each.switch} == set(SWITCHES)
    assert all(each.switch in (None, each.id) for each in found.values())


@pytest.mark.parametrize("belief", SWITCHES.values(), ids=SWITCHES)
def test_every_belief_has_an_experiment_in_which_it_shows(belief):
    state = from_query(belief.experiment)
    assert to_query(state) == dict(belief.experiment)
    assert state.belief == belief.name
    truth = run(state)
    other = as_if(truth)
    assert parting(truth, other) is belief.stage
    assert differs(truth, other, state.shown)
    theirs, ours = (found.tensor(state.shown) for found in (other, truth))
    cell = (state.row, state.column) if theirs.ndim == 2 else (state.head, state.row, state.column)
    assert abs(theirs[cell] - ours[cell]) > 0.05
    assert belief.instead.endswith(".")
    assert not belief.label.startswith("as if")


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
@pytest.mark.parametrize("belief", SWITCHES.values(), ids=SWITCHES)
def test_before_its_stage_a_belief_changes_nothing(belief, experiment):
    truth, other = believed(experiment, belief.name)
    earlier = [stage for stage in experiment.stages if stage.number < belief.stage.number]
    assert not any(differs(truth, other, name) for stage in earlier for name in stage.tensors)


@pytest.mark.parametrize("belief", SWITCHES)
def test_the_truth_stays_the_truth_beside_a_belief(belief):
    plain = run(EXPERIMENTS["both masks"])
    truth, other = believed(EXPERIMENTS["both masks"], belief, "float32")
    for name in TENSORS:
        assert torch.equal(truth.tensor(name).nan_to_num(9), plain.tensor(name).nan_to_num(9))
    assert truth.agreement.holds
    assert other.agreement.module is None
    assert other.agreement.function is None


def test_beliefs_are_read_without_torch():
    code = (
        "import sys; from attnquiz.sandbox.address import from_query, to_query;"
        "to_query(from_query({'belief': 'forgot-wo'})); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120).returncode == 0


# --- worked examples ------------------------------------------------------------------------------


def test_without_scaling_curry_gives_thai_nearly_everything():
    truth, other = believed(load("thai-curry"), "forgot-scaling")
    assert truth.trace.weights[0, 4, 3].item() == pytest.approx(0.9317, abs=5e-5)
    assert other.trace.weights[0, 4, 3].item() == pytest.approx(0.9987, abs=5e-5)


def test_a_mask_after_softmax_leaves_the_first_row_a_fifth():
    _, other = believed(load("thai-curry").changed(mask=Mask.CAUSAL), "mask-after-softmax")
    sums = other.trace.weights[0].sum(dim=-1).tolist()
    assert sums[:2] == pytest.approx([0.2, 0.4])
    assert sums[4] == pytest.approx(1)


def test_with_eight_heads_the_model_width_divides_by_eight_instead_of_its_root():
    truth, other = believed(own_text(TEXT, heads=8, d_model=64), "scale-by-dmodel")
    torch.testing.assert_close(other.trace.scaled, truth.trace.scores / 8)
    torch.testing.assert_close(truth.trace.scaled, truth.trace.scores / math.sqrt(8))


def test_shares_of_two_and_one_are_two_thirds_and_one_third():
    _, other = believed(load("three-masks"), "softmax-is-share")
    assert other.trace.weights[0, 0].tolist() == pytest.approx([2 / 3, 1 / 3, 0])


def test_later_positions_weigh_one_to_four_where_scores_are_equal():
    _, other = believed(load("thai-curry").changed(mask=Mask.CAUSAL), "recency-built-in")
    assert other.trace.weights[0, 3].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 0])


def test_one_head_over_itself_has_a_weight_of_one_everywhere():
    _, other = believed(load("thai-curry"), "softmax-over-heads")
    assert (other.trace.weights == 1).all()


# --- properties -----------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(0, 999), st.integers(1, 4), st.sampled_from(Mask), st.integers(0, 3))
def test_what_softmax_runs_over_adds_up_to_one(seed, heads, mask, padding):
    e = own_text(TEXT, heads=heads, d_model=4 * heads, seed=seed, mask=mask, padding=padding)
    for belief, side in (("softmax-over-queries", -2), ("softmax-over-heads", 0)):
        truth, other = believed(e, belief)
        seen = ~truth.trace.masked.isneginf()
        sums = other.trace.weights.sum(dim=side)
        torch.testing.assert_close(sums, seen.any(dim=side).to(sums.dtype))
        assert (other.trace.weights[~seen] == 0).all()


@settings(deadline=None)
@given(st.integers(0, 999), st.integers(1, 4), st.sampled_from(Mask))
def test_every_row_still_adds_up_to_one_where_only_scores_change(seed, heads, mask):
    e = own_text(TEXT, heads=heads, d_model=4 * heads, seed=seed, mask=mask, padding=1)
    for belief in ("symmetric-scores", "self-match-largest", "recency-built-in", "scale-by-d", "reshape-mixes-heads"):
        _, other = believed(e, belief)
        torch.testing.assert_close(other.trace.weights.sum(dim=-1), torch.ones(heads, len(e.tokens)).double())


@settings(deadline=None)
@given(st.integers(0, 999), st.booleans())
def test_symmetric_scores_mirror_and_no_token_beats_its_own_match(seed, causal):
    e = own_text(TEXT, seed=seed, mask=Mask.CAUSAL if causal else Mask.NONE)
    mirrored = believed(e, "symmetric-scores")[1].trace.scores
    torch.testing.assert_close(mirrored, mirrored.transpose(-2, -1))
    weights = believed(e, "self-match-largest")[1].trace.weights
    assert (weights.diagonal(dim1=-2, dim2=-1) >= weights.amax(dim=-1) - 1e-12).all()


@pytest.mark.parametrize("belief", SWITCHES)
@pytest.mark.parametrize("stage", Stage)
def test_pictures_of_truth_and_belief_share_a_scale_that_holds_both(belief, stage):
    truth, other = believed(EXPERIMENTS["both masks"], belief, "float32")
    theirs, ours = on_one_scale(matrix(other, stage), matrix(truth, stage))
    for shown in (theirs, ours):
        assert np.nanmax(shown.values) <= shown.domain[1] + 1e-6 or np.isnan(shown.values).all()
    assert stage is Stage.SOFTMAX or theirs.domain == ours.domain
    assert stage is not Stage.SOFTMAX or ours.domain == (0, 1)


def test_shares_that_are_negative_get_a_scale_with_two_sides():
    _, other = believed(own_text(TEXT), "softmax-is-share")
    shown = matrix(other, Stage.SOFTMAX)
    assert np.nanmin(shown.values) < 0
    assert shown.domain[0] == -shown.domain[1]
    assert shown.domain[1] >= np.nanmax(np.abs(shown.values))


# --- the sentences --------------------------------------------------------------------------------


def told(experiment, belief, stage, row, column):
    truth, other = believed(experiment, belief, "float32")
    lines = [*chosen(truth, other, stage, 0, row, column), *without_weights(truth, other, stage)]
    return [line.replace("*", "").replace("$", "") for line in lines]


def test_the_chosen_cell_is_told_beside_the_truth():
    causal = load("thai-curry").changed(mask=Mask.CAUSAL)
    assert told(load("thai-curry"), "forgot-scaling", Stage.SOFTMAX, 4, 3) == [
        "The chosen cell would hold 0.9987 instead of 0.9317."
    ]
    assert told(causal, "mask-after-softmax", Stage.SOFTMAX, 0, 0) == [
        "The chosen cell would hold 0.2 instead of 1.",
        'The row of "how" would add up to 0.2 instead of 1.',
    ]
    before = told(load("thai-curry"), "forgot-scaling", Stage.SCORE, 4, 3)
    assert before == ["The chosen cell would hold 8, as it does."]
    assert told(causal, "mask-inverted", Stage.MASK, 0, 4) == [
        "The chosen cell would hold 0 instead of minus infinity.",
        '"curry" would have nothing left to look at, so no weights: 0 divided by 0.',
    ]


def test_scores_that_cancel_have_no_shares_and_a_sentence_says_so():
    lines = told(load("thai-curry"), "softmax-is-share", Stage.SOFTMAX, 0, 0)
    assert lines == [
        "The chosen cell would hold no number instead of 0.2.",
        'The scores of "how", "to" add up to 0, and of nothing there are no shares.',
    ]
    assert len(told(load("thai-curry"), "softmax-is-share", Stage.SCORE, 0, 0)) == 1


def test_scores_that_cancel_but_for_rounding_have_no_shares_either():
    text = "---\ntitle: t\nscale: off\n---\ntokens: a b c\n```Q\n1\n1\n1\n```\n```K\n0.1\n0.2\n-0.3\n```\n"
    for precision in ("float32", "float64"):
        _, other = believed(parse(text, "t.md"), "softmax-is-share", precision)
        assert other.trace.scores.sum().abs() < 1e-6
        assert other.trace.weights.isnan().all()


def test_emptied_rows_of_padding_have_weights_of_zero_and_are_not_without():
    lines = told(load("padded-batch"), "padding-masks-rows", Stage.SOFTMAX, 2, 0)
    assert len(lines) == 2
    assert lines[1] == 'The row of "\\[pad\\]" would add up to 0 instead of 1.'


def test_a_row_that_the_mask_itself_empties_is_not_blamed_on_the_belief():
    truth, other = believed(load("nothing-left"), "forgot-scaling")
    assert without_weights(truth, other, Stage.SOFTMAX) == []
    assert chosen(truth, other, Stage.SOFTMAX, 0, 0, 0) == ["The chosen cell would hold no number, as it does."]


@pytest.mark.parametrize(
    ("belief", "experiment", "needs"),
    [
        ("mask-inverted", "thai-curry", "It takes a mask."),
        ("mask-after-softmax", "thai-curry", "It takes a mask that hides something."),
        ("causal-excludes-self", "padded-batch", "It takes a causal mask."),
        ("padding-masks-rows", "thai-curry-causal-hidden", "It takes a padding mask and some padding."),
        ("scale-by-dmodel", "thai-curry", "It takes scaling switched on and more than one head."),
        ("forgot-scaling", "three-masks", "It takes scaling switched on"),
        ("heads-average", "thai-curry", "It takes more than one head."),
        ("forgot-wo", "two-heads", "It takes a matrix W_O that changes something."),
    ],
)
def test_where_a_belief_changes_nothing_a_sentence_says_what_it_takes(belief, experiment, needs):
    truth, other = believed(load(experiment), belief)
    assert parting(truth, other) is None
    assert where(truth, other).startswith("In this experiment that would change nothing.")
    assert needs in where(truth, other)


def test_where_it_changes_something_the_first_stage_is_named():
    truth, other = believed(load("thai-curry"), "softmax-over-queries")
    assert where(truth, other).startswith("The numbers differ from stage 6, Softmax, on. Each column")
