"""Drawing papers: deterministic, as even as the cards allow, and the forms of one paper are alike."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import shuffled
from attnquiz.errors import ExamError
from attnquiz.study.exam_paper import FORMS, GRADED, Blueprint, Paper, draw, fingerprint, levels_of, paper_of, sparing

COURSE = load(shipped())
blueprints = some.builds(
    Blueprint,
    levels=some.lists(some.integers(1, 5), max_size=3, unique=True).map(lambda found: tuple(sorted(found))),
    concepts=some.lists(some.sampled_from(sorted(COURSE.concepts)), max_size=4, unique=True).map(
        lambda found: tuple(sorted(found))
    ),
    items=some.integers(5, 40),
    kinds=some.lists(some.sampled_from(GRADED), min_size=1, unique=True).map(
        lambda found: tuple(sorted(found, key=list(GRADED).index))
    ),
)
papers = some.builds(Paper, blueprints, some.integers(0, 999), some.sampled_from(FORMS))


def drawn(paper):
    try:
        return draw(COURSE, paper)
    except ExamError:
        return ()


def reach(paper):
    """Every card that the blueprint allows."""
    print_ = paper.blueprint
    everything = not print_.levels and not print_.concepts
    return [
        card for card in COURSE.cards.values()
        if card.kind in print_.kinds
        and (everything or card.concept in print_.concepts or COURSE.concepts[card.concept].level in print_.levels)
    ]  # fmt: skip


def assert_even(asked, there):
    """Nobody has two more than another that still had some left."""
    for name, number in asked.items():
        for other in there:
            assert number - asked[other] <= 1 or asked[other] == there[other], (name, other, asked)


@given(papers)
def test_a_paper_keeps_to_its_blueprint_and_is_as_even_as_the_cards_allow(paper):
    items, allowed = drawn(paper), reach(paper)
    cards = [item.card for item in items]
    assert {card.id for card in cards} <= {card.id for card in allowed}
    assert len({card.id for card in cards}) == len(cards) == min(paper.blueprint.items, len(allowed))
    assert [item.number for item in items] == list(range(1, len(items) + 1))
    level = {name: concept.level for name, concept in COURSE.concepts.items()}
    if paper.blueprint.levels or not paper.blueprint.concepts:
        assert_even(Counter(level[card.concept] for card in cards), Counter(level[card.concept] for card in allowed))
        for each in {level[card.concept] for card in cards}:
            of_level = [card.concept for card in allowed if level[card.concept] == each]
            assert_even(Counter(card.concept for card in cards if level[card.concept] == each), Counter(of_level))
    else:
        assert_even(Counter(card.concept for card in cards), Counter(card.concept for card in allowed))
    assert [level[card.concept] for card in cards] == sorted(level[card.concept] for card in cards)


@given(papers)
def test_the_same_seed_draws_the_same_paper_and_an_address_says_all_of_it(paper):
    assert paper_of(paper.query()) == paper
    assert drawn(paper_of(paper.query())) == drawn(paper)


def test_the_order_in_which_decks_are_read_changes_no_paper():
    paper = paper_of({"levels": "1-3", "items": "20", "seed": "7"})
    backwards = type(COURSE.cards)(dict(reversed(COURSE.cards.items())))
    other = replace(COURSE, cards=backwards)
    assert draw(other, paper) == draw(COURSE, paper)
    assert len(draw(COURSE, paper)) == 20


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_forms_ask_the_same_cards_with_other_variants_and_other_orders(seed):
    blueprint = Blueprint(items=40)
    first, second, third = (draw(COURSE, Paper(blueprint, seed, form)) for form in "ABC")
    assert [item.face for item in first] == [item.face for item in second] == [item.face for item in third]
    several = [number for number, item in enumerate(first) if len(item.card.variants) > 2]
    assert several
    assert all(len({form[n].variant for form in (first, second, third)}) == 3 for n in several)
    orders = [[shuffled(item.card, item.seed) for item in form] for form in (first, second)]
    assert sum(a != b for a, b in zip(*orders, strict=True) if a) >= len([a for a in orders[0] if a]) * 0.6
    assert len({fingerprint(form) for form in (first, second, third)}) == 3


def test_other_seeds_draw_other_papers():
    papers = [draw(COURSE, Paper(Blueprint(levels=(1, 2, 3)), seed)) for seed in range(20)]
    assert len({frozenset(item.card.id for item in paper) for paper in papers}) == 20


def test_cards_that_are_spared_make_room_for_others_of_the_same_level():
    paper = Paper(Blueprint(levels=(1, 2, 3), items=15), seed=2)
    busy = {item.card.id for item in draw(COURSE, paper)[::3]}
    own = sparing(COURSE, paper, busy)
    items = draw(COURSE, own)
    assert len(items) == 15
    assert not busy & {item.card.id for item in items}
    assert set(own.without) == busy
    assert sparing(COURSE, paper, set()) == paper


@pytest.mark.parametrize(
    "query",
    [
        {"items": "4"}, {"items": "41"}, {"items": "many"}, {"levels": "3-1"}, {"levels": "x"}, {"levels": "1-100"},
        {"kinds": "basic"}, {"kinds": "tasty"}, {"seed": "-1"}, {"seed": "1000000"}, {"form": "AA"}, {"form": "1"},
        {"form": ""}, {"items": "٢٠"}, {"seed": "9" * 99},
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(query):
    with pytest.raises(ExamError, match=r"\w.*[.:]"):
        paper_of(query)


def test_what_has_no_cards_is_refused_and_levels_can_be_written_as_a_range():
    for query in ({"concepts": "nothing-such"}, {"levels": "9"}, {"concepts": "softmax", "kinds": "heatmap"}):
        with pytest.raises(ExamError):
            draw(COURSE, paper_of(query))
    assert levels_of("1-3,5") == (1, 2, 3, 5)
    assert paper_of({"concepts": "softmax, dot-product"}).id == paper_of({"concepts": "dot-product,softmax"}).id
