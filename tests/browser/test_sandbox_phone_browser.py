"""The sandbox under a finger: what a control could not do is told where it is seen, and help moves no switch."""

import pytest

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def opened(shared_app, page, settled):
    page.goto(f"{shared_app.url}/attention?experiment=thai-curry&stage=EMBED")
    page.locator("canvas[role=application]").wait_for(timeout=60_000)
    return settled(page)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_a_number_that_is_refused_far_below_is_told_in_sight(opened):
    field = opened.locator(".st-key-sandbox-number input")
    field.fill("abc")
    field.press("Enter")
    said = opened.get_by_text("which is no number")
    said.wait_for()
    assert field.bounding_box()["y"] > 0, "the learner is still there"
    assert 0 < said.bounding_box()["y"] < 844


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_the_help_of_a_switch_is_shown_and_the_switch_stays(opened):
    opened.get_by_label("Help for Predict first").tap()
    opened.get_by_test_id("stTooltipContent").get_by_text("Every stage asks you").wait_for()
    assert not opened.get_by_role("switch", name="Predict first").is_checked()
