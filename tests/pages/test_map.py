"""The page of the map, without a browser."""

from datetime import UTC, datetime, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.recall.scheduler import Scheduler
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.askable import faces
from attnquiz.study.proposal import Confidence
from tests.noon import ZONE

MAP = "pages/study/map.py"


@pytest.fixture(scope="module")
def collection():
    return load(shipped())


def said(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


def opened(visit, **query):
    at = visit()
    at.switch_page(MAP)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def test_a_newcomer_sees_how_many_concepts_are_ready_and_which(visit, collection):
    at = opened(visit)
    roots = [concept for concept in collection.concepts.values() if not concept.needs]
    assert f"**{len(roots)}** ready to learn" in said(at)
    links = {link.proto.label: link.proto.query_string for link in at.get("page_link")}
    for concept in roots:
        assert links[f"**{concept.title}**: {concept.objective}"] == f"concept={concept.id}"
    assert "Choose a concept" in said(at)


def test_a_chosen_concept_says_what_it_needs_and_leads_to_and_where_to_read(visit, collection):
    at = opened(visit, concept="scale-sqrt-dk")
    concept = collection.concepts["scale-sqrt-dk"]
    assert f"**{concept.title}**: {concept.objective}." in said(at)
    assert "You may read it all the same." in said(at)
    for need in concept.needs:
        assert collection.concepts[need].title in said(at).split("Needs: ")[1].splitlines()[0]
    assert collection.concepts["attention-equation"].title in said(at).split("Leads to: ")[1]
    (link,) = [link for link in at.get("page_link") if "Read about it" in link.proto.label]
    assert link.proto.query_string == "concept=scale-sqrt-dk"


def test_a_concept_that_is_not_there_leaves_the_map_as_it_is(visit):
    assert "Choose a concept" in said(opened(visit, concept="<b>nothing</b>"))


def test_a_concept_that_was_begun_says_how_likely_its_cards_are_recalled_today(visit, collection, db):
    desk, now = drill.Desk(Store.open(db), collection, ZONE, "test"), datetime.now(UTC)
    asked = [face for card in collection.cards.values() if card.concept == "softmax" for face in faces(card)][:3]
    for ago, face in zip((40, 9, 2), asked, strict=True):
        then = now - timedelta(days=ago)
        sitting = drill.begin(desk, then, first=Face(*face))
        sitting = drill.commit(desk, sitting, None, Confidence.UNSURE, then)
        drill.rate(desk, sitting, Rating.GOOD, then + timedelta(seconds=9))
    with desk.store.reading() as r:
        today = drill.day_of(r, desk, now)
        recalls = [Scheduler().recall(memory, today) for memory in r.memories().values()]
    assert len(recalls) == 3
    at = opened(visit, concept="softmax")
    assert "3 of its 6 questions asked so far" in said(at)
    assert f"Predicted recall of these today: {100 * sum(recalls) / 3:.0f}%." in said(at)
    (table,) = [link for link in at.get("page_link") if link.proto.label.endswith("as a table")]
    assert table.proto.query_string == "section=What+you+remember"


def test_what_was_never_met_has_no_recall(visit):
    at = opened(visit, concept="softmax")
    assert "Predicted recall" not in said(at)
    assert not [link for link in at.get("page_link") if link.proto.label.endswith("as a table")]
