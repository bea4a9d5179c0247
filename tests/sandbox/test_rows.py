"""What is said of a row is what its numbers say, worked out here by hand."""

import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.as_if import as_if
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.library import load, parse
from attnquiz.sandbox.rows import entropy, row_words
from attnquiz.sandbox.run import EMPTY_ROW, run


def said(e, stage, row, tensor="", head=0):
    return " ".join(row_words(run(e), stage, head, row, tensor))


def test_thai_curry_looks_at_thai():
    words = said(load("thai-curry"), Stage.SOFTMAX, 4)
    bits = -(54.598 / 58.598) * math.log2(54.598 / 58.598) - 4 / 58.598 * math.log2(1 / 58.598)
    assert "add up to 1." in words
    assert 'Mostly "Thai" (0.9317), then "how" (0.01707), then' in words
    assert f"Entropy: {bits:.2f} bits, where 5 keys alike would make 2.32." in words
    assert f"among {2**bits:.1f} keys" in words


def test_the_mask_lowers_the_largest_entropy():
    e = own_text("a b c d", mask=Mask.CAUSAL)
    assert "where 3 keys alike would make 1.58" in said(e, Stage.SOFTMAX, 2)
    assert "here 1 of 4, get nothing" in said(e, Stage.SOFTMAX, 2)
    assert "Hidden: 1 of 4 keys." in said(e, Stage.MASK, 2)
    assert "Only one key may be looked at" in said(e, Stage.SOFTMAX, 0)
    assert "Hidden" not in said(e, Stage.SOFTMAX, 3)


def test_keys_alike_are_called_alike():
    e = load("thai-curry").changed(edits=tuple(Edit("Q", 0, column, 0.0) for column in range(4)))
    words = said(e, Stage.SOFTMAX, 0)
    assert "All 5 keys that get something get the same: 0.2." in words
    assert "Entropy: 2.32 bits, where 5 keys alike would make 2.32" in words
    assert "among 5.0 keys" in words
    assert "All numbers of this row are alike: 0." in said(e, Stage.SCORE, 0)


def test_scores_have_a_highest_and_a_lowest_key():
    found = run(own_text("a b c d", seed=4, positions=Positions.ALIBI))
    for stage, name in ((Stage.SCORE, "scores"), (Stage.SCALE, "biased"), (Stage.MASK, "masked")):
        row = found.tensor(name)[1, 2].tolist()
        words = " ".join(row_words(found, stage, 1, 2, name))
        high, low = max(row), min(row)
        assert f'Highest for "{"abcd"[row.index(high)]}" ({high:.4g})' in words
        assert f'lowest for "{"abcd"[row.index(low)]}" ({low:.4g})' in words


def test_after_dropout_the_row_says_why_it_does_not_add_up_to_1():
    found = run(own_text("a b c d e f", dropout=0.5))
    row = found.tensor("dropped")[0, 1].tolist()
    words = " ".join(row_words(found, Stage.SOFTMAX, 0, 1, "dropped"))
    assert f"add up to {sum(row):.4g}." in words
    assert f"{row.count(0.0)} of 6 were taken away" in words
    assert "divided by 0.5" in words
    assert "Entropy" not in words


def test_dropout_that_takes_everything_leaves_nothing():
    found = run(own_text("a b", dropout=0.9, seed=1))
    empty = [(h, i) for h in range(2) for i in range(2) if not found.keep[h, i].any()]
    words = " ".join(row_words(found, Stage.SOFTMAX, *empty[0], "dropped"))
    assert "Nothing is left of this row." in words
    assert "2 of 2 were taken away" in words


def test_a_vector_has_a_length():
    e = parse("---\ntitle: t\nd_model: 2\nheads: 1\n---\ntokens: a b\n```X\n3 -4\n0 0\n```\n", "t.md")
    assert "is 5. Furthest from 0 is dimension 1 (-4)." in said(e, Stage.EMBED, 0)
    assert said(e, Stage.EMBED, 1) == "All numbers of this vector are 0."


@pytest.mark.parametrize("stage", [Stage.MASK, Stage.SOFTMAX])
def test_a_row_with_nothing_left_says_so(stage):
    assert said(load("nothing-left"), stage, 0) == EMPTY_ROW
    assert said(load("nothing-left"), Stage.MERGE, 0) == ""


def test_weights_that_are_no_shares_have_no_entropy():
    found = as_if(run(own_text("a b c", belief="softmax-over-queries")))
    row = found.tensor("weights")[0, 0].tolist()
    words = " ".join(row_words(found, Stage.SOFTMAX, 0, 0))
    assert f"add up to {sum(row):.4g}." in words
    assert "Entropy" not in words


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=20))
@settings(deadline=None)
def test_entropy_is_that_of_torch_and_lies_between_0_and_its_largest(scores):
    shares = torch.tensor(scores, dtype=torch.float64).softmax(-1)
    theirs = torch.special.entr(shares).sum().item() / math.log(2)
    assert entropy(shares.tolist()) == pytest.approx(theirs, abs=1e-12)
    assert 0 <= entropy(shares.tolist()) <= math.log2(len(scores)) + 1e-12


def test_every_row_of_every_tensor_is_told_and_words_of_markup_stay_words():
    nasty = ("<script>", "$x$", "**bold**", "[a](b)", ":red[x]", "`code`")
    e = parse("---\ntitle: t\nd_model: 2\n---\ntokens: " + ", ".join(nasty) + "\n", "t.md").changed(dropout=0.5)
    found = run(e)
    for stage in Stage:
        for tensor in sides.tensors(e, stage):
            for line in row_words(found, stage, 0, 1, tensor):
                assert not re.search(r"[<>$*`\[\]|&]|\\", re.sub(r"\\[!-/:-@\[-`{-~]", "", line)), line
            assert bool(row_words(found, stage, 0, 1, tensor)) == (tensor not in sides.LEARNED)


def test_a_long_text_is_told_too():
    e = own_text(" ".join(f"w{i}" for i in range(300)), mask=Mask.CAUSAL, dropout=0.5)
    assert "where 300 keys alike would make 8.23" in said(e, Stage.SOFTMAX, 299)
    assert "left out for so long a text" in said(e, Stage.SOFTMAX, 299, "dropped")


def test_a_row_that_is_not_there_gets_a_sentence():
    with pytest.raises(SandboxError, match="row is 9"):
        said(own_text("a b"), Stage.SOFTMAX, 9)
