"""Whatever stands in a file: a deck or a sentence, never a traceback and never a long wait."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.check import check
from attnquiz.cards.parser import parse_deck, read_deck
from attnquiz.errors import DeckError

PIECES = [
    "## a\n", "## b-c\n", "##\n", "# s\n", "kind: basic\n", "kind: mc\n", "kind: cloze\n", "kind: order\n",
    "kind: explain\n", "kind: bug\n", "kind: code\n", "kind: numeric\n", "kind: experiment\n", "kind: heatmap\n",
    "vars: a, b = (1, 2) | (3, 4)\n", "answer: a\n", "wrong: a -> [b] c\n", "preset: x\n", "blank: a | b\n",
    "bug: 1\n", "fix: x\n", "free: 1 2\n", "Q: q\n", "A: a\n", "C: [1| a] [b] [[\n", "- [x] r\n", "- [ ] w\n",
    "  > [m] f\n", "Steps:\n", "1. a\n", "2. b\n", "Rubric:\n", "- [1] p\n", "- [must-not m] p\n", "Run: r\n",
    "Explain:\n", "```\n", "~~~\n", "___ ____\n", "---\n", "\n", "\r", "\0", "\t", "  x\n", "see: a b=1\n",
]  # fmt: skip


def reads_or_says_why(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    try:
        reading = read_deck(text, Path("d.md"))
        problems = reading.problems
    except DeckError as refused:
        reading, problems = None, (refused,)
    assert all(1 <= problem.line <= lines.count("\n") + 1 and problem.problem for problem in problems)
    assert problems or reading.deck.cards
    assert reading is None or all(card.text in lines for card in reading.deck.cards)
    if problems:
        with pytest.raises(DeckError) as raised:
            parse_deck(text, Path("d.md"))
        assert str(raised.value) == str(problems[0])


@given(st.text())
def test_any_text_is_read_or_explained(text):
    reads_or_says_why(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_jumble_of_deck_lines_is_read_or_explained(pieces):
    reads_or_says_why("".join(pieces))


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_jumble_of_deck_lines_can_be_checked(tmp_path_factory, pieces):
    file = tmp_path_factory.getbasetemp() / "jumble.md"
    file.write_text("".join(pieces), encoding="utf-8", newline="")
    try:
        findings = check(file, [file])
    except DeckError:
        return
    assert all(finding.line >= 1 and finding.message for finding in findings)


@given(st.text(alphabet="[]()|1 0x`$\\\n{}", max_size=60))
def test_any_brackets_in_a_cloze_are_read_or_explained(text):
    reads_or_says_why(f"## a\nkind: cloze\n\nC: {text}\n")


@pytest.mark.parametrize("text", ["```\n## a\n" * 30_000, "[" * 100_000, "## a\n" * 100_000, "~~~x\n```x\n" * 50_000])
def test_large_hostile_decks_are_explained(text):
    reading = read_deck("## z\nkind: cloze\n\nC: " + text, Path("d.md"))
    assert reading.problems


@pytest.mark.parametrize("piece", ["`", "$ ", "[(", "](", "a, ", "\n\n", "is it? ", "a key idea ", "- [", '."'])
def test_a_long_text_is_checked_without_a_long_wait(tmp_path, piece):
    file, text = tmp_path / "deck.md", piece * (30_000 // len(piece))
    file.write_text(f"## a\nkind: basic\n\nQ: {text}\n\nA: {text}\n\nWhy: {text}\n", encoding="utf-8")
    start = time.process_time()
    assert check(file)
    assert time.process_time() - start < 5  # usually a tenth; what grows with the square of the length takes minutes
