"""The learned matrices around attention: W_Q, W_K, W_V, W_O (Vaswani et al. 2017, sec. 3.2.2), applied as x @ W."""

from dataclasses import dataclass
from typing import Any, Self

from torch import Tensor, nn

from attnquiz.attention.attend import AttentionTrace, attend, project, split_heads


@dataclass(frozen=True, slots=True, eq=False)
class Projections:
    """Head i reads columns i d_k to (i + 1) d_k of W_Q and W_K, i d_v to (i + 1) d_v of W_V. None leaves a step out."""

    heads: int
    w_q: Tensor  #                 (d_model, h d_k)
    w_k: Tensor  #                 (d_model, g d_k)
    w_v: Tensor  #                 (d_model, g d_v)
    w_o: Tensor | None = None  #   (h d_v, d_model)
    b_q: Tensor | None = None  #   (h d_k,)
    b_k: Tensor | None = None  #   (g d_k,)
    b_v: Tensor | None = None  #   (g d_v,)
    b_o: Tensor | None = None  #   (d_model,)
    kv_heads: int | None = None  # g, which divides h (Ainslie et al. 2023, sec. 2.2); None: every head has its own

    @classmethod
    def of(cls, module: nn.MultiheadAttention) -> Self:
        """The same matrices as a PyTorch module. PyTorch keeps them transposed: it computes x @ W.T."""
        w_q, w_k, w_v = module.in_proj_weight.detach().T.chunk(3, dim=1)
        b_q, b_k, b_v = (None,) * 3 if module.in_proj_bias is None else module.in_proj_bias.detach().chunk(3)
        b_o = None if module.out_proj.bias is None else module.out_proj.bias.detach()
        return cls(module.num_heads, w_q, w_k, w_v, module.out_proj.weight.detach().T, b_q, b_k, b_v, b_o)


def multi_head(
    x: Tensor,  #                     (n_q, d_model)
    projections: Projections,
    *,
    memory: Tensor | None = None,  #  (n_k, d_model), what cross-attention looks at; None: x itself
    **settings: Any,  #               of `attend`
) -> AttentionTrace:
    """MultiHead(Q, K, V) = Concat(head_1 ... head_h) W_O. Queries come from x, keys and values from the memory."""
    q, k, v = project_heads(x, projections, memory=memory)
    return attend(q, k, v, w_o=projections.w_o, b_o=projections.b_o, **settings)


def project_heads(x: Tensor, p: Projections, *, memory: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """q (h, n_q, d_k), k (g, n_k, d_k), v (g, n_k, d_v): what `attend` and `outline` begin with."""
    source = x if memory is None else memory
    kv_heads = p.heads if p.kv_heads is None else p.kv_heads

    q = split_heads(project(x, p.w_q, p.b_q), p.heads)  #         (h, n_q, d_k)
    k = split_heads(project(source, p.w_k, p.b_k), kv_heads)  #   (g, n_k, d_k)
    v = split_heads(project(source, p.w_v, p.b_v), kv_heads)  #   (g, n_k, d_v)
    return q, k, v
