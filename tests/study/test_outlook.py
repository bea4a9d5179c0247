"""Who has met every card: the queue is made from what is due alone, and is the same."""

from datetime import timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.store.database import Store
from attnquiz.study import askable
from attnquiz.study.outlook import day_queue, look
from attnquiz.study.probes import learnt


@pytest.mark.parametrize("days", [0, 1, 9, 400])
def test_the_queue_of_what_is_due_alone_is_that_of_all_memories(history, days):
    store, collection = Store.open(history), load(shipped())
    with store.reading() as r:
        latest = r.undoable()
        ahead = look(store, collection, latest.zone, latest.at + timedelta(days=days))
        queue = day_queue(r, collection, ahead.preferences, ahead.today)
        assert r.met() == {str(face) for card in collection.cards.values() for face in askable.faces(card)}
        assert queue == ahead.queue
        assert (len(r.pending(ahead.today)) > 200) == (days == 400)


@pytest.mark.parametrize("days", [0, 3])
def test_the_file_and_the_memories_say_alike_what_may_be_drawn(history, days):
    with Store.open(history).reading() as r:
        day = r.undoable().study_day + timedelta(days=days)
        found = r.learnt(day)
        assert sorted(found) == sorted(learnt(r.memories(), day))
        assert len(found) > 200
