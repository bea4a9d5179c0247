"""The placement test in a real Chromium, by keyboard alone, with a reload in the middle."""

import sqlite3
from contextlib import closing

from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from tests.noon import ZONE

HOUSE = ('list (serious): <ul data-testid="stSidebarNavItems', 'listitem (serious): <li class="st-emotion-cache')


def ours(found):
    """What axe says, without Streamlit's own navigation."""
    return [line for line in found if not line.startswith(HOUSE)]


def steps(app):
    """What each step of the placement says it is, read without any code of ours."""
    with closing(sqlite3.connect(app.db)) as db:
        return [said for (said,) in db.execute(
            "select json_extract(payload, '$.step') from log where kind = 'placement' order by number"
        )]  # fmt: skip


def at(page, settled, number):
    """Question ``number`` is on the screen, its field has the keyboard, and one has had time to read."""
    page.get_by_text(f"Question {number} of 12 to 15").wait_for()
    settled(page)
    page.wait_for_function("document.activeElement?.tagName === 'INPUT'")
    page.wait_for_timeout(400)
    return page.locator(".st-key-placed").inner_text()


def test_a_placement_by_keyboard_alone_survives_a_reload_in_the_middle(app, page, settled, axe, at_once, witness):
    page.goto(f"{app.url}/placement")
    page.get_by_role("button", name="Start the test").wait_for()
    settled(page)
    assert ours(axe(page)) == []
    page.keyboard.press("Space")
    at(page, settled, 1)
    assert ours(axe(page)) == []
    page.keyboard.press("Enter")  # nothing is written in the field yet
    page.locator("[data-testid=stAlert]").wait_for()
    assert steps(app) == ["begin"]
    with at_once(page):  # the second half of a double press answers nothing
        page.keyboard.press("Alt+k")
        page.keyboard.press("Alt+k")
    asked = at(page, settled, 2)
    assert steps(app) == ["begin", "answer"]

    page.reload()
    assert at(page, settled, 2) == asked
    number = 2
    result = page.get_by_role("heading", name="Where to start")
    while result.count() == 0:
        at(page, settled, number)
        page.keyboard.press("Alt+k")
        number += 1
        page.get_by_text(f"Question {number} of 12 to 15").or_(result).wait_for()
        settled(page)
    assert 12 <= steps(app).count("answer") <= 15
    assert ours(axe(page)) == []
    assert examine(Store.open(app.db)) == []
    assert witness.foreign == []


def test_a_result_is_used_with_a_key_and_undone_on_the_review_page(app, page, settled):
    page.goto(f"{app.url}/placement")
    page.get_by_role("button", name="Start the test").wait_for()
    _know_everything(app)
    page.reload()
    page.get_by_role("button", name="Use this").wait_for()
    settled(page)
    page.wait_for_timeout(400)
    page.keyboard.press("Space")
    page.get_by_text("In use:").wait_for()
    with Store.open(app.db).reading() as r:
        assert len(r.memories()) > 60
    page.goto(f"{app.url}/review")
    page.get_by_role("button", name="Undo").wait_for()
    settled(page)
    page.keyboard.press("u")
    page.get_by_text("Taken back.").wait_for()
    with Store.open(app.db).reading() as r:
        assert r.memories() == {}
    assert examine(Store.open(app.db)) == []


def _know_everything(app):
    from datetime import UTC, datetime

    from attnquiz.cards.collection import load, shipped
    from attnquiz.study.drill import Desk
    from tests.study.test_placement import sat

    desk = Desk(Store.open(app.db), load(shipped()), ZONE, "test")
    sat(desk, datetime.now(UTC), lambda concept: True)
