"""Cards that the app writes: the deck parses, shows what was meant, and keeps what was there."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from attnquiz.cards.card import Computed
from attnquiz.cards.check import check
from attnquiz.cards.expressions import evaluate
from attnquiz.cards.faces import answered, asked
from attnquiz.cards.fields import reference
from attnquiz.cards.parser import parse_deck, read_deck
from attnquiz.cards.written import (
    FRONT,
    NewCard,
    append,
    id_of,
    is_id,
    literal,
    one_line,
    see_text,
    tolerance_for,
)
from attnquiz.errors import DeckError

WHY = "Each row of scores becomes weights: positive shares that add up to 1."
NASTY = (
    'what of "curry"? $x$ and `code` and **bold** and {{n}} and [a](b) ![p](q) <b>x</b> &amp; :red[no] :smile: ~~s~~ \\'
)


def card(id="a-cell", question="What weight?", answer=0.93170, see="thai-curry stage=SOFTMAX"):
    return NewCard(id, "attention-weights", question, answer, tolerance_for(answer), see, WHY)


def shown(markdown):
    """What a reader sees of a text in which every sign that could mean something is escaped."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def cards(path):
    return parse_deck(path.read_text(encoding="utf-8"), path).cards


def test_a_new_deck_gets_front_matter_and_check_finds_nothing(tmp_path):
    deck = tmp_path / "decks" / "sandbox.md"
    append(deck, card())
    assert deck.read_text(encoding="utf-8").startswith(FRONT)
    assert check(deck) == []
    (read,) = cards(deck)
    assert (read.question, read.why, read.concept) == ("What weight?", WHY, "attention-weights")
    assert (read.see.name, dict(read.see.arguments)) == ("thai-curry", {"stage": "SOFTMAX"})
    assert answered(read, 0, 0) == "0.932"


def test_what_stands_in_the_deck_stays_byte_by_byte(tmp_path):
    deck = tmp_path / "sandbox.md"
    mine = "\ufeff---\ntitle: Mine\n---\n\n# Notes\nprose\n\n## a-card\nkind: basic\n\nQ: One?\n\nA: 1."
    mine = mine.replace("\n", "\r\n").encode()
    deck.write_bytes(mine)
    append(deck, card("first"))
    append(deck, card("second"))
    assert deck.read_bytes().startswith(mine + b"\n\n## first\n")
    read = read_deck(deck.read_text("utf-8-sig"), deck).deck.cards
    assert [one.id for one in read] == ["a-card", "first", "second"]
    assert [left.name for left in tmp_path.iterdir()] == ["sandbox.md"], "no draft is left behind"


STARTS = ["", "# ", "## x", "- ", "+ ", "1. ", "12) ", "= ", "> ", "```", "Q: ", "kind: ", "---"]
PIECES = ["\n", "##", "Q:", "A:", "```", "~~~", "- [x] ", "{{n}}", "$", "\\", "`", "\0", "\u2028", "see: x", " ", "é"]


@pytest.mark.parametrize("start", STARTS)
def test_a_question_that_looks_like_a_deck_is_only_a_question(tmp_path, start):
    question = start + NASTY
    append(tmp_path / "sandbox.md", card(question=question))
    (read,) = cards(tmp_path / "sandbox.md")
    assert shown(asked(read, 0, 0)) == question


TEXTS = some.text(max_size=60) | some.lists(some.sampled_from([*PIECES, *STARTS, "🐈\u200d⬛"])).map("".join)


@given(some.lists(TEXTS.filter(lambda text: one_line(text) != ""), min_size=1, max_size=4))
@example(["\\", "1.", "{{n}}", "```"])
def test_any_question_reads_back_as_it_was_meant(tmp_path_factory, questions):
    deck = tmp_path_factory.mktemp("deck") / "sandbox.md"
    for number, question in enumerate(questions):
        append(deck, card(f"cell-{number}", question))
    read = cards(deck)
    assert [shown(one.question) for one in read] == [one_line(question) for question in questions]
    assert [one.why for one in read] == [WHY] * len(questions)
    assert [finding for finding in check(deck) if finding.severity == "E"] == []


@given(some.text())
def test_nothing_that_means_something_in_markdown_is_left_bare(text):
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>$:~|&#]", literal(text))
    assert "\n" not in literal(text)


@given(some.floats(-1e12, 1e12))
def test_any_number_is_written_so_that_it_is_its_own_answer(value):
    text = card(answer=value).text
    read = parse_deck(FRONT + text, "sandbox.md").cards[0]
    assert isinstance(read.body, Computed)
    assert abs(evaluate(read.body.answer, {}) - value) <= read.body.tolerance


@pytest.mark.parametrize(
    ("value", "tolerance"),
    [(0.0, 0.005), (0.0171, 0.005), (-0.93, 0.005), (1.25, 0.005), (-12.5, 0.05), (345.6, 0.5), (1e6, 5000)],
)
def test_three_digits_are_asked_for_and_never_more_than_two_decimals(value, tolerance):
    assert tolerance_for(value) == pytest.approx(tolerance)


@given(
    some.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True),
    some.dictionaries(some.sampled_from(["row", "column", "edit", "mask"]), some.text(max_size=12)),
)
@example("thai-curry", {"row": "a b=c"})
@example("thai-curry", {"row": " curry"})
@example("thai-curry", {"row": "a\nb"})
def test_a_state_is_written_in_words_only_where_it_is_read_back(name, arguments):
    text = see_text(name, arguments)
    if text is not None:
        read = parse_deck(FRONT + card(see=text).text, "sandbox.md").cards[0].see
        assert (read.name, dict(read.arguments)) == (name, arguments)


def test_tokens_with_spaces_and_quotes_can_stand_in_a_see_line():
    text = see_text("thai-curry", {"row": 'the "cat"', "column": "à la"})
    assert text == 'thai-curry row=the "cat" column=à la'
    assert dict(reference(text).arguments) == {"row": 'the "cat"', "column": "à la"}


@pytest.mark.parametrize(
    ("parts", "id"),
    [
        (["Thai curry", "SOFTMAX", "Crème", "thé"], "thai-curry-softmax-creme-the"),
        (["own", "SCORE", "猫", "🐈"], "own-score"),
        (["猫"], "cell"),
        (["a" * 200], "a" * 76),
        (["taken"], "taken-3"),
    ],
)
def test_an_id_is_made_of_words_and_is_free(parts, id):
    assert id_of(parts, {"taken", "taken-2"}) == id


@given(some.lists(some.text(max_size=50), max_size=4))
def test_every_id_that_is_proposed_is_an_id(parts):
    assert is_id(id_of(parts, ()))


@pytest.mark.parametrize(
    "text",
    ["Q: One?\nA: 1.\n", "---\ntitle: never closed\n", "\0", b"\xff\xfe\x00"],
    ids=["a loose deck", "open front matter", "a NUL", "not UTF-8"],
)
def test_a_deck_that_would_lose_a_card_is_left_alone(tmp_path, text):
    deck = tmp_path / "sandbox.md"
    raw = text if isinstance(text, bytes) else text.encode()
    deck.write_bytes(raw)
    with pytest.raises(DeckError):
        append(deck, card())
    assert deck.read_bytes() == raw


def test_a_card_with_an_open_fence_does_not_swallow_the_new_one(tmp_path):
    deck = tmp_path / "sandbox.md"
    deck.write_text(FRONT + "\n## mine\nkind: basic\n\nQ: What?\n\n```python\nx = 1\n", encoding="utf-8")
    append(deck, card())
    assert [read.id for read in read_deck(deck.read_text(encoding="utf-8"), deck).deck.cards] == ["a-cell"]


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "decks").write_text("a file where the folder should be")
    with pytest.raises(DeckError, match=r"the card could not be written.*then save again"):
        append(tmp_path / "decks" / "sandbox.md", card())


def test_a_deck_behind_a_link_stays_behind_it(tmp_path):
    real, link = tmp_path / "real.md", tmp_path / "sandbox.md"
    append(real, card("first"))
    link.symlink_to(real)
    append(link, card("second"))
    assert link.is_symlink()
    assert [read.id for read in cards(real)] == ["first", "second"]
