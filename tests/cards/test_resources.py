"""The list of resources: how it is written, and what the shipped one holds."""

from pathlib import Path

import pytest

from attnquiz import frontmatter
from attnquiz.cards.collection import shipped
from attnquiz.cards.lint_words import words
from attnquiz.cards.resources import parse_resources
from attnquiz.errors import DeckError

SOUND = """# Videos
a-talk: A talk
  address: https://example.org/a_(talk)
  note: Good for a start.
another: Another talk
  address: none
  note: Known by its title.
"""
PATH = Path("resources.md")


@pytest.fixture(scope="module")
def resources():
    path = shipped() / "resources.md"
    return parse_resources(frontmatter.read(path), path)


def test_a_resource_has_a_title_a_kind_a_note_and_perhaps_an_address():
    talk, other = parse_resources(SOUND, PATH).values()
    assert (talk.title, talk.kind, talk.note) == ("A talk", "Videos", "Good for a start.")
    assert (talk.address, other.address) == ("https://example.org/a_(talk)", None)


@pytest.mark.parametrize(
    ("sound", "broken", "line", "said"),
    [
        ("# Videos\n", "\n", 2, "is of no kind"),
        ("  note: Good for a start.\n", "", 2, "has no note"),
        ("  address: none\n", "", 5, "has no address"),
        ("https://example.org/a_(talk)", "http://example.org", 3, "is no address"),
        ("https://example.org/a_(talk)", "https://example.org/a talk", 3, "is no address"),
        ("https://example.org/a_(talk)", "unknown", 3, "is no address"),
        ("https://example.org/a_(talk)", "https://[", 3, "is no address"),
        ("a-talk: A talk", "a talk", 2, "is no entry"),
        ("  note: Known", "  why: So it is.\n  note: Known", 7, "is no detail"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(sound, broken, line, said):
    assert sound in SOUND
    text = SOUND.replace(sound, broken)
    with pytest.raises(DeckError, match=said) as told:
        parse_resources(text, PATH)
    assert str(told.value).startswith(f"resources.md:{line}: ")


def test_the_whole_list_of_the_article_is_there_and_only_what_is_clear_has_an_address(resources):
    assert {resource.title for resource in resources.values() if resource.address is None} == {
        "Understanding Self-Attention for Natural Language Processing", "Transformer Network Explained",
        "Self-Attention and Transformers", "A Gentle Introduction to Self-Attention",
    }  # fmt: skip
    assert {resource.address for resource in resources.values()} - {None} == {
        "https://arxiv.org/abs/1706.03762", "https://jalammar.github.io/illustrated-transformer/",
        "https://nlp.seas.harvard.edu/annotated-transformer/", "https://huggingface.co/docs/transformers",
        "https://www.coursera.org/learn/nlp-sequence-models", "https://www.3blue1brown.com/lessons/attention",
        "https://en.wikipedia.org/wiki/Transformer_(deep_learning_architecture)",
        "https://www.youtube.com/watch?v=KJtZARuO3JY", "https://nlp.stanford.edu/software/lex-parser.shtml",
    }  # fmt: skip


def test_kinds_stand_together_and_notes_are_short(resources):
    kinds = [resource.kind for resource in resources.values()]
    assert kinds == sorted(kinds, key=kinds.index)
    assert max(len(words(resource.note)) for resource in resources.values()) <= 45
