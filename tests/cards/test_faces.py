"""What a face says: holes filled, blanks that survive Markdown, answers that grade as right, fair turns."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.card import Choice, Cloze, Computed, Ordering
from attnquiz.cards.faces import answered, asked, blank_name, deletions, explained, options, shuffled, variant_for
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.holes import fill, precise, readable
from attnquiz.cards.parser import parse_deck
from attnquiz.errors import AttnquizError

DECKS = Path(__file__).parents[2] / "content" / "decks"
PARSED = [parse_deck(path.read_text("utf-8"), path) for path in sorted(DECKS.glob("*.md"))]
GOLDEN = {card.id: card for deck in PARSED for card in deck.cards}
GRADED = [card for card in GOLDEN.values() if isinstance(card.body, Computed | Cloze | Choice)]


def cloze(sentence):
    return parse_deck(f"## made-up\nkind: cloze\nconcept: c\nsource: s\n\nC: {sentence}\n", "made-up.md").cards[0]


def with_variants(count, name="made-up"):
    values = " | ".join(map(str, range(count)))
    text = f"## {name}\nkind: numeric\nconcept: c\nsource: s\nvars: x = {values}\nanswer: x\n\nQ: {{{{x}}}}?\n"
    return parse_deck(text, "made-up.md").cards[0]


def every_face():
    return [
        (card, deletion, variant)
        for card in GOLDEN.values()
        for deletion in deletions(card)
        for variant in range(len(card.variants))
    ]


def test_the_golden_questions_read_as_a_person_would_write_them():
    assert asked(GOLDEN["num-weight-curry"], 0, 1) == (
        "A query's dot product is 6 with one key and 0 with 4 others; d_k = 9. "
        "What weight does the first key get in scaled attention?"
    )
    assert "[0.75, 0.25] meet value vectors [[4, 0], [0, 8]]." in asked(GOLDEN["num-output-vector"], 0, 0)
    assert "`nn.MultiheadAttention(768, 12)`" in asked(GOLDEN["num-mha-params"], 0, 1)
    assert asked(GOLDEN["cloze-softmax-axis"], 2, 0) == (
        r"Attention applies softmax along the key axis, "
        r"so the weights of each **\[ … \]** (query, key or value) sum to 1."
    )


def test_no_face_of_the_golden_decks_has_an_unfilled_hole():
    for card, deletion, variant in every_face():
        texts = [asked(card, deletion, variant), answered(card, deletion, variant), explained(card, variant)]
        assert not any("{{" in text for text in texts)
        assert texts[0]
        assert texts[1]


def test_putting_the_answer_into_the_blank_gives_the_sentence_as_written():
    for card in GOLDEN.values():
        if isinstance(card.body, Cloze):
            sentence = "".join(part if isinstance(part, str) else part.hidden for part in card.body.parts)
            for deletion in deletions(card):
                question = asked(card, deletion, 0)
                assert question != sentence
                for part in card.body.parts:
                    if not isinstance(part, str) and part.hint and part.number == deletion:
                        question = question.replace(f" ({part.hint})", "")
                assert question.replace(r"**\[ … \]**", answered(card, deletion, 0)) == sentence


def test_the_answer_as_shown_is_graded_as_right():
    for card in GRADED:
        for deletion in deletions(card):
            for variant in range(len(card.variants)):
                text = answered(card, deletion, variant)
                assert grade(card, deletion, variant, text).verdict is Verdict.RIGHT, (card.id, text)


def test_golden_answers_have_the_digits_that_make_sense():
    shown = {
        "num-softmax-first": "0.576",
        "num-conv-layers": "40",
        "num-output-vector": "[3, 2]",
        "num-mha-params": "1050624",
        "shape-scores": "(2, 8, 5, 5)",
        "var-of-dot": "d_k.",
        "mc-combine-heads": "concatenation followed by one learned matrix",
        "cloze-additive-score": "tanh",
        "code-softmax-dim": "`dim=-1`",
        "bug-scale-width": "Line 3: `scores = scores / math.sqrt(d_k)`",
    }
    for name, text in shown.items():
        card = GOLDEN[name]
        assert answered(card, deletions(card)[0], 0) == text


@given(st.floats(-1e9, 1e9) | st.floats(-1e-3, 1e-3), st.sampled_from([0, 1e-4, 0.01, 0.5]))
def test_a_shown_number_is_within_a_tenth_of_the_tolerance(value, tolerance):
    assert abs(float(precise(value, tolerance)) - value) <= tolerance / 10 + 1e-11 * max(1, abs(value))


def test_only_names_bound_by_vars_are_holes():
    text = r"$\frac{{{d}}}{{{n}}} \sqrt{{x}}$ {{ d }} {{unbound}} {d} {{d"
    assert fill(text, {"d": 4, "n": [1, 0]}) == r"$\frac{4}{[1, 0]} \sqrt{{x}}$ 4 {{unbound}} {d} {{d"


@pytest.mark.parametrize(
    ("value", "text"),
    [(4, "4"), (0.25, "0.25"), (1e-05, "0.00001"), ([1, 0.5], "[1, 0.5]"), ((2, 8), "(2, 8)"), ((3,), "(3,)"),
     ("Thai", "Thai"), (["how", "to"], "[how, to]"), ([[4, 0], [0, 8]], "[[4, 0], [0, 8]]"), (-3, "-3")],
)  # fmt: skip
def test_values_are_written_as_a_person_writes_them(value, text):
    assert readable(value) == text


def test_a_blank_shows_its_hint_and_hides_its_siblings():
    card = cloze("Softmax runs along [1| keys | which axis?], once for each [2| query], for all [1| heads].")
    assert asked(card, 1, 0) == (
        r"Softmax runs along **\[ 1 … \]** (which axis?), once for each query, for all **\[ 2 … \]**."
    )
    assert answered(card, 1, 0) == "keys; heads"
    assert asked(card, 2, 0) == r"Softmax runs along keys, once for each **\[ … \]**, for all heads."


def test_a_blank_survives_formulas_code_and_letters_that_touch_it():
    card = cloze(r"Divide by $\sqrt{[1| d_k]}$ with `math.[2| sqrt]`, un[3| scaled]ly ([4| $QK^T$](x)).")
    assert r"$\sqrt{\boxed{\ldots}}$" in asked(card, 1, 0)
    assert answered(card, 1, 0) == "$d_k$"
    assert "`math.[ … ]`" in asked(card, 2, 0)
    assert answered(card, 2, 0) == "`sqrt`"
    assert r"un\[ … \]ly" in asked(card, 3, 0)  # stars within a word are no bold
    assert r"(**\[ … \]**(x))" in asked(card, 4, 0)  # escaped, so that it is no link
    assert answered(card, 4, 0) == "$QK^T$"
    for deletion in deletions(card):
        assert grade(card, deletion, 0, answered(card, deletion, 0)).verdict is Verdict.RIGHT


def test_a_blank_is_announced_by_its_place_among_the_blanks():
    card = cloze("The [2| a] and [5| b] and [2| c].")
    assert deletions(card) == (2, 5)
    assert [blank_name(card, deletion) for deletion in (2, 5)] == ["blank 1 of 2", "blank 2 of 2"]
    assert blank_name(GOLDEN["var-of-dot"], 0) == ""
    assert deletions(GOLDEN["var-of-dot"]) == (0,)


def test_a_deletion_or_variant_that_is_not_there_is_a_sentence():
    card = GOLDEN["cloze-induction"]
    for call in [lambda: asked(card, 7, 0), lambda: answered(card, 7, 0), lambda: blank_name(card, 0),
                 lambda: asked(card, 1, 1), lambda: explained(card, -1)]:  # fmt: skip
        with pytest.raises(AttnquizError, match="cloze-induction has"):
            call()


def test_the_reason_of_a_choice_begins_with_what_is_said_of_the_right_option():
    card = GOLDEN["mc-combine-heads"]
    assert explained(card, 0) == "That matrix is W_O. It is the same for every token."
    assert explained(GOLDEN["num-softmax-first"], 0) == "exp(first) divided by the sum of all the exps."
    assert options(card, 0)[0] == "concatenation followed by one learned matrix"
    assert options(GOLDEN["var-of-dot"], 0) == ()


@given(st.integers(0, 2**31 - 1))
def test_shuffling_keeps_every_option_and_depends_on_the_seed_alone(seed):
    card = GOLDEN["mc-combine-heads"]
    assert sorted(shuffled(card, seed)) == [0, 1, 2]
    assert shuffled(card, seed) == shuffled(card, seed)


@given(st.integers(0, 2**31 - 1), st.sets(st.sampled_from([(1, 2), (1, 3), (2, 3), (2, 4), (4, 3)]), max_size=4))
def test_steps_never_stand_in_a_right_order_before_they_are_moved(seed, free):
    card = GOLDEN["order-equation-one"]
    card = replace(card, body=Ordering(("first", "second", "third", "fourth"), tuple(free)))
    start = shuffled(card, seed)
    assert sorted(start) == [0, 1, 2, 3]
    assert grade(card, 0, 0, " ".join(str(step + 1) for step in start)).verdict is Verdict.WRONG


def test_every_order_of_three_options_comes_up_about_equally_often():
    orders = Counter(shuffled(GOLDEN["mc-combine-heads"], seed) for seed in range(600))
    assert len(orders) == 6
    assert all(60 < count < 140 for count in orders.values())  # 100 expected, standard deviation 9


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7])
def test_no_variant_repeats_before_all_were_seen_nor_across_rounds(count):
    for name in ("made-up", "another", "third"):
        card = with_variants(count, name)
        turns = [variant_for(card, reviews) for reviews in range(count * 40)]
        for start in range(0, len(turns), count):
            assert sorted(turns[start : start + count]) == list(range(count))
        if count > 1:
            assert all(one != other for one, other in pairwise(turns))


def test_different_cards_start_with_different_variants():
    assert len({variant_for(with_variants(5, f"card-{number}"), 0) for number in range(40)}) == 5


def test_turns_are_the_same_on_every_machine_and_in_every_version():
    """Frozen: changing them would show people variants that they have just seen."""
    assert [variant_for(with_variants(5), reviews) for reviews in range(10)] == [0, 3, 2, 1, 4, 0, 1, 3, 4, 2]
    choice = replace(GOLDEN["mc-combine-heads"], id="made-up")
    assert [shuffled(choice, seed) for seed in range(3)] == [(2, 0, 1), (2, 1, 0), (1, 0, 2)]
