"""Every accepted form of every code card is run and gives what a reference gives; no wrong form does."""

from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
import torch

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped

CARDS = {card.id: card for card in load(shipped()).cards.values() if card.kind is Kind.CODE}


FOLDER = Path(__file__).parent / "set_ups"
SET_UPS = {}
for module in (import_module(f"tests.content.set_ups.{file.stem}") for file in sorted(FOLDER.glob("*.py"))):
    SET_UPS |= getattr(module, "SET_UPS", {})  # a file for each deck


def result(card, form, program, executed):
    """What the program leaves with that form in its gap, and what it should have left; None where it breaks."""
    names, wanted, reference = SET_UPS[card.id]()
    try:
        found = executed(program(card).replace("____", form), names)[wanted]
    except Exception:
        return None, reference
    return found, reference


same = partial(torch.testing.assert_close, atol=1e-12, rtol=0)


def forms(card, wrong):
    rules = [rule.rule for rule in card.body.wrong] if wrong else [" | ".join(card.body.forms)]
    return [form for rule in rules for form in rule.split(" | ")]


def test_every_code_card_has_a_set_up_to_run_in():
    assert set(SET_UPS) == set(CARDS)


@pytest.mark.parametrize(("name", "form"), [(n, f) for n, card in CARDS.items() for f in forms(card, wrong=False)])
def test_an_accepted_form_gives_what_the_reference_gives(name, form, program, executed):
    found, reference = result(CARDS[name], form, program, executed)
    same(found, reference)


@pytest.mark.parametrize(("name", "form"), [(n, f) for n, card in CARDS.items() for f in forms(card, wrong=True)])
def test_a_wrong_form_does_not(name, form, program, executed):
    found, reference = result(CARDS[name], form, program, executed)
    assert found is None or found.shape != reference.shape or not torch.allclose(found, reference, atol=1e-6)


def test_wrong_axes_do_what_their_feedback_says(program, executed):
    names, _, _ = SET_UPS["code-softmax-dim"]()
    code = program(CARDS["code-softmax-dim"])
    queries, heads = (executed(code.replace("____", form), names)["attn"] for form in ("dim=-2", "dim=1"))
    same(queries.sum(dim=-2), torch.ones(2, 3, 6, dtype=torch.float64))
    assert (queries.sum(dim=-1) - 1).abs().max() > 0.1
    same(heads.sum(dim=1), torch.ones(2, 4, 6, dtype=torch.float64))


def test_hiding_the_lower_triangle_leaves_the_last_two_rows_without_a_key(program, executed):
    names, _, _ = SET_UPS["code-causal-mask"]()
    left = executed(program(CARDS["code-causal-mask"]).replace("____", "tril"), names)
    assert left["hide"].tolist() == [[key <= query + 1 for key in range(5)] for query in range(5)]
    assert left["attn"].isnan().all(dim=-1).tolist() == [False, False, False, True, True]
    right = executed(program(CARDS["code-causal-mask"]).replace("____", "triu"), names)
    assert right["hide"].tolist() == [[key > query for key in range(5)] for query in range(5)]
