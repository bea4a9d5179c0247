"""What tests of programs on cards share."""

import torch


def drawn(*sides):
    return torch.randn(*sides, dtype=torch.float64)


def same(found, expected):
    torch.testing.assert_close(found, expected, atol=1e-10, rtol=0)


def fixed(card, code):
    """The program with the line of the bug as its author would have it."""
    lines = code.split("\n")
    indent = lines[card.body.line - 1][: -len(lines[card.body.line - 1].lstrip())]
    lines[card.body.line - 1] = indent + card.body.fix
    return "\n".join(lines)
