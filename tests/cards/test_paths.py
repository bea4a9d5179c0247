"""Paths: a worked example of the format, what is said of one that breaks it, and what the lint finds."""

from pathlib import Path

import pytest

from attnquiz.cards.check import check
from attnquiz.cards.paths import Ask, Look, Shortcut, Text, read_path, read_paths
from attnquiz.errors import DeckError

COVER = "---\ntitle: Small\nabout: Two chapters.\n---\n"
FIRST = """---
title: Scores
source: vaswani2017 sec. 3.2.1
---

Some words.

```python
ask: not-a-card
```

ask: one

see: thai-curry row=curry stage=SCORE | Look at it
shortcut: whole words

More words.
"""
DECK = """---
deck: small
title: Small
---

## one
kind: basic
concept: softmax
source: vaswani2017 sec. 3.2.1

Q: What do the weights of a query sum to?

A: One.

Why: Softmax divides by the sum.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Content with one deck and one path of one chapter."""
    path = tmp_path / "lessons" / "small"
    path.mkdir(parents=True)
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "small.md").write_text(DECK, encoding="utf-8")
    (path / "path.md").write_text(COVER, encoding="utf-8")
    (path / "01-scores.md").write_text(FIRST, encoding="utf-8")
    return tmp_path


def chapter_with(folder: Path, before: str, after: str) -> Path:
    file = folder / "lessons" / "small" / "01-scores.md"
    assert before in FIRST
    file.write_text(FIRST.replace(before, after, 1), encoding="utf-8")
    return file


def test_a_chapter_is_text_with_cards_links_and_shortcuts_in_their_places(folder):
    (path,) = read_paths(folder / "lessons").values()
    assert (path.id, path.title, path.about) == ("small", "Small", "Two chapters.")
    (chapter,) = path.chapters
    assert (chapter.id, chapter.title, chapter.source) == ("scores", "Scores", "vaswani2017 sec. 3.2.1")
    assert [type(part) for part in chapter.parts] == [Text, Ask, Look, Shortcut, Text]
    text, ask, look, shortcut, _ = chapter.parts
    assert text.text.startswith("Some words.")
    assert "ask: not-a-card" in text.text, "code is text"
    assert (ask.card, look.label, shortcut.text) == ("one", "Look at it", "whole words")
    assert (look.see.name, dict(look.see.arguments)) == ("thai-curry", {"row": "curry", "stage": "SCORE"})
    assert chapter.asks == ("one",)


def test_chapters_come_in_the_order_of_their_files(folder):
    for name in ("10-last.md", "02-second.md"):
        (folder / "lessons" / "small" / name).write_text(FIRST, encoding="utf-8")
    path = read_path(folder / "lessons" / "small")
    assert [chapter.id for chapter in path.chapters] == ["scores", "second", "last"]


def test_a_folder_without_a_cover_is_no_path(folder):
    (folder / "lessons" / "small" / "path.md").unlink()
    assert read_paths(folder / "lessons") == {}


@pytest.mark.parametrize(
    ("before", "after", "line", "problem"),
    [
        ("title: Scores\n", "", 1, "the chapter has no title"),
        ("ask: one", "ask:", 12, "ask: says nothing"),
        (" | Look at it", "", 14, "does not say what the link says"),
        ("row=curry", "row=curry row=Thai", 14, "'row' is given twice"),
    ],
)
def test_what_is_wrong_with_a_chapter_is_said_with_its_line(folder, before, after, line, problem):
    file = chapter_with(folder, before, after)
    with pytest.raises(DeckError) as raised:
        read_path(folder / "lessons" / "small")
    assert (Path(raised.value.path), raised.value.line) == (file, line)
    assert problem in str(raised.value)
    assert [f.severity for f in check(folder)] == ["E"]


@pytest.mark.parametrize(("name", "problem"), [("path.md", "the path has no about"), ("01-scores.md", "says nothing")])
def test_a_path_says_what_it_is_about_and_a_chapter_something(folder, name, problem):
    (folder / "lessons" / "small" / name).write_text("---\ntitle: Small\n---\n", encoding="utf-8")
    with pytest.raises(DeckError, match=problem):
        read_path(folder / "lessons" / "small")


def test_a_sound_path_has_nothing_to_mend(folder):
    assert check(folder) == []


@pytest.mark.parametrize(
    ("before", "after", "rule", "line"),
    [
        ("ask: one", "ask: two", "L28", 12),
        ("More words.", "ask: one", "L28", 17),
        ("see: thai-curry", "see: thai-soup", "L13", 14),
        ("vaswani2017 sec.", "vaswani2018 sec.", "L03", 1),
        ("source: vaswani2017 sec. 3.2.1\n", "", "L03", 1),
    ],
)
def test_names_in_a_path_must_exist(folder, before, after, rule, line):
    file = chapter_with(folder, before, after)
    assert [(f.path, f.line, f.rule, f.severity) for f in check(folder)] == [(str(file), line, rule, "E")]


def test_words_of_others_are_found_in_a_path(folder, tmp_path):
    said = "the rows of this table are held against the columns of that one"
    chapter_with(folder, "More words.", f"He wrote: {said}.")
    corpus = tmp_path / "corpus.txt"
    corpus.write_text(f"Long ago {said}, they say.", encoding="utf-8")
    assert [f.rule for f in check(folder, [corpus])] == ["L23"]
