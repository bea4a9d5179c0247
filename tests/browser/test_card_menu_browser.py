"""The menu of a card in a real Chromium: by keyboard, twice in a hurry, with markup in a note, on a phone."""

import sqlite3
from contextlib import closing

import pytest

NOTE = "<b>x</b> $d_k$ **not** bold"


def kinds(app):
    """The kinds of all entries in the file, read without any code of ours."""
    with closing(sqlite3.connect(app.db)) as db:
        return [kind for (kind,) in db.execute("select kind from log order by number")]


def cards(app, kind):
    with closing(sqlite3.connect(app.db)) as db:
        return [card for (card,) in db.execute("select card from log where kind = ? order by number", [kind])]


@pytest.fixture
def question(app, page, settled):
    """The first card, read and with nothing focused that would swallow a key; its question."""
    page.goto(f"{app.url}/review")
    page.get_by_role("button", name="This card").wait_for()
    settled(page)
    page.wait_for_timeout(800)
    page.evaluate("document.activeElement?.blur()")
    return first(page)


def first(page):
    """The words of the question. The line above them names the concept, and the next card may be of the same one."""
    words = "main [data-testid=stMarkdown]:not(:has([data-testid=stCaptionContainer])) p"
    return page.locator(words).first.inner_text()


def opened(page, settled):
    page.keyboard.press("m")
    page.get_by_role("button", name="Suspend").wait_for()
    settled(page)
    page.wait_for_timeout(300)


def gone(page, settled):
    """The menu has closed, because another card is there."""
    page.get_by_role("button", name="Suspend").wait_for(state="detached")
    settled(page)
    page.wait_for_timeout(500)


def test_a_card_is_suspended_and_brought_back_by_keyboard_alone(app, page, question, settled, witness):
    opened(page, settled)
    page.keyboard.press("s")
    gone(page, settled)
    page.get_by_text("The card before this one is not asked any more.", exact=False).wait_for()
    assert first(page) != question
    assert kinds(app) == ["suspend"]
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("u")
    page.get_by_text("Taken back.").wait_for()
    settled(page)
    assert first(page) == question
    assert kinds(app) == ["suspend", "withdrawal"]
    assert witness.foreign == []


def test_m_closes_the_menu_again_and_a_double_click_leaves_it_open(app, page, question, settled, at_once):
    opened(page, settled)
    page.keyboard.press("m")
    gone(page, settled)
    assert first(page) == question
    with at_once(page):
        page.get_by_role("button", name="This card").dblclick()
    page.get_by_role("button", name="Suspend").wait_for()
    settled(page)
    page.wait_for_timeout(800)
    assert page.get_by_role("button", name="Suspend").count() == 1
    assert kinds(app) == []


@pytest.mark.parametrize(("label", "kind"), [("Suspend", "suspend"), ("Bury till tomorrow", "bury")])
def test_a_double_click_puts_one_card_aside_and_a_reload_does_not_bring_it_back(
    app, page, question, settled, label, kind
):
    opened(page, settled)
    page.get_by_role("button", name=label).dblclick()
    gone(page, settled)
    after = first(page)
    assert after != question
    assert kinds(app) == [kind]
    page.reload()
    page.get_by_role("button", name="This card").wait_for()
    settled(page)
    assert first(page) == after


def test_a_late_click_in_another_tab_is_told_and_puts_nothing_aside(app, page, question, settled):
    other = page.context.new_page()
    other.goto(f"{app.url}/review")
    other.get_by_role("button", name="This card").click()
    other.get_by_role("button", name="Suspend").wait_for()
    settled(other)
    opened(page, settled)
    page.keyboard.press("b")
    gone(page, settled)
    other.get_by_role("button", name="Suspend").click()
    other.get_by_text("another tab", exact=False).wait_for()
    assert kinds(app) == ["bury"]


def test_a_flag_with_markup_in_its_note_is_kept_once_and_shown_as_text(app, page, question, settled, witness):
    opened(page, settled)
    page.get_by_label("A remark about this card").fill(NOTE)
    page.get_by_role("button", name="Unclear").dblclick()
    page.get_by_text(f"Your remark today: unclear. {NOTE}").wait_for()
    settled(page)
    page.wait_for_timeout(500)
    assert kinds(app) == ["flag"]
    assert first(page) == question
    assert page.get_by_label("A remark about this card").input_value() == ""
    page.get_by_role("link", name="Progress").click()
    page.get_by_text("Set aside").wait_for()
    settled(page)
    assert page.get_by_text(NOTE, exact=True).count() == 1
    assert page.locator("main b:text-is('x'), main strong:text-is('not'), main .katex").count() == 0
    page.get_by_role("button", name=f"Take back the remark on {cards(app, 'flag')[0]}").dblclick()
    page.get_by_text("Set aside").wait_for(state="detached")
    settled(page)
    assert kinds(app) == ["flag", "withdrawal"]
    assert witness.foreign == []


def test_typing_a_note_triggers_no_key_of_the_page(app, page, question, settled):
    opened(page, settled)
    page.get_by_label("A remark about this card").click()
    page.keyboard.type("so bad, u know: many such things by me")
    page.wait_for_timeout(800)
    settled(page)
    assert first(page) == question
    assert kinds(app) == []


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_an_open_menu_with_a_past_fits_a_phone(app, page, question, settled):
    page.get_by_role("button", name="I don't know").click()
    page.get_by_role("button", name="Next: Again", exact=False).wait_for()
    settled(page)
    page.get_by_role("button", name="Easy", exact=False).last.click()
    page.get_by_role("button", name="Next:", exact=False).wait_for(state="detached")
    settled(page)
    page.goto(f"{app.url}/review?card={cards(app, 'review')[0]}")
    page.get_by_role("button", name="This card").click()
    page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first.wait_for()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_text("How it fades").count() == 1
