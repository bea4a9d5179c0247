"""The log as the optimizer of FSRS reads it, against the file itself."""

import io
import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pandas as pd

from attnquiz.exchange.revlog import text
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.entry import Purpose

STATES = {"learning": 1, "review": 2, "relearning": 3}


def exported(store):
    with store.reading() as r:
        return text(r.reviews())


def test_the_table_is_the_log(path, store, hand):
    for day, rating in enumerate([Rating.AGAIN, Rating.GOOD, Rating.EASY, Rating.AGAIN, Rating.HARD]):
        hand.now += timedelta(days=day)
        hand.answer(Face("card-1"), rating)
        hand.answer(Face("card-1", 2), rating)
    hand.answer(Face("card-2"))
    hand.undo()
    hand.undo()  # the review, then its attempt
    hand.commit(Face("card-0"))
    with closing(sqlite3.connect(path)) as db:
        wanted = db.execute(
            "SELECT card, deletion, at, rating, memory_before, shown_at, committed_at FROM log WHERE kind = 'review'"
            " AND id NOT IN (SELECT cancels FROM log WHERE cancels IS NOT NULL) ORDER BY study_day, at, id"
        ).fetchall()
    table = pd.read_csv(io.StringIO(exported(store)))
    assert list(table) == ["card_id", "review_time", "review_rating", "review_state", "review_duration"]
    assert len(table) == len(wanted) == 13
    for (card, deletion, at, rating, before, shown, committed), row in zip(wanted, table.itertuples(), strict=True):
        assert row.card_id == (f"{card}/{deletion}" if deletion else card)
        assert abs(row.review_time / 1000 - datetime.fromisoformat(at).timestamp()) < 0.001
        assert row.review_rating == rating
        assert row.review_state == (0 if before is None else STATES[json.loads(before)["state"]])
        took = datetime.fromisoformat(committed) - datetime.fromisoformat(shown)
        assert row.review_duration == took.total_seconds() * 1000
    assert set(table.review_state) == {0, 1, 2, 3}
    assert table.dtypes.iloc[1:].map(str).eq("int64").all()


def test_spot_checks_are_in_it_as_the_reviews_that_they_were(store, hand):
    """Right or wrong, due or not: leaving some of them out would say something false about the others."""
    for day, rating in ((20, Rating.EASY), (3, Rating.GOOD), (2, Rating.AGAIN)):
        hand.now += timedelta(days=day)
        hand.answer(Face("card-1"), rating, purpose=Purpose.PROBE if day < 20 else Purpose.DUE)
    table = pd.read_csv(io.StringIO(exported(store)))
    lines = table[table.card_id == "card-1"]
    assert list(lines.review_rating) == [3, 4, 3, 1]
    assert list(lines.review_state)[2:] == [2, 2]


def test_what_is_not_known_is_left_empty(store, hand):
    hand.answer(Face("slow clock"), shown_at=hand.now + timedelta(hours=1))
    last = exported(store).splitlines()[-1]
    assert last.startswith("slow clock,")
    assert last.endswith(",3,0,")


def test_no_reviews_are_a_table_without_lines(tmp_path):
    assert text([]) == "card_id,review_time,review_rating,review_state,review_duration\n"
