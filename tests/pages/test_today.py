"""The page of today: what is due, the one button, what may be learnt next, and when it goes on for whoever is done."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.study import choices, drill
from attnquiz.study.outlook import look
from attnquiz.study.preferences import Preferences
from attnquiz.study.queue import Queue
from attnquiz.ui import today
from attnquiz.ui.state import KEY
from tests.noon import ZONE
from tests.pages.ahead import outlook
from tests.pages.seen import button, labels, press, texts

MINE = "".join(f"## mine-{number}\nkind: basic\n\nQ: What is {number}?\n\nA: It.\n\n" for number in range(6))


def links(at):
    """Where the page leads: the label of each link, and what its address says."""
    return {each.proto.label: parse_qs(each.proto.query_string) for each in at.get("page_link")}


@pytest.fixture
def desk(db):
    """Six cards of one's own, beside those that are shipped."""
    (db.parent / "decks").mkdir()
    (db.parent / "decks" / "mine.md").write_text(MINE, encoding="utf-8")
    return drill.Desk(Store.open(db), load(shipped(), db.parent / "decks"), ZONE, "test")


def answer(desk, card, rating, days_ago=0):
    now = datetime.now(UTC) - timedelta(days=days_ago)
    sitting = drill.begin(desk, now, first=Face(card))
    sitting = drill.commit(desk, sitting, None, drill.Confidence.UNSURE, now)
    drill.rate(desk, sitting, rating, now)


@pytest.fixture
def begun(desk):
    """Three cards are due, one is in its first minutes; today there were two answers, both to that one."""
    for card in ("mine-0", "mine-1", "mine-2"):
        answer(desk, card, Rating.EASY, days_ago=60)
    for _ in range(2):
        answer(desk, "mine-3", Rating.AGAIN)
    return desk


def done(**said):
    """What lies ahead of somebody who has nothing left to answer, but for this."""
    nothing = {"today": date(2026, 6, 1), "preferences": Preferences(), "queue": Queue(), "memories": {}, "faces": 0}
    return outlook(**nothing | {"introduced_today": 0} | said)


def test_who_has_begun_sees_what_is_due_and_starts_with_it(visit, begun):
    at = visit()
    assert not at.exception
    new = look(begun.store, begun.collection, ZONE, datetime.now(UTC)).queue.new
    assert [(each.label, each.value) for each in at.metric] == [
        ("Due now", "4"), ("Ready to learn", str(len(new))), ("Answered today", "2"),
    ]  # fmt: skip
    assert "keep it: answer a few cards a day" not in texts(at), "that is for newcomers"
    assert "Know some of this already?" not in texts(at)
    assert "Know more than you are asked? The placement test" in links(at)
    assert button(at, "Start").label == "Start"
    press(at, "Start")
    assert "I don't know" in labels(at)


def test_a_newcomer_reads_what_this_is_and_finds_every_door(visit, desk):
    at = visit()
    assert "keep it: answer a few cards a day" in texts(at)
    assert "Know some of this already?" in texts(at)
    assert button(at, "Start").label == "Start with the first card"
    doors = ["Step through an attention computation", "Predict, then look: the experiments", "See what you have learnt"]
    reading = [f"Read: {path.title}" for path in desk.collection.paths.values()]
    first = {f"Read: {path.title}": path.chapters[0].id for path in desk.collection.paths.values()}
    assert list(links(at)) == ["Take the placement test, about 5 minutes", *reading, *doors]
    assert {name: links(at)[name]["chapter"] for name in reading} == {name: [first[name]] for name in reading}
    pages = {each.proto.label: each.proto.page for each in at.get("page_link")}
    assert len({pages[name] for name in doors}) == 3, "each leads to a page of its own"
    assert pages[doors[0]].endswith("attention")


def test_the_button_is_there_while_only_old_cards_are_left(visit, begun):
    choices.choose(begun, "new_per_day", "0", datetime.now(UTC))
    at = visit()
    assert button(at, "Start").label == "Start"
    assert not at.success


def test_what_is_ready_is_listed_by_concept_and_what_waits_says_for_what(visit, desk):
    at = visit()
    queue = look(desk.store, desk.collection, ZONE, datetime.now(UTC)).queue
    cards, concepts = desk.collection.cards, desk.collection.concepts
    listed = []
    for name, number in Counter(cards[face.card].concept for face in queue.new).items():
        said = "**Your own cards**" if not name else f"**{concepts[name].title}**: {concepts[name].objective}"
        listed.append(f"- {said} ({number} card{'' if number == 1 else 's'})")
    assert "- **Your own cards** (6 cards)" in listed
    assert "\n".join(listed) in [each.value for each in at.markdown]
    assert queue.waiting
    (later,) = at.expander
    assert later.label.startswith(f"Later: {len(queue.waiting)} concepts that build on these")
    told = later.markdown[0].value.splitlines()
    assert len(told) == len(queue.waiting)
    for line, (name, needs) in zip(told, queue.waiting.items(), strict=True):
        start, _, after = line.partition(" comes after ")
        assert start == f"- **{concepts[name].title}**"
        assert after == "; ".join(sorted(concepts[need].title for need in needs))


def test_a_path_that_was_begun_is_read_on_where_it_was_left(visit, desk):
    path = desk.collection.paths["paper"]
    at = visit("pages/study/learn.py", path="paper")
    while not [label for label in labels(at) if label.startswith("Next: ")]:
        press(at, "Read on without answering")
    press(at, f"Next: {path.chapters[1].title}")
    found = links(visit())
    assert found[f"Read on: {path.title}"] == {"path": ["paper"], "chapter": [path.chapters[1].id]}
    assert f"Read: {path.title}" not in found


@pytest.mark.parametrize("number", [1, 2])
def test_problems_of_ones_own_decks_are_counted(visit, desk, db, number):
    broken = "".join(f"## odd-{each}\nkind: nonsense\n\nQ: Why?\n\nA: So.\n\n" for each in range(number))
    (db.parent / "decks" / "mine.md").write_text(MINE + broken, encoding="utf-8")
    at = visit()
    assert at.warning[0].value.startswith(f"{number} problem{'' if number == 1 else 's'} in your own decks")
    assert len(at.code[0].value.splitlines()) == number


def test_what_a_press_could_not_do_is_said_once_and_never_read_as_markdown(visit, desk):
    at = visit()
    at.session_state[KEY].trouble = "It is *gone*."
    assert at.run().error[0].value == r"It is \*gone\*\."
    assert not at.run().error


MET, TOMORROW = {Face("met"): None}, date(2026, 6, 2)
NO_NEW = Preferences(new_per_day=0)


@pytest.mark.parametrize(
    ("outlook", "said"),
    [
        (done(next_at=datetime(2020, 1, 1, tzinfo=UTC)), "Done for now. The next card comes back in 1 minute."),
        (
            done(queue=Queue(later=1)),
            "Done for today, as far as your limits go. 1 card waits for another day.",
        ),
        (
            done(queue=Queue(later=1234), next_day=TOMORROW),
            "Done for today, as far as your limits go. 1,234 cards wait for another day.",
        ),
        (
            done(next_day=date(2026, 6, 5), memories=MET, faces=1, introduced_today=20),
            "Done for today. The next cards are due on Friday.",
        ),
        (
            done(next_day=TOMORROW, memories=MET, faces=2, introduced_today=19),
            "Done for today. The next cards are due tomorrow.",
        ),
        (
            done(next_day=TOMORROW, memories=MET, faces=2, introduced_today=20),
            "Done for today. New cards come tomorrow; the next cards are due tomorrow.",
        ),
        (
            done(next_day=TOMORROW, memories=MET, faces=2, preferences=NO_NEW),
            "Done for today. The next cards are due tomorrow.",
        ),
        (done(faces=2, preferences=NO_NEW), "No card is due, and your limit is no new cards a day."),
        (done(faces=2, introduced_today=20), "Done for today. New cards come tomorrow."),
        (done(preferences=NO_NEW), "There are no cards to ask."),
        (done(), "There are no cards to ask."),
    ],
)
def test_who_is_done_is_told_when_it_goes_on(outlook, said):
    assert today.nothing_left(outlook) == said


def test_minutes_until_the_next_card_are_whole_ones():
    before = datetime.now(UTC)
    next_at = before + timedelta(minutes=30)
    said = today.nothing_left(done(next_at=next_at))
    least = round((next_at - datetime.now(UTC)).total_seconds() / 60)
    assert said in [f"Done for now. The next card comes back in {minutes} minutes." for minutes in range(least, 31)]


def test_a_limit_of_no_new_cards_promises_none(visit, desk):
    choices.choose(desk, "new_per_day", "0", datetime.now(UTC))
    at = visit()
    assert at.success[0].value == "No card is due, and your limit is no new cards a day."
    answer(desk, "mine-0", Rating.EASY)
    said = visit().success[0].value
    assert said.startswith("Done for today. The next cards are due ")
    assert "New cards" not in said
