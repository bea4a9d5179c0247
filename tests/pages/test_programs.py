"""Programs on the review page: a numbered block between what is written before and after it."""

import pytest

from tests.pages.seen import press

REVIEW = "pages/study/review.py"
DECK = """
## gapped
kind: code
blank: dim=-1

Q: Fill the blank. This comes before.

```python
scores = q @ k.T
attn = scores.softmax(____)
```

This comes after, with `code` in it:

```python
attn.sum(dim=-1)
```

Why: So.

## faulty
kind: bug
bug: 2
fix: b = a + 1

Q: b is one more than a.

```python
a = 1
b = a - 1
```

Which line is wrong?

Why: So.
"""
GAPPED = [
    ("markdown", "Fill the blank. This comes before."),
    ("code", "scores = q @ k.T\nattn = scores.softmax(____)"),
    ("markdown", "This comes after, with `code` in it:\n\n```python\nattn.sum(dim=-1)\n```"),
]
FAULTY = [
    ("markdown", "b is one more than a."),
    ("code", "a = 1\nb = a - 1"),
    ("markdown", "Which line is wrong?"),
]


@pytest.fixture
def ask(visit, db):
    (db.parent / "decks").mkdir()
    (db.parent / "decks" / "mine.md").write_text(DECK, encoding="utf-8")
    return lambda card: visit(REVIEW, card=card)


def read(at):
    """Prose and programs in the order in which they stand on the page, and whether lines are numbered."""
    shown = [element for element in at.main if element.type in ("markdown", "code")]
    return [(element.type, element.value) for element in shown], [code.proto.show_line_numbers for code in at.code]


def test_the_program_of_a_code_card_is_numbered_and_keeps_its_gap_and_its_place(ask):
    at = ask("gapped")
    shown, numbered = read(at)
    assert shown[:3] == GAPPED
    assert numbered == [True]
    shown, numbered = read(press(at, "I don't know"))
    assert shown[:3] == GAPPED
    assert numbered == [True]


def test_the_lines_of_a_bug_card_are_numbered_until_they_are_buttons(ask):
    at = ask("faulty")
    shown, numbered = read(at)
    assert shown[:3] == FAULTY
    assert numbered == [True]
    shown, numbered = read(press(at, "Sure: I see it"))
    assert shown[:2] == [FAULTY[0], FAULTY[2]]
    assert numbered == []
    shown, numbered = read(press(at, "`2 "))
    assert shown[:3] == FAULTY, "while a fix is chosen"
    assert numbered == [True]
