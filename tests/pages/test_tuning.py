"""Tuning on the settings page: which weights are in use, a fit under way, the way back, and what was not taken."""

import json
import shutil
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.face import Face
from attnquiz.recall.fit import intervals
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS
from attnquiz.store.alone import Post
from attnquiz.store.database import Store
from attnquiz.store.doctor import examine
from attnquiz.store.entry import Happened
from attnquiz.store.tuned import REFUSED
from attnquiz.study import choices
from attnquiz.study.desk import Desk
from attnquiz.study.fitting import SOME
from attnquiz.ui import keeping, tuning
from attnquiz.ui.state import KEY
from attnquiz.ui.tuner import Tuner
from tests.noon import ZONE
from tests.recall.hidden import HIDDEN, written
from tests.store.hand import Hand

SETTINGS = "pages/progress/settings.py"
SHOWN = {
    "answers": 2000, "up_to": 9, "instead_of": "default", "fsrs": "py-fsrs 6.3.2", "held_out": 300, "before": 0.3,
    "after": 0.25, "error": 0.02, "expected_before": 0.85, "expected_after": 0.94, "recalled": 0.95,
}  # fmt: skip


@pytest.fixture
def hand(db):
    hand = Hand(Store.open(db), datetime.now(UTC) - timedelta(hours=5))
    hand.answer(Face("card"))
    return hand


def tuned(hand, numbers=HIDDEN, stage="all", **more):
    """Weights as a fit would have written them."""
    payload = {"weights": list(numbers), "stage": stage, **SHOWN, **more}
    entry = replace(hand.entry(Happened.WEIGHTS), payload=json.dumps(payload), id=str(uuid.uuid4()))
    with hand.store.writing() as w:
        w.append(entry)
    return entry


def keys(at):
    return [button.key for button in at.button if button.key and button.key.startswith("tune-")]


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception
    return at


def said(at):
    return " ".join(element.value for element in [*at.markdown, *at.success, *at.error, *at.info])


def in_use(store):
    with store.reading() as r:
        return r.weights_in_use()


def comes_back(at):
    """The table of intervals."""
    (table,) = (table.value for table in at.table if "A new card comes back after" in table.value)
    return table.set_index("A new card comes back after")


def test_at_first_the_defaults_are_in_use_and_what_is_missing_is_counted(visit, hand):
    at = visit(SETTINGS)
    assert not at.exception
    assert f"Tuning begins after {SOME} answers to cards that came back on a later day: so far there are **0**" in said(
        at
    )
    assert keys(at) == ["tune-now"]
    assert at.toggle(key="tune-by-itself").value is True


def test_what_a_fit_changed_is_told_in_words_and_in_days_and_can_be_undone_and_redone(visit, hand):
    first = tuned(hand)
    at = visit(SETTINGS)
    assert "all 21 weights tuned to you" in said(at)
    assert (
        "Of **300** later answers that the fit had not seen, the weights before it expected **85%** to be right, these "
        "**94%**; **95%** were. Log loss, where less is better: 0.3000 before, **0.2500** now." in said(at)
    )
    wanted = [f"{each} day{'' if each == 1 else 's'}" for each in intervals(HIDDEN, 0.9)]
    usual = [f"{each} day{'' if each == 1 else 's'}" for each in intervals(DEFAULT_WEIGHTS, 0.9)]
    assert list(comes_back(at)["Now"]) == wanted != list(comes_back(at)["Before"]) == usual
    press(at, "tune-back")
    assert "Taken back" in said(at)
    assert in_use(hand.store) is None
    assert keys(at) == ["tune-now", "tune-again"]
    press(at, "tune-again")
    assert in_use(hand.store) == (first.id, HIDDEN)
    press(at, "tune-defaults")
    assert in_use(hand.store)[1] == DEFAULT_WEIGHTS
    assert "default weights, which you chose today" in said(at)
    other = visit(SETTINGS)
    press(at, "tune-back")
    press(other, "tune-back")
    assert "already taken back or changed" in said(other)
    assert in_use(hand.store) == (first.id, HIDDEN)
    assert examine(hand.store) == []


def test_the_simulated_year_follows_the_weights_in_use(visit, hand):
    before = visit(SETTINGS).table[0].value.set_index("What to expect")["Now"]
    tuned(hand)
    after = visit(SETTINGS).table[0].value.set_index("What to expect")["Now"]
    assert int(after["Answers a day"]) < int(before["Answers a day"]), "who remembers well has less to do"


def test_fits_that_were_refused_are_told_too(visit, hand):
    refused = {"name": REFUSED, "value": json.dumps({"stage": "starting", **SHOWN, "after": 0.31})}
    with hand.store.writing() as w:
        w.append(replace(hand.entry(Happened.SETTING), payload=json.dumps(refused)))
    tuned(hand)
    at = visit(SETTINGS)
    (drawn,) = (each for each in at.dataframe if "Outcome" in each.value)
    table = drawn.value
    assert b"2,000" in drawn.proto.SerializeToString(), "what is shown of 2000 answers"
    assert list(table["Outcome"]) == ["in use", "not taken: no clear gain"]
    assert list(table["Fitted"]) == ["all 21 weights", "the first four weights"]
    assert list(table["After"]) == [0.25, 0.31]
    press(at, "tune-back")
    (table,) = (each.value for each in at.dataframe if "Outcome" in each.value)
    assert table["Outcome"][0] == "taken back"


def test_tuning_by_itself_is_switched_off_and_on(visit, hand):
    at = visit(SETTINGS)
    for on in (False, True):
        at.toggle(key="tune-by-itself").set_value(on).run()
        assert not at.exception
        with hand.store.reading() as r:
            assert r.settings()["fit.automatic"] == ("on" if on else "off")
    assert visit(SETTINGS).toggle(key="tune-by-itself").value is True


def test_switching_says_what_holds_now_once(visit, hand):
    at = visit(SETTINGS)
    for on, what in ((False, "The weights are tuned only when you ask for it."), (True, "The weights are tuned by th")):
        at.toggle(key="tune-by-itself").set_value(on).run()
        assert [each.value[: len(what)] for each in at.success] == [what.replace(".", r"\.")[: len(what)]]
        assert at.toggle(key="tune-by-itself").value is on
        assert not at.run().success
        assert visit(SETTINGS).toggle(key="tune-by-itself").value is on


def test_the_latest_of_several_fits_holds_and_is_compared_with_the_one_before(visit, hand):
    first = tuned(hand, stage="starting")
    assert "the first four weights tuned to you today, from 2,000 answers" in said(visit(SETTINGS))
    others = (*HIDDEN[:20], 0.5)
    tuned(hand, others, instead_of=first.id, answers=3000)
    choices.choose(Desk(hand.store, load(shipped()), ZONE, "test"), "retention", "0.95", datetime.now(UTC))
    at = visit("pages/study/review.py")
    assert at.session_state[KEY].session is not None
    at.switch_page(SETTINGS).run()
    assert "all 21 weights tuned to you today, from 3,000 answers" in said(at)
    days = {name: list(comes_back(at)[name]) for name in ("Before", "Now")}
    wanted = {"Before": intervals(HIDDEN, 0.95), "Now": intervals(others, 0.95)}
    assert days == {name: [f"{each} day{'' if each == 1 else 's'}" for each in days] for name, days in wanted.items()}
    assert days["Before"] != days["Now"]
    assert list(comes_back(at).index) == ["Again, Good, Good", "Good, Good", "Easy", "Good, Good, and Good again"]
    assert keys(at) == ["tune-now", "tune-back", "tune-defaults"]
    press(at, "tune-defaults")
    assert at.session_state[KEY].session is None, "it was planned with other weights"
    assert at.success[0].value == r"The default weights are in use\."
    assert keys(at) == ["tune-now", "tune-back"], "these are the defaults"
    (table,) = (each.value for each in at.dataframe if "Outcome" in each.value)
    assert list(table["Outcome"]) == ["in use", "replaced", "replaced"]
    assert list(table["Fitted"]) == ["none: the defaults", "all 21 weights", "the first four weights"]
    columns = {"Answers": 3000, "Log loss before": 0.3, "After": 0.25, "Uncertain by": 0.02}
    assert {name: table[name][1] for name in columns} == columns
    other = visit(SETTINGS)
    press(at, "tune-back")
    assert in_use(hand.store)[1] == others
    press(other, "tune-back")
    assert [len(other.error), len(other.success)] == [1, 0]


def test_too_few_answers_are_a_sentence_and_nothing_is_written(visit, hand):
    at = press(visit(SETTINGS), "tune-now")
    finished(hand.store.path, at)
    assert "There is not enough to learn from yet" in said(at)
    with hand.store.reading() as r:
        assert r.fits() == []


@pytest.mark.parametrize(("told", "shown"), [("0.25", "25%"), ("7", "100%"), ("-1", "0%"), ("soon", "0%")])
def test_how_far_a_fit_of_somebody_else_is_is_shown_and_no_second_one_begins(visit, hand, told, shown):
    post, tuner = Post(hand.store.path, "fit"), Tuner()
    with post.held("Another one is under way."):
        post.tell(told)
        at = visit(SETTINGS)
        assert at.get("progress")[0].proto.text == f"Fitting to your answers: {shown}. You can go on meanwhile."
        tuner.begin(hand.store.path)
        assert not tuner._begun
        assert keys(at) == ["tune-stop"]


def test_no_fit_begins_by_itself_before_there_is_enough(hand):
    tuner = Tuner()
    tuning._begin_in_time(tuner, hand.store.path, ZONE, datetime.now(UTC))
    assert not tuner._begun


def test_a_file_that_is_no_database_is_said_in_the_section_and_the_rest_of_the_page_stands(visit, db):
    db.write_text("Dear diary, this is no database.\n" * 100, encoding="utf-8")
    at = visit(SETTINGS)
    assert not at.exception
    assert len({error.value for error in at.error}) == 1
    assert len(at.error) == 2, "one for how one studies, one for tuning"
    assert at.header[-1].value == "Delete my data"


def test_a_fit_runs_beside_the_app_is_seen_by_a_reload_and_stopped(visit, db, tmp_path):
    shutil.copy(written(tmp_path / "made-up.sqlite3"), db)
    at = visit(SETTINGS)
    assert "a fair guess for most people." in [line.value[-29:] for line in at.markdown], "nothing is missing"
    press(at, "tune-now")
    assert keys(at) == ["tune-stop"]
    assert at.get("progress")[0].proto.text.startswith("Fitting to your answers: ")
    post = Post(db, "fit")
    for _ in range(1200):
        if post.is_held() and post.told() not in ("", "0.0"):
            break
        time.sleep(0.05)
    again = visit(SETTINGS)
    assert keys(again)[0] == "tune-stop", "another tab sees it as well"
    assert Tuner().progress(db) > 0, "and so does a server that was started since"
    press(again, "tune-stop")
    finished(db, again)
    assert "Stopped" in said(again)
    with Store.open(db).reading() as r:
        assert r.fits() == []


def test_a_fit_begins_by_itself_when_there_is_enough_to_learn_from(visit, db, tmp_path, monkeypatch):
    shutil.copy(written(tmp_path / "made-up.sqlite3"), db)
    store = Store.open(db)
    assert not visit().exception
    monkeypatch.setenv("ATTNQUIZ_TUNING", "on")
    keeping._watch.clear()  # the hour has passed
    assert not visit().exception
    for _ in range(1200):
        with store.reading() as r:
            if tried := r.fits():
                break
        time.sleep(0.1)
    (entry,) = tried
    assert entry.kind is Happened.WEIGHTS
    assert in_use(store)[0] == entry.id
    assert examine(store) == []


def finished(path, at):
    """Runs the page until the fit has ended."""
    for _ in range(600):
        at.run()
        if not at.exception and "tune-now" in keys(at) and at.info:
            return
        time.sleep(0.1)
    raise AssertionError("it never ended")
