"""The sandbox page in AppTest: the address is the state, the controls write it, and nothing typed becomes markup."""

import re

import numpy as np
import pytest

from attnquiz.ui.matrix import sent

NASTY = "<b>x</b> <script>alert(1)</script> ![p](http://example.org/p.png) **bold** $x$ :red[no]"


@pytest.fixture
def blob(canvases):
    """What the picture was given: header, numbers, hidden cells."""

    def first(at):
        said, values, marks = canvases(at)[0]
        return said, values, (marks & 1).astype(bool)

    return first


def words(at):
    """Every sentence of the page, as Markdown."""
    return "\n".join([m.value for m in at.markdown] + [c.value for c in at.caption] + [e.value for e in at.error])


def test_an_empty_address_opens_thai_curry_with_its_worked_numbers(sandbox, blob):
    at = sandbox(stage="SOFTMAX")
    header, values, hidden = blob(at)
    assert header["rowNames"] == header["columnNames"] == ["how", "to", "make", "Thai", "curry"]
    expected = [[0.2] * 5] * 2 + [[0.0878] * 4 + [0.6488]] * 2 + [[0.0171] * 3 + [0.9317, 0.0171]]
    np.testing.assert_allclose(values, expected, atol=5e-5)
    assert not hidden.any()
    assert header["domain"] == [0.0, 1.0]


def test_the_bar_walks_through_all_eight_stages_and_back(sandbox, address):
    at = sandbox()
    for stage in ("PROJECT", "SCORE", "SCALE", "MASK", "SOFTMAX", "WEIGH", "MERGE"):
        at.button(key="step-Next").click().run()
        assert address(at)["stage"] == stage
        assert at.button(key=f"stage-{stage}").proto.type == "primary"
    assert at.button(key="step-Next").disabled
    at.button(key="step-Back").click().run()
    assert address(at)["stage"] == "WEIGH"
    at.button(key="stage-MASK").click().run()
    assert address(at)["stage"] == "MASK"
    assert not at.exception


def test_of_clicks_that_come_together_the_newest_has_the_last_word(sandbox, address):
    at = sandbox()
    # Streamlit merges them, the newest first; here they come in the order of the page.
    for newest, older in (("SCORE", "WEIGH"), ("PROJECT", "SCORE"), ("SCALE", "SOFTMAX")):
        for stage in (newest, older):
            at.button(key=f"stage-{stage}").click()
        at.run()
        assert address(at)["stage"] == newest
    at.button(key="stage-WEIGH").click().run()
    assert address(at)["stage"] == "WEIGH"


def test_every_stage_has_its_own_key_and_the_arrows_walk(sandbox):
    at = sandbox()
    keys = [b.proto.shortcut for b in at.button if b.key.startswith("stage-")]
    assert keys == list("12345678")
    assert (at.button(key="step-Back").proto.shortcut, at.button(key="step-Next").proto.shortcut) == ("left", "right")


@pytest.mark.parametrize("stage", "EMBED PROJECT SCORE SCALE MASK SOFTMAX WEIGH MERGE".split())  # noqa: SIM905
def test_every_stage_says_what_it_means_and_shows_equation_shape_and_code(sandbox, stage):
    at = sandbox(experiment="two-heads", stage=stage)
    assert any(r"\boxed" in m.value for m in at.latex)
    assert at.code[0].value
    assert "Shape: " in words(at)
    assert "Checked: largest difference to torch.nn.MultiheadAttention" in words(at).replace("\\", "")


def test_the_causal_mask_hides_the_future_and_gives_it_no_weight(sandbox, blob, address):
    at = sandbox(stage="SOFTMAX")
    at.toggle(key="sandbox-causal").set_value(True).run()
    assert address(at)["mask"] == "causal"
    _, values, hidden = blob(at)
    above = np.triu(np.ones((5, 5), dtype=bool), 1)
    assert (hidden == above).all()
    assert (values[above] == 0).all()
    np.testing.assert_allclose(values[3], [0.25, 0.25, 0.25, 0.25, 0], atol=5e-5)
    at.button(key="stage-MASK").click().run()
    assert np.isnan(blob(at)[1][above]).all()


def test_the_arithmetic_is_that_of_the_cell_in_the_address(sandbox, blob):
    at = sandbox(stage="SOFTMAX", row="make", column="curry")
    assert blob(at)[0]["cell"] == [2, 4]
    assert 'Query "make", key "curry":' in words(at).replace("\\", "")
    assert "0.6488" in words(at)


def test_what_the_browser_sends_is_taken_only_when_it_is_a_pair_of_whole_numbers():
    assert sent({"cell": [2, 4]}) == (2, 4)
    for state in (
        None,
        {},
        {"cell": None},
        {"cell": [1]},
        {"cell": ["0", "1"]},
        {"cell": [0.5, 1]},
        {"cell": {"row": 1}},
    ):
        assert sent(state) is None


def test_the_controls_show_what_the_address_says(sandbox):
    at = sandbox(text="one two three", mask="causal+padding", padding="2", scale="off", temperature="0.25", seed="7")
    assert at.text_area(key="sandbox-text").value == "one two three"
    assert at.toggle(key="sandbox-causal").value
    assert at.toggle(key="sandbox-hide_padding").value
    assert at.number_input(key="sandbox-padding").value == 2
    assert not at.toggle(key="sandbox-scale").value
    assert at.number_input(key="sandbox-temperature").value == 0.25
    assert at.number_input(key="sandbox-seed").value == 7


def test_every_control_writes_the_address_and_the_address_opens_the_same_page(sandbox, blob, address):
    at = sandbox()
    at.selectbox(key="sandbox-experiment").set_value("own text").run()
    at.text_area(key="sandbox-text").set_value("one fish two fish").run()
    at.selectbox(key="sandbox-d_model").set_value(16).run()
    at.selectbox(key="sandbox-heads").set_value(4).run()
    at.number_input(key="sandbox-seed").set_value(3).run()
    at.selectbox(key="sandbox-positions").set_value("sinusoidal").run()
    at.toggle(key="sandbox-scale").set_value(False).run()
    at.number_input(key="sandbox-temperature").set_value(2.0).run()
    at.selectbox(key="sandbox-precision").set_value("float64").run()
    at.button(key="stage-PROJECT").click().run()
    at.button(key="tensor-k").click().run()
    at.selectbox(key="sandbox-head").set_value(3).run()
    assert not at.exception
    expected = {"text": "one fish two fish", "d_model": "16", "heads": "4", "seed": "3", "positions": "sinusoidal"}
    expected |= {"scale": "off", "temperature": "2.0", "precision": "float64", "stage": "PROJECT", "tensor": "k"}
    expected |= {"head": "3"}
    assert address(at) == expected
    again = sandbox(**expected)
    assert blob(again)[0] == blob(at)[0]
    np.testing.assert_array_equal(blob(again)[1], blob(at)[1])


def test_a_link_moves_the_controls_of_a_tab_that_is_already_open(sandbox):
    at = sandbox(stage="SOFTMAX", mask="causal")
    at.query_params.clear()
    at.query_params["scale"] = "off"
    at.run()
    assert not at.toggle(key="sandbox-causal").value
    assert not at.toggle(key="sandbox-scale").value


def show(at, **query):
    """As the browser does with every click: say which address it shows."""
    at.query_params.clear()
    for name, value in query.items():
        at.query_params[name] = value


def test_a_click_that_still_brings_the_old_address_does_not_undo_the_click_before(sandbox, blob, address):
    at = sandbox(stage="SCORE")
    at.button(key="step-Next").click().run()
    show(at, stage="SCORE")
    at.toggle(key="sandbox-causal").set_value(True).run()
    show(at, experiment="thai-curry", stage="SCALE")
    at.toggle(key="sandbox-scale").set_value(False).run()
    assert address(at) == {"experiment": "thai-curry", "stage": "SCALE", "mask": "causal", "scale": "off"}
    assert blob(at)[0]["title"] == "Scaled scores"


def test_going_back_in_the_browser_is_no_old_address(sandbox, blob, address):
    at = sandbox(stage="SCORE")
    at.button(key="step-Next").click().run()
    show(at, stage="SCORE")
    at.run()
    assert blob(at)[0]["title"] == "Scores"
    at.toggle(key="sandbox-causal").set_value(True).run()
    assert address(at) == {"experiment": "thai-curry", "stage": "SCORE", "mask": "causal"}


def test_own_text_with_markup_is_shown_as_it_was_typed(sandbox, blob):
    at = sandbox(text=NASTY, stage="SCORE")
    header = blob(at)[0]
    assert "<" in header["rowNames"][0]
    for piece in ("<script", "![p]", "**bold", "$x$", ":red["):
        assert piece not in words(at)
    assert not any(h.value for h in at.get("html") if "script" in getattr(h, "value", ""))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"heads": "3"}, "3 does not divide"),
        ({"stage": "NOWHERE"}, "choose one of"),
        ({"experiment": "![x](//example.org/x)"}, "There is no experiment called"),
        ({"colour": "red"}, "parameter .colour."),
        ({"text": "a", "experiment": "thai-curry"}, "Keep one of them"),
        ({"row": "nobody"}, "no token here"),
        ({"text": ""}, "no words"),
        ({"temperature": "nan"}, "choose a number"),
        ({"device": "toaster"}, "choose one of cpu"),
    ],
)
def test_a_bad_address_is_answered_with_a_sentence_and_a_way_back(sandbox, query, sentence, blob, address):
    at = sandbox(**query)
    assert re.search(sentence, at.error[0].value.replace("\\", ""))
    assert "![" not in at.error[0].value
    assert not at.get("bidi_component")
    at.button(key="reset-address").click().run()
    assert address(at) == {}
    assert not at.error
    assert blob(at)[0]["rowNames"][0] == "how"


def test_a_text_that_cannot_be_used_stays_to_be_mended_and_says_why(sandbox, address):
    at = sandbox(text="one two three")
    at.text_area(key="sandbox-text").set_value("   ").run()
    assert "no words" in at.warning[0].value
    assert at.text_area(key="sandbox-text").value == "   "
    assert address(at)["text"] == "one two three"
    at.text_area(key="sandbox-text").set_value("four five").run()
    assert not at.warning
    assert address(at)["text"] == "four five"


@pytest.mark.parametrize("written", ["how, to, make, soup", "how, to, make, a, Thai, curry", ","])
def test_an_example_with_numbers_for_its_tokens_keeps_their_number_and_says_how_to_use_other_words(sandbox, written):
    at = sandbox(experiment="thai-curry")
    at.text_input(key="sandbox-tokens").set_value(written).run()
    assert "This example has numbers for 5 tokens" in at.warning[0].value
    assert at.text_input(key="sandbox-tokens").value == written


def test_changing_the_width_keeps_heads_that_still_divide_it(sandbox, address):
    at = sandbox(text="one two", d_model="12", heads="6")
    at.selectbox(key="sandbox-d_model").set_value(8).run()
    assert (address(at).get("d_model", "8"), address(at).get("heads", "2")) == ("8", "2")
    assert not at.warning


def test_a_row_with_nothing_left_to_look_at_is_explained(sandbox, blob):
    at = sandbox(experiment="nothing-left", stage="MASK")
    assert at.warning[0].proto.title.replace("\\", "") == "Nothing left to look at: first, second, third"
    assert "F.scaled_dot_product_attention returns 0" in at.warning[0].value
    at.button(key="stage-SOFTMAX").click().run()
    assert "F.scaled_dot_product_attention returns 0" in words(at)
    assert np.isnan(blob(at)[1]).all()


def test_the_table_holds_the_numbers_of_the_picture(sandbox, blob):
    at = sandbox(stage="SOFTMAX")
    at.session_state["table"] = True
    at.run()
    table = at.dataframe[0].value
    assert list(table.index) == list(table.columns) == ["how", "to", "make", "Thai", "curry"]
    np.testing.assert_array_equal(table.to_numpy(), blob(at)[1])


def test_starting_over_clears_everything(sandbox, address):
    at = sandbox(text="one two", mask="causal", stage="MERGE")
    at.button(key="reset").click().run()
    assert address(at) == {}
    assert at.selectbox(key="sandbox-experiment").value == "thai-curry"


def test_why_a_row_has_no_weights_is_said_once(sandbox):
    at = sandbox(experiment="nothing-left", stage="SOFTMAX")
    assert sum(m.value.count("may look at no key") for m in [*at.markdown, *at.warning]) == 1


def test_the_table_of_t5_says_what_its_sides_are(sandbox):
    at = sandbox(text="a b c", positions="t5", stage="SCALE", tensor="t5")
    assert any("bucket of distances" in caption.value for caption in at.caption)
