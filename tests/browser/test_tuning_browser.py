"""Tuning on the settings page in a real Chromium: a fit is watched, stopped, taken, taken back and again."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from attnquiz.recall.fit import intervals
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.study.fitting import MANY, SOME
from tests.browser.conftest import READY
from tests.recall.hidden import HIDDEN, written
from tests.store.hand import Hand

DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
FITTING = re.compile(r"Fitting to your answers: (\d+)%")
HOUSE = ("list", "presentation-role-conflict")  # Streamlit's own navigation
BUTTONS = "Tune now", "Stop", "Take this back", "Use the defaults", "Use it again"
LONG = 240_000  # milliseconds, for what takes ten seconds where nothing else runs


def log(app):
    """Kind and payload of each entry that is no answer, read without any code of ours."""
    sql = "select kind, payload from log where kind not in ('attempt', 'review') order by number"
    with closing(sqlite3.connect(app.db)) as db:
        return db.execute(sql).fetchall()


def open_settings(app, page, settled):
    page.goto(f"{app.url}/settings")
    page.get_by_role("heading", name="Tuning", exact=True).wait_for()
    page.get_by_text("In use:").wait_for()
    settled(page)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def wait_for(page, sentence):
    """Until it is said, and all that is drawn after it is there as well."""
    page.get_by_text(sentence, exact=False).wait_for(timeout=LONG)
    page.wait_for_selector(READY)


def part(page, beyond):
    """How much of the fit is done, in percent, as soon as that is more than ``beyond``."""
    shown = f"""() => {{
        const said = document.body.innerText.match(/{FITTING.pattern}/)
        return said && Number(said[1]) > {beyond} && said[0]
    }}"""
    said = page.wait_for_function(shown, timeout=LONG).json_value()
    return int(FITTING.fullmatch(said)[1])


def offers(page, *names):
    """Of all buttons that change which weights are in use, the section comes to show these."""
    for _ in range(200):
        found = [each for each in BUTTONS if page.get_by_role("button", name=each, exact=True).count()]
        if found == [*names]:
            break
        page.wait_for_timeout(100)
    assert found == [*names]


def difference(fit):
    """What is to be said of a fit that was taken, as far as it holds numbers."""
    return (
        f"Of {fit['held_out']:,} later answers that the fit had not seen, the weights before it expected "
        f"{fit['expected_before']:.0%} to be right, these {fit['expected_after']:.0%}; {fit['recalled']:.0%} were. "
        f"Log loss, where less is better: {fit['before']:.4f} before, {fit['after']:.4f} now."
    )


def is_tuned(page, fit):
    """All that the section says while these weights are in use. The made-up learner wants to know 85%."""
    wait_for(page, f"In use: all 21 weights tuned to you today, from {fit['answers']:,} answers.")
    assert difference(fit) in page.locator("[data-testid=stMain]").inner_text()
    table = page.get_by_role("table").filter(has_text="A new card comes back after")
    rows = table.evaluate("t => [...t.rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))")
    assert rows[0][-1] == "Now"
    assert [row[-1].split()[0] for row in rows[1:]] == [str(days) for days in intervals(fit["weights"], 0.85)]
    offers(page, "Tune now", "Take this back", "Use the defaults")


def is_taken_back(page):
    wait_for(page, "In use: the default weights, a fair guess for most people.")
    assert page.get_by_text("A new card comes back after").count() == 0
    offers(page, "Tune now", "Use it again")


@pytest.mark.slow
@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk"])
def test_a_fit_is_watched_stopped_taken_taken_back_and_taken_again_also_by_a_server_that_was_killed(
    fresh_app, page, settled, witness
):
    written(fresh_app.db)
    before = log(fresh_app)
    open_settings(fresh_app, page, settled)
    offers(page, "Tune now")

    press(page, "Tune now")
    part(page, 0)
    offers(page, "Stop")
    press(page, "Stop")
    wait_for(page, "Stopped.")
    assert page.get_by_text(FITTING).count() == 0
    offers(page, "Tune now")
    assert log(fresh_app) == before, "a fit that was stopped writes nothing"

    press(page, "Tune now")
    first = part(page, 0)
    page.reload()
    assert part(page, first) > first, "it goes on, whoever looks"
    wait_for(page, "Tuned: on")
    ((kind, payload),) = log(fresh_app)[len(before) :]
    fit = json.loads(payload)
    assert (kind, fit["stage"]) == ("weights", "all")
    assert fit["before"] - fit["after"] > fit["error"]
    wait_for(
        page,
        f"Tuned: on {fit['held_out']:,} later answers that the fit had not seen, the log loss "
        "(less is better) fell from "
        f"{fit['before']:.4f} to {fit['after']:.4f}. The new weights count from the next answer on.",
    )
    is_tuned(page, fit)

    press(page, "Take this back")
    wait_for(page, "Taken back. What was in use before is in use again.")
    is_taken_back(page)
    assert (witness.errors, witness.foreign) == ([], [])
    fresh_app.kill()
    fresh_app.start()
    open_settings(fresh_app, page, settled)
    is_taken_back(page)

    press(page, "Use it again")
    wait_for(page, "In use again.")
    is_tuned(page, fit)
    page.reload()
    is_tuned(page, fit)
    assert [kind for kind, _ in log(fresh_app)[len(before) :]] == ["weights", "withdrawal", "withdrawal"]
    assert witness.foreign == []
    assert examine(Store.open(fresh_app.db)) == []


def fits(page):
    """Nothing is wider than the screen."""
    main = page.locator("[data-testid=stMain]")
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth") and main.evaluate(
        "main => main.scrollWidth <= main.clientWidth"
    )


@pytest.mark.slow
@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone, dark"])
def test_at_a_phone_a_fit_that_is_no_better_is_refused_in_a_sentence_and_everything_has_room(
    app, page, settled, axe, witness
):
    """The weights in use are those by which this learner forgets: nothing predicts better."""
    hand = Hand(Store.open(written(app.db, reviews=1500)))
    with hand.store.reading() as r:
        assert SOME <= r.asked_again() < MANY
        answers = len(list(r.reviews()))
    held = {"held_out": 300, "before": 0.3, "after": 0.25, "error": 0.02, "recalled": 0.95}
    payload = {
        "weights": HIDDEN, "stage": "all", "answers": 1234, "up_to": answers, "instead_of": "default", **held,
        "expected_before": 0.85, "expected_after": 0.94,
    }  # fmt: skip
    with hand.store.writing() as w:
        w.append(replace(hand.entry(Happened.WEIGHTS), payload=json.dumps(payload)))
    open_settings(app, page, settled)
    wait_for(page, "from 1,234 answers")
    assert fits(page)
    press(page, "Tune now")
    part(page, 0)
    assert fits(page)
    wait_for(page, "The weights in use stay: on")
    kind, payload = log(app)[-1]
    said = json.loads(payload)
    fit = json.loads(said["value"])
    assert (kind, said["name"], fit["stage"]) == ("setting", "fit.refused", "starting")
    assert fit["after"] > fit["before"]
    wait_for(
        page,
        f"The weights in use stay: on {fit['held_out']:,} later answers that the fit had not seen, the log loss "
        "(less is better) was "
        f"{fit['before']:.4f}, and would be {fit['after']:.4f} (the difference is uncertain by {fit['error']:.4f}).",
    )
    assert "from 1,234 answers" in page.locator("[data-testid=stMain]").inner_text(), "they are in use as before"
    page.get_by_text("All fits so far").click()
    page.get_by_test_id("stDataFrame").wait_for()
    assert fits(page)
    assert [line for line in axe(page) if not line.startswith(HOUSE)] == []
    assert (witness.errors, witness.foreign) == ([], [])
