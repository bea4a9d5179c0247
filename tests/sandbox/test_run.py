"""Running experiments: the promised numbers, and PyTorch beside them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.attention.devices import devices
from attnquiz.attention.variant import Positions
from attnquiz.errors import SandboxError
from attnquiz.sandbox.experiment import Mask, own_text
from attnquiz.sandbox.library import load, names, parse
from attnquiz.sandbox.run import EMPTY_ROW, allowed_for, run


def rows_close(found, expected):
    torch.testing.assert_close(found, torch.tensor(expected, dtype=found.dtype), atol=5e-5, rtol=0)


def test_thai_curry_gives_the_weights_of_the_card():
    sure = [0.0171] * 3 + [0.9317, 0.0171]
    plain = run(load("thai-curry")).trace.weights[0]
    rows_close(plain, [[0.2] * 5] * 2 + [[0.0878] * 4 + [0.6488]] * 2 + [sure])
    masked = run(load("thai-curry-causal-hidden")).trace.weights[0]
    rows_close(masked[3:], [[0.25] * 4 + [0], sure])
    assert masked[0].tolist() == [1, 0, 0, 0, 0]
    unscaled = run(load("thai-curry").changed(scale=False)).trace.weights[0]
    assert unscaled[4, 3].item() == pytest.approx(0.9987, abs=5e-5)


def test_shuffle_gives_thai_curry_backwards_until_positions_are_added():
    forwards, backwards = run(load("thai-curry")), run(load("shuffle"))
    torch.testing.assert_close(backwards.trace.output, forwards.trace.output.flip(0), atol=1e-6, rtol=0)
    both = [load(name).changed(positions=Positions.SINUSOIDAL) for name in ("thai-curry", "shuffle")]
    with_positions = [run(each).trace.output for each in both]
    apart = (with_positions[1] - with_positions[0].flip(0)).abs().max().item()
    assert apart == pytest.approx(1.51, abs=5e-3)


def test_three_masks_hides_the_third_key():
    rows_close(run(load("three-masks")).trace.weights[0, 0], [0.7311, 0.2689, 0])
    rows_close(run(load("three-masks").changed(mask=Mask.NONE)).trace.scaled[0, 0], [2, 1, 3])


def test_nothing_left_says_so_instead_of_inventing_weights():
    found = run(load("nothing-left"))
    assert found.empty_rows == (0, 1, 2)
    assert found.trace.weights.isnan().all()
    assert found.trace.output.isnan().all()
    assert found.agreement.module is None
    assert found.agreement.function is None
    assert "No row has weights" in found.agreement.sentence
    assert all(word in EMPTY_ROW for word in ("softmax", "MultiheadAttention", "scaled_dot_product_attention"))
    assert run(load("three-masks")).empty_rows == ()


def test_two_heads_look_to_different_sides_and_their_average_to_neither():
    weights = run(load("two-heads")).trace.weights
    assert weights[0].argmax(dim=-1).tolist() == [0, 0, 1, 2]
    assert weights[1].argmax(dim=-1).tolist() == [1, 2, 3, 3]
    assert weights.amax(dim=-1).min() > 0.99
    assert weights.mean(dim=0)[1, [0, 2]].tolist() == pytest.approx([0.5, 0.5], abs=0.01)


def test_scaling_calms_long_vectors():
    sharp, calm = (run(load("scaling").changed(scale=scale)).trace.weights.amax(-1).mean() for scale in (False, True))
    assert sharp > 0.7
    assert calm < 0.4


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("mask", Mask)
def test_every_shipped_experiment_agrees_with_pytorch(name, precision, mask):
    found = run(load(name).changed(precision=precision, mask=mask))
    assert found.agreement.holds
    assert found.agreement.sentence.endswith(".")
    e = found.experiment
    there = len(found.empty_rows) < len(found.tokens) and e.scoring != "additive" and not e.dropout
    matrices = [rows for letter, rows in found.experiment.given if letter.startswith("W_")]
    square = not e.starts_from_qkv and all(len(rows) == len(rows[0]) for rows in matrices)
    square &= e.kv_heads is None and e.scoring == "dot" and e.positions not in ("rope", "alibi", "t5")
    assert (found.agreement.function is not None) == there
    assert (found.agreement.module is not None) == (there and square)


@given(
    st.integers(1, 4),
    st.integers(1, 8),
    st.integers(0, 2**31 - 1),
    st.sampled_from(Mask),
    st.booleans(),
    st.sampled_from([Positions.NONE, Positions.SINUSOIDAL, Positions.LEARNED]),
    st.floats(0.3, 5),
)
def test_own_text_agrees_with_pytorch_whatever_the_settings(heads, d_k, seed, mask, scale, positions, temperature):
    experiment = own_text(
        "the cat sat on the mat",
        heads=heads,
        d_model=heads * d_k,
        seed=seed,
        mask=mask,
        padding=2,
        scale=scale,
        positions=positions,
        temperature=temperature,
        precision="float64",
    )
    agreement = run(experiment).agreement
    assert agreement.holds
    assert max(agreement.module, agreement.function) < 1e-10


def test_a_wrong_computation_would_be_seen():
    from attnquiz.sandbox.agreement import agreement

    found = run(load("thai-curry").changed(mask=Mask.CAUSAL))
    with torch.inference_mode():
        wrong_mask = agreement(found.experiment, found.inputs, found.trace, allowed=None, bias=None)
    assert not wrong_mask.holds
    assert wrong_mask.module > 0.1
    assert wrong_mask.function > 0.1


def test_the_module_is_left_out_where_its_shapes_do_not_fit():
    text = "---\ntitle: t\nd_model: 2\n---\ntokens: a b\n```W_V\n1 2 3\n4 5 6\n```\n"
    found = run(parse(text, "t.md"))
    assert found.trace.output.shape == (2, 2)
    assert found.agreement.module is None
    assert found.agreement.function < 1e-6


def test_masks_hide_what_comes_later_and_what_is_padding():
    state = own_text("a b", padding=1)
    assert state.tokens == ("a", "b", "[pad]")
    assert allowed_for(state) is None
    assert allowed_for(state.changed(mask=Mask.CAUSAL)).tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert allowed_for(state.changed(mask=Mask.PADDING)).tolist() == [[1, 1, 0]] * 3
    assert allowed_for(state.changed(mask=Mask.BOTH)).tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 0]]


def test_the_same_word_has_the_same_vector_and_without_positions_the_same_output():
    found = run(own_text("the cat the"))
    assert torch.equal(found.x[0], found.x[2])
    torch.testing.assert_close(found.trace.output[0], found.trace.output[2], atol=1e-6, rtol=0)
    moved = run(own_text("the cat the", positions=Positions.SINUSOIDAL))
    assert (moved.trace.output[0] - moved.trace.output[2]).abs().max() > 0.01


def test_running_leaves_pytorchs_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(3).tolist()
    torch.manual_seed(5)
    run(own_text("the cat"))
    assert torch.rand(3).tolist() == expected


def test_shapes_are_known_before_anything_is_computed():
    for name in names():
        found = run(load(name))
        for tensor in (tensor for stage in found.experiment.stages for tensor in stage.tensors):
            assert tuple(found.tensor(tensor).shape) == found.experiment.shape(tensor)


def test_the_processor_is_always_there_and_what_is_missing_is_explained():
    first, *others = devices()
    assert (first.name, first.present) == ("cpu", True)
    for device in others:
        assert device.about.endswith(".")
        if not device.present:
            with pytest.raises(SandboxError, match=device.name):
                run(load("thai-curry"), device=device.name)


@pytest.mark.parametrize("name", ["abacus", "meta", "", "cuda:99"])
def test_a_device_that_does_not_exist_gets_a_sentence(name):
    with pytest.raises(SandboxError, match="device is"):
        run(load("thai-curry"), device=name)


@pytest.mark.gpu
@pytest.mark.skipif(len([d for d in devices() if d.present]) == 1, reason="no CUDA or MPS device on this computer")
def test_every_present_device_computes_the_same_numbers():
    for device in devices():
        for dtype in device.dtypes:
            found = run(load("padded-batch"), device=device.name, dtype=dtype)
            assert found.agreement.holds
            assert found.trace.output.device.type == "cpu"
            torch.testing.assert_close(found.trace.output, run(load("padded-batch"), dtype=dtype).trace.output)
