"""The review page in a real Chromium: by keyboard alone, in a hurry, in two tabs, after a reload."""

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
    page.goto(app.url)
    settled(page)
    page.goto(f"{app.url}/review")
    settled(page)
    page.get_by_role("button", name="I don't know").wait_for()
    return page


def test_a_deep_link_to_a_fresh_server_opens_its_page_and_no_dialog(app, page, settled):
    page.goto(f"{app.url}/review")
    page.get_by_role("button", name="I don't know").wait_for()
    settled(page)
    page.wait_for_timeout(500)
    assert page.get_by_role("dialog").count() == 0
    page.get_by_role("button", name="I don't know").click()
    page.get_by_role("button", name="Next: Again", exact=False).wait_for()


def is_typed(page):
    return page.locator(".st-key-typed input").count() > 0


def is_choice(page):
    return page.get_by_role("button", name="Sure: show the options", exact=False).count() > 0


def is_revealed(page):
    return page.get_by_role("button", name="Sure: show the answer", exact=False).count() > 0


def primary(page):
    return page.locator("[class*=st-key-primary] button").first


def pass_card(page, settled):
    """Say "I don't know", read the answer, rate it Easy, so that it does not come back today."""
    page.get_by_role("button", name="I don't know").click()
    page.get_by_role("button", name="Next: Again", exact=False).wait_for()
    settled(page)
    page.get_by_role("button", name="Easy", exact=False).last.click()
    page.get_by_role("button", name="Next:", exact=False).wait_for(state="detached")
    settled(page)


def go_to(page, settled, wanted):
    """Pass cards until one of the wanted sort is on the screen, and read it."""
    for _ in range(30):
        page.get_by_role("button", name="I don't know").wait_for()
        settled(page)
        page.wait_for_timeout(500)  # a press sooner than anybody reads is taken for half of a double one
        if wanted(page):
            return
        pass_card(page, settled)
    pytest.fail("No such card came up.")


def test_a_card_to_reveal_is_answered_and_rated_by_keyboard_alone(app, review, settled, witness):
    go_to(review, settled, is_revealed)
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
    go_to(review, settled, is_choice)
    assert review.locator("[class*=st-key-option]").count() == 0
    review.keyboard.press("2")  # not sure
    review.locator("[class*=st-key-option]").first.wait_for()
    settled(review)
    assert review.locator("[class*=st-key-option]").count() >= 3
    review.wait_for_timeout(500)  # as on the large button
    review.keyboard.press("1")
    review.get_by_text("You chose:").wait_for()
    verdict, confidence, misconception = latest(app, "verdict, confidence, misconception")
    assert confidence == "unsure"
    assert (verdict == "wrong") == (misconception is not None)


def test_a_typed_answer_is_checked_with_enter_and_the_cursor_is_already_in_the_field(app, review, settled):
    go_to(review, settled, is_typed)
    review.wait_for_function("document.activeElement?.tagName === 'INPUT'")
    review.keyboard.type("no idea at all 123 456 <b>bold</b>")
    review.keyboard.press("Enter")
    settled(review)
    review.wait_for_timeout(500)
    verdict = latest(app, "verdict") if counted(app, "attempt") > counted(app) else None
    assert verdict in (None, ("wrong",))  # unreadable for a number: asked again; simply wrong for a word
    assert review.locator("main b, main strong:text-is('bold')").count() == 0


def test_a_double_click_counts_once_and_does_not_skip_the_feedback(app, review, settled):
    go_to(review, settled, is_revealed)
    reviews, attempts = counted(app), counted(app, "attempt")
    primary(review).dblclick()
    review.get_by_text("Compare this with the answer you had in mind.").wait_for()
    settled(review)
    review.wait_for_timeout(500)
    assert (counted(app), counted(app, "attempt")) == (reviews, attempts + 1)
    review.get_by_role("button", name="Good", exact=False).last.dblclick()
    review.get_by_text("Compare this with the answer you had in mind.").wait_for(state="detached")
    settled(review)
    review.wait_for_timeout(500)
    assert (counted(app), counted(app, "attempt")) == (reviews + 1, attempts + 1)


def test_pressing_space_twice_goes_on_once_and_does_not_answer_the_next_card_unread(app, review, settled):
    review.get_by_role("button", name="I don't know").click()
    review.get_by_role("button", name="Next: Again", exact=False).wait_for()
    settled(review)
    review.wait_for_timeout(500)
    review.keyboard.press("Space")
    review.keyboard.press("Space")  # at once: whoever presses later than he could read means it
    review.get_by_role("button", name="Next: Again", exact=False).wait_for(state="detached")
    settled(review)
    review.wait_for_timeout(500)
    assert (counted(app), counted(app, "attempt")) == (1, 1)


def test_a_reload_lands_on_the_feedback_and_the_rating_still_counts_once(app, review, settled):
    review.get_by_role("button", name="I don't know").click()
    review.get_by_role("button", name="Next: Again", exact=False).wait_for()
    review.reload()
    settled(review)
    review.get_by_role("button", name="Next: Again", exact=False).wait_for()
    settled(review)
    assert (counted(app), counted(app, "attempt")) == (0, 1)
    review.keyboard.press("Space")
    review.get_by_role("button", name="Next: Again", exact=False).wait_for(state="detached")
    assert (counted(app), counted(app, "attempt")) == (1, 1)


def test_two_tabs_with_one_card_count_one_answer_and_the_late_one_is_told(app, review, settled):
    other = review.context.new_page()
    other.goto(f"{app.url}/review")
    settled(other)
    other.get_by_role("button", name="I don't know").wait_for()
    review.get_by_role("button", name="I don't know").click()
    review.get_by_role("button", name="Next: Again", exact=False).wait_for()
    other.get_by_role("button", name="I don't know").click()
    other.get_by_text("another tab", exact=False).wait_for()
    assert counted(app, "attempt") == 1


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
