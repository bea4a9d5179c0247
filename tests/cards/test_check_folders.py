"""The lint of files and folders: what it reads, what it says, what an author may waive."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from attnquiz.cards.check import Finding, check
from attnquiz.cards.collection import shipped
from attnquiz.cards.lint_rules import RULES, table
from attnquiz.errors import DeckError

SOUND = (Path(__file__).parent / "sound.md").read_text(encoding="utf-8")


def found(tmp_path: Path, text: str) -> list[Finding]:
    file = tmp_path / "deck.md"
    file.write_text(text, encoding="utf-8")
    return check(file)


def line_of(text: str, part: str) -> int:
    assert text.count(part) == 1, f"{part!r} should occur once"
    return text[: text.index(part)].count("\n") + 1


def test_a_loose_deck_needs_neither_concept_nor_source_but_numbers(tmp_path):
    assert found(tmp_path, "Q: One?\nA: 1\n\nC: [1| One] is one.\n") == []
    assert [(f.line, f.rule) for f in found(tmp_path, "Q: One?\nA: 1\n\nC: [One] is one.\n")] == [(4, "L16")]


def test_a_broken_card_does_not_hide_the_findings_of_the_rest(tmp_path):
    text = SOUND.replace("kind: basic", "kind: basik").replace("- [ ] heads", "- [ ] all of the above")
    text = text.replace("bug: 2", "bug: 9")
    assert [finding.rule for finding in found(tmp_path, text)] == ["L01", "L10", "L19"]


def test_a_broken_deck_does_not_hide_the_findings_of_the_others(tmp_path):
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "a.md").write_text("---\ntitle: T\n")
    (tmp_path / "decks" / "b.md").write_bytes(b"\xff\xfe")
    (tmp_path / "decks" / "c.md").write_text(SOUND.replace("bug: 2", "bug: 9"))
    findings = check(tmp_path)
    assert [(Path(f.path).name, f.rule) for f in findings] == [("a.md", "L00"), ("b.md", "L00"), ("c.md", "L19")]


def test_an_id_is_unique_in_the_whole_folder(tmp_path):
    (tmp_path / "a.md").write_text(SOUND)
    (tmp_path / "b.md").write_text(
        "## a-bug\nkind: basic\nconcept: softmax\nsource: computed\n\nQ: What?\n\nA: That.\n\nWhy: So.\n"
    )
    findings = check(tmp_path)
    assert [(Path(f.path).name, f.line, f.rule) for f in findings] == [("b.md", 1, "L01")]
    assert f"a.md:{line_of(SOUND, '## a-bug')}" in findings[0].message


def test_a_list_that_a_folder_lacks_is_the_shipped_one_each_by_itself(tmp_path):
    (tmp_path / "deck.md").write_text(SOUND)
    assert check(tmp_path) == []
    (tmp_path / "sources.md").write_text("vaswani2017: The paper\n")
    assert [(f.rule, f.line) for f in check(tmp_path)] == [("L03", line_of(SOUND, "source: torch-softmax"))]
    (tmp_path / "sources.md").unlink()
    (tmp_path / "concepts.md").write_text("# level 1\nother: Other. Do it\n")
    assert {f.rule for f in check(tmp_path)} == {"L02"}


def test_the_lists_of_a_folder_are_checked_too(tmp_path):
    (tmp_path / "deck.md").write_text(SOUND)
    (tmp_path / "concepts.md").write_text("# level 1\nsoftmax: Softmax. Do it\n  needs: dot\n")
    (tmp_path / "sources.md").write_bytes(b"\xff")
    assert [(Path(f.path).name, f.line, f.rule) for f in check(tmp_path)] == [
        ("concepts.md", 3, "L02"),
        ("sources.md", 1, "L00"),
    ]
    assert [f.rule for f in check(tmp_path / "concepts.md")] == ["L02"]


def test_what_cannot_be_read_at_all_is_an_error_not_a_finding(tmp_path):
    (tmp_path / "binary.md").write_bytes(b"\x00\x01")
    for path in (tmp_path / "none.md", tmp_path / "binary.md"):
        with pytest.raises(DeckError):
            check(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DeckError, match="no decks here"):
        check(tmp_path / "empty")


def test_a_finding_is_one_line_for_people_and_plain_values_for_machines(tmp_path):
    (finding,) = found(tmp_path, SOUND.replace("kind: basic", "kind: basik"))
    assert str(finding) == f"{tmp_path / 'deck.md'}:9: L01 there is no kind 'basik' (Did you mean 'basic'?)"
    assert json.loads(json.dumps(asdict(finding)))["line"] == 9


@pytest.mark.parametrize("bomb", ["10**10**10", "d.__class__", "[0] * 1000000000", "(" * 500, "__import__('os')"])
def test_an_expression_that_would_do_harm_is_a_finding(tmp_path, bomb):
    assert {f.rule for f in found(tmp_path, SOUND.replace("softmax(s)[0]", bomb))} == {"L15"}


def test_the_shipped_content_is_sound():
    assert check(shipped()) == []


# --- what an author may waive --------------------------------------------------------------------

LONG = "A: One, which is to say that the numbers of a row, added up from the first to the last one, give one exactly.\n"


def with_line(line: str, text: str = SOUND) -> str:
    return text.replace("## a-basic\n", f"## a-basic\n{line}\n")


def test_a_warning_is_waived_with_a_reason_on_its_own_card_alone(tmp_path):
    long = SOUND.replace("A: One.\n", LONG)
    assert [(f.rule, f.severity) for f in found(tmp_path, long)] == [("L05", "W")]
    assert found(tmp_path, with_line("allow: L05 it is worth it", long)) == []
    (other, mine) = found(tmp_path, long.replace("## a-cloze\n", "## a-cloze\nallow: L05 not mine\n"))
    assert (other.rule, mine.rule, mine.line) == ("L05", "L00", 21)
    assert found(tmp_path, with_line("allow: L05", long))[0].message.startswith("'L05' is not a rule and a reason")


def test_a_remark_may_be_waived_too(tmp_path):
    text = SOUND.replace("- [ ] heads", "- [ ] always heads")
    assert found(tmp_path, text.replace("## a-choice\n", "## a-choice\nallow: L12 that is the belief\n")) == []


@pytest.mark.parametrize(
    ("waiver", "says"),
    [("L05 long", "nothing to find"), ("L02 no concept", "cannot be waived"), ("L29 what", "there is no rule L29"),
     ("L00 all", "cannot be waived"), ("L26 even", "nothing to find")],
)  # fmt: skip
def test_a_waiver_that_waives_nothing_is_a_warning_at_its_line(tmp_path, waiver, says):
    [finding] = found(tmp_path, with_line(f"allow: {waiver}"))
    assert (finding.rule, finding.severity, finding.line) == ("L00", "W", 9)
    assert says in finding.message


def test_an_error_stays_an_error_whatever_the_card_allows(tmp_path):
    text = SOUND.replace("blank: dim=-1 | -1", "allow: L20 it is a riddle\nblank: dim=-1 | dim=")
    assert [(f.rule, f.severity) for f in found(tmp_path, text)] == [("L00", "W"), ("L20", "E")]


def test_a_rule_with_errors_and_warnings_waives_the_warnings(tmp_path):
    text = SOUND.replace("Q: Where does a mask act?", "allow: L08 asked on purpose\n\nQ: Which does a mask not change?")
    assert found(tmp_path, text) == []
    text = text.replace("[padding-masks-rows]", "[padding-masks-row]")
    assert [(f.rule, f.severity) for f in found(tmp_path, text)] == [("L08", "E")]


def test_lengths_that_tell_are_waived_by_any_card_with_choices(tmp_path):
    uneven = SOUND.replace("- [ ] on rows\n", "- [ ] on the batch of rows\n")
    assert [(f.rule, f.line) for f in found(tmp_path, uneven)] == [("L26", 1)]
    assert found(tmp_path, uneven.replace("## a-choice\n", "## a-choice\nallow: L26 short names\n")) == []
    basic = found(tmp_path, with_line("allow: L26 short names", uneven))
    assert [(f.rule, f.line) for f in basic] == [("L26", 1), ("L00", 9)]


def test_a_waiver_is_not_called_needless_where_its_rule_had_nothing_to_compare_with(tmp_path):
    text = with_line("allow: L23 a quotation\nallow: L24 from the other side")
    assert found(tmp_path, text) == []
    assert [f.message[:3] for f in check(tmp_path)] == ["L24"]
    corpus = tmp_path / "other.txt"
    corpus.write_text("nothing alike")
    assert [f.message[:3] for f in check(tmp_path / "deck.md", [corpus])] == ["L23"]


# --- more than one card --------------------------------------------------------------------------


def card(name: str, question: str) -> str:
    return f"## {name}\nkind: basic\nconcept: softmax\nsource: computed\n\nQ: {question}\n\nA: So.\n\nWhy: So.\n\n"


def test_nearly_the_same_question_is_found_across_decks_and_holes(tmp_path):
    (tmp_path / "a.md").write_text(card("one", "Which rows of a mask hide the first token?"))
    (tmp_path / "b.md").write_text(card("two", "Of a mask, which rows hide the first tokens?"))
    assert [(Path(f.path).name, f.rule, "'one'" in f.message) for f in check(tmp_path)] == [("b.md", "L24", True)]
    holes = "vars: {} = 1 | 2 | 3\nanswer: {}\n"
    numbers = [
        card(f"n-{n}", f"Scores of {{{{{n}}}}}: which weight comes first?").replace("kind: basic", "kind: numeric")
        .replace("source", holes.format(n, n) + "source").replace("A: So.\n\n", "")
        for n in "ab"
    ]  # fmt: skip
    assert [f.rule for f in found(tmp_path, "".join(numbers))] == ["L24"]


@pytest.mark.parametrize(
    ("right", "says"),
    [(["abc", "abc", "abc", "ab"], ["longest one on 3 of 4"]), (["abc", "abc", "ab", "ab"], []),
     (["ab", "ab", "ab", "ab"], []), (["ab", "a", "a", "a"], ["shortest one on 3 of 4"]), (["abc", "abc", "abc"], [])],
)  # fmt: skip
def test_the_right_option_must_not_be_known_by_its_length(tmp_path, right, says):
    wrong = ["- [ ] xy\n  > [softmax-is-share] No.\n- [ ] uv\n  > [softmax-over-heads] No.\n"] * len(right)
    text = "".join(
        f"## c-{n}\nkind: mc\nconcept: softmax\nsource: computed\n\n"
        f"Q: What does question {'mnpq'[n]} ask, part {n}?\n\n- [x] {option}\n  > Yes.\n{others}\n"
        for n, (option, others) in enumerate(zip(right, wrong, strict=True))
    )
    findings = [f for f in found(tmp_path, text) if f.rule not in ("L09", "L24")]
    assert [(f.rule, says[0] in f.message) for f in findings] == [("L26", True)] * len(says)


def test_cards_that_ask_alike_about_different_code_steps_or_maps_are_no_twins(tmp_path):
    text = SOUND.replace("## some-code", "## more-code\nkind: code\nconcept: softmax\nsource: computed\nblank: ones\n\n"
                         "Q: Fill the blank.\n\n```python\nhide = torch.____(n, n).bool()\n```\n\nWhy: So.\n\n"
                         "## some-code")  # fmt: skip
    text = text.replace("## an-order", "## more-order\nkind: order\nconcept: softmax\nsource: computed\n"
                        "\nQ: Put them in order.\n\nSteps:\n1. Split.\n2. Attend.\n3. Join.\n\nWhy: So.\n\n"
                        "## an-order")  # fmt: skip
    assert found(tmp_path, text) == []


def test_words_of_a_corpus_are_found_in_files_and_folders_and_in_lessons(tmp_path):
    (tmp_path / "decks").mkdir()
    (tmp_path / "lessons").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "decks" / "a.md").write_text(card("one", "What is one two three four five six seven eight?"))
    lesson = "## softmax\nsource: computed\n\nOne two three four FIVE, six seven eight!\n"
    (tmp_path / "lessons" / "a.md").write_text(lesson)
    (tmp_path / "texts" / "a.txt").write_text("zero one two\nthree four five six seven eight nine")
    (tmp_path / "texts" / "b.md").write_text("what is one two three four five six seven")
    assert check(tmp_path) == []
    findings = check(tmp_path, [tmp_path / "texts"])
    assert [(Path(f.path).parent.name, f.rule, f.severity, f.line) for f in findings] == [
        ("decks", "L23", "W", 6),
        ("lessons", "L23", "W", 1),
    ]
    assert check(tmp_path, [tmp_path / "texts" / "b.md"])[0].message.count("'what is one two three four five six'") == 1
    assert "two three" in check(tmp_path, [tmp_path / "texts" / "b.md", tmp_path / "texts"])[1].message


def test_a_corpus_that_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "deck.md").write_text(SOUND)
    (tmp_path / "empty").mkdir()
    for corpus, says in ((tmp_path / "nowhere.txt", "No such file"), (tmp_path / "empty", "no texts here")):
        with pytest.raises(DeckError, match=says):
            check(tmp_path, [corpus])


def test_the_lessons_of_a_folder_are_checked(tmp_path):
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "a.md").write_text(SOUND)
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "a.md").write_text(
        "## softmax\nsource: computed\nsee: scaling d_k=64\n\nText.\n\n"
        "## softmaxx\nsource: nobody\nsee: nowhere\n\nText.\n\n## attention-weights\n\nText.\n"
    )
    (lessons / "b.md").write_text("## softmax\nsource: computed\n\nAgain.\n")
    (lessons / "c.md").write_text("## Not a concept\n\nText.\n")
    assert [(Path(f.path).name, f.line, f.rule, f.severity) for f in check(tmp_path)] == [
        ("a.md", 7, "L02", "E"), ("a.md", 7, "L03", "E"), ("a.md", 7, "L13", "E"), ("a.md", 13, "L03", "E"),
        ("b.md", 1, "L01", "E"), ("c.md", 1, "L00", "E"),
    ]  # fmt: skip
    assert check(tmp_path / "decks" / "a.md") == []


def test_experiments_are_those_of_the_folder_where_it_has_some(tmp_path):
    (tmp_path / "deck.md").write_text(SOUND)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "scaling.md").write_text("")
    assert {(f.line, f.rule) for f in check(tmp_path) if f.rule == "L13"} == {
        (line_of(SOUND, "preset: thai-curry"), "L13")
    }


def test_three_hundred_cards_are_checked_in_a_second_or_two(tmp_path):
    words = [f"{first}{second}" for first in "bcdfghjklmnprst" for second in ("ale", "one", "est", "ink", "arp", "ell")]
    text = "".join(
        card(f"card-{n}", f"What does the {words[n % 90]} of a {words[n * 7 % 89]} {words[n * 31 % 83]} do to it?")
        for n in range(300)
    )
    start = time.process_time()
    findings = found(tmp_path, text)
    assert time.process_time() - start < 2  # usually a tenth of it
    assert [f.rule for f in findings if f.rule != "L24"] == []


def test_the_table_in_the_documentation_is_that_of_the_rules():
    documented = (shipped().parent / "docs" / "lint.md").read_text(encoding="utf-8")
    assert table() in documented
    assert {rule.id for rule in RULES} == {f"L{number:02}" for number in range(29)}
