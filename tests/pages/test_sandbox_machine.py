"""Device, precision, times and memory at the side of the sandbox; long texts on the page."""

import json

import pytest

TEXT = "one two three four five six"
LONG = " ".join(f"w{i}" for i in range(300))
OPEN = ("machine",)


def said(at):
    return "\n".join(each.value for each in [*at.markdown, *at.caption, *at.info])


def pictures(at):
    """The headers of what the canvases were given."""
    found = []
    for data in [each.proto.bytes for each in at.get("bidi_component") if each.proto.bytes]:
        size, parts = len(data), []
        for _ in range(2):
            end = 4 + int.from_bytes(data[:4], "little")
            parts.append(json.loads(data[4:end]))
            data = data[end:]
        found.append(parts[1] | {"bytes": size})
    return found


def test_every_device_is_named_and_why_it_is_not_there(sandbox):
    text = said(sandbox(text=TEXT))
    assert "The processor of this computer." in text
    assert "NVIDIA" in text
    assert "Apple" in text


def test_the_precision_says_what_it_costs(sandbox):
    at = sandbox(text=TEXT)
    assert "differs from that in float64 by at most" in said(at)
    at.selectbox(key="sandbox-precision").set_value("float64").run()
    assert at.query_params["precision"] in ("float64", ["float64"])
    assert "This is float64" in said(at)


@pytest.mark.parametrize(
    ("shared", "sentence"),
    [
        ({}, "**768 bytes**. If all 4 heads shared one head of keys and values (MQA): 192 bytes."),
        ({"kv_heads": "2"}, "**384 bytes**. 2 heads of keys and values serve all 4 heads; with one for each"),
        ({"kv_heads": "1"}, "**192 bytes**. One head of keys and values serves all 4 heads; with one for each"),
    ],
)
def test_what_keys_and_values_take_is_counted(sandbox, shared, sentence):
    # 6 tokens x heads x (4 + 4) numbers x 4 bytes
    assert sentence in said(sandbox(text=TEXT, heads="4", d_model="16", **shared))


def test_each_stage_is_timed_when_asked_for_and_forgotten_with_another_set_up(sandbox):
    at = sandbox(text=TEXT)
    assert "Microseconds" not in said(at)
    at.button(key="time").click().run()
    assert not at.exception
    for stage in ("Project", "Score", "Softmax", "Weigh"):
        assert f"| {stage} |" in said(at)
    at.toggle(key="sandbox-causal").set_value(True).run()
    assert "Microseconds" not in said(at)


def test_a_long_text_is_an_overview_and_the_part_around_the_cell(sandbox):
    at = sandbox(text=LONG, stage="SOFTMAX", row="w200", column="w100")
    overview, part = pictures(at)
    assert (overview["rows"], overview["columns"], overview["tiny"]) == (75, 75, True)
    assert (part["rows"], part["columns"], part["origin"]) == (48, 48, [180, 84])
    assert part["rowNames"][20] == "w200"
    assert overview["bytes"] + part["bytes"] < 60_000


def test_a_long_text_that_was_stopped_says_so_and_goes_on(sandbox):
    from attnquiz.sandbox.address import from_query

    at = sandbox(text=TEXT)
    text = LONG + " stopped"
    at.session_state["sandbox-stopped"] = from_query({"text": text}).subject
    at.query_params["text"] = text
    at.run()
    assert "Stopped before everything was computed" in said(at)
    assert pictures(at) == []
    at.button(key="compute").click().run()
    assert not at.exception
    assert len(pictures(at)) == 2
