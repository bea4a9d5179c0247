"""Figures of memories on 20,000 made-up reviews, against pandas and the raw tables, through every filter."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import deletions
from attnquiz.measure.concepts import concepts, knowledge
from attnquiz.measure.faces import CLASSES, faces
from attnquiz.measure.forecast import STEPS, forecast
from attnquiz.measure.forecast import load as daily_load
from attnquiz.measure.spread import scale, spread
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS, Scheduler
from attnquiz.store.database import Store
from attnquiz.store.rollup import Scope
from attnquiz.study import aside, drill
from attnquiz.study.desk import Desk
from attnquiz.study.standing import stand

ATTENTION = frozenset({"softmax", "dot-product", "weighted-sum", "path-length"})
SCOPES = {
    "everything": Scope(),
    "kind": Scope(kind="numeric"),
    "concepts": Scope(concepts=ATTENTION),
    "both": Scope(concepts=ATTENTION, kind="numeric"),
    "nothing": Scope(concepts=frozenset({"softmax"}), kind="experiment"),
}


@pytest.fixture(scope="module")
def collection():
    return load(shipped())


@pytest.fixture(scope="module")
def studied(history, tmp_path_factory, collection):
    """The history eight days after its last answer, with ten cards suspended and ten buried on that day."""
    path = tmp_path_factory.mktemp("standing") / "answers.sqlite3"
    path.write_bytes(history.read_bytes())
    desk = Desk(Store.open(path), collection, "Europe/Berlin", "test")
    with closing(sqlite3.connect(path)) as file:
        last = file.execute("select max(study_day) from log").fetchone()[0]
    today = datetime.fromisoformat(last).date() + timedelta(days=8)
    now = datetime.combine(today, time(12), UTC)
    names = list(collection.cards)
    suspended, buried = set(names[::30][:10]), set(names[1::31][:9]) | {names[30]}  # one of them both
    for put_aside, which in ((aside.bury, buried), (aside.suspend, suspended)):
        for name in which:
            first = Face(name, deletions(collection.cards[name])[0])
            put_aside(desk, drill.begin(desk, now, first=first), now)
    return path, today, suspended, buried


@pytest.fixture(params=SCOPES)
def compared(request, studied, collection):
    """What the app works with, and the same as a table of pandas with plain days."""
    scope = SCOPES[request.param]
    path, today, suspended, buried = studied
    with Store.open(path).reading() as r:
        found = stand(r, collection, today, scope)
    with closing(sqlite3.connect(path)) as file:
        raw = pd.read_sql("select * from memory", file, parse_dates=["due_day", "last_day"])
    table = pd.DataFrame(
        [(c.id, n, c.concept, c.kind.value) for c in collection.cards.values() for n in deletions(c)],
        columns=["card", "deletion", "concept", "kind"],
    ).merge(raw, how="left", on=["card", "deletion"])
    if scope.concepts is not None:
        table = table[table.concept.isin(scope.concepts)]
    if scope.kind is not None:
        table = table[table.kind == scope.kind]
    table["suspended"] = table.card.isin(suspended)
    table["buried"] = table.card.isin(buried) & ~table.suspended
    table["due"] = (table.due_day - pd.Timestamp(today)).dt.days
    table["wait"] = (table.due_day - table.last_day).dt.days
    days = (pd.Timestamp(today) - table.last_day).dt.days
    decay = -DEFAULT_WEIGHTS[20]
    table["recall"] = (1 + (0.9 ** (1 / decay) - 1) * days / table.stability) ** decay
    assert len(table) > 3 or request.param == "nothing"
    return found, table, today


def test_what_comes_is_what_the_table_says(compared):
    found, table, today = compared
    seen, met = faces(found.met, found.concepts, today), table[table.stability.notna() & ~table.suspended]
    due = met.due.where(~met.buried | (met.due > 0), 1)
    for span, step in STEPS.items():
        frame = forecast(seen.after(found.buried), today, span)
        assert frame.reviews[0] == (due < 0).sum()
        assert frame.reviews[1:].tolist() == [due.between(n, n + step - 1).sum() for n in range(0, span, step)]
        assert frame.so_far.iloc[-1] == (due < span).sum()
    spaced = met[met.state == "review"]
    assert daily_load(seen) == pytest.approx((1 / spaced.wait.clip(lower=1)).sum())


def test_every_card_is_counted_once(compared):
    found, table, today = compared
    seen, out = faces(found.met, found.concepts, today), np.array(found.buried, dtype=bool)
    left = table[~table.suspended & ~table.buried]
    spaced = left[left.state == "review"]
    expected = {
        "learning": (left.state == "learning").sum(),
        "relearning": (left.state == "relearning").sum(),
        "young": (spaced.wait < 21).sum(),
        "mature": (spaced.wait >= 21).sum(),
    }
    numbers = np.bincount(seen.classes()[~out], minlength=len(CLASSES))
    assert {name: numbers[CLASSES.index(name)] for name in expected} == expected
    assert found.fresh == left.stability.isna().sum()
    assert found.suspended == table.suspended.sum()
    assert out.sum() + found.fresh_buried == table.buried.sum()
    assert len(seen) + found.fresh + found.fresh_buried + found.suspended == len(table)


def test_how_memories_are_spread_is_what_the_table_says(compared):
    found, table, today = compared
    seen, met = faces(found.met, found.concepts, today), table[table.stability.notna() & ~table.suspended]
    waits = met.wait[met.state == "review"].clip(lower=1)
    for values, column in ((seen.interval[seen.spaced], waits), (seen.stability, met.stability)):
        for part in (0.5, 0.95, 1.0):
            for low, high, cards, share in spread(values, part).itertuples(index=False):
                assert cards == column.between(low, high, inclusive="left").sum()
                assert share == pytest.approx((column < high).mean())
    for low, high, cards, _ in scale(seen.difficulty, np.arange(1.0, 11.0)).itertuples(index=False):
        assert cards == met.difficulty.between(low, high, inclusive="both" if high == 10 else "left").sum()


def test_what_is_known_is_what_the_table_says(compared):
    found, table, today = compared
    seen, free = faces(found.met, found.concepts, today), table[~table.suspended]
    recall = seen.recall(DEFAULT_WEIGHTS)
    for low, high, cards, _ in scale(recall, np.linspace(0, 1, 21)).itertuples(index=False):
        assert cards == free.recall.between(low, high, inclusive="both" if high == 1 else "left").sum()
    frame = concepts(seen, recall, found.of).set_index("concept")
    by_concept = free.groupby("concept")
    begun = by_concept.recall.count() > 0
    assert set(frame.index) == set(begun.index[begun])
    for name, row in frame.iterrows():
        assert row.recall == pytest.approx(by_concept.recall.mean()[name])
        assert row.known == pytest.approx(by_concept.recall.sum()[name])
        assert (row.seen, row.faces) == ((by_concept.reviews.sum()[name] > 0) * row.seen, by_concept.size()[name])
        assert row.seen == (free.reviews[free.concept == name] > 0).sum()
    total = knowledge(frame.reset_index(), found.of)
    assert total.known == pytest.approx(free.recall.sum())
    assert total.faces == len(free)
    assert total.concepts == free.concept.nunique()
    assert total.concepts_known == pytest.approx(free.recall.fillna(0).groupby(free.concept).mean().sum())


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_who_has_set_nothing_aside_has_a_filter_as_well(tmp_path, collection, at, scope):
    through = [
        card for card in collection.cards.values()
        if (scope.concepts is None or card.concept in scope.concepts) and scope.kind in (None, card.kind)
    ]  # fmt: skip
    with Store.open(tmp_path / "answers.sqlite3").reading() as r:
        found = stand(r, collection, at().date(), scope)
    assert found.fresh == sum(found.of.values()) == sum(len(deletions(card)) for card in through)
    assert found.of.keys() == {card.concept for card in through}


def test_a_card_that_was_set_aside_and_is_gone_from_the_decks_is_not_counted(studied, collection):
    path, today, suspended, buried = studied
    left = {name: card for name, card in collection.cards.items() if name not in suspended | buried}
    with Store.open(path).reading() as r:
        found = stand(r, replace(collection, cards=left), today, Scope())
    assert (found.suspended, found.fresh_buried, sum(found.buried)) == (0, 0, 0)


def test_a_buried_face_that_was_never_met_is_buried_and_not_fresh(tmp_path, collection, at):
    """And its siblings with it, as long as the filter lets their card through."""
    desk = Desk(Store.open(tmp_path / "answers.sqlite3"), collection, "Europe/Berlin", "test")
    card = next(card for card in collection.cards.values() if len(deletions(card)) > 1)
    first, *others = (Face(card.id, number) for number in deletions(card))
    with desk.store.writing() as w:
        w.remember(first, Scheduler().review(first, None, Rating.EASY, at(), at().date()))
    aside.bury(desk, drill.begin(desk, at(), first=others[0]), at())
    with desk.store.reading() as r:
        found, filtered = (stand(r, collection, at().date(), scope) for scope in (Scope(), Scope(kind="numeric")))
    assert (found.fresh_buried, list(found.buried)) == (len(others), [True])
    assert found.fresh == sum(len(deletions(each)) for each in collection.cards.values()) - 1 - len(others)
    assert (filtered.fresh_buried, filtered.fresh) == (0, sum(filtered.of.values()))


def test_a_card_that_is_gone_from_the_decks_is_no_part_of_any_figure(studied, collection):
    path, today, *_ = studied
    name = next(iter(ATTENTION))
    fewer = replace(collection, cards={k: c for k, c in collection.cards.items() if c.concept != name})
    with Store.open(path).reading() as r:
        found = stand(r, fewer, today, Scope())
        assert name not in found.concepts
        assert set(faces(found.met, found.concepts, today).concept) <= {card.concept for card in fewer.cards.values()}


def test_a_face_that_its_card_has_no_more_is_no_part_of_any_figure(tmp_path, collection, at):
    """A blank was taken out of a card, or all of them, or a card got its first ones: what was met then is left out, and
    the concepts of all others are still their own."""
    cards = collection.cards
    plain = next(name for name in cards if deletions(cards[name]) == (0,))
    blanks = next(name for name in cards if len(deletions(cards[name])) > 1)
    other = max(name for name in cards if deletions(cards[name]) == (0,))
    memory = Scheduler().review(Face(plain), None, Rating.EASY, at(), at().date())
    with Store.open(tmp_path / "answers.sqlite3").writing() as w:
        for face in (Face(plain), Face(plain, 1), Face(blanks), Face(blanks, 2), Face(blanks, 99), Face(other)):
            w.remember(face, memory)
        found = stand(w, collection, at(3).date(), Scope())
    kept = [Face(plain), Face(blanks, 2), Face(other)]
    met = {name: concept for name, concept in zip(found.met.name, found.concepts, strict=True) if concept is not None}
    assert met == {str(face): cards[face.card].concept for face in kept}
    assert len(found.buried) == len(faces(found.met, found.concepts, at(3).date())) == 3
    assert found.fresh == sum(len(deletions(card)) for card in cards.values()) - 3
