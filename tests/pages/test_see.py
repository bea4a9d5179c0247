"""Links from cards into the sandbox: what it can show is kept, what it refuses is left out."""

import subprocess
import sys
from pathlib import Path

import pytest

from attnquiz.cards.card import Reference
from attnquiz.cards.collection import load, shipped
from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query
from attnquiz.ui import see
from tests.pages.seen import press

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("reference", "extra", "expected"),
    [
        (None, {}, None),
        (Reference("no-such-experiment"), {}, None),
        (Reference("../secrets"), {}, None),
        (Reference("thai-curry"), {}, {"experiment": "thai-curry"}),
        (
            Reference("thai-curry", {"row": "curry"}), {"stage": "SOFTMAX"},
            {"row": "curry", "stage": "SOFTMAX", "experiment": "thai-curry"},
        ),
        (Reference("scaling", {"d_k": "64"}), {}, {"d_k": "64", "experiment": "scaling"}),
        (
            Reference("thai-curry", {"n": "2", "row": "Thai", "mask": "sideways"}), {"mask": "causal"},
            {"experiment": "thai-curry", "row": "Thai", "mask": "causal"},
        ),
        (Reference("thai-curry", {"row": "nobody", "text": "my own words"}), {}, {"experiment": "thai-curry"}),
        (Reference("thai-curry", {"experiment": "two-heads"}), {}, {"experiment": "thai-curry"}),
    ],
)  # fmt: skip
def test_an_address_keeps_what_the_sandbox_accepts(reference, extra, expected):
    assert see.query(reference, extra) == expected


def test_arguments_that_are_accepted_only_together_stay_together():
    wide = {"heads": "6", "d_model": "12"}  # the experiment has 8 numbers a token, which 6 does not divide
    with pytest.raises(SandboxError):
        from_query({"experiment": "padded-batch", "heads": "6"})
    assert see.query(Reference("padded-batch", wide)) == {**wide, "experiment": "padded-batch"}


@pytest.mark.parametrize("card", load(shipped()).cards.values(), ids=lambda card: card.id)
def test_every_shipped_card_with_a_see_line_links_to_a_state_that_opens(card):
    for variant in range(len(card.variants)):
        query = see.query(see.of(card, variant))
        assert query is None if card.see is None else from_query(query).name == card.see.name
        assert "{{" not in str(see.of(card, variant))


def test_holes_are_filled_with_the_numbers_of_the_variant():
    card = load(shipped()).cards["shape-scores"]
    said = see.of(card, 1)
    assert said.name == "shapes"
    assert {name: int(value) for name, value in said.arguments.items()}.items() <= card.variants[1].items()


def test_an_experiment_draws_other_numbers_each_time_and_nothing_else_changes():
    card = load(shipped()).cards["exp-scaling"]
    assert see.of(card, 0) == see.of(card, 0, 0) == Reference("scaling", {"seed": "1"})
    for reviews in range(1, 9):
        reference = see.of(card, 0, reviews)
        assert reference == Reference("scaling", {"seed": str(1 + reviews)})
        assert from_query(see.query(reference)) == from_query({"experiment": "scaling"}).changed(seed=1 + reviews)


@pytest.mark.parametrize("card", load(shipped()).cards.values(), ids=lambda card: card.id)
def test_other_cards_show_what_they_speak_of_however_often_they_are_reviewed(card):
    if card.id != "exp-scaling":
        assert see.of(card, 0, 5) == see.of(card, 0)


def test_after_the_first_run_an_experiment_offers_other_numbers(visit):
    again = "Run it with other numbers"
    for said, seed in [("See it in the sandbox", 1), (again, 2), (again, 3)]:
        at = visit("pages/study/review.py", card="exp-scaling")
        press(at, "Sure: show the options")
        press(at, "it climbs")
        (link,) = [link.proto for link in at.get("page_link") if "experiment=" in link.proto.query_string]
        assert (link.label, sorted(link.query_string.split("&"))) == (said, ["experiment=scaling", f"seed={seed}"])
        press(at, "Next")


def test_finding_a_link_loads_no_torch():
    code = (
        "import sys; from attnquiz.cards.card import Reference; from attnquiz.ui import see;"
        "assert see.query(Reference('thai-curry', {'row': 'curry'}));"
        "sys.exit(bool({'torch', 'pandas', 'altair'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120).returncode == 0
