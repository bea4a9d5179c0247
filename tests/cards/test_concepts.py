"""Concepts, misconceptions and sources: lists by id."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnquiz.cards.card import Kind
from attnquiz.cards.concepts import parse_concepts, read_concepts
from attnquiz.cards.misconceptions import Misconception, parse_misconceptions, read_misconceptions
from attnquiz.cards.sources import cited, parse_sources, read_sources
from attnquiz.errors import DeckError

CONCEPTS = """# Concepts

# level 1
dot: Dot product. Compute q·k, e.g. by hand
  kinds: numeric, mc

# level 3
self: Self-attention. Describe a mix
  needs: dot soft
  helps: history
  kinds: mc explain
soft: Softmax. Compute one
history: History. Tell it
"""


def slip(text: str) -> DeckError:
    with pytest.raises(DeckError) as caught:
        parse_concepts(text, Path("concepts.md"))
    return caught.value


def test_a_concept_has_title_objective_level_and_what_it_needs():
    concepts = parse_concepts(CONCEPTS, Path("concepts.md"))
    assert list(concepts) == ["dot", "self", "soft", "history"]
    one = concepts["self"]
    assert (one.title, one.objective, one.level, one.line) == ("Self-attention", "Describe a mix", 3, 8)
    assert (one.needs, one.helps, one.kinds) == (("dot", "soft"), ("history",), (Kind.MC, Kind.EXPLAIN))
    assert concepts["dot"].objective == "Compute q·k, e.g. by hand"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("needs: dot soft", "needs: dot sfot", 9, "Did you mean 'soft'?"),
        ("helps: history", "helps: hystory", 10, "Did you mean 'history'?"),
        ("needs: dot soft", "needs: self", 9, "needs itself"),
        ("kinds: mc explain", "kinds: mc explian", 11, "Did you mean 'explain'?"),
        ("  needs: dot", "  need: dot", 9, "Did you mean 'needs'?"),
        ("helps: history", "needs: history", 10, "given twice"),
        ("soft: Softmax. Compute one", "soft: Softmax", 12, "no objective"),
        ("self: Self", "Self", 8, "is no entry"),
        ("self: Self", "dot: Self", 8, "listed already, on line 4"),
        ("# level 1\n", "", 3, "stands under no level"),
        ("# level 1\n", "# level 1\n  needs: dot\n", 4, "belongs to no entry"),
    ],
)
def test_a_slip_is_a_sentence_with_its_line(old, new, line, says):
    assert CONCEPTS.count(old) == 1
    error = slip(CONCEPTS.replace(old, new))
    assert says in str(error)
    assert error.line == line


def test_concepts_that_need_each_other_in_a_circle_are_refused():
    text = "# level 1\na: A. A\n  needs: b\nb: B. B\n  needs: c\nc: C. C\n  needs: b\n"
    error = slip(text)
    assert "'b' lead back to it: b needs c needs b" in str(error)
    assert error.line == 5


def test_a_diamond_is_no_circle():
    text = "# level 1\na: A. A\n  needs: b c\nb: B. B\n  needs: d\nc: C. C\n  needs: d\nd: D. D\n"
    assert len(parse_concepts(text, Path("c.md"))) == 4


def test_a_chain_of_ten_thousand_concepts_is_followed():
    text = "# level 1\n" + "".join(f"c{n}: C. C\n  needs: c{n + 1}\n" for n in range(10_000)) + "c10000: C. C\n"
    assert len(parse_concepts(text, Path("c.md"))) == 10_001
    assert "lead back" in str(slip(text + "  needs: c0\n"))


def test_a_misconception_may_name_the_switch_that_acts_it_out():
    text = "# Masks\nmask-inverted: The lower triangle: hidden.\n  switch: invert\nplain: A belief.\n"
    assert parse_misconceptions(text, Path("m.md")) == {
        "mask-inverted": Misconception("mask-inverted", "The lower triangle: hidden.", "invert"),
        "plain": Misconception("plain", "A belief.", None),
    }
    with pytest.raises(DeckError, match="Did you mean 'switch'"):
        parse_misconceptions(text.replace("switch", "swich"), Path("m.md"))


def test_a_source_is_an_id_and_a_reference():
    assert parse_sources('a2017: A, "T: t", 2017\n', Path("s.md")) == {"a2017": 'A, "T: t", 2017'}
    with pytest.raises(DeckError, match=r"s\.md:2: .* is listed already"):
        parse_sources("a: A\na: B\n", Path("s.md"))


def test_the_first_word_of_each_part_is_what_a_card_cites():
    assert cited("vaswani2017 sec. 3.2, eq. 1; computed exp-scaling;") == ["vaswani2017", "computed"]


@given(st.text(alphabet="ab:- #\n.levnds1", max_size=80))
def test_any_text_is_read_or_explained(text):
    for read in (read_concepts, read_misconceptions, read_sources):
        try:
            listed, problems = read(text, Path("x.md"))
        except DeckError:
            assert text.startswith("---")  # front matter without an end
            continue
        assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)
        assert listed or problems or text.startswith("---") or all_headings(text)


def all_headings(text: str) -> bool:
    return all(not line.strip() or line[0] == "#" for line in text.split("\n"))
