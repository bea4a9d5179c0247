"""The views of the weights, and before and after, on the page: chosen by the address, drawn for both themes."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnquiz.attention.stage import Stage
from attnquiz.attention.variant import Positions, Scoring
from attnquiz.errors import SandboxError
from attnquiz.sandbox.checks import PRECISIONS
from attnquiz.sandbox.edit import Edit
from attnquiz.sandbox.experiment import Mask, View, own_text
from attnquiz.sandbox.run import run
from attnquiz.ui.sandbox_views import drawn

TEXT = "{http://www.w3.org/2000/svg}text"
NASTY = "<b>x</b> <script>alert(1)</script> ![p](http://example.org/p.png) $x$"
ALL = [view for view in View if view not in (View.STAGE, View.SIGNAL)]


def picture(at):
    """What the picture was given: the drawings as trees, its title, and the name of the file."""
    told = [each.proto.json for each in at.get("bidi_component") if each.proto.json]
    [found] = [data for data in map(json.loads, told) if isinstance(data, dict) and data.get("title", "").endswith(".")]
    return ElementTree.fromstring(found["light"]), ElementTree.fromstring(found["dark"]), found["title"], found["name"]


def words(at):
    return "\n".join(e.value for kind in (at.markdown, at.caption, at.info) for e in kind).replace("\\", "")


def labels(svg):
    return [node.text for node in svg.iter(TEXT)]


@pytest.mark.parametrize("view", ALL)
@pytest.mark.parametrize("stage", ["SCORE", "SOFTMAX", "MERGE"])
def test_every_view_is_drawn_alike_for_both_themes_and_says_what_it_shows(sandbox, view, stage):
    at = sandbox(text="the cat sat", mask="causal", stage=stage, view=view)
    light, dark, title, name = picture(at)
    assert labels(light) == labels(dark)
    assert name == f"attention-{view}"
    assert title.endswith(".")
    assert title.split(". ", 1)[1] in words(at)


def test_a_bar_that_was_taken_away_and_came_back_without_a_choice_changes_nothing(sandbox, address):
    """Hurried clicks do that: the bar is not there on the first stages, and the browser may report it empty."""
    at = sandbox(stage="SCORE", view="heads")
    at.segmented_control(key="sandbox-view").set_value(None).run()
    assert not at.exception
    assert not at.error
    assert address(at)["view"] == "heads"
    assert at.segmented_control(key="sandbox-view").value == View.HEADS


@pytest.mark.parametrize("view", ALL)
def test_tokens_never_become_markup(sandbox, view):
    at = sandbox(text=NASTY, stage="SOFTMAX", view=view)
    light, _, _, _ = picture(at)
    assert {node.tag.split("}")[1] for node in light.iter()} <= {"svg", "title", "rect", "text", "g", "path", "line",
                                                                  "circle", "defs", "pattern"}  # fmt: skip
    written = "\n".join(m.value for m in at.markdown)
    assert "<script>" not in written
    assert "![" not in written


def test_the_bar_offers_views_from_the_scores_on_and_writes_the_address(sandbox, address):
    at = sandbox(stage="PROJECT")
    assert not at.get("button_group")
    at = sandbox(stage="SCORE")
    bar = at.segmented_control(key="sandbox-view")
    assert bar.options == ["Matrix", "All heads", "Lines", "Received", "What arrives", "By distance"]
    bar.set_value(View.LINES).run()
    assert address(at)["view"] == "lines"
    assert "Key" in labels(picture(at)[0])
    at.button(key="stage-EMBED").click().run()
    assert at.get("bidi_component")[0].proto.bytes
    at.button(key="stage-SOFTMAX").click().run()
    assert address(at)["view"] == "lines"
    assert not at.exception


def test_a_head_is_opened_from_all_heads(sandbox, canvases, address):
    at = sandbox(experiment="two-heads", stage="SOFTMAX", view="heads")
    assert {"Head 0", "Head 1"} <= set(labels(picture(at)[0]))
    at.button(key="open-head-1").click().run()
    assert (address(at)["head"], address(at).get("view")) == ("1", None)
    assert canvases(at)[0][0]["title"] == "Weights of head 1"


def test_another_query_is_asked_for(sandbox, address):
    at = sandbox(stage="SOFTMAX", view="lines")
    assert 'The query "curry" looks most at "Thai" (0.93)' in words(at)
    at.select_slider(key="sandbox-query").set_value(2).run()
    assert address(at)["row"] == "make"
    assert 'The query "make" looks most at "curry" (0.65)' in words(at)


def test_at_the_merge_the_head_is_chosen_for_the_view(sandbox, address):
    at = sandbox(experiment="two-heads", stage="MERGE", view="lines")
    at.selectbox(key="sandbox-head").set_value(1).run()
    assert address(at)["head"] == "1"
    assert "Weights of head 1" in labels(picture(at)[0])


@pytest.mark.parametrize(("name", "said"), [("two-stars", "the query"), ("yesterday", "the query")])
def test_a_signal_is_drawn_where_the_tokens_were_cut_from_one(sandbox, name, said):
    at = sandbox(experiment=name, view="signal")
    assert said in labels(picture(at)[0])
    assert "Signal" in at.segmented_control(key="sandbox-view").options


def test_a_text_that_is_too_long_for_a_view_is_told_what_to_do(sandbox):
    at = sandbox(text="word " * 65, stage="SOFTMAX", view="heads")
    assert "up to 64 tokens, and this text has 65. Shorten it, or choose the matrix" in words(at)


def test_before_and_after_stand_side_by_side_with_their_difference(sandbox, canvases):
    at = sandbox(stage="SOFTMAX", compare="on", temperature="4.0")
    (before, old, _), (after, new, marks), (minus, apart, _) = canvases(at)
    assert [before["title"], after["title"]] == ["Before: Weights", "After: Weights"]
    assert minus["title"] == "After minus before"
    np.testing.assert_array_equal(apart, new - old)
    assert minus["domain"][0] == -minus["domain"][1]
    assert before["domain"] == after["domain"]
    assert (marks & 2).any()
    assert 'The largest change: query "curry", key "Thai": 0.9317 → ' in words(at)


def test_nothing_to_compare_is_said(sandbox, canvases):
    at = sandbox(stage="SOFTMAX", compare="on")
    assert "Nothing has changed since this was opened" in words(at)
    assert len(canvases(at)) == 1
    at = sandbox(text="a b c", stage="SOFTMAX", compare="on", padding="2")
    assert "of different sizes" in words(at)
    assert len(canvases(at)) == 2
    at = sandbox(text="a b c", stage="SOFTMAX", tensor="dropped", dropout="0.5", compare="on")
    assert "was not there before" in words(at)


def test_the_switch_is_there_once_something_has_changed(sandbox, address):
    at = sandbox(stage="SOFTMAX")
    assert "sandbox-compare" not in [t.key for t in at.toggle]
    at.toggle(key="sandbox-causal").set_value(True).run()
    at.toggle(key="sandbox-compare").set_value(True).run()
    assert address(at)["compare"] == "on"
    assert not at.exception


@given(st.data())
@settings(max_examples=100)
def test_whatever_the_experiment_its_views_are_sound_or_a_sentence(data):
    draw, heads = data.draw, data.draw(st.sampled_from([1, 2, 4]))
    text = st.lists(st.sampled_from(["the", "cat", "👍", "<b>", "&", "é"]), min_size=1, max_size=5).map(" ".join)
    e = own_text(
        draw(text), memory_text=draw(st.none() | text), heads=heads, d_model=heads * 2,
        kv_heads=draw(st.sampled_from([None, 1])), scoring=draw(st.sampled_from(Scoring)),
        positions=draw(st.sampled_from(Positions)),
        dropout=draw(st.sampled_from([0.0, 0.9])), mask=draw(st.sampled_from(Mask)), padding=draw(st.integers(0, 3)),
        precision=draw(st.sampled_from(PRECISIONS)), edits=(Edit("W_Q", 0, 0, draw(st.sampled_from([1.0, 1e6]))),
        Edit("X", 0, 0, 1e6)) if draw(st.booleans()) else (), head=draw(st.integers(0, heads - 1)), flips=((0, 0),),
    )  # fmt: skip
    e = e.changed(stage=draw(st.sampled_from([stage for stage in Stage if stage.number > 2])))
    e = e.changed(tensor=draw(st.sampled_from(["", *e.tensors])), view=draw(st.sampled_from(ALL)))
    try:
        found = drawn(e, run(e))
    except SandboxError:
        assert e.view is View.DISTANCE  # no pair has a score
        return
    for theme in ("light", "dark"):
        svg = ElementTree.fromstring(found.svg("What it shows.", theme))
        lengths = [node.get(name, "") for node in svg.iter() for name in ("x", "y", "width", "height", "r", "d")]
        assert not [length for length in lengths if "nan" in length or "inf" in length]
    assert found.sentence.endswith(".")
    assert all(len(frame) for _, frame in found.tables())
