"""Reading with cards in the text: the text stops at a card and goes on after it, and the place is kept."""

import sqlite3
from contextlib import closing

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.paths import Ask, Text
from tests.pages.seen import press

LEARN = "pages/study/learn.py"


@pytest.fixture(scope="module")
def collection():
    return load(shipped())


@pytest.fixture
def read(visit):
    """``read(path="paper")`` opens the page at that address in a fresh tab."""

    def open_page(**query):
        at = visit()
        at.switch_page(LEARN)
        at.query_params.clear()
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        return at

    return open_page


@pytest.fixture
def chapter(collection):
    """The first chapter of the path through the paper, which asks a card with some text after it."""
    first = collection.paths["paper"].chapters[0]
    kinds = [type(part) for part in first.parts]
    assert Text in kinds[: kinds.index(Ask)]
    assert Text in kinds[kinds.index(Ask) :]
    return first


def said(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption, *at.info, *at.success, *at.error])


def settings(db):
    with closing(sqlite3.connect(db)) as file:
        sql = "select json_extract(payload, '$.name'), json_extract(payload, '$.value') from log where kind = 'setting'"
        return file.execute(sql).fetchall()


def beginnings(chapter):
    """The first words of each passage."""
    return [part.text[:40] for part in chapter.parts if isinstance(part, Text)]


def test_the_page_lists_every_path_and_offers_a_lesson_on_every_concept(read, collection):
    at = read()
    assert [title.value for title in at.title] == ["Learn"]
    assert [each.value for each in at.header][:-1] == [path.title for path in collection.paths.values()]
    assert len(at.selectbox[0].options) == len(collection.lessons)
    at.selectbox[0].select("softmax").run()
    assert [title.value for title in at.title] == [collection.concepts["softmax"].title]


def test_the_text_stops_at_a_card_and_goes_on_when_it_is_answered_and_rated(read, chapter, collection):
    at = read(path="paper")
    assert at.title[0].value == chapter.title
    first, *later = beginnings(chapter)
    assert first in said(at)
    assert not [words for words in later if words in said(at)]
    press(at, "I don't know")
    assert not [words for words in later if words in said(at)], "feedback first"
    press(at, "Good")
    assert later[0] in said(at)
    assert "It comes back in" in said(at)


def test_who_reads_on_without_answering_finds_the_place_again_in_another_tab(read, chapter, db):
    at = read(path="paper")
    press(at, "Read on without answering")
    assert beginnings(chapter)[1] in said(at)
    assert "Passed, asked later" in said(at)
    assert settings(db) == [("path.paper", f"{chapter.id} 1")]
    again = read(path="paper")
    assert beginnings(chapter)[1] in said(again)


def test_a_place_further_on_is_not_lost_by_looking_back(read, collection, db):
    path = collection.paths["paper"]
    at = read(path="paper")
    while not [b for b in at.button if b.label.startswith("Next: ")]:
        press(at, "Read on without answering")
    press(at, f"Next: {path.chapters[1].title}")
    assert at.title[0].value == path.chapters[1].title
    back = read(path="paper", chapter=path.chapters[0].id)
    assert back.title[0].value == path.chapters[0].title
    assert not [b for b in back.button if b.label.startswith("Read on")], "what was passed stays passed"
    assert read(path="paper").title[0].value == path.chapters[1].title


def test_cards_that_a_text_has_passed_are_the_first_new_ones_of_a_review(read, visit, chapter):
    at = read(path="paper")
    press(at, "Read on without answering")
    at = visit("pages/study/review.py")
    from attnquiz.ui.state import KEY

    assert at.session_state[KEY].session.showing.card.id == chapter.asks[0]


def test_the_lesson_of_a_concept_asks_all_of_its_cards(read, collection):
    cards = [card.id for card in collection.cards.values() if card.concept == "softmax"]
    at = read(concept="softmax")
    for _ in cards:
        press(at, "Read on without answering")
    assert "all the cards about this" in said(at)


def test_an_answer_that_waits_for_its_rating_is_rated_first(read, visit, chapter):
    at = visit("pages/study/review.py")
    press(at, "I don't know")
    at = read(path="paper")
    assert "still waits for its rating" in said(at)
    press(at, "Good")
    assert "still waits" not in said(at)
    press(at, "I don't know")


@pytest.mark.parametrize("query", [{"path": "nowhere"}, {"concept": "nothing"}, {"path": "<b>x</b>"}])
def test_an_address_that_leads_nowhere_shows_what_there_is_and_says_so(read, query):
    at = read(**query)
    assert at.title[0].value == "Learn"
    assert "There is no" in at.error[0].value
    assert "<b>" not in at.error[0].value


def test_today_leads_to_the_paths(visit, collection):
    at = visit()
    links = [link.proto.label for link in at.get("page_link")]
    assert {f"Read: {path.title}" for path in collection.paths.values()} <= set(links)
