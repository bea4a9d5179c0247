"""Taking things away from the sandbox page, in AppTest."""

import pytest

PAGE = "pages/sandbox/attention.py"
LABELS = {"CSV", "JSON", "Python program", "Jupyter notebook"}


@pytest.fixture
def taking(visit):
    """``taking(stage="SOFTMAX")`` opens the page at that address, with the expander open or closed."""

    def opened(*, closed=False, **query):
        at = visit(**query)
        at.switch_page(PAGE)
        for name, value in query.items():
            at.query_params[name] = value
        at.session_state["take"] = not closed
        at.run()
        assert not at.exception
        return at

    return opened


def buttons(at):
    return {each.proto.label for each in at.get("download_button")}


def captions(at):
    return " ".join(caption.value for caption in at.caption)


def pictures(at):
    return [each for each in at.get("bidi_component") if each.proto.component_name.endswith("attnquiz_picture")]


def test_nothing_is_made_before_it_is_asked_for(taking):
    at = taking(closed=True, stage="SOFTMAX")
    assert buttons(at) == set()
    assert pictures(at) == []


@pytest.mark.parametrize("stage", ["PROJECT", "MASK", "SOFTMAX", "MERGE"])
def test_every_stage_can_be_taken(taking, stage):
    at = taking(stage=stage, mask="causal")
    assert buttons(at) == LABELS
    assert len(pictures(at)) == 1


def test_a_long_text_has_its_numbers_and_picture_and_says_why_there_is_no_program(taking):
    at = taking(text="word " * 80, stage="SOFTMAX")
    assert buttons(at) == {"CSV", "JSON"}
    assert "There are 80 tokens" in captions(at)
    assert "no room for digits" in captions(at)


def test_a_state_with_too_many_numbers_says_what_to_do(taking):
    at = taking(text="a b", d_model="512")
    assert buttons(at) == {"CSV", "JSON"}
    assert "Choose a smaller d\\_model" in captions(at)


def test_beside_a_belief_the_truth_is_taken(taking):
    at = taking(belief="mask-inverted", mask="causal", stage="SOFTMAX")
    assert buttons(at) == LABELS


def test_of_the_numbers_of_two_thousand_tokens_the_part_that_is_seen_is_taken(taking):
    at = taking(text="word " * 1100, stage="SOFTMAX", d_model="4", heads="1")
    assert buttons(at) == {"CSV"}
    assert "1,210,000 numbers, too many for a file" in captions(at)
