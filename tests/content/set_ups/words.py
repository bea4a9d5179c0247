"""What the code cards of this deck run in: names, which of them is looked at, and what it should be."""

import torch

from tests.content.set_ups.draw import drawn


def targets_one_token_on():
    ids = torch.arange(14).reshape(2, 7) * 3
    return {"torch": torch, "ids": ids}, "targets", torch.stack([ids[:, i + 1] for i in range(6)], dim=1)


def additive_context():
    """No two sides are equal, so that a wrong axis cannot pass by luck. One sentence and one key at a time."""
    query, states, w, u, v = drawn(2, 1, 5), drawn(2, 7, 5), drawn(5, 5), drawn(5, 5) + 1, drawn(5)
    contexts = []
    for asking, kept in zip(query, states, strict=True):
        scores = torch.stack([torch.dot(v, torch.tanh(asking[0] @ w + state @ u)) for state in kept])
        shares = scores.exp() / scores.exp().sum()
        contexts.append(sum(share * state for share, state in zip(shares, kept, strict=True)))
    names = {"torch": torch, "query": query, "states": states, "W": w, "U": u, "v": v}
    return names, "context", torch.stack(contexts)[:, None]


SET_UPS = {"code-shift-by-one": targets_one_token_on, "code-additive-softmax": additive_context}
