"""From a cell of the sandbox to a card in the learner's own deck, to the review, and back to the same state."""

from urllib.parse import parse_qsl

import pytest

from attnquiz.cards.card import Reference
from attnquiz.cards.check import check
from attnquiz.cards.collection import load, shipped
from attnquiz.sandbox.address import from_query, to_query
from attnquiz.store.database import Store
from attnquiz.study import states
from attnquiz.ui import place, see

CELL = {"experiment": "thai-curry", "stage": "SOFTMAX", "row": "curry", "column": "Thai"}
NASTY = '"a" $x$ **b** {{n}} ## <b>i</b>'
LONG = " ".join(f"wordword{n}" for n in range(180))
OPEN = ("make-card",)


def make(at):
    at.button(key="make-card-button").click().run()
    assert not at.exception
    return at


def said(at):
    return "\n".join(e.value for e in [*at.success, *at.warning, *at.error, *at.caption]).replace("\\", "")


def links(at):
    return {link.proto.label: dict(parse_qsl(link.proto.query_string)) for link in at.get("page_link")}


def own(db):
    """The cards of the learner's own deck, by id."""
    collection = load(shipped(), db.parent / "decks")
    assert collection.problems == ()
    return {id: card for id, card in collection.cards.items() if card.deck == "sandbox"}


def test_a_cell_becomes_a_card_that_check_finds_nothing_wrong_with(sandbox, db):
    at = sandbox(**CELL)
    assert at.text_area(key="card-question").value == (
        'In "How to make Thai curry", what weight does the query "curry" give to the key "Thai"?'
    )
    assert at.text_input(key="card-id").value == "thai-curry-softmax-curry-thai"
    assert at.selectbox(key="card-concept").value == "attention-weights"
    assert any("Answer: **0" in element.value.replace("\\", "") for element in at.markdown)
    make(at)
    assert "Made: the card thai-curry-softmax-curry-thai" in said(at)
    deck = db.parent / "decks" / "sandbox.md"
    assert check(deck) == []
    (card,) = own(db).values()
    assert float(card.body.answer) == pytest.approx(0.9317, abs=5e-5)
    with Store(db, "local").reading() as r:
        assert list(r.entries()) == [], "a state that can be said in words is not kept"


def test_the_card_is_asked_and_graded_and_its_link_opens_the_same_state(sandbox, db, visit):
    at = make(sandbox(**CELL))
    assert links(at)["Answer it now"] == {"card": "thai-curry-softmax-curry-thai"}
    review = visit("pages/study/review.py", card="thai-curry-softmax-curry-thai")
    review.query_params["card"] = "thai-curry-softmax-curry-thai"
    review.run()
    assert not review.exception
    assert any('what weight does the query "curry" give' in element.value for element in review.markdown)
    (card,) = own(db).values()
    assert from_query(see.query(see.of(card, 0))) == from_query(CELL)


@pytest.mark.parametrize(
    "query",
    [
        {"text": "one “two” three", "stage": "SCORE", "row": "one", "column": "three", "mask": "causal"},
        {"text": LONG, "stage": "SOFTMAX", "row": "wordword3", "column": "wordword1"},
    ],
    ids=["own text", "long"],
)
def test_own_text_is_kept_and_the_link_opens_it_here(sandbox, db, visit, query):
    make(sandbox(**query))
    assert check(db.parent / "decks" / "sandbox.md") == []
    (card,) = own(db).values()
    assert card.see.name == "state"
    found = see.query(see.of(card, 0))
    assert set(found) == {"state"}
    other = sandbox(**found)
    assert not other.error
    with Store(db, "local").reading() as r:
        assert states.find(r, found["state"]) == to_query(from_query(query))
        assert states.listed(r) == []


def test_a_card_with_a_state_of_another_computer_has_no_link(db):
    assert see.query(Reference("state", {"id": "nowhere123"})) is None
    assert see.query(Reference("state", {})) is None


def test_a_card_may_stand_elsewhere_in_its_state_and_be_shown_as_if(db):
    id = states.keep(place.desk(), {"text": "one two", "stage": "SCORE"}, place.now())
    reference = Reference("state", {"id": id, "stage": "SOFTMAX", "nonsense": "1"})
    assert see.query(reference, {"belief": "softmax-over-queries"}) == {
        "state": id, "stage": "SOFTMAX", "belief": "softmax-over-queries",
    }  # fmt: skip


def test_the_question_the_concept_and_the_name_can_be_changed(sandbox, db):
    at = sandbox(**CELL)
    at.text_area(key="card-question").input(f"What of {NASTY}\n- [x] and this?")
    at.text_input(key="card-id").input(" my-curry ")
    at.selectbox(key="card-concept").select("softmax")
    make(at)
    (card,) = own(db).values()
    assert (card.id, card.concept) == ("my-curry", "softmax")
    assert card.question.replace("\\", "") == f"What of {NASTY} - [x] and this?"
    assert check(db.parent / "decks" / "sandbox.md") == []


@pytest.mark.parametrize("id", ["Not An Id", "exp-thai-curry"])
def test_a_name_that_cannot_be_is_a_sentence_and_what_was_typed_stays(sandbox, db, id):
    at = sandbox(**CELL)
    at.text_input(key="card-id").input(id)
    at.text_area(key="card-question").input("My own question?")
    make(at)
    assert ("is no id for a card: write small letters" in said(at)) is (id == "Not An Id")
    assert ("is taken by another card: choose one that is free" in said(at)) is (id == "exp-thai-curry")
    assert at.text_area(key="card-question").value == "My own question?"
    assert at.text_input(key="card-id").value == id
    assert not (db.parent / "decks").exists()


def test_another_cell_proposes_another_card(sandbox, db):
    at = make(sandbox(**CELL))
    assert not [button for button in at.button if button.key == "make-card-button"]
    at.query_params["column"] = "make"
    at.run()
    assert at.text_input(key="card-id").value == "thai-curry-softmax-curry-make"
    make(at)
    assert list(own(db)) == ["thai-curry-softmax-curry-thai", "thai-curry-softmax-curry-make"]


def test_the_same_cell_in_another_tab_proposes_another_name(sandbox, db):
    make(sandbox(**CELL))
    other = sandbox(**CELL)
    assert other.text_input(key="card-id").value == "thai-curry-softmax-curry-thai-2"


def test_a_hidden_cell_makes_no_card(sandbox):
    at = sandbox(**{**CELL, "stage": "MASK", "mask": "causal", "row": "how", "column": "curry"})
    assert "holds no number to ask for" in said(at)
    assert not [button for button in at.button if button.key == "make-card-button"]


def test_the_form_does_not_tell_a_number_that_is_to_be_predicted(sandbox):
    at = sandbox(**CELL, predict="on")
    assert not [button for button in at.button if button.key == "make-card-button"]
    at.button(key="skip-prediction").click().run()
    assert "this form would tell the number" not in said(at)


def test_looking_at_the_form_writes_nothing(sandbox, db):
    sandbox(**CELL)
    assert not (db.parent / "decks").exists()
