"""Hints lead to the answer without saying it; explain cards ask for another reader each time."""

import re

from attnquiz.cards.card import Kind
from attnquiz.cards.faces import asked
from attnquiz.cards.holes import HOLE, fill, precise
from attnquiz.cards.truth import truth

WORKED = {Kind.NUMERIC, Kind.SHAPE, Kind.ORDER, Kind.CODE, Kind.HEATMAP, Kind.BUG}


def hints(collection, *kinds):
    for card in collection.cards.values():
        for number in range(len(card.variants)):
            for hint in card.hints if card.kind in kinds else ():
                yield card, number, fill(hint, card.variants[number])


def test_cards_that_are_worked_out_have_two_or_three_steps(collection):
    for card in collection.cards.values():
        if card.kind in WORKED:
            assert len(card.hints) in (2, 3), card.id


def test_no_hint_is_left_with_a_hole(collection):
    for card, _, hint in hints(collection, *Kind):
        assert not HOLE.search(hint), card.id
        assert hint.endswith((".", "?")), card.id


def test_no_hint_says_the_number_or_the_shape(collection, says_number):
    for card, number, hint in hints(collection, Kind.NUMERIC, Kind.SHAPE):
        assert not says_number(hint, precise(truth(card, number), card.body.tolerance)), (card.id, hint)


def test_no_hint_says_the_code_or_the_fix(collection):
    for card, _, hint in hints(collection, Kind.CODE, Kind.BUG):
        said = card.body.forms if card.kind is Kind.CODE else [form for form in [card.body.fix] if form]
        for form in said:
            assert not re.search(rf"(?<![\w=-]){re.escape(form)}(?![\w=])", hint), (card.id, form)


def test_no_hint_names_the_line_of_the_bug_or_the_row_to_click(collection):
    for card, _, hint in hints(collection, Kind.BUG):
        assert f"line {card.body.line}" not in hint.lower(), card.id
    for card, _, hint in hints(collection, Kind.HEATMAP):
        assert not re.search(r"\b(curry|Thai)\b", hint), card.id


def test_explain_cards_change_their_reader_or_their_forbidden_words(collection):
    for card in collection.cards.values():
        if card.kind is Kind.EXPLAIN:
            questions = {asked(card, 0, number) for number in range(len(card.variants))}
            assert len(questions) == len(card.variants) >= 3, card.id
            assert len({variant["words"] for variant in card.variants}) == len(card.variants), card.id


def test_model_answers_do_without_the_forbidden_words_themselves(collection):
    for card in collection.cards.values():
        if card.kind is Kind.EXPLAIN:
            for variant in card.variants:
                for word in re.split(r", | or ", variant["words"]):
                    assert not re.search(rf"\b{re.escape(word)}(s|es)?\b", card.body.model, re.IGNORECASE), word
