"""Reading text files that people wrote."""

import pytest

from attnquiz import frontmatter
from attnquiz.errors import DeckError


def test_values_stay_the_strings_that_were_written():
    front, body, line = frontmatter.split("---\nanswer: no\nn: 0123\nsource: a #3\n---\nbody\n", "f.md")
    assert front == {"answer": "no", "n": "0123", "source": "a #3"}
    assert (body, line) == ("body\n", 6)


def test_a_text_without_front_matter_is_all_body():
    assert frontmatter.split("## a\n---\n", "f.md") == ({}, "## a\n---\n", 1)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path):
    plain = "---\ntitle: T\n---\n\nQ: a\n"
    file = tmp_path / "f.md"
    file.write_bytes(b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode())
    assert frontmatter.read(file) == plain
    assert frontmatter.split("\ufeff" + plain.replace("\n", "\r\n"), file) == frontmatter.split(plain, file)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("---\ntitle: T\n\nQ: a\n", 1, "never closed"),
        ("---\ntitle: T\nno setting here\n---\n", 3, "no setting"),
        ("---\ntitle: T\ntitle: U\n---\n", 3, "twice"),
        ("a\nb\0c\n", 2, "NUL"),
    ],
)
def test_broken_front_matter_is_a_sentence_with_its_line(text, line, problem):
    with pytest.raises(DeckError, match=problem) as caught:
        frontmatter.split(text, "f.md")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("raw", "line", "problem"),
    [(b"a\nb\n\xff\xfe", 3, "UTF-8"), (b"\x7fELF\0\0", 1, "NUL"), (b"x" * 1_000_001, 1, "larger than")],
)
def test_a_file_that_is_no_text_is_a_sentence(tmp_path, raw, line, problem):
    file = tmp_path / "f.md"
    file.write_bytes(raw)
    with pytest.raises(DeckError, match=problem) as caught:
        frontmatter.read(file)
    assert caught.value.line == line


def test_a_missing_file_and_a_folder_are_sentences(tmp_path):
    with pytest.raises(DeckError, match="no such file"):
        frontmatter.read(tmp_path / "none.md")
    with pytest.raises(DeckError, match="cannot be opened"):
        frontmatter.read(tmp_path)
