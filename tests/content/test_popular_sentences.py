"""Sentences that are often said of attention, and are not so, stand nowhere as truths.

A sentence claims one of them if it has all of its marks and none of the words that make it true. Wrong options, wrong
rules, points that must not be made, misconceptions and quoted words may say what they like.
"""

import re
from dataclasses import replace

import pytest

from tests.content.truths import sentences, truths

# Name -> the marks that a sentence must have, and what takes the claim back.
CLAIMS = {
    "h-1": (
        (r"unscaled|no scaling|not scaled|(without|forget\w*|leav\w+ out|nobody) (the )?(scal|divid)\w*", r"gradient",
         r"vanish|disappear|die|too small|shrink|fade|collapse"),
        r"saturat|one-hot|at first|not always|need not",
    ),
    "h-2": (
        (r"mask|zeroing|hid(e|ing)", r"after (the )?softmax", r"wrong|mistake|bug\b|error|incorrect|too late"),
        r"sums?\b|divid|renormal|denominator",
    ),
    "h-3": (
        (r"attention|transformer", r"(without|no|lacks?) (any )?position|positions? (are|is) missing",
         r"order|set\b|bag\b|permut"),
        r"mask|causal|layer|\?",
    ),
    "h-4": (
        (r"row|query|keys", r"mask|hidden|forbid|no key|nothing left|empty", r"\bnan\b"),
        r"softmax|nn\.Multi|program|some|\?|spreads",
    ),
    "h-5": (
        (r"\btrue\b", r"mask|hid|ignor|forbid|exclud"),
        r"nn\.Multi|key_padding_mask|attn_mask|scaled_dot|`hide`|`keep`|function|\?",
    ),
    "h-6": (
        (r"is_causal|causal flag|causal=", r"decod|cache|generat|writ|new token",
         r"work|right|fine|enough|handle|need"),
        r"\bnot\b|n't|wrong|never|no longer|first query|top left|\?",
    ),
    "h-7": (
        (r"\bview\b|\.view\(|reshap", r"heads?\b", r"split|slice|gives each|its (own )?part"),
        r"transpos|swap|then|wrong|only|\?",
    ),
    "h-8": (
        (r"attention|scores?\b|weights?\b|table|heatmap|attends?",
         r"symmetric|as much (in return|back)|both ways alike"),
        r"\bnot\b|n't|need|nothing|never|if\b|unless|were\b|would|\?",
    ),
    "h-9": (
        (r"(large|high|big|bright|most)\w*\b.*\b(weight|cell)|weights? (of )?0[.,][89]",
         r"matter|important|decisive|decided|reason|\bwhy\b|contribut|explains?\b"),
        r"\bnot\b|n't|less|can\b|alone|never|short|\?|asks?\b",
    ),
    "h-10": (
        (r"pytorch|MultiheadAttention|module", r"return|map\b|heatmap", r"heads?\b", r"weight|map\b"),
        r"mean|averag|default|\?|row",
    ),
    "h-11": (
        (r"attention|scores|mixing|softmax|n²|quadratic",
         r"dominat|(most|bulk|nearly all) of the (cost|arith|multipl|time|work)"),
        r"long|short|when|above|beyond|below|projections|\bnot\b|\?",
    ),
    "h-12": (
        (r"(more|twice|double|second|16|additional) .*heads|heads .*(more|twice|double)",
         r"parameter|larger (layer|model)",
         r"more|twice|double|add|grow|larger|cost"),
        r"same|unchanged|\bnot?\b|n't|width|however|stays?|\?",
    ),
}  # fmt: skip
SAID = {
    "h-1": ("Without scaling, gradients vanish.", "Unscaled scores make every gradient too small to learn from."),
    "h-2": ("Masking after softmax is wrong.", "Whoever hides a key after the softmax makes a mistake."),
    "h-3": ("Self-attention has no notion of order without positions.", "With no positions a transformer sees a set."),
    "h-4": ("A fully masked row gives NaN.", "A query with all keys hidden returns nan."),
    "h-5": ("True means masked.", "In a boolean mask, true entries are ignored."),
    "h-6": ("is_causal works for decoding.", "With a cache, the causal flag is all you need."),
    "h-7": ("`view` to (B, h, n, d_k) splits the heads.", "t.view(B, h, n, d_k) gives each head its slice."),
    "h-8": ("Attention is symmetric.", "What attends to a word gets as much in return."),
    "h-9": ("A weight of 0.9 means it mattered.", "The cell with the largest weight is the reason for the answer."),
    "h-10": ("The heatmap that PyTorch returns is the head.", "`nn.MultiheadAttention` returns the map of a head."),
    "h-11": ("Attention dominates the cost.", "Scores and mixing are most of the work of a layer."),
    "h-12": ("More heads, more parameters.", "A layer with twice as many heads has twice as many parameters."),
}


def claims(name, sentence):
    marks, excuse = CLAIMS[name]
    marked = all(re.search(mark, sentence, re.IGNORECASE) for mark in marks)
    return marked and not re.search(excuse, sentence, re.IGNORECASE)


def claimed(collection):
    return [
        f"{where}: {sentence} ({name})"
        for where, text in truths(collection)
        for sentence in sentences(text)
        for name in CLAIMS
        if claims(name, sentence)
    ]


@pytest.mark.parametrize("name", CLAIMS)
def test_the_popular_sentence_and_another_wording_of_it_are_recognised(name):
    for sentence in SAID[name]:
        assert claims(name, sentence), sentence


def test_nothing_that_is_taught_claims_a_popular_sentence(collection):
    assert claimed(collection) == []


@pytest.mark.parametrize("name", CLAIMS)
def test_a_popular_sentence_would_be_found_in_a_card_and_in_a_lesson(collection, name):
    sentence = SAID[name][0]
    card = collection.cards["why-separate-v"]
    lesson = collection.lessons["softmax"]
    in_card = replace(card, why=f"{card.why} {sentence}")
    in_lesson = replace(lesson, text=f"{lesson.text}\n\n{sentence}")
    for cards, lessons in (({card.id: in_card}, {}), ({}, {"softmax": in_lesson})):
        (found,) = claimed(replace(collection, cards=cards, lessons=lessons, paths={}))
        assert sentence in found


def test_what_somebody_says_in_a_question_is_no_truth_of_ours(collection):
    card = collection.cards["why-separate-v"]
    quoted = replace(card, question=f'Somebody says: "{SAID["h-1"][0]}" What would you reply?')
    assert claimed(replace(collection, cards={card.id: quoted}, lessons={}, paths={})) == []
