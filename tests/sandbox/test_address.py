"""The address bar holds the whole state, and says which word of it is wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.belief import SWITCHES
from attnquiz.sandbox.experiment import PRECISIONS, SEEDS, TEMPERATURES, Experiment, Mask, own_text
from attnquiz.sandbox.library import load, names


@st.composite
def experiments(draw):
    if draw(st.booleans()):
        start = load(draw(st.sampled_from(names())))
        width_v = start.shape("v")[-1] * start.heads
        fits = [h for h in range(1, start.d_model + 1) if start.d_model % h == 0 and width_v % h == 0]
        heads = draw(st.sampled_from(fits))
        sizes = {"heads": heads, "padding": draw(st.integers(0, len(start.tokens)))}
    else:
        d_k, heads = draw(st.integers(1, 8)), draw(st.integers(1, 8))
        sizes = {"heads": heads, "d_model": heads * d_k, "padding": draw(st.integers(0, 5))}
        vocabulary = ["the", "the·2", "1", "0", "Thai", "mat", "&", "é", "+", "%20", "👍", "="]
        start = own_text(" ".join(draw(st.lists(st.sampled_from(vocabulary), min_size=1, max_size=9))))
    changed = start.changed(
        **sizes,
        seed=draw(st.integers(*SEEDS)),
        scale=draw(st.booleans()),
        positions=draw(st.booleans()) and not start.starts_from_qkv,
        temperature=draw(st.floats(*TEMPERATURES)),
        mask=draw(st.sampled_from(Mask)),
        stage=draw(st.sampled_from(start.stages)),
        precision=draw(st.sampled_from(PRECISIONS)),
        device=draw(st.sampled_from(["cpu", "cuda:1"])),
        belief=draw(st.sampled_from(["", *SWITCHES])),
    )
    changed = changed.changed(tensor=draw(st.sampled_from(["", *changed.stage.tensors])))
    rows, columns = changed.shape(changed.shown)[-2:]
    return changed.changed(
        head=draw(st.integers(0, changed.heads - 1)),
        row=draw(st.none() | st.integers(0, rows - 1)),
        column=draw(st.none() | st.integers(0, columns - 1)),
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
        ({"text": "a " * 99}, "text"),
        ({"stage": "SOFTMIX"}, "stage"),
        ({"stage": ""}, "stage"),
        ({"mask": "tril"}, "mask"),
        ({"heads": "3"}, "heads"),
        ({"heads": "two"}, "heads"),
        ({"heads": "0"}, "heads"),
        ({"heads": "-2"}, "heads"),
        ({"heads": "9" * 5000}, "heads"),
        ({"text": "a b", "d_model": "65"}, "d_model"),
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
        ({"text": "a " * 60, "padding": "5"}, "padding"),
        ({"head": "1"}, "head"),
        ({"row": "rice"}, "row"),
        ({"row": "5"}, "row"),
        ({"stage": "SCORE", "column": "5"}, "column"),
        ({"stage": "SCORE", "column": "rice"}, "column"),
        ({"column": "4"}, "column"),
        ({"column": "-1"}, "column"),
        ({"tensor": "scores"}, "tensor"),
        ({"stage": "PROJECT", "tensor": "w"}, "tensor"),
        ({"precision": "float16"}, "precision"),
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
    assert str(error.value).endswith(".")
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
