"""Turns of phrase on the pages."""

import re
from datetime import date, timedelta

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.ui import words


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        (timedelta(seconds=-5), "1 min"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(hours=20), "20 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=59), "59 d"),
        (timedelta(days=76), "2.5 mo"),
        (timedelta(days=511), "1.4 y"),
        (timedelta(days=36_500), "99.9 y"),
    ],
)
def test_a_wait_is_as_short_as_a_button_wants_it(delta, said):
    assert words.wait(delta) == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(1, "tomorrow"), (3, "on Tuesday"), (7, "on 28 November"), (60, "on 20 January 2027")],
)
def test_a_day_is_named_as_one_says_it(ahead, said):
    today = date(2026, 11, 21)
    assert words.day(today + timedelta(days=ahead), today) == said


def test_counts_agree_with_their_nouns():
    assert [words.count(n, "card") for n in (0, 1, 2, 1234)] == ["0 cards", "1 card", "2 cards", "1,234 cards"]


def test_a_question_as_a_label_has_no_marks_of_markdown():
    shown = re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", words.label("Each share of `q` is **\\[ … \\]** and\nno more."))
    assert shown == "Each share of q is [ … ] and no more."


def test_a_picture_from_afar_stays_a_link():
    assert words.markdown("see ![map](https://example.org/a.png)") == "see !\\[map](https://example.org/a.png)"


def test_sources_are_said_with_authors_title_and_section():
    references = load(shipped()).sources
    said = words.source("vaswani2017 sec. 3.2.2; computed exp-first-gradient; torch-mha; mystery2020 p. 3", references)
    assert said == (
        "Vaswani et al., “Attention Is All You Need”, sec. 3.2.2; computed in the sandbox; "
        "PyTorch documentation, torch.nn.MultiheadAttention; mystery2020, p. 3"
    )
