"""The queue of a sitting is made from as few memories as decide about it, and is that of all of them."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.store.database import Store
from attnquiz.study import askable
from attnquiz.study.mastery import before, of_concepts
from attnquiz.study.outlook import day_queue, look
from attnquiz.study.probes import learnt
from attnquiz.study.simulated import planned, simulate


@pytest.mark.parametrize("days", [0, 1, 9, 400])
def test_the_queue_of_what_is_due_alone_is_that_of_all_memories(history, days):
    store, collection = Store.open(history), load(shipped())
    with store.reading() as r:
        latest = r.undoable()
        ahead = look(store, collection, latest.zone, latest.at + timedelta(days=days))
        queue = day_queue(r, collection, ahead.preferences, ahead.today)
        assert askable.unmet(collection, set(chain(*r.met(ahead.today)))) == []
        assert queue == ahead.queue
        assert (len(r.pending(ahead.today)[0]) > 200) == (days == 400)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A week of somebody who began with the shipped cards."""
    path = tmp_path_factory.mktemp("begun") / "answers.sqlite3"
    for _ in simulate(planned(path, date(2026, 3, 2), 7, seed=4)):
        pass
    return Store.open(path)


@pytest.mark.parametrize("days", [0, 1, 3, 30])
@pytest.mark.parametrize("every", [1000, 3])
def test_so_it_is_while_new_cards_wait_for_others(begun, days, every):
    collection = load(shipped())
    gone = list(collection.concepts)[1::every]  # these are tested by no card
    collection = replace(
        collection, cards={name: card for name, card in collection.cards.items() if card.concept not in gone}
    )
    with begun.reading() as r:
        latest = r.undoable()
        ahead = look(begun, collection, latest.zone, latest.at + timedelta(days=days))
        assert day_queue(r, collection, ahead.preferences, ahead.today) == ahead.queue
        assert ahead.queue.waiting
        deciding = before(ahead.queue.waiting, collection)
        cards = [card.id for card in of_concepts(collection, deciding)]
        assert r.memories_of(cards) == {face: m for face, m in r.memories().items() if face.card in cards}


@pytest.mark.parametrize("days", [0, 3])
def test_the_file_and_the_memories_say_alike_what_may_be_drawn(history, days):
    with Store.open(history).reading() as r:
        day = r.undoable().study_day + timedelta(days=days)
        found, others = r.met(day)
        assert sorted(found) == sorted(learnt(r.memories(), day))
        assert len(found) > 200
        assert sorted(found + others) == sorted(map(str, r.memories()))
