"""What the two texts say and ask is answered, and what is wrong in popular sentences is nowhere taught."""

import re
from pathlib import Path
from string import ascii_lowercase

import pytest

from attnquiz import frontmatter
from attnquiz.cards.coverage import ANSWERS, DEMANDING, document, parse_coverage, unmet
from attnquiz.cards.refutations import refuted_by
from attnquiz.errors import DeckError
from attnquiz.sandbox.library import names

ROOT = Path(__file__).parents[2]
PATH = ROOT / "content" / "coverage.md"
# Numbers that are split into letters: how many.
SPLIT = {2: 6, 3: 2, 4: 3, 12: 2, 14: 3, 16: 3, 20: 2, 24: 2, 26: 15, 35: 19, 37: 3, 38: 5, 42: 5, 43: 2}
DISCUSSION = [
    f"V-{number:02}{letter}" for number in range(1, 47) for letter in (ascii_lowercase[: SPLIT.get(number, 0)] or [""])
]
ARTICLE = [f"A-{number:02}" for number in range(1, 53)]
POPULAR = [f"h-{number}" for number in range(1, 13)]
SOUND = "# Part\nA-01: It is so\n  verdict: wrong\n  cards: one, two\n  how: and so on\nA-02: Fine\n  verdict: ok\n"


@pytest.fixture(scope="module")
def items():
    return parse_coverage(frontmatter.read(PATH), PATH)


@pytest.fixture(scope="module")
def known(collection):
    """Every name that may stand as an answer."""
    boot = (ROOT / "attnquiz" / "ui" / "boot.py").read_text()
    pages = re.findall(r'st\.Page\("([^"]+)", title="([^"]+)"', boot)
    assert all((ROOT / file).is_file() for file, _ in pages)
    paths = collection.paths.values()
    return {
        "cards": set(collection.cards),
        "lessons": set(collection.lessons),
        "paths": {path.id for path in paths} | {f"{path.id}/{one.id}" for path in paths for one in path.chapters},
        "experiments": set(names()),
        "pages": {title for _, title in pages},
        "docs": {"README.md", *(str(file.relative_to(ROOT)) for file in (ROOT / "docs").rglob("*.md"))},
    }


def test_every_item_of_both_texts_is_listed_in_order(items):
    assert list(items) == [*ARTICLE, *DISCUSSION, *POPULAR]


def test_every_name_leads_somewhere_and_nothing_that_needs_an_answer_lacks_one(items, known):
    assert [str(problem) for problem in unmet(items.values(), known, PATH)] == []


def test_the_document_is_what_is_generated(items):
    written = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
    assert written == list(document(items.values())), "run: python -m attnquiz coverage > docs/coverage.md"


def test_each_popular_sentence_is_refuted_by_a_card_that_is_named(items, collection):
    for name in POPULAR:
        item = items[name]
        assert item.belief in collection.misconceptions, name
        cards = [collection.cards[card] for card in item.answers["cards"]]
        assert any(item.belief in refuted_by(card) for card in cards), name


def test_every_belief_that_is_named_is_one_of_ours(items, collection):
    assert {item.belief for item in items.values()} - {""} <= set(collection.misconceptions)


@pytest.mark.parametrize(
    ("sound", "broken", "line", "said"),
    [
        ("verdict: wrong", "verdict: wrng", 3, "Did you mean 'wrong'"),
        ("  verdict: ok\n", "", 6, "A-02 has no verdict"),
        ("one, two", "one, one", 4, "'one' is named twice"),
        ("one, two", "", 4, "cards: names nothing"),
        ("  how: and", "  because: and", 5, "is no detail"),
        ("A-02: Fine", "A-01: Fine", 6, "is listed already"),
        ("A-02: Fine", "AB-02: Fine", 6, "is no entry"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(sound, broken, line, said):
    assert sound in SOUND
    with pytest.raises(DeckError) as told:
        parse_coverage(SOUND.replace(sound, broken, 1), Path("coverage.md"))
    assert said in str(told.value)
    assert str(told.value).startswith(f"coverage.md:{line}: ")


def test_a_name_that_leads_nowhere_and_an_item_without_an_answer_are_told():
    items = parse_coverage(SOUND, Path("coverage.md")).values()
    assert unmet(items, {"cards": {"one", "two"}}, Path("coverage.md")) == []
    (problem,) = unmet(items, {"cards": {"one", "twoo"}}, Path("coverage.md"))
    assert str(problem) == "coverage.md:2: A-01 names 'two', which is not among the cards (Did you mean 'twoo'?)"
    for verdict in DEMANDING:
        bare = f"A-01: It is so\n  verdict: {verdict}\n"
        (problem,) = unmet(parse_coverage(bare, Path("c.md")).values(), {}, Path("c.md"))
        assert "has no answer" in str(problem)
    assert ANSWERS[0] == "cards"


def test_a_table_keeps_its_columns_whatever_is_said():
    text = SOUND.replace("It is so", "It is a | b")
    (line,) = [line for line in document(parse_coverage(text, PATH).values()) if line.startswith("| A-01")]
    assert line == r"| A-01 | It is a \| b | wrong | cards: one, two; and so on |"
