"""A backlog at a phone: minutes a day are chosen, taken, and hold after a reload."""

import shutil

import pytest


def due_now(page):
    shown = page.get_by_test_id("stMetric").filter(has_text="Due now").get_by_test_id("stMetricValue").inner_text()
    return int(shown.replace(",", ""))


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_minutes_for_a_backlog_are_taken_at_a_phone(app, page, settled, witness, history):
    shutil.copy(history, app.db)
    page.goto(app.url)
    page.get_by_text("cards are waiting.", exact=False).wait_for()
    settled(page)
    before = due_now(page)
    page.get_by_text("caught up in about", exact=False).nth(3).wait_for()
    page.get_by_text("10 minutes a day").click()
    take = page.get_by_role("button", name="Take 10 minutes a day")
    take.wait_for()
    settled(page)
    take.click()
    page.get_by_text("Your limit is 10 minutes a day from now on.", exact=False).wait_for()
    settled(page)
    assert 0 < due_now(page) < before / 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    page.get_by_text("That is what holds now.").wait_for()
    settled(page)
    assert due_now(page) < before / 4
    assert witness.foreign == []
