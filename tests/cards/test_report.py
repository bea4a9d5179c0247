"""The report on a collection: every figure found again by hand on a small one."""

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.cards.report import asks_why, longest_run, report

DECK = """---
deck: small
title: Small
---

## {id}
kind: {kind}
concept: softmax
source: vaswani2017 sec. 3.2.1

Q: {question}

{answer}
"""
MC = """- [x] one two three four
  > True.
- [ ] one
  > [softmax-is-share] No.
- [ ] two
  > [softmax-over-queries] No.
"""


@pytest.fixture
def collection(tmp_path):
    """A collection of the given cards: (id, kind, question, answer)."""

    def made(*cards):
        (tmp_path / "decks").mkdir(exist_ok=True)
        for card in cards:
            text = DECK.format(**dict(zip(("id", "kind", "question", "answer"), card, strict=True)))
            (tmp_path / "decks" / f"{card[0]}.md").write_text(text, encoding="utf-8")
        return load(tmp_path)

    return made


def said(collection, start, corpus=()):
    (line,) = [line for line in report(collection, corpus) if line.startswith(start)]
    return line


def test_answers_and_reasons_are_counted(collection):
    found = collection(
        ("why-one", "basic", "Why do shares add up to 1?", "A: They are divided by their sum."),
        ("what-two", "basic", "What are the shares called?", "A: Weights."),
        ("options", "mc", "What happens to the shares?", MC),
    )
    assert said(found, "Cards:") == "Cards: 3 about 1 of 60 concepts."
    assert said(found, "Answers") == "Answers of basic cards: median 3.5 words, longest 6."
    assert said(found, "Why") == "Why, what if, which way: 2 of 3 basic, mc and explain cards (67%)."
    assert said(found, "| softmax ").endswith("| 3 |")
    assert said(found, "Cells") == "Cells of concept and kind: 1 of 207 wanted ones filled."


def test_a_right_option_that_is_the_longest_is_counted_and_its_places_are_even(collection):
    found = collection(("options", "mc", "What happens to the shares?", MC))
    assert "the longest on 1, the shortest on 0" in said(found, "Right option")
    shares = [float(share.rstrip("%.")) for share in said(found, "Place").split(": ")[1].split(", ")]
    assert len(shares) == 3
    assert all(25 < share < 42 for share in shares)


def test_misconceptions_that_no_card_refutes_are_named(collection):
    lacking = said(collection(("options", "mc", "What happens to the shares?", MC)), "Misconceptions")
    assert "mask-after-softmax" in lacking
    assert "softmax-is-share" not in lacking


@pytest.mark.parametrize(
    ("ours", "theirs", "run"),
    [
        (["The cat sat down."], ["a CAT, sat up"], ("cat", "sat")),
        (["one two three", "four five"], ["three four five six"], ("four", "five")),
        (["nothing here"], ["shared there"], ()),
        ([], ["a"], ()),
    ],
)
def test_the_longest_shared_run_of_words(ours, theirs, run):
    assert longest_run(ours, theirs) == run


def test_the_shipped_course_is_whole():
    course = load(shipped())
    assert "207 of 207" in said(course, "Cells")
    assert said(course, "Misconceptions").endswith("refutes them: none.")
    assert said(course, "Lessons").endswith("without one: none.")
    could = [card for card in course.cards.values() if card.kind in ("basic", "mc", "explain")]
    assert sum(map(asks_why, could)) >= len(could) / 2
    kinds = [card.kind for card in course.cards.values()]
    assert kinds.count("experiment") >= 24
