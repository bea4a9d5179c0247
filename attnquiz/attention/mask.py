"""Masks: boolean matrices (n_q, n_k), True where a query may look.

F.scaled_dot_product_attention means the same by True; nn.MultiheadAttention means the opposite
(both docstrings of torch 2.13), so a mask goes there as `~allowed`.
"""

import torch
from torch import Tensor


def causal(n_q: int, n_k: int | None = None) -> Tensor:
    """Query i may look at keys 0 to i, itself included (Vaswani et al. 2017, sec. 3.2.3).

    Both sides count from the same first token (top-left aligned, as `is_causal` of PyTorch does).
    """
    return torch.ones(n_q, n_q if n_k is None else n_k, dtype=torch.bool).tril()


def padding(keep: Tensor, n_q: int) -> Tensor:
    """Every query may look at the keys that `keep` (n_k,) marks True. Rows of padding still look: nobody reads them."""
    return keep.bool().expand(n_q, -1)


def window(n_q: int, n_k: int, width: int) -> Tensor:
    """Query i may look at keys fewer than `width` places away, on both sides (Beltagy et al. 2020, sec. 3.1).

    With `causal` (see `both`) it is the window of Jiang et al. 2023, sec. 2: the last `width` keys, itself included.
    """
    return (torch.arange(n_q)[:, None] - torch.arange(n_k)).abs() < width


def both(first: Tensor | None, second: Tensor | None) -> Tensor | None:
    """Allowed by both. None allows everything."""
    if first is None or second is None:
        return second if first is None else first
    return first & second
