"""The review page in a real Chromium: by keyboard alone, in a hurry, on a phone (test_moments_browser.py has more)."""

import sqlite3

import pytest


def counted(app, kind="review"):
    """Entries of a kind in the file, read without any code of ours."""
    db = sqlite3.connect(app.db)
    try:
        return db.execute("select count(*) from log where kind = ?", [kind]).fetchone()[0]
    finally:
        db.close()


def latest(app, columns, kind="attempt"):
    db = sqlite3.connect(app.db)
    try:
        return db.execute(f"select {columns} from log where kind = ? order by rowid desc", [kind]).fetchone()
    finally:
        db.close()


@pytest.fixture
def review(app, page, settled):
    """The review page, ready for the first card."""
    page.goto(f"{app.url}/review")
    page.get_by_role("button", name="I don't know").wait_for()
    return settled(page)


def test_a_deep_link_to_a_fresh_server_opens_its_page_and_no_dialog(fresh_app, page, settled):
    page.goto(f"{fresh_app.url}/review")
    page.get_by_role("button", name="I don't know").wait_for()
    settled(page)
    page.wait_for_timeout(350)
    assert page.get_by_role("dialog").count() == 0
    page.get_by_role("button", name="I don't know").click()
    page.get_by_role("button", name="Next: Again", exact=False).wait_for()


def pass_card(page, settled):
    """Say "I don't know", read the answer, rate it Easy, so that it does not come back today."""
    page.get_by_role("button", name="I don't know").click()
    page.get_by_role("button", name="Next: Again", exact=False).wait_for()
    settled(page)
    page.get_by_role("button", name="Easy", exact=False).last.click()
    page.get_by_role("button", name="Next:", exact=False).wait_for(state="detached")
    settled(page)


def go_to(app, page, settled, card):
    page.goto(f"{app.url}/review?card={card}")
    page.get_by_role("button", name="I don't know").wait_for()
    settled(page)
    page.wait_for_timeout(350)  # a press sooner than anybody reads is taken for half of a double one


def test_a_card_to_reveal_is_answered_and_rated_by_keyboard_alone(app, review, settled, witness):
    go_to(app, review, settled, "why-separate-v")
    before = counted(app)
    review.keyboard.press("Space")
    review.get_by_text("Compare this with the answer you had in mind.").wait_for()
    settled(review)
    review.keyboard.press("3")
    review.get_by_text("Compare this with the answer you had in mind.").wait_for(state="detached")
    assert counted(app) == before + 1
    assert latest(app, "rating, confidence", "review") == (3, "sure")
    deep_link = "Failed to load resource: the server responded with a status of 404"  # Streamlit feels for its root
    assert [error for error in witness.errors if not error.startswith(deep_link)] == []
    assert witness.foreign == []


def test_a_multiple_choice_card_shows_its_options_only_after_the_learner_has_an_answer(app, review, settled):
    go_to(app, review, settled, "mc-recomputed-tensor")
    assert review.locator("[class*=st-key-option]").count() == 0
    review.keyboard.press("2")  # not sure
    review.locator("[class*=st-key-option]").first.wait_for()
    settled(review)
    assert review.locator("[class*=st-key-option]").count() >= 3
    review.wait_for_timeout(350)  # as on the large button
    review.keyboard.press("1")
    review.get_by_text("You chose:").wait_for()
    verdict, confidence, misconception = latest(app, "verdict, confidence, misconception")
    assert confidence == "unsure"
    assert (verdict == "wrong") == (misconception is not None)


def test_a_typed_answer_is_checked_with_enter_and_the_cursor_is_already_in_the_field(app, review, settled):
    go_to(app, review, settled, "num-weight-curry")
    review.wait_for_function("document.activeElement?.tagName === 'INPUT'")
    review.keyboard.type("no idea at all 123 456 <b>bold</b>")
    review.keyboard.press("Enter")
    settled(review)
    review.wait_for_timeout(350)
    verdict = latest(app, "verdict") if counted(app, "attempt") > counted(app) else None
    assert verdict in (None, ("wrong",))  # unreadable for a number: asked again; simply wrong for a word
    assert review.locator("main b, main strong:text-is('bold')").count() == 0


def test_pressing_space_twice_goes_on_once_and_does_not_answer_the_next_card_unread(app, review, settled, at_once):
    review.get_by_role("button", name="I don't know").click()
    review.get_by_role("button", name="Next: Again", exact=False).wait_for()
    settled(review)
    review.wait_for_timeout(350)
    with at_once(review):  # whoever presses later than he could read means it
        review.keyboard.press("Space")
        review.keyboard.press("Space")
    review.get_by_role("button", name="Next: Again", exact=False).wait_for(state="detached")
    settled(review)
    review.wait_for_timeout(350)
    assert (counted(app), counted(app, "attempt")) == (1, 1)


def test_u_takes_the_answer_back_y_does_it_again_and_h_lists_the_keys(app, review, settled):
    pass_card(review, settled)
    assert counted(app) == 1
    review.keyboard.press("u")
    review.get_by_text("Taken back.").wait_for()
    settled(review)
    review.get_by_role("button", name="Next: Again", exact=False).wait_for()
    review.keyboard.press("y")
    review.get_by_text("Done again.").wait_for()
    settled(review)
    assert counted(app, "withdrawal") == 2
    review.keyboard.press("h")
    review.get_by_text("the large button", exact=False).wait_for()
    settled(review)
    review.keyboard.press("h")
    review.get_by_text("the large button", exact=False).wait_for(state="detached")


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_nothing_runs_over_the_edge_of_a_phone(review, settled):
    for _ in range(4):
        assert review.evaluate("document.documentElement.scrollWidth") <= 390
        review.get_by_role("button", name="I don't know").click()
        review.get_by_role("button", name="Next: Again", exact=False).wait_for()
        settled(review)
        assert review.evaluate("document.documentElement.scrollWidth") <= 390
        review.get_by_role("button", name="Easy", exact=False).last.click()
        review.get_by_role("button", name="Next:", exact=False).wait_for(state="detached")
        settled(review)
