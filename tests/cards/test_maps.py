"""Maps of attention weights in plain Python: the numbers of the sandbox, and the cells that cards ask for."""

import math
import os
from itertools import product

import pytest

from attnquiz.cards.check import check
from attnquiz.cards.expressions import evaluate
from attnquiz.cards.library import CONTENT
from attnquiz.cards.maps import asked_for, cell_functions, cells, preset
from attnquiz.cards.parser import parse_deck
from attnquiz.errors import AttnquizError, DeckError, ExpressionError
from attnquiz.sandbox.library import load, names
from attnquiz.sandbox.library import parse as experiment_of
from attnquiz.sandbox.run import run

TWO = """---
heads: 1
---

tokens: a, b

```Q
1 0
0 2
```

```K
3 0
0 1
```
"""


def special(e):
    """Whether the sandbox shows more of an experiment than a card can."""
    blocks = {"MASK", "IMAGE", "SERIES"} & dict(e.given).keys()
    more = (e.layers > 1, e.window > 0, e.dropout > 0, e.divisor is not None, e.kv_heads is not None)
    return e.is_cross or any(more) or (e.scoring, e.positions) != ("dot", "none") or bool(blocks)


def drawn(experiment):
    """Whether queries or keys of an experiment come from its seed."""
    given = dict(experiment.given)
    return not ({"Q", "K"} <= given.keys() or {"X", "W_Q", "W_K"} <= given.keys())


SPECIAL = [name for name in names() if special(load(name))]
PLAIN = [name for name in names() if name not in SPECIAL]
GIVEN = [name for name in PLAIN if not drawn(load(name))]


def heatmap(answer, *wrong, name="thai-curry", variables="", path="deck.md"):
    rules = "".join(f"wrong: {rule} -> [symmetric-scores] No.\n" for rule in wrong)
    text = (
        f"## made-up\nkind: heatmap\nconcept: attention-scores\nsource: computed\npreset: {name}\n{variables}"
        f"answer: {answer}\n{rules}\nQ: Where?\n\nWhy: There.\n"
    )
    return parse_deck(text, path).cards[0]


def assert_same(weights, theirs):
    assert len(weights) == len(theirs)
    for ours, other in zip(weights, theirs, strict=True):
        assert len(ours) == len(other)
        for a, b in zip(ours, other, strict=True):
            assert (math.isnan(a) and math.isnan(b)) or abs(a - b) <= 1e-12


@pytest.mark.parametrize("name", GIVEN)
def test_every_shipped_map_is_what_the_sandbox_computes(name):
    of, done = preset(name), run(load(name).changed(precision="float64"))
    assert of.tokens == done.labels
    assert_same(of.weights, done.trace.weights[0].tolist())
    assert_same(of.q, done.trace.q[0].tolist())
    assert_same(of.k, done.trace.k[0].tolist())


def test_the_maps_of_thai_curry_have_the_published_numbers():
    assert {"thai-curry", "thai-curry-causal-hidden", "three-masks", "two-heads", "shuffle"} <= set(GIVEN)
    rows = preset("thai-curry").weights
    assert [round(weight, 4) for weight in rows[4]] == [0.0171, 0.0171, 0.0171, 0.9317, 0.0171]
    assert [round(weight, 4) for weight in rows[3]] == [0.0878, 0.0878, 0.0878, 0.0878, 0.6488]
    assert preset("thai-curry-causal-hidden").weights[3] == (0.25, 0.25, 0.25, 0.25, 0)


SETTINGS = list(product(("none", "causal", "padding", "causal+padding"), ("on", "off"), ("1", "0.5"), (1, 2)))
UNKNOWN = ["", "nowhere", "../experiments/thai-curry", "thai-curry.md", "\x00", "a" * 999, "a/b"]


@pytest.mark.parametrize(("mask", "scale", "temperature", "heads"), SETTINGS)
def test_masks_scale_temperature_and_heads_mean_what_they_mean_in_the_sandbox(
    tmp_path, mask, scale, temperature, heads
):
    settings = f"mask: {mask}\nscale: {scale}\ntemperature: {temperature}\nheads: {heads}\npadding: 1"
    text = TWO.replace("heads: 1", settings)
    file = tmp_path / "experiments" / "two.md"
    file.parent.mkdir()
    file.write_text(text)
    theirs = run(experiment_of(text, file).changed(precision="float64")).trace.weights[0].tolist()
    assert_same(preset("two", tmp_path / "deck.md").weights, theirs)


@pytest.mark.parametrize("name", sorted(set(PLAIN) - set(GIVEN)))
def test_a_map_that_is_drawn_from_a_seed_is_refused_with_a_sentence(name):
    with pytest.raises(DeckError, match="drawn from a seed"):
        preset(name)


@pytest.mark.parametrize("name", SPECIAL)
def test_what_a_card_cannot_show_is_refused_and_no_other_map_computed_in_its_place(name):
    with pytest.raises(DeckError, match="no card can ask about a map with"):
        preset(name)


@pytest.mark.parametrize(
    "setting", ["positions: none", "positions: off", "scoring: dot", "window: 0", "layers: 1", "dropout: 0"]
)
def test_a_setting_that_changes_nothing_is_no_obstacle(tmp_path, setting):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "two.md").write_text(TWO.replace("heads: 1", f"heads: 1\n{setting}"))
    assert preset("two", tmp_path / "deck.md").weights[0][0] > 0.5


def test_the_folder_beside_a_deck_comes_before_the_one_above_it_and_that_before_ours(tmp_path):
    deck = tmp_path / "decks" / "mine.md"
    for folder, tokens in [(tmp_path / "decks", "near, b"), (tmp_path, "above, b")]:
        (folder / "experiments").mkdir(parents=True)
        (folder / "experiments" / "thai-curry.md").write_text(TWO.replace("a, b", tokens))
    assert preset("thai-curry", deck).tokens[0] == "near"
    (tmp_path / "decks" / "experiments" / "thai-curry.md").unlink()
    assert preset("thai-curry", deck).tokens[0] == "above"
    (tmp_path / "experiments" / "thai-curry.md").unlink()
    assert preset("thai-curry", deck).tokens[0] == preset("thai-curry").tokens[0] == "how"


def test_an_edited_experiment_is_read_anew(tmp_path):
    (tmp_path / "experiments").mkdir()
    file = tmp_path / "experiments" / "two.md"
    file.write_text(TWO)
    assert preset("two", tmp_path / "deck.md").tokens == ("a", "b")
    file.write_text(TWO.replace("a, b", "c, d"))
    os.utime(file, (1, 1))
    assert preset("two", tmp_path / "deck.md").tokens == ("c", "d")


def test_weights_that_differ_by_rounding_alone_are_tied(tmp_path):
    (tmp_path / "experiments").mkdir()
    file = tmp_path / "experiments" / "tied.md"
    file.write_text("tokens: a, b\n\n```Q\n1 1\n1 1\n```\n\n```K\n2.1 0.2\n2.3 0\n```\n")
    deck = tmp_path / "deck.md"
    assert preset("tied", deck).weights[0][0] != preset("tied", deck).weights[0][1]
    assert len(evaluate("argmax_cell('tied')", {}, cell_functions("tied", deck))) == 4


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_name_is_a_sentence(name):
    with pytest.raises(AttnquizError, match="There is no experiment called"):
        preset(name)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("3 0\n", "3\n", 12, "K does not have 2 rows of one length"),
        ("3 0\n0 1\n", "3 0\n", 12, "K does not have 2 rows"),
        ("3 0\n0 1\n", "3 0 0\n0 1 0\n", 12, "not equally wide"),
        ("3 0\n", "3 nan\n", 12, "larger than"),
        ("3 0\n", "3 1e9\n", 12, "larger than"),
        ("tokens: a, b", "tokens: a, b, c", 7, "3 rows"),
        ("tokens: a, b", "tokens:", 7, "0 rows"),
        ("tokens: a, b", "tokens: " + "x " * 65, 5, "at most 64"),
        ("heads: 1", "heads: 3", 2, "3 heads do not divide"),
        ("heads: 1", "heads: none", 2, "heads is 'none'"),
        ("heads: 1", "heads: 0", 2, "heads is '0'"),
        ("heads: 1", "temperature: 0", 2, "temperature"),
        ("heads: 1", "temperature: nan", 2, "temperature"),
        ("heads: 1", "mask: all", 2, "mask is 'all' (choose one of none"),
        ("heads: 1", "scale: maybe", 2, "scale"),
        ("heads: 1", "positions: on", 2, "a map with positions in it"),
        ("heads: 1", "positions: rope", 2, "positions"),
        ("heads: 1", "scoring: cosine", 2, "no dot products"),
        ("heads: 1", "window: 2", 2, "a map with a window"),
        ("heads: 1", "heads: 1\nkv_heads: 1", 3, "keys shared by heads"),
        ("heads: 1", "layers: 2", 2, "two layers"),
        ("heads: 1", "dropout: 0.5", 2, "dropout"),
        ("heads: 1", "divisor: 3", 2, "a divisor of its own"),
        ("tokens: a, b", "tokens: a, b\nmemory: c, d", 6, "a second text"),
        ("```K", "```MASK\n1 1\n0 1\n```\n\n```K", 12, "a mask of its own"),
        ("tokens: a, b", "```SERIES\n1 2\n```", 5, "tokens cut from a series"),
        ("tokens: a, b", "```IMAGE\n0 1\n```", 5, "tokens cut from an image"),
        ("```K", "```V", 4, "K would be drawn from a seed"),
    ],
)
def test_what_makes_no_map_is_said_with_file_and_line(tmp_path, old, new, line, problem):
    assert TWO.count(old) == 1
    (tmp_path / "experiments").mkdir()
    file = tmp_path / "experiments" / "two.md"
    file.write_text(TWO.replace(old, new))
    with pytest.raises(DeckError) as error:
        preset("two", tmp_path / "deck.md")
    assert str(error.value).startswith(f"{file}:{line}: "), error.value
    assert problem in str(error.value)


N = range(5)
TIES = {(query, key) for query in range(2) for key in N}  # "how" and "to" look everywhere alike


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('cell("curry", "Thai")', {(4, 3)}),
        ("cell(4, 3)", {(4, 3)}),
        ('cell("curry", n - 2)', {(4, 3)}),
        ("row('to')", {(1, key) for key in N}),
        ("column(0)", {(query, 0) for query in N}),
        ('argmax_cell("thai-curry")', {(4, 3)}),
        ('transpose_cell("thai-curry")', {(3, 4)}),
        ('diagonal_cells("thai-curry")', {(i, i) for i in N}),
        ('upper_cells("thai-curry")', {(i, j) for i in N for j in N if j > i}),
        ('lower_cells("thai-curry")', {(i, j) for i in N for j in N if j < i}),
        ('argmax_cell("same-output")', {(query, 3) for query in range(4)}),  # four rows alike
        ('transpose_cell("three-masks")', {(0, 0), (0, 1), (0, 2)}),
        ('argmax_cell("nothing-left")', set()),  # rows of nan have no largest weight
    ],
)
def test_functions_of_cells_worked_out_by_hand(source, value):
    assert evaluate(source, {"n": 5}, cell_functions("thai-curry", CONTENT / "decks" / "a.md")) == value


@pytest.mark.parametrize(
    "source",
    [
        'cell("rice", 0)', "cell(5, 0)", "cell(-1, 0)", "cell(0.5, 0)", 'cell([1], "how")', "row((0, 1))",
        "argmax_cell(1)", 'argmax_cell("nowhere")', 'argmax_cell("scaling")', 'argmax_cell("../../secret")',
        'upper_cells(row("how"))', 'cell("how", "how") + 1',
    ],
)  # fmt: skip
def test_cells_that_are_not_there_are_a_sentence(source):
    with pytest.raises(ExpressionError, match=r"\.$"):
        evaluate(source, {}, cell_functions("thai-curry", CONTENT / "decks" / "a.md"))


def test_a_card_asks_for_a_cell_a_row_or_a_column():
    asked = {"row(0)": "row", "( column('how'))": "column", "cell(0, 0)": "cell", "argmax_cell('thai-curry')": "cell"}
    for answer, kind in asked.items():
        assert asked_for(heatmap(answer)) == kind
    moving = heatmap("cell(q, k)", variables="vars: q, k = (0, 1) | ('curry', 'Thai')\n")
    assert [cells(moving, variant) for variant in (0, 1)] == [{(0, 1)}, {(4, 3)}]


@pytest.mark.parametrize(
    "answer",
    ["3", "'how'", "argmax_cell('nothing-left')", "[cell(0, 0)]", "lower_cells('scaling')", "row(9)",
     "diagonal_cells('wide')"],
)  # fmt: skip
def test_an_answer_without_cells_of_its_map_is_a_sentence(tmp_path, answer):
    (tmp_path / "experiments").mkdir()
    column = "\n".join("123456")
    wide = f"tokens: a b c d e f\n\n```Q\n{column}\n```\n\n```K\n{column}\n```\n"
    (tmp_path / "experiments" / "wide.md").write_text(wide)
    with pytest.raises(ExpressionError):
        cells(heatmap(answer, path=tmp_path / "deck.md"), 0)


@pytest.mark.parametrize(
    ("card", "line", "words"),
    [
        (("argmax_cell('thai-curry')", "transpose_cell('thai-curry')"), None, None),
        (("argmax_cell('thai-curry')", "cell(4, 3)"), 7, "holds a right answer"),
        (("cell(0, 1)", "upper_cells('thai-curry')"), 7, "holds a right answer"),
        (("row(1)", "column(1)"), None, None),  # they meet in one cell, but no answer is both
        (("row(1)", "row('to')"), 7, "holds a right answer"),
        (("argmax_cell('thai-curry')", "argmax_cell('nowhere')"), 7, "no experiment called 'nowhere'"),
        (("argmax_cell('nowhere')", "row(1)"), 6, "no experiment called 'nowhere'"),
        (("cell('rice', 0)", "row(1)"), 6, "none of how, to"),
        (("cell(0, 0)", "cell('rice', 0)"), 7, "none of how, to"),
    ],
)
def test_l15_evaluates_the_cells_of_answers_and_wrong_rules(tmp_path, card, line, words):
    file = tmp_path / "deck.md"
    file.write_text(heatmap(*card).text)
    findings = [finding for finding in check(file) if finding.rule == "L15"]
    assert [finding.line for finding in findings] == ([line] if line else [])
    assert all(words in finding.message for finding in findings)
