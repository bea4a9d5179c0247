"""A state of the sandbox becomes a card: written once, whole, into the learner's own deck, then asked and graded."""

import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from attnquiz.cards.check import check
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import asked as question_of
from attnquiz.errors import DeckError, StoreError
from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from attnquiz.study import drill, own_card, states
from attnquiz.study.drill import Desk
from attnquiz.study.own_card import Asked
from attnquiz.study.proposal import Confidence

CURRY = Asked(
    id="thai-curry-softmax-curry-thai",
    question='In "How to make Thai curry", what weight does the query "curry" give to the key "Thai"?',
    answer=0.9317,
    concept="attention-weights",
    query={"experiment": "thai-curry", "stage": "SOFTMAX", "row": "curry", "column": "Thai"},
    why="Each row of scores becomes weights.",
)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def content():
    return load(shipped())


@pytest.fixture
def decks(tmp_path):
    return tmp_path / "decks"


@pytest.fixture
def desk(store, content):
    return Desk(store, content, "Europe/Berlin", "test")


def reopened(desk, decks):
    return replace(desk, collection=load(shipped(), decks))


def ids(decks):
    return [line[3:] for line in (decks / "sandbox.md").read_text(encoding="utf-8").splitlines() if line[:3] == "## "]


def test_a_card_is_written_checked_asked_and_graded(desk, decks):
    file = own_card.add(desk, decks, CURRY, NOW)
    assert file == decks / "sandbox.md"
    assert check(file) == []
    desk = reopened(desk, decks)
    assert desk.collection.problems == ()
    session = drill.begin(desk, NOW, first=Face(CURRY.id)).recall(Confidence.SURE, NOW)
    assert question_of(session.showing.card, 0, 0) == CURRY.question
    right = drill.commit(desk, session, "0.93", Confidence.SURE, NOW)
    assert right.attempt.verdict == "right"
    drill.undo(desk, NOW)
    session = drill.begin(desk, NOW, first=Face(CURRY.id)).recall(Confidence.SURE, NOW)
    assert drill.commit(desk, session, "0.65", Confidence.SURE, NOW).attempt.verdict == "wrong"


def test_a_short_state_stands_in_words_and_keeps_nothing(desk, decks):
    own_card.add(desk, decks, CURRY, NOW)
    card = reopened(desk, decks).collection.cards[CURRY.id]
    assert card.see.name == "thai-curry"
    assert {"experiment": card.see.name, **card.see.arguments} == CURRY.query
    with desk.store.reading() as r:
        assert list(r.entries()) == []


@pytest.mark.parametrize(
    "query",
    [
        {"text": "the cat sat", "stage": "SCORE"},
        {"experiment": "thai-curry", "edit": ",".join(f"W_Q.0.{n}:1.5" for n in range(60))},
        {"experiment": "thai-curry", "tokens": "a b=c,d"},
        {"experiment": "thai-curry", "tokens": "two\nlines,x"},
        {},
    ],
    ids=["own text", "long", "a token like an argument", "a token of two lines", "the first example"],
)
def test_own_text_and_long_states_stand_under_their_id(desk, decks, query):
    own_card.add(desk, decks, replace(CURRY, query=query), NOW)
    assert check(decks / "sandbox.md") == []
    card = reopened(desk, decks).collection.cards[CURRY.id]
    assert card.see.name == "state"
    with desk.store.reading() as r:
        assert states.find(r, card.see.arguments["id"]) == query
        assert states.listed(r) == []


def test_the_same_card_twice_is_written_once(desk, decks):
    own_card.add(desk, decks, CURRY, NOW)
    before = (decks / "sandbox.md").read_bytes()
    own_card.add(reopened(desk, decks), decks, CURRY, NOW)
    assert (decks / "sandbox.md").read_bytes() == before


def test_a_taken_id_is_refused_wherever_it_was_taken(desk, decks, content):
    shipped_id = next(iter(content.cards))
    decks.mkdir()
    (decks / "mine.md").write_text("## my-own\nkind: basic\n\nQ: What?\n\nA: This.\n", encoding="utf-8")
    own_card.add(desk, decks, CURRY, NOW)
    answered = drill.begin(reopened(desk, decks), NOW, first=Face("my-own")).recall(Confidence.SURE, NOW)
    drill.commit(reopened(desk, decks), answered, "", Confidence.SURE, NOW)
    for id in (shipped_id, CURRY.id, "my-own"):
        with pytest.raises(StoreError, match=f"The id “{id}” is taken by another card: choose .* such as “{id}-2”"):
            own_card.add(desk, decks, replace(CURRY, id=id, question="Another?"), NOW)
    (decks / "mine.md").unlink()
    with pytest.raises(StoreError, match="is taken"):  # it has a past
        own_card.add(reopened(desk, decks), decks, replace(CURRY, id="my-own"), NOW)
    assert ids(decks) == [CURRY.id]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "is no id for a card: write small letters"),
        ({"id": "Thai Curry"}, "is no id for a card"),
        ({"id": "a" * 81}, "at most 80"),
        ({"id": "a\n## b"}, "is no id for a card"),
        ({"question": " \n\t\0"}, "The card has no question: write one"),
        ({"question": "x" * 501}, "The question has 501 characters; 500 fit: shorten it"),
        ({"answer": math.nan}, "holds no number"),
        ({"answer": -math.inf}, "choose another cell"),
        ({"concept": "no-such-thing"}, "Choose the concept"),
    ],
)
def test_what_makes_no_card_is_a_sentence_and_writes_nothing(desk, decks, changes, sentence):
    with pytest.raises(StoreError, match=sentence):
        own_card.add(desk, decks, replace(CURRY, **changes), NOW)
    assert not decks.exists()


def test_a_broken_deck_of_the_learners_is_named_and_left_alone(desk, decks):
    decks.mkdir()
    (decks / "sandbox.md").write_text("---\ntitle: Mine\n", encoding="utf-8")
    with pytest.raises(DeckError, match=r"sandbox\.md:1: the front matter is never closed"):
        own_card.add(desk, decks, CURRY, NOW)
    (decks / "sandbox.md").rename(decks / "other.md")
    own_card.add(desk, decks, CURRY, NOW)
    assert ids(decks) == [CURRY.id]


def test_two_tabs_at_once_lose_no_card(desk, decks):
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: own_card.add(desk, decks, replace(CURRY, id=f"cell-{n}"), NOW), range(24)))
    assert sorted(ids(decks)) == sorted(f"cell-{n}" for n in range(24))
    assert [f for f in check(decks / "sandbox.md") if f.severity == "E"] == []


def _add(path, decks, number):
    desk = Desk(Store(path, "local"), load(shipped()), "Europe/Berlin", "test")
    own_card.add(desk, decks, replace(CURRY, id=f"cell-{number}"), NOW)


def test_two_processes_at_once_lose_no_card(store, decks):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_add, [store.path] * 6, [decks] * 6, range(6)))
    assert sorted(ids(decks)) == [f"cell-{n}" for n in range(6)]
