"""The learned matrices around attention: W_Q, W_K, W_V, W_O (Vaswani et al. 2017, sec. 3.2.2), applied as x @ W."""

from dataclasses import dataclass
from typing import Self

from torch import Tensor, nn

from attnquiz.attention.attend import AttentionTrace, attend, project, split_heads


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """Head i reads columns i d_k to (i + 1) d_k of W_Q and W_K, i d_v to (i + 1) d_v of W_V. None leaves a step out."""

    heads: int
    w_q: Tensor  #                 (d_model, h d_k)
    w_k: Tensor  #                 (d_model, h d_k)
    w_v: Tensor  #                 (d_model, h d_v)
    w_o: Tensor | None = None  #   (h d_v, d_model)
    b_q: Tensor | None = None  #   (h d_k,)
    b_k: Tensor | None = None  #   (h d_k,)
    b_v: Tensor | None = None  #   (h d_v,)
    b_o: Tensor | None = None  #   (d_model,)

    @classmethod
    def of(cls, module: nn.MultiheadAttention) -> Self:
        """The same matrices as a PyTorch module. PyTorch keeps them transposed: it computes x @ W.T."""
        w_q, w_k, w_v = module.in_proj_weight.detach().T.chunk(3, dim=1)
        b_q, b_k, b_v = (None,) * 3 if module.in_proj_bias is None else module.in_proj_bias.detach().chunk(3)
        b_o = None if module.out_proj.bias is None else module.out_proj.bias.detach()
        return cls(module.num_heads, w_q, w_k, w_v, module.out_proj.weight.detach().T, b_q, b_k, b_v, b_o)


def multi_head(
    x: Tensor,  #                       (n_q, d_model)
    projections: Projections,
    *,
    memory: Tensor | None = None,  #    (n_k, d_model), what cross-attention looks at; None: x itself
    allowed: Tensor | None = None,  #   (n_q, n_k) or (h, n_q, n_k)
    scale: bool = True,
    temperature: float = 1.0,
) -> AttentionTrace:
    """MultiHead(Q, K, V) = Concat(head_1 ... head_h) W_O. Queries come from x, keys and values from the memory."""
    p = projections
    source = x if memory is None else memory

    q = split_heads(project(x, p.w_q, p.b_q), p.heads)  #         (h, n_q, d_k)
    k = split_heads(project(source, p.w_k, p.b_k), p.heads)  #    (h, n_k, d_k)
    v = split_heads(project(source, p.w_v, p.b_v), p.heads)  #    (h, n_k, d_v)

    return attend(q, k, v, allowed=allowed, scale=scale, temperature=temperature, w_o=p.w_o, b_o=p.b_o)
