"""The page of the map, without a browser."""

import pytest

from attnquiz.cards.collection import load, shipped

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
