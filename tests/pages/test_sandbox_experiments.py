"""The page of all experiments: what is open to predict comes first, and prose that would answer it comes later."""

from datetime import UTC, datetime, timedelta

import pytest

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from attnquiz.recall.face import Face
from attnquiz.sandbox.library import load as experiment
from attnquiz.sandbox.library import names
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.ui.experiments import groups, special
from tests.noon import ZONE

PAGE = "pages/sandbox/experiments.py"
CARD = "exp-three-masks"
COLLECTION = load(shipped())
ASKING = {card.see.name: card for card in reversed(COLLECTION.cards.values()) if card.kind is Kind.EXPERIMENT}


def links(at, label):
    """Where the links with that label lead: page and address."""
    found = [link.proto for link in at.get("page_link")]
    return [(link.page, link.query_string) for link in found if link.label == label]


def texts(at):
    return "\n".join([m.value for m in at.markdown] + [c.value for c in at.caption])


@pytest.fixture
def predict(db):
    """``predict("B", days=3)`` commits that answer to the card about three masks, three days ago; None: not known."""

    def answer(letter, days=0):
        at = datetime.now(UTC) - timedelta(days=days)
        desk = drill.Desk(Store.open(db), COLLECTION, ZONE, "test")
        asked = drill.begin(desk, at, first=Face(CARD, 0)).recall(Confidence.SURE, at)
        drill.commit(desk, asked, letter, Confidence.SURE, at)
        return at

    return answer


def test_every_experiment_is_there_and_in_each_theme_those_with_a_question_come_first(visit):
    at = visit(PAGE)
    assert not at.exception
    titles = [heading.value.replace("\\", "") for heading in at.subheader]
    assert sorted(titles) == sorted(experiment(name).title for name in names())
    for listed in groups().values():
        cards = [each.card is None for each in listed]
        assert cards == sorted(cards), "those with a question come first"
    opened = [query for _, query in links(at, "Open in the sandbox")]
    assert sorted(opened) == sorted(f"experiment={name}" for name in names())
    asked = [query for _, query in links(at, "Predict first")]
    assert sorted(asked) == sorted(f"card={card.id}" for card in ASKING.values())


def test_before_a_prediction_the_question_stands_there_and_not_the_prose_that_answers_it(visit, predict):
    at = visit(PAGE)
    assert COLLECTION.cards[CARD].question in texts(at)
    assert experiment("three-masks").about not in texts(at)
    predict("A")
    at.run()
    assert COLLECTION.cards[CARD].question not in texts(at)
    assert experiment("three-masks").about in texts(at)
    assert [query for _, query in links(at, "Predict again")] == [f"card={CARD}"]


def test_an_experiment_says_what_is_special_about_it(visit):
    at = visit(PAGE)
    captions = [c.value.replace("\\", "") for c in at.caption]
    assert "how · to · make · Thai · curry  \n5 tokens, 1 head, no mask" in captions
    assert "hello · world · [pad]  \n3 tokens, 1 of them padding, 2 heads, padding mask" in captions
    assert any(c.endswith("\n3 tokens, 1 of them padding, 1 head, padding mask, no scaling") for c in captions)
    for said in [
        "decoder state → la · maison · bleue  \n1 token, looking at 3 others, 1 head, no mask, additive scores",
        "we · share · one · big · umbrella  \n5 tokens, 4 heads, 2 heads of keys and values, causal mask",
    ]:
        assert said in captions
    for said in ["\n8 tokens, 1 head, 2 layers, causal mask, a window of 3",
                 "\n16 tokens, cut from an image, 1 head, no mask, cosine scores, temperature 0.03",
                 "\n8 tokens, cut from a series, 1 head, no mask", "positions by turning (RoPE)", "dropout 0.25",
                 "a price for distance (ALiBi)", "a number for each distance (T5)", "a batch of 2"]:  # fmt: skip
        assert any(c.endswith(said) for c in captions), said


def test_what_no_shipped_experiment_has_is_said_too():
    e = experiment("softmax").changed(divisor=3.0, given=(*experiment("softmax").given, ("MASK", ((1.0, 0.0, 1.0),))))
    assert special(e)[3:] == ["a mask of its own", "scores divided by 3"]
    added = [special(experiment("thai-curry").changed(positions=name))[-1] for name in ("sinusoidal", "learned")]
    assert added == ["waves added as positions", "a learned vector for each position"]


@pytest.mark.parametrize(
    ("letter", "days", "said"),
    [
        ("A", 0, "You predicted it today: you were right."),
        ("B", 1, "You predicted it yesterday: you were wrong."),
        (None, 1, "You predicted it yesterday: you did not know."),
    ],
)
def test_the_latest_prediction_and_what_became_of_it_are_told(visit, predict, letter, days, said):
    predict(letter, days)
    assert said in texts(visit(PAGE))


def test_a_prediction_that_was_taken_back_does_not_count(visit, predict, db):
    at = predict("A")
    drill.undo(drill.Desk(Store.open(db), COLLECTION, ZONE, "test"), at + timedelta(seconds=5))
    assert "You predicted it" not in texts(visit(PAGE))


def test_the_sandbox_and_today_lead_here(visit):
    for page in (None, "pages/sandbox/attention.py"):
        at = visit(page)
        assert any(link.proto.page == "experiments" for link in at.get("page_link"))


def test_experiments_stand_in_groups_that_one_can_jump_to(visit):
    at = visit(PAGE)
    headings = [heading.value for heading in at.header]
    themes = [deck.title for deck in COLLECTION.decks]
    assert headings[: len(themes)] == themes
    found = {each.experiment.name: title for title, listed in groups().items() for each in listed}
    for name, card in ASKING.items():
        assert found[name] == next(deck.title for deck in COLLECTION.decks if deck.name == card.deck)
    (contents,) = [m.value for m in at.markdown if "](#" in m.value]
    assert [part.split("]")[0].lstrip("[") for part in contents.split(" · ")] == headings
