"""Shipped cards and the learner's own, put together."""

from pathlib import Path

import pytest

from attnquiz.cards.collection import load, shipped
from attnquiz.errors import DeckError

CARD = "## {id}\nkind: basic\nconcept: softmax\nsource: computed\n\nQ: What?\n\nA: That.\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "decks").mkdir(parents=True)
    (folder / "decks" / "one.md").write_text(CARD.format(id="first") + "\n" + CARD.format(id="second"))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_a_list_that_content_lacks_is_the_shipped_one(content):
    everything = load(shipped())
    collection = load(content)
    assert list(collection.cards) == ["first", "second"]
    assert collection.concepts == everything.concepts
    assert collection.misconceptions == everything.misconceptions
    (content / "sources.md").write_text("mine: My book\n")
    collection = load(content)
    assert collection.sources == {"mine": "My book"}
    assert collection.concepts == everything.concepts


def test_one_deck_file_can_be_loaded_by_itself(content):
    assert list(load(content / "decks" / "one.md").cards) == ["first", "second"]


def test_a_collection_cannot_be_changed(content):
    with pytest.raises(TypeError):
        load(content).cards["third"] = None


def test_own_decks_stand_beside_the_shipped_ones(content, own):
    (own / "notes.md").write_text("Q: One?\nA: 1\n")
    collection = load(content, own)
    assert list(collection.cards) == ["first", "second", "notes-1"]
    assert collection.cards["notes-1"].concept == ""
    assert [deck.name for deck in collection.decks] == ["one", "notes"]
    assert collection.problems == ()


def test_a_missing_folder_of_own_decks_is_no_problem(content, tmp_path):
    assert load(content, tmp_path / "none").problems == ()


@pytest.mark.parametrize("broken", [b"\xff\xfe", b"\0", b"---\ntitle: T\n", b"## x\nkind: basic\n", b"", b"prose"])
def test_a_broken_own_deck_is_a_problem_and_the_rest_is_asked(content, own, broken):
    (own / "a.md").write_bytes(broken)
    (own / "b.md").write_text("Q: One?\nA: 1\n")
    collection = load(content, own)
    assert list(collection.cards) == ["first", "second", "b-1"]
    assert collection.problems
    assert {problem.path for problem in collection.problems} == {str(own / "a.md")}


def test_a_broken_card_of_an_own_deck_takes_nothing_else_down(content, own):
    (own / "a.md").write_text(CARD.format(id="good") + "\n" + CARD.format(id="bad").replace("basic", "basik"))
    collection = load(content, own)
    assert "good" in collection.cards
    assert [str(problem) for problem in collection.problems] == [
        f"{own / 'a.md'}:11: there is no kind 'basik' (Did you mean 'basic'?)"
    ]


def test_an_own_card_never_replaces_a_shipped_one(content, own):
    (own / "a.md").write_text(CARD.format(id="first").replace("That", "Mine") + "\n" + CARD.format(id="mine"))
    collection = load(content, own)
    assert collection.cards["first"].body.answer == "That."
    assert [card.id for card in collection.decks[1].cards] == ["mine"]
    assert "'first' is taken" in str(collection.problems[0])


def test_two_own_decks_with_one_id_keep_the_first(content, own):
    (own / "a.md").write_text(CARD.format(id="mine").replace("That", "A"))
    (own / "b.md").write_text(CARD.format(id="mine").replace("That", "B"))
    collection = load(content, own)
    assert collection.cards["mine"].body.answer == "A."
    assert collection.problems[0].path == str(own / "b.md")


def test_an_own_card_that_cannot_be_computed_is_left_out(content, own):
    number = "## n\nkind: numeric\nconcept: softmax\nsource: mine\nanswer: 1 / {}\n\nQ: What?\n"
    (own / "a.md").write_text(number.format("0") + "\n" + number.format("2").replace("## n", "## m"))
    collection = load(content, own)
    assert "m" in collection.cards
    assert "n" not in collection.cards
    assert "divides by zero" in str(collection.problems[0])
    assert collection.problems[0].line == 5


def test_an_own_card_with_an_unknown_concept_is_asked_without_one(content, own):
    (own / "a.md").write_text(CARD.format(id="mine").replace("softmax", "sotfmax"))
    collection = load(content, own)
    assert collection.cards["mine"].concept == ""
    assert "Did you mean 'softmax'?" in str(collection.problems[0])
    assert len(collection.problems) == 1


def test_broken_shipped_content_raises(content):
    (content / "decks" / "two.md").write_text(CARD.format(id="third").replace("A: That.", ""))
    with pytest.raises(DeckError, match=r"two\.md:1: there is no A:"):
        load(content)


def test_an_id_in_two_shipped_decks_raises(content):
    (content / "decks" / "two.md").write_text("\n" + CARD.format(id="second"))
    with pytest.raises(DeckError, match=r"two\.md:2: the id 'second' is taken: .*one\.md:10"):
        load(content)


def test_content_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(DeckError, match="no such file or folder"):
        load(tmp_path / "none")
    with pytest.raises(DeckError, match="no decks here"):
        load(tmp_path)
