"""What cards say of a state: lists are read and never run, sizes go together, and what does not fit is a sentence."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.errors import SandboxError
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.sandbox.arguments import ARGUMENTS, LONGEST, MOST_KEYS
from attnquiz.sandbox.library import load
from attnquiz.sandbox.numbers import numbers
from attnquiz.sandbox.run import run


def opened(name, **arguments):
    return load(name, arguments=tuple(arguments.items()))


@pytest.mark.parametrize("written", ["[2, 1, 0]", "2, 1, 0", "(2, 1, 0)", " [2.0,1 ,0] ", "(2, 1, 0,)"])
def test_scores_are_read_as_cards_write_them(written):
    e = opened("softmax", scores=written)
    assert numbers(e)["K"].tolist() == [[2], [1], [0]]
    assert run(e).of("scores").tolist() == [[2, 1, 0]]


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=MOST_KEYS))
def test_any_scores_are_the_scores_of_the_one_query(scores):
    e = opened("softmax", scores=str(scores))
    found = run(e.changed(precision="float64"))
    assert found.of("scores")[0].tolist() == scores
    assert len(found.key_labels) == len(set(found.key_labels)) == len(scores)
    assert from_query(to_query(e)) == e


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(any))
def test_any_weights_are_the_weights_of_the_one_query_and_zero_is_exactly_zero(parts):
    weights = [part / sum(parts) for part in parts]
    e = opened("mix", weights=str(weights))
    found = run(e.changed(precision="float64")).of("weights")[0].tolist()
    assert found == pytest.approx(weights, abs=1e-12)
    assert [weight == 0 for weight in found] == [part == 0 for part in parts]
    assert from_query(to_query(e)) == e


def test_scores_after_weights_with_a_hidden_key_hide_nothing():
    assert run(opened("mix", weights="[1, 0]")).of("weights").tolist() == [[1, 0]]
    assert opened("softmax", scores="[1, 0]").block("MASK") is None


def test_a_mask_of_the_file_does_not_outlive_its_keys(tmp_path):
    text = "tokens: q,\nmemory: a, b\n\n" + "".join(
        f"```{name}\n{rows}\n```\n\n" for name, rows in [("Q", "1"), ("K", "1\n2"), ("V", "1\n2"), ("MASK", "0 1")]
    )
    (tmp_path / "masked.md").write_text(text, encoding="utf-8")
    for said, mask in [("[0.2, 0.3, 0.5]", None), ("[0, 0.5, 0.5]", ((0, 1, 1),))]:
        assert load("masked", tmp_path, (("weights", said),)).block("MASK") == mask


def test_other_numbers_of_keys_bring_values_that_tell_them_apart():
    assert opened("mix", weights="[0.5, 0.5]").block("V") == ((1, 0), (0, 1))
    assert opened("mix", weights="[0.2, 0.3, 0.5]").block("V") == load("mix").block("V")
    both = opened("mix", values="[[1, 2, 3], [4, 5, 6]]", weights="[0.5, 0.5]")
    assert both.block("V") == ((1, 2, 3), (4, 5, 6)), "in whatever order they are said"


def test_sizes_are_applied_together_because_apart_they_would_not_fit():
    with pytest.raises(SandboxError):
        opened("shapes", h="12")
    e = opened("shapes", h="12", B="3", n="10", d="768")
    assert (e.batch, e.heads, len(e.tokens), e.d_model) == (3, 12, 10, 768)
    assert len(set(e.labels)) == 10
    assert opened("shapes", n="2").tokens == ("many", "small")


def test_d_k_is_the_width_of_one_head():
    assert opened("scaling", d_k="256").shape("q") == (1, 16, 256)
    assert opened("shapes", h="2", d_k="16").shape("q") == (2, 6, 16)


def test_a_second_text_has_its_own_number_of_tokens():
    e = opened("shapes", kind="cross", t="2", s="11")
    assert (len(e.tokens), len(e.key_tokens)) == (2, 11)
    with pytest.raises(SandboxError, match="s counts the tokens of a second text"):
        opened("shapes", s="4")


def test_a_sibling_keeps_the_name_that_was_asked_for():
    e = opened("cross", kind="text-image")
    assert (e.name, e.arguments) == ("cross", (("kind", "text-image"),))
    assert e.given == load("cross-text-image").given
    assert to_query(e) == {"experiment": "cross", "kind": "text-image"}


def test_the_query_of_a_card_is_the_row_with_hyphens_for_spaces():
    e = from_query({"experiment": "additive", "query": "decoder-state"})
    assert e.row == 0
    assert to_query(e) == {"experiment": "additive", "row": "decoder state"}
    assert from_query({"experiment": "cross", "kind": "text-image", "query": "bottom-left"}).row == 2
    with pytest.raises(SandboxError, match="row is 'nobody'"):
        from_query({"experiment": "additive", "query": "nobody"})


def test_settings_come_after_arguments_and_go_into_the_address_beside_them():
    query = {"experiment": "softmax", "scores": "[1, 2, 3]", "temperature": "2.0", "row": "query"}
    assert to_query(from_query(query)) == query


HOSTILE = [
    "", "[]", "[[1, 2]]", "one", "[1, 'a']", "[1, true]", "[1, None]", "[NaN]", "[Infinity]", "[1e99]", "[1, [2]]",
    "__import__('os').getcwd()", "().__class__", "[" * 900, "9" * 1900, "1," * 70, "{}", '{"a": 1}', "[1] * 9",
    "[1 for x in range(3)]", "\x00", "[1\u2028]", "[1]" + " " * LONGEST, "1e400", "[-]",
]  # fmt: skip


@pytest.mark.parametrize("written", HOSTILE)
@pytest.mark.parametrize(("name", "argument"), [("softmax", "scores"), ("mix", "weights"), ("mix", "values")])
def test_what_is_no_list_of_numbers_is_a_sentence(name, argument, written):
    with pytest.raises(SandboxError) as error:
        opened(name, **{argument: written})
    assert str(error.value).endswith(".")
    assert len(str(error.value)) < 250


@pytest.mark.parametrize("weights", ["[0.5, 0.4]", "[1.5, -0.5]", "[0, 0]", "[0.3333, 0.3333, 0.3333]"])
def test_what_cannot_be_weights_is_a_sentence(weights):
    with pytest.raises(SandboxError, match="never negative and add up to 1"):
        opened("mix", weights=weights)


@pytest.mark.parametrize("written", ["", "0", "-1", "1.5", "1e3", "a", "٣", "²", "9" * 30, " 2", "100000000"])
@pytest.mark.parametrize("argument", ["B", "h", "n", "d", "d_k"])
def test_what_is_no_size_is_a_sentence(argument, written):
    with pytest.raises(SandboxError) as error:
        opened("shapes", **{argument: written})
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("thai-curry", {"scores": "[1]"}, "a single query"),
        ("same-output", {"weights": "[1]"}, "a single query"),
        ("thai-curry", {"values": "[[1]]"}, "gives V"),
        ("thai-curry", {"n": "3"}, "3 tokens"),
        ("mix", {"values": "[[1], [2]]"}, "V has 2 rows"),
        ("mix", {"values": "[[1], [2, 3], [4]]"}, "Row 2 of values"),
        ("shuffle", {"data": "shares"}, "choose one of temperatures"),
        ("thai-curry", {"kind": "hidden"}, "which thai-curry does not have"),
        ("mix", {"kind": "x"}, "leave it out"),
    ],
)
def test_what_an_experiment_has_no_use_for_is_a_sentence(name, arguments, words):
    with pytest.raises(SandboxError, match=words):
        opened(name, **arguments)


@given(st.dictionaries(st.sampled_from(sorted(ARGUMENTS)), st.text(max_size=30), max_size=4), st.sampled_from(
    ["softmax", "mix", "shapes", "cross", "thai-curry", "scaling", "two-stars"]
))  # fmt: skip
def test_whatever_is_said_the_answer_is_an_experiment_or_a_sentence(arguments, name):
    with suppress(SandboxError):
        found = opened(name, **arguments)
        assert from_query(to_query(found)) == found


def test_least_weight_has_the_score_zero():
    assert numbers(opened("mix", weights="[0.75, 0.25]"))["K"].tolist() == [[math.log(3)], [0]]
