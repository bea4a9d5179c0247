"""The address bar holds the whole state, and says which word of it is wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.sandbox import sides
from attnquiz.sandbox.address import beginning, from_query, to_query
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.checks import PRECISIONS, SEEDS, TEMPERATURES
from attnquiz.sandbox.edit import Edit, with_edit
from attnquiz.sandbox.experiment import Experiment, Mask, View, own_text
from attnquiz.sandbox.library import load, names


@st.composite
def experiments(draw):
    if draw(st.booleans()):
        start = load(draw(st.sampled_from(names())))
        sizes = {"padding": draw(st.integers(0, len(start.key_tokens)))}
        mine = {}
    else:
        d_k, heads = draw(st.integers(1, 4)) * 2, draw(st.sampled_from([1, 2, 4, 8]))
        sizes = {"heads": heads, "d_model": heads * d_k, "padding": draw(st.integers(0, 5))}
        sizes["kv_heads"] = draw(st.sampled_from([None, *(g for g in (1, 2, 4, 8) if heads % g == 0)]))
        vocabulary = ["the", "the·2", "1", "0", "Thai", "mat", "&", "é", "+", "%20", "👍", "=", ",", ":"]
        texts = st.lists(st.sampled_from(vocabulary), min_size=1, max_size=9).map(" ".join)
        second = draw(st.none() | texts)
        start = own_text(draw(texts), memory_text=second)
        mine = {"positions": draw(st.sampled_from(Positions)), "scoring": draw(st.sampled_from(Scoring))}
        mine |= {"layers": 1 if second else draw(st.integers(1, 2)), "dropout": draw(st.sampled_from([0.0, 0.1, 0.5]))}
    changed = start.changed(
        **sizes,
        **mine,
        seed=draw(st.integers(*SEEDS)),
        scale=draw(st.booleans()),
        divisor=draw(st.none() | st.floats(0.1, 10)),
        window=draw(st.integers(0, 3)),
        temperature=draw(st.floats(*TEMPERATURES)),
        mask=draw(st.sampled_from(Mask)),
        stage=draw(st.sampled_from(start.stages)),
        precision=draw(st.sampled_from(PRECISIONS)),
        device=draw(st.sampled_from(["cpu", "cuda:1"])),
        belief=draw(st.sampled_from(["", *SWITCHES])),
        view=draw(st.sampled_from([view for view in View if view is not View.SIGNAL])),
        compare=draw(st.booleans()),
        predict=draw(st.booleans()),
    )
    changed = changed.changed(layer=draw(st.integers(0, changed.layers - 1)))
    changed = changed.changed(tensor=draw(st.sampled_from(["", *changed.tensors])))
    for name in draw(st.lists(st.sampled_from(list(sides.blocks(changed))), max_size=3)):
        rows, columns = sides.blocks(changed)[name]
        place = draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))
        edit = Edit(name, *place, draw(st.floats(-1e6, 1e6)))
        changed = changed.changed(edits=with_edit(changed.edits, edit))
    cell = st.tuples(st.integers(0, len(changed.tokens) - 1), st.integers(0, len(changed.key_tokens) - 1))
    changed = changed.changed(flips=tuple(sorted(draw(st.sets(cell, max_size=2)))))
    shape = changed.shape(changed.shown)
    return changed.changed(
        head=draw(st.integers(0, (shape[0] if len(shape) == 3 else changed.heads) - 1)),
        row=draw(st.none() | st.integers(0, shape[-2] - 1)),
        column=draw(st.none() | st.integers(0, shape[-1] - 1)),
    )


@given(experiments())
def test_an_address_opens_the_very_state_it_was_made_from(experiment):
    query = to_query(experiment)
    assert from_query(query) == experiment
    assert all(isinstance(value, str) for value in query.values())


@given(experiments())
def test_what_is_default_is_left_out(experiment):
    query = to_query(experiment)
    for name in [name for name in query if name not in ("experiment", "text")]:
        shorter = {key: value for key, value in query.items() if key != name}
        with suppress(SandboxError):
            assert from_query(shorter) != experiment


def test_a_short_address_for_a_state_as_it_ships():
    assert to_query(load("thai-curry")) == {"experiment": "thai-curry"}
    assert from_query({}) == load("thai-curry")


def test_words_are_readable():
    state = load("thai-curry").changed(mask=Mask.BOTH, padding=1, scale=False, temperature=0.5, stage=Stage.SOFTMAX)
    assert to_query(state.changed(row=4, column=3)) == {
        "experiment": "thai-curry",
        "mask": "causal+padding",
        "padding": "1",
        "scale": "off",
        "temperature": "0.5",
        "stage": "SOFTMAX",
        "row": "curry",
        "column": "Thai",
    }


def test_hand_written_addresses_are_understood():
    assert from_query({"experiment": "thai-curry", "row": "curry"}).row == 4
    assert from_query({"mask": "causal", "stage": "softmax"}).stage is Stage.SOFTMAX
    assert from_query({"mask": "causal padding"}).mask is Mask.BOTH  # a plus sign in an address reads as a space
    assert from_query({"text": "the cat the", "row": "the·2"}).row == 2
    assert from_query({"text": "the cat the", "row": "1"}).row == 1
    assert from_query({"text": "3 2 1", "row": "1"}).row == 2, "the token called 1 comes before the number 1"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"experiment": "thai-cury"}, "thai-cury"),
        ({"experiment": "../thai-curry"}, "experiment"),
        ({"experiment": "thai-curry", "text": "a"}, "text"),
        ({"text": ""}, "text"),
        ({"text": "a " * 2049}, "text"),
        ({"stage": "SOFTMIX"}, "stage"),
        ({"stage": ""}, "stage"),
        ({"mask": "tril"}, "mask"),
        ({"heads": "3"}, "heads"),
        ({"heads": "two"}, "heads"),
        ({"heads": "0"}, "heads"),
        ({"heads": "-2"}, "heads"),
        ({"heads": "9" * 5000}, "heads"),
        ({"text": "a b", "d_model": "1025"}, "d_model"),
        ({"text": "a b", "heads": "2", "d_model": "7"}, "heads"),
        ({"d_model": "8"}, "d_model"),
        ({"seed": "-1"}, "seed"),
        ({"seed": "1.5"}, "seed"),
        ({"seed": str(2**31)}, "seed"),
        ({"temperature": "nan"}, "temperature"),
        ({"temperature": "inf"}, "temperature"),
        ({"temperature": "0"}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"scale": "maybe"}, "scale"),
        ({"positions": "2"}, "positions"),
        ({"padding": "6"}, "padding"),
        ({"text": "a " * 2047, "padding": "2"}, "tokens"),
        ({"head": "1"}, "head"),
        ({"row": "rice"}, "row"),
        ({"row": "5"}, "row"),
        ({"stage": "SCORE", "column": "5"}, "column"),
        ({"stage": "SCORE", "column": "rice"}, "column"),
        ({"column": "4"}, "column"),
        ({"column": "-1"}, "column"),
        ({"tensor": "scores"}, "tensor"),
        ({"stage": "PROJECT", "tensor": "w"}, "tensor"),
        ({"precision": "float8"}, "precision"),
        ({"text": "a b", "kv_heads": "3"}, "kv_heads"),
        ({"text": "a b", "heads": "8", "kv_heads": "3"}, "kv_heads"),
        ({"text": "a b", "positions": "rope", "d_model": "6", "heads": "2"}, "rope"),
        ({"text": "a b", "memory": "c", "layers": "2"}, "layers"),
        ({"layers": "3"}, "layers"),
        ({"layer": "1"}, "layer"),
        ({"memory": "a,b"}, "memory"),
        ({"text": "a", "tokens": "a,b"}, "tokens"),
        ({"tokens": "a,b"}, "X"),
        ({"edit": "W_Q"}, "edit"),
        ({"edit": "W_Q.0.0:nan"}, "W_Q"),
        ({"edit": "W_Q.0.0:1e38"}, "W_Q"),
        ({"edit": "W_Q.0.9:1"}, "W_Q"),
        ({"edit": "P.0.0:1"}, "edit"),
        ({"flips": "1"}, "flips"),
        ({"flips": "7.0"}, "flips"),
        ({"view": "upside"}, "view"),
        ({"view": "signal"}, "view"),
        ({"scoring": "cos"}, "scoring"),
        ({"divisor": "0"}, "divisor"),
        ({"dropout": "1"}, "dropout"),
        ({"window": "-1"}, "window"),
        ({"scores": "1"}, "scores"),
        ({"device": ""}, "device"),
        ({"belief": "softmax"}, "belief"),
        ({"belief": ""}, "belief"),
        ({"belief": "x" * 5000}, "belief"),
        ({"temprature": "2"}, "temprature"),
    ],
)
def test_nonsense_gets_a_sentence_that_names_the_parameter(query, named):
    with pytest.raises(SandboxError) as error:
        from_query(query)
    assert named in str(error.value)
    assert str(error.value)[-1] in ".?"
    assert len(str(error.value)) < 300


@given(
    st.dictionaries(
        st.sampled_from(["experiment", "text", "heads", "d_model", "seed", "mask", "row", "column", "stage", "head"]),
        st.text(max_size=12) | st.sampled_from(["thai-curry", "1", "MASK", "causal", "²", "1e400", "\x00"]),
    )
)
def test_any_address_is_an_experiment_or_a_sentence(query):
    try:
        found = from_query(query)
    except SandboxError:
        return
    assert isinstance(found, Experiment)
    assert from_query(to_query(found)) == found


def test_a_change_keeps_the_place_where_it_still_fits():
    state = load("two-heads").changed(stage=Stage.SOFTMAX, head=1, row=3, column=2)
    assert (state.changed(heads=1).head, state.changed(heads=1).row) == (0, 3)
    assert state.changed(stage=Stage.WEIGH).column == 2
    at_the_edge = load("two-heads").changed(stage=Stage.EMBED, column=7)
    assert at_the_edge.changed(stage=Stage.SCORE).column is None
    assert load("thai-curry").changed(stage=Stage.PROJECT, tensor="k").changed(stage=Stage.SCORE).tensor == ""


def test_the_beginning_is_without_edits_and_settings_and_stands_at_the_same_place():
    there = from_query({"stage": "SOFTMAX", "row": "curry", "mask": "causal", "edit": "W_Q.1.3:7", "flips": "0.0"})
    first = beginning(there)
    assert (first.mask, first.edits, first.flips) == (Mask.NONE, (), ())
    assert (first.stage, first.row) == (there.stage, there.row)
    assert beginning(first) == first


def test_own_text_begins_with_its_own_sizes_and_seed():
    there = from_query({"text": "a b", "heads": "4", "seed": "7", "positions": "rope", "edit": "X.0.0:1"})
    first = beginning(there)
    assert (first.heads, first.seed) == (4, 7)
    assert (first.positions, first.edits) == (Positions.NONE, ())
