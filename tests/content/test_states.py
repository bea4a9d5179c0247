"""What a card says, its state of the sandbox shows: every `see:` line, with all of its arguments, in every variant."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from attnquiz.cards.card import Kind
from attnquiz.cards.check import check
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.holes import fill
from attnquiz.cards.truth import truth
from attnquiz.errors import AttnquizError
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.run import run
from attnquiz.ui import see

ROOT = Path(__file__).parents[2]
COLLECTION = load(shipped())
STATES = [
    (card.id, variant, see.of(card, variant))
    for card in COLLECTION.cards.values()
    for variant in range(len(card.variants))
    if card.see
]
LESSONS = [(lesson.concept, 0, lesson.see) for lesson in COLLECTION.lessons.values() if lesson.see]


def shown(name, variant):
    """The run that a card links to."""
    reference = see.of(COLLECTION.cards[name], variant)
    return run(from_query({"experiment": reference.name, **reference.arguments}), dtype=torch.float64)


def variants(name):
    card = COLLECTION.cards[name]
    return [(variant, truth(card, variant), card.variants[variant]) for variant in range(len(card.variants))]


@pytest.mark.parametrize(("name", "variant", "reference"), STATES + LESSONS)
def test_every_see_line_opens_with_all_of_its_arguments_and_survives_the_address(name, variant, reference):
    query = see.query(reference)
    assert query == {"experiment": reference.name, **reference.arguments}
    state = from_query(query)
    assert state.name == reference.name
    assert from_query(to_query(state)) == state


def test_the_golden_arguments_are_said():
    said = {(reference.name, name) for _, _, reference in STATES for name in reference.arguments}
    assert said >= {
        ("additive", "query"), ("cross", "kind"), ("mix", "weights"), ("mix", "values"), ("scaling", "d_k"),
        ("scaling", "seed"), ("shapes", "B"), ("shapes", "h"), ("shapes", "n"), ("shapes", "d"), ("shapes", "kind"),
        ("shapes", "t"), ("shapes", "s"), ("shuffle", "data"), ("softmax", "scores"), ("thai-curry", "row"),
        ("thai-curry", "mask"),
    }  # fmt: skip


def test_the_softmax_row_is_the_answer_of_the_card():
    for variant, answer, values in variants("num-softmax-first"):
        found = shown("num-softmax-first", variant)
        assert found.of("scores")[0].tolist() == values["s"]
        assert found.of("weights")[0, 0].item() == pytest.approx(answer, abs=1e-12)


def test_the_mixture_is_the_output_vector_of_the_card():
    for variant, answer, values in variants("num-output-vector"):
        found = shown("num-output-vector", variant)
        assert found.of("weights")[0].tolist() == pytest.approx(values["w"], abs=1e-12)
        assert found.of("v").tolist() == values["V"]
        assert found.of("mixed")[0].tolist() == pytest.approx(answer, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "tensor"), [("shape-scores", "scores"), ("shape-cross-scores", "scores"), ("shape-head-output", "mixed")]
)
def test_the_sides_are_those_of_the_card(name, tensor):
    for variant, answer, _ in variants(name):
        found = shown(name, variant)
        assert (found.experiment.batch, *found.tensor(tensor).shape) == answer


def test_the_weight_of_the_thai_curry_card_is_that_of_its_first_variant():
    (_, answer, values), *_ = variants("num-weight-curry")
    found = shown("num-weight-curry", 0)
    row = found.experiment.row
    assert found.labels[row] == "curry"
    assert found.of("scores")[row].tolist() == [0, 0, 0, values["s"], 0]
    assert found.of("weights")[row, 3].item() == pytest.approx(answer, abs=1e-12)


@pytest.mark.parametrize("name", ["var-of-dot", "bug-scale-width"])
def test_queries_are_as_long_as_the_card_says(name):
    assert shown(name, 0).experiment.shape("q")[-1] == 64


def test_the_decoder_state_asks_and_scores_are_additive():
    found = shown("cloze-additive-score", 0)
    assert found.labels[found.experiment.row] == "decoder state"
    assert found.experiment.scoring == "additive"


def test_patches_ask_and_words_answer():
    found = shown("mc-diffusion-query", 0)
    assert found.labels[0] == "top left"
    assert "ball" in found.key_labels
    assert found.experiment.about == from_query({"experiment": "cross-text-image"}).about


def test_the_shuffled_window_is_a_series_of_temperatures():
    found = shown("mc-shuffled-window", 0)
    assert found.experiment.block("SERIES")
    assert found.experiment.mask == "none"
    assert found.experiment.positions == "none"


@pytest.mark.parametrize("name", ["causal-includes-self", "heat-causal-certain", "heat-causal-unchanged"])
def test_the_causal_cards_show_a_causal_mask(name):
    assert shown(name, 0).experiment.mask == "causal"


# The lint


CARD = """---
deck: planted
title: Planted
---

## a-card
kind: basic
concept: softmax
source: computed
{lines}

Q: What do the weights of a row sum to?

A: One.

Why: Each is divided by their sum.
"""


def refused(name, arguments):
    """As the command line does it."""
    try:
        from_query({**arguments, "experiment": name})
    except AttnquizError as error:
        return str(error)
    return None


def findings(tmp_path, lines):
    deck = tmp_path / "planted.md"
    deck.write_text(CARD.format(lines=lines), encoding="utf-8")
    return [(found.line, found.rule, found.message) for found in check(deck, refused=refused)]


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ("see: thai-cury", 10, "there is no experiment 'thai-cury'"),
        ("see: thai-curry row=curry colour=red", 10, "a parameter 'colour'"),
        ("see: thai-curry row=rice", 10, "row is 'rice'"),
        ("see: thai-curry mask=sideways", 10, "mask is 'sideways'"),
        ("see: scaling d_k=100000", 10, "d_model is 100000"),
        ("see: scaling d_k=-4", 10, "d_k is -4"),
        ("see: shapes h=5", 10, "which 5 does not divide"),
        ("see: shapes B=0", 10, "B is 0"),
        ("see: cross kind=pictures", 10, "choose one of text-image"),
        ("see: softmax scores=2;1", 10, "write up to 64 numbers like [2, 1, 0]"),
        ("see: mix weights=[0.5, 0.6] values=[[1], [2]]", 10, "add up to 1"),
        ("see: mix weights=[0.5, 0.5] values=[[1], [2], [3]]", 10, "V has 3 rows"),
        ("vars: k = 4 | 8 | 2000\nsee: scaling d_k={{k}}", 11, "d_model is 2000"),
        ("see: scaling d_k={{k}}", 10, "d_k is {{k}}"),
    ],
)
def test_l13_finds_a_state_that_does_not_open(tmp_path, lines, line, words):
    (found,) = findings(tmp_path, lines)
    assert found[:2] == (line, "L13")
    assert words in found[2]


@pytest.mark.parametrize(
    "lines",
    ["see: thai-curry row=curry mask=causal", "vars: k = 4 | 8 | 16\nsee: scaling d_k={{k}}", "see: state id=abc",
     "see: additive query=decoder-state", "see: thai-curry stage=SOFTMAX belief=forgot-scaling"],
)  # fmt: skip
def test_l13_lets_pass_what_opens(tmp_path, lines):
    assert findings(tmp_path, lines) == []


def test_the_command_line_opens_states_and_loads_no_torch(tmp_path):
    deck = tmp_path / "planted.md"
    deck.write_text(CARD.format(lines="see: shapes h=5"), encoding="utf-8")
    code = (
        "import sys; from attnquiz.__main__ import run; found = run(['check', sys.argv[1]]);"
        "sys.exit(2 if {'torch', 'pandas', 'streamlit'} & sys.modules.keys() else found)"
    )
    command = [sys.executable, "-c", code, str(deck)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr
    assert ":10: L13 the sandbox cannot open 'shapes' like this: heads is 5" in done.stdout


def test_a_folder_with_experiments_of_its_own_is_held_to_their_names_alone(tmp_path):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "mine.md").write_text("tokens: a, b\n", encoding="utf-8")
    (tmp_path / "planted.md").write_text(CARD.format(lines="see: mine row=a"), encoding="utf-8")
    assert check(tmp_path, refused=refused) == []


def test_nothing_shipped_is_refused():
    assert [str(finding) for finding in check(shipped(), refused=refused)] == []


def test_a_hole_in_a_see_line_is_filled_in_every_variant():
    for card in COLLECTION.cards.values():
        for values in card.variants:
            assert not card.see or "{{" not in "".join(fill(v, values) for v in card.see.arguments.values()), card.id


def test_cards_that_ask_about_a_map_open_the_same_map():
    for card in COLLECTION.cards.values():
        if card.kind is Kind.HEATMAP:
            one, other = shown(card.id, 0), run(from_query({"experiment": card.body.preset}))
            assert one.labels == other.labels
            assert one.experiment.given == other.experiment.given
