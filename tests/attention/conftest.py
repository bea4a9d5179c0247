"""One thread for small maths: on a busy machine two of them wait for each other. And one question for every variant."""

import pytest
import torch

from attnquiz.attention.mask import both, causal, padding, window
from attnquiz.attention.variant import Scoring

MASKS = ("none", "causal", "padding", "window", "causal window", "free", "free for each head")


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def apart():
    """Largest difference relative to the largest entry; what is nan must be nan in both."""

    def relative(ours, theirs):
        theirs = torch.as_tensor(theirs, dtype=ours.dtype)
        assert ours.shape == theirs.shape
        assert torch.equal(ours.isnan(), theirs.isnan())
        return ((ours - theirs).nan_to_num().abs().max() / theirs.nan_to_num().abs().max().clamp(min=1e-30)).item()

    return relative


@pytest.fixture(scope="session", params=MASKS)
def mask(request):
    """What hides keys; every query may look at one key at least."""
    return request.param


@pytest.fixture(scope="session")
def asked():
    """A function that draws q, k, v and the settings of `attend`: sizes are h, g, n_q, n_k, d_k, d_v."""
    return _asked


def _asked(
    seed, *, sizes=(4, 2, 5, 7, 6, 3), dtype=torch.float64, mask="none", scoring=Scoring.DOT, biased=False, **settings
):
    h, g, n_q, n_k, d_k, d_v = sizes
    dice = torch.Generator().manual_seed(seed)

    def drawn(*shape):
        return torch.randn(*shape, generator=dice, dtype=torch.float64).to(dtype)

    q, k, v = drawn(h, n_q, d_k), drawn(g, n_k, d_k), drawn(g, n_k, d_v)
    learned = {"w_o": drawn(h * d_v, 5), "b_o": drawn(5)}
    if scoring is Scoring.ADDITIVE:
        learned["w_a"] = drawn(h, d_k)
    if biased:
        learned["bias"] = drawn(h, n_q, n_k)
    return (q, k, v), learned | {"allowed": _allowed(mask, h, n_q, n_k, dice), "scoring": scoring} | settings


def _allowed(mask, h, n_q, n_k, dice):
    free = torch.rand(h, n_q, n_k, generator=dice) < 0.5
    free[..., 0] = True
    near = window(n_q, n_k, 3)
    near[:, 0] = True
    return {
        "none": None,
        "causal": causal(n_q, n_k),
        "padding": padding(torch.arange(n_k) < max(1, n_k - 2), n_q),
        "window": near,
        "causal window": both(causal(n_q, n_k), near),
        "free": free[0],
        "free for each head": free,
    }[mask]
