"""What a learner believes and has learnt, on the progress page and at the end of a sitting, through app.py."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import deletions
from attnquiz.cards.refutations import refuting
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.marks import Marks
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase
from attnquiz.ui.words import KINDS
from tests.noon import ZONE, day
from tests.pages.seen import press, press_at_once

PROGRESS, REVIEW = "pages/progress/overview.py", "pages/study/review.py"
CARD, BELIEF = "num-weight-curry", "forgot-scaling"


@pytest.fixture
def desk(db):
    return drill.Desk(Store.open(db), load(shipped()), ZONE, "test")


@pytest.fixture
def ago():
    """``ago(3)`` is three days ago."""
    return lambda days: datetime.now(UTC) - timedelta(days=days)


def answer(desk, card, text, confidence, rating, now, marks=None):
    sitting = drill.begin(desk, now, first=Face(card, deletions(desk.collection.cards[card])[0]))
    sitting = drill.commit(desk, sitting, text(sitting.showing) if callable(text) else text, confidence, now)
    return drill.rate(desk, sitting, rating, now + timedelta(seconds=9), marks)


def unscaled(showing):
    """The answer of somebody who forgot to scale, for the variant that is asked."""
    from attnquiz.cards.truth import believed

    return repr(believed(showing.card, showing.card.body.wrong[0], showing.variant))


def right(showing):
    from attnquiz.cards.truth import truth

    return repr(truth(showing.card, showing.variant))


def done_for_today(desk, now):
    """All new cards of the day, known at once."""
    sitting = drill.begin(desk, now)
    while sitting.phase is not Phase.DONE:
        sitting = drill.commit(desk, sitting, None, Confidence.UNSURE, now)
        sitting = drill.rate(desk, sitting, Rating.EASY, now)


def texts(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption, *at.info, *at.success, *at.text])


def test_a_belief_is_listed_with_when_it_showed_and_the_cards_that_refute_it(visit, desk, ago):
    answer(desk, CARD, unscaled, Confidence.SURE, Rating.AGAIN, ago(9))
    answer(desk, CARD, unscaled, Confidence.UNSURE, Rating.AGAIN, ago(4))
    answer(desk, CARD, right, Confidence.SURE, Rating.GOOD, ago(1))
    at = visit(PROGRESS, section="What you believe")
    assert not at.exception
    assert "What stood behind wrong answers" in [heading.value for heading in at.subheader]
    assert f"“{desk.collection.misconceptions[BELIEF].belief}”" in texts(at)
    assert "Showed twice, first on " in texts(at)
    assert "; you were sure once. Refuted on 1 of 3 days." in texts(at)
    links = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    assert f"belief={BELIEF}" in links["See it as if that were true"]
    (question,) = (label for label, query in links.items() if query == f"card={CARD}")
    assert "dot product is" in question
    (row,) = at.table[0].value.to_dict("records")
    days = [day(ago(when)) for when in (9, 4)]
    assert [row["First"], row["Last"]] == [
        f"{each:%a}\N{NO-BREAK SPACE}{each.day} {each:%b}\N{NO-BREAK SPACE}{each:%Y}" for each in days
    ]
    told = {name: row[name] for name in ("Belief", "Now", "Showed", "Sure", "Days refuted")}
    belief = desk.collection.misconceptions[BELIEF].belief
    assert told == {"Belief": belief, "Now": "there", "Showed": 2, "Sure": 1, "Days refuted": 1}


def test_a_filter_lets_through_the_beliefs_that_its_cards_refute(visit, desk, ago):
    answer(desk, CARD, unscaled, Confidence.SURE, Rating.AGAIN, ago(9))
    belief = desk.collection.misconceptions[BELIEF].belief
    assert belief in texts(visit(PROGRESS, section="What you believe", kind="Number"))
    concept = desk.collection.cards[CARD].concept
    title = desk.collection.concepts[concept].title
    kinds = {desk.collection.cards[name].kind for name in refuting(desk.collection.cards.values())[BELIEF]}
    other = next(card.kind for card in desk.collection.cards.values() if card.kind not in kinds)
    assert belief in texts(visit(PROGRESS, section="What you believe", concept=title))
    answer(desk, next(n for n, c in desk.collection.cards.items() if c.kind == other), None, Confidence.UNSURE,
           Rating.GOOD, ago(1))  # fmt: skip
    assert belief not in texts(visit(PROGRESS, section="What you believe", kind=KINDS[other]))


def test_a_belief_is_gone_after_three_days_with_different_cards_that_were_right(visit, desk, ago):
    """Three cards refute it: each has to be right, on a day of its own."""
    answer(desk, CARD, unscaled, Confidence.UNSURE, Rating.AGAIN, ago(9))
    answers = {CARD: right, "num-gradient-at-query": right, "exp-scaling": "A"}
    assert set(refuting(desk.collection.cards.values())[BELIEF]) == answers.keys()
    for days, (card, text) in zip((7, 5, 3), answers.items(), strict=True):
        answer(desk, card, text, Confidence.SURE, Rating.GOOD, ago(days))
    at = visit(PROGRESS, section="What you believe")
    gone = [expander.label for expander in at.expander if expander.label.startswith("Gone")]
    assert gone == ["Gone: 1 belief"]


def test_no_wrong_answer_yet_says_so(visit, desk, ago):
    answer(desk, CARD, right, Confidence.SURE, Rating.GOOD, ago(1))
    assert "No wrong answer has shown a belief yet." in texts(visit(PROGRESS, section="What you believe"))


def test_the_end_of_a_sitting_tells_memory_calibration_and_beliefs_of_the_day(visit, desk, ago):
    answer(desk, CARD, unscaled, Confidence.SURE, Rating.AGAIN, ago(2))
    now = datetime.now(UTC)
    answer(desk, CARD, right, Confidence.SURE, Rating.GOOD, now - timedelta(minutes=3))
    answer(desk, "exp-scaling", "B", Confidence.UNSURE, Rating.EASY, now - timedelta(minutes=2))
    done_for_today(desk, now)
    at = visit(REVIEW)
    assert not at.exception
    assert "Memory grew by " in texts(at)
    assert "When you were sure: 1 of 1 right; when you were not sure: 0 of 1 right." in texts(at)
    assert "Showed today, and comes back in other cards:" in texts(at)
    assert f"“{desk.collection.misconceptions[BELIEF].belief}”" in texts(at)


def test_ones_own_words_are_marked_again_after_three_days_and_the_agreement_is_told(visit, desk, ago, db):
    own = "every position <b>compares</b> what it looks for"
    answer(desk, "explain-equation-one", own, Confidence.SURE, Rating.GOOD, ago(4), Marks((0, 1)))
    done_for_today(desk, datetime.now(UTC))
    at = visit(REVIEW)
    assert "Mark your own words again" in [heading.value for heading in at.subheader]
    assert own in [element.value for element in at.text]
    assert not [box for box in at.checkbox if box.value]  # the first marking is not in sight
    at.checkbox[0].check().run()
    press(at, "Keep this marking")
    assert "You agree with your first marking on 4 of 5 points." in texts(at)
    assert "Mark your own words again" not in [heading.value for heading in at.subheader]
    with closing(sqlite3.connect(db)) as file:
        assert file.execute("select count(*) from log where kind = 'marking'").fetchone() == (1,)
    assert "Not enough data yet: 5 of 20 points marked twice." in texts(visit(PROGRESS, section="What you believe"))


def test_the_second_half_of_a_double_press_keeps_no_marking_of_what_nobody_has_read(visit, desk, ago, db):
    for days, card in ((5, "explain-equation-one"), (4, "explain-order")):
        answer(desk, card, "in my words", Confidence.SURE, Rating.GOOD, ago(days), Marks((0,)))
    done_for_today(desk, datetime.now(UTC))
    at = visit(REVIEW)
    press(at, "Keep this marking")
    press_at_once(at, "Keep this marking")
    assert [heading.value for heading in at.subheader].count("Mark your own words again") == 1
    with closing(sqlite3.connect(db)) as file:
        assert file.execute("select card from log where kind = 'marking'").fetchall() == [("explain-equation-one",)]


def test_a_fresh_explanation_is_not_marked_again_yet(visit, desk, ago):
    answer(desk, "explain-equation-one", "shares", Confidence.SURE, Rating.GOOD, ago(2), Marks((0,)))
    done_for_today(desk, datetime.now(UTC))
    assert "Mark your own words again" not in [heading.value for heading in visit(REVIEW).subheader]
