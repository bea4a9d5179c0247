"""The eight stages: complete, in order, readable without torch."""

import subprocess
import sys
from dataclasses import fields

import pytest

from attnquiz.attention.stage import SHAPES, Stage


def test_the_stages_come_in_the_order_of_the_computation():
    assert [*Stage] == ["EMBED", "PROJECT", "SCORE", "SCALE", "MASK", "SOFTMAX", "WEIGH", "MERGE"]
    assert Stage.EMBED.previous is None
    assert Stage.MERGE.next is None
    assert Stage.SCORE.next is Stage.SCALE
    assert Stage.SCORE.previous is Stage.PROJECT


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_marks_its_term_and_says_one_plain_sentence(stage):
    assert r"\boxed{" in stage.equation
    assert stage.equation.count("{") == stage.equation.count("}")
    assert stage.equation.count(r"\left") == stage.equation.count(r"\right")
    assert stage.meaning.endswith(".")
    assert len(stage.meaning.split()) <= 30
    assert stage.title
    assert "=" in stage.torch_line
    assert all(name in SHAPES for name in stage.tensors)


def test_no_tensor_is_shown_by_two_stages_and_every_one_has_letters_for_its_sides():
    shown = [name for stage in Stage for name in stage.tensors]
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(SHAPES)


def test_every_stage_of_a_trace_has_letters_for_its_sides():
    from attnquiz.attention.attend import AttentionTrace

    assert {field.name for field in fields(AttentionTrace)} <= set(SHAPES)


def test_the_lines_of_pytorch_compute_what_attend_computes():
    import torch

    from attnquiz.attention.attend import split_heads
    from attnquiz.attention.mask import causal
    from attnquiz.attention.projections import Projections, multi_head

    torch.manual_seed(0)
    x, w_q, w_k, w_v, w_o = (torch.randn(4, 4, dtype=torch.float64) for _ in range(5))
    names = {"math": __import__("math"), "torch": torch, "heads": lambda wide: split_heads(wide, 2), "d_k": 2}
    names |= {"x": x, "w_q": w_q, "w_k": w_k, "w_v": w_v, "w_o": w_o, "allowed": causal(4), "temperature": 2.0}
    for stage in list(Stage)[1:]:
        exec(stage.torch_line, names)
    trace = multi_head(x, Projections(2, w_q, w_k, w_v, w_o), allowed=causal(4), temperature=2.0)
    for stage in list(Stage)[1:]:
        for name in stage.tensors:
            if name != "joined":
                torch.testing.assert_close(names[name], getattr(trace, name), atol=1e-12, rtol=0)


@pytest.mark.parametrize(
    "module",
    [
        "attnquiz.attention.stage",
        "attnquiz.attention.threads",
        "attnquiz.attention.draw",
        "attnquiz.sandbox.experiment",
        "attnquiz.sandbox.address",
        "attnquiz.sandbox.library",
        "attnquiz.sandbox.numbers",
        "attnquiz.sandbox.tracegiven",
        "attnquiz.sandbox.wording",
    ],
)
def test_what_a_page_shows_before_computing_does_not_load_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
