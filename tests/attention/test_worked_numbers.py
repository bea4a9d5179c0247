"""Every number that the shipped cards promise about an experiment, through `attend` wherever attention is meant."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnquiz.attention.attend import attend
from attnquiz.attention.draw import sinusoidal
from attnquiz.attention.mask import causal
from attnquiz.attention.projections import Projections, multi_head

X = torch.tensor([[2, 0, 0, 0], [1, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2]], dtype=torch.float64)
W_Q = torch.tensor([[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 2, 0]], dtype=torch.float64)
ONE = torch.eye(4, dtype=torch.float64)
CURRY = Projections(1, W_Q, ONE, ONE)
INFINITY = float("inf")


def scores_only(*scores, dtype=torch.float64):
    """q, k and v (1, n, 1) whose scores, unscaled, are the ones given, in one row."""
    return torch.ones(1, 1, 1, dtype=dtype), torch.tensor(scores, dtype=dtype).reshape(1, -1, 1)


def entropy(weights):
    """Bits for each row."""
    return -(weights * weights.clamp_min(1e-300).log2()).sum(dim=-1)


def assert_rows(found, expected, tolerance=5e-5):
    torch.testing.assert_close(found, torch.tensor(expected, dtype=found.dtype), atol=tolerance, rtol=0)


def test_exp_thai_curry():
    weights = multi_head(X, CURRY).weights[0]
    even, towards, sure = [0.2] * 5, [0.0878] * 4 + [0.6488], [0.0171] * 3 + [0.9317, 0.0171]
    assert_rows(weights, [even, even, towards, towards, sure])
    assert_rows(entropy(weights), [2.32, 2.32, 1.64, 1.64, 0.50], 5e-3)
    masked = multi_head(X, CURRY, allowed=causal(5)).weights[0]
    third = [1 / 3] * 3 + [0, 0]
    assert_rows(masked, [[1, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0], third, [0.25] * 4 + [0], sure])
    assert multi_head(X, CURRY, scale=False).weights[0, 4, 3].item() == pytest.approx(0.9987, abs=5e-5)


def test_the_numbers_of_thai_curry_on_other_cards():
    trace = multi_head(X, CURRY)
    assert_rows(trace.weights[0].sum(dim=0)[[4, 3]], [1.71, 1.51], 5e-3)
    assert trace.scores[0, 4, 3].item() == 8
    assert trace.scaled[0, 4, 3].item() == 4
    assert trace.weights[0].argmax().item() == 4 * 5 + 3
    assert_rows(trace.weights[0, [4, 3], [3, 4]], [0.93, 0.65], 5e-3)
    masked_afterwards = trace.weights[0] * causal(5)
    assert masked_afterwards[0].sum().item() == pytest.approx(0.2)


@pytest.mark.parametrize(("s", "d", "m"), [(8, 4, 4), (6, 9, 4), (4, 16, 3), (10, 25, 2)])
def test_num_weight_curry(s, d, m):
    q, k = (torch.zeros(1, n, d, dtype=torch.float64) for n in (1, m + 1))
    q[0, 0, 0], k[0, 0, 0] = s, 1
    z = math.exp(s / math.sqrt(d))
    assert attend(q, k, k).weights[0, 0, 0].item() == pytest.approx(z / (z + m))


def test_num_output_vector():
    q, k = scores_only(math.log(0.75), math.log(0.25))
    v = torch.tensor([[[4, 0], [0, 8]]], dtype=torch.float64)
    assert_rows(attend(q, k, v, scale=False).output, [[3, 2]], 1e-12)


def test_exp_scaling():
    expected = {  # d_k: unscaled largest weight, entropy, Jacobian; scaled largest weight, entropy
        4: (0.419, 2.58, 0.324, 0.230, 3.46),
        16: (0.679, 1.32, 0.279, 0.242, 3.41),
        64: (0.845, 0.59, 0.174, 0.243, 3.41),
        256: (0.927, 0.26, 0.093, 0.249, 3.39),
        1024: (0.959, 0.14, 0.056, 0.244, 3.41),
    }
    jacobians = {}
    for d_k, (largest, bits, jacobian, scaled_largest, scaled_bits) in expected.items():
        torch.manual_seed(1)
        q = torch.randn(2000, 1, d_k, dtype=torch.float64)
        k = torch.randn(2000, 16, d_k, dtype=torch.float64)
        plain, scaled = (attend(q, k, k[..., :1], scale=scale).weights[:, 0] for scale in (False, True))
        jacobians[d_k] = (_jacobian(plain), _jacobian(scaled))
        found = [plain.max(dim=-1).values.mean(), entropy(plain).mean(), jacobians[d_k][0]]
        found += [scaled.max(dim=-1).values.mean(), entropy(scaled).mean()]
        assert [value.item() for value in found] == pytest.approx(
            [largest, bits, jacobian, scaled_largest, scaled_bits], abs=0.02
        )
        assert 0.295 - 5e-4 <= jacobians[d_k][1] <= 0.305 + 5e-4
    assert jacobians[4][0] > jacobians[4][1], "at d_k = 4 the unscaled Jacobian is the larger one"


def _jacobian(weights):
    """Mean Frobenius norm of diag(w) - w w^T."""
    return (torch.diag_embed(weights) - weights[:, :, None] * weights[:, None, :]).norm(dim=(1, 2)).mean()


def test_exp_three_masks():
    q, k = scores_only(2, 1, 3)
    allowed = torch.tensor([[True, True, False]])
    assert_rows(attend(q, k, k, allowed=allowed, scale=False).weights[0], [[0.7311, 0.2689, 0]])
    assert_rows(attend(*scores_only(2, 1, 0), k, scale=False).weights[0], [[0.6652, 0.2447, 0.0900]])
    after = attend(q, k, k, scale=False).weights[0] * allowed
    assert_rows(after, [[0.2447, 0.0900, 0]])
    assert after.sum().item() == pytest.approx(0.3348, abs=5e-5)
    assert_rows(after / after.sum(), [[0.7311, 0.2689, 0]])
    assert_rows(attend(*scores_only(2, 1, -5), k, scale=False).weights[0], [[0.7306, 0.2688, 0.0007]])


def test_exp_nothing_left():
    q, k = scores_only(2, 1, 3)
    nothing = torch.zeros(1, 3, dtype=torch.bool)
    assert attend(q, k, k, allowed=nothing, scale=False).weights.isnan().all()
    scores = torch.tensor([2.0, 1.0, 3.0])
    assert scores.masked_fill(torch.ones(3, dtype=torch.bool), -INFINITY).softmax(dim=-1).isnan().all()
    assert_rows(scores.masked_fill(torch.ones(3, dtype=torch.bool), -1e9).softmax(dim=-1), [1 / 3] * 3)
    assert_rows((scores + -1e9).softmax(dim=-1), [1 / 3] * 3)
    assert_rows((scores.double() + -1e9).softmax(dim=-1), [0.2447, 0.0900, 0.6652])
    v = torch.ones(1, 3, 2)
    assert functional.scaled_dot_product_attention(v, v, v, attn_mask=nothing.expand(3, 3)).eq(0).all()
    module = nn.MultiheadAttention(2, 1, batch_first=True)
    assert module(v, v, v, key_padding_mask=~nothing)[0].isnan().all()


def test_exp_shuffle():
    backwards, past = [4, 3, 2, 1, 0], [2, 0, 3, 1, 4]

    def layer(x, allowed=None):
        return multi_head(x, CURRY, allowed=allowed).output

    def two(x, allowed=None):
        return layer(x + layer(x, allowed), allowed)

    assert (layer(X[backwards]) - layer(X)[backwards]).abs().max() <= 1e-15
    assert (two(X[backwards]) - two(X)[backwards]).abs().max() <= 1e-14
    waves = torch.from_numpy(sinusoidal(5, 4))
    with_positions = layer(X[backwards] + waves) - layer(X + waves)[backwards]
    assert with_positions.abs().max().item() == pytest.approx(1.51, abs=5e-3)
    once = layer(X[past], causal(5))[-1] - layer(X, causal(5))[-1]
    twice = two(X[past], causal(5))[-1] - two(X, causal(5))[-1]
    assert once.abs().max() <= 1e-15
    assert twice.abs().max().item() == pytest.approx(0.165, abs=5e-4)


def test_exp_first_gradient():
    def step(scores, values=(1.0, -1.0)):
        s = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
        v = torch.tensor(values, dtype=torch.float64).reshape(1, 2, 1)
        trace = attend(torch.ones(1, 1, 1, dtype=torch.float64), s.reshape(1, 2, 1), v, scale=False)
        loss = (trace.output - 1).square().sum()
        loss.backward()
        return trace.weights[0, 0].detach(), trace.output.item(), loss.item(), s.grad

    weights, output, loss, gradient = step([0.0, 0.0])
    assert_rows(weights, [0.5, 0.5], 1e-15)
    assert (output, loss) == (0, 1)
    assert_rows(gradient, [-1, 1], 1e-15)
    weights, output, loss, _ = step([1.0, -1.0])  # after one step with learning rate 1
    assert_rows(weights, [0.8808, 0.1192])
    assert (output, loss) == pytest.approx((0.7616, 0.0568), abs=5e-5)
    _, output, loss, gradient = step([-10.0, 10.0])
    assert (output, loss) == pytest.approx((-1, 4), abs=5e-5)
    assert gradient.tolist() == pytest.approx([-1.6e-8, 1.6e-8], rel=0.05)
    assert step([0.3, -2.0], values=(1.0, 1.0))[3].tolist() == [0, 0]


@pytest.mark.parametrize(("start", "expected"), [(1.0, [[-0.7071, 0.7071], [0, 0]]), (0.0, [[0, 0], [0, 0]])])
def test_exp_first_gradient_reaches_w_q_through_w_k(start, expected):
    one = torch.eye(2, dtype=torch.float64)
    w_q = torch.zeros(2, 2, dtype=torch.float64, requires_grad=True)
    w_k = (one * start).requires_grad_()
    x = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    v = torch.tensor([[[1.0], [-1.0]]], dtype=torch.float64)
    trace = attend((x @ w_q)[None], (one @ w_k)[None], v)
    (trace.output - 1).square().sum().backward()
    assert_rows(w_q.grad, expected)
    if start == 0:
        assert_rows(w_k.grad, expected)
