"""The lint: silent on a sound deck of every kind, and one finding with rule and line for each planted defect."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from attnquiz.cards.check import Finding, check
from attnquiz.cards.collection import shipped
from attnquiz.errors import DeckError

SOUND = (Path(__file__).parent / "sound.md").read_text(encoding="utf-8")


def found(tmp_path: Path, text: str) -> list[Finding]:
    file = tmp_path / "deck.md"
    file.write_text(text, encoding="utf-8")
    return check(file)


def line_of(text: str, part: str) -> int:
    assert text.count(part) == 1, f"{part!r} should occur once"
    return text[: text.index(part)].count("\n") + 1


def test_a_sound_deck_of_every_kind_has_no_findings(tmp_path):
    assert found(tmp_path, SOUND) == []


STEPS = "\nQ: Put them in order.\n\nSteps:\n1. Score.\n2. Scale.\n"

# Where the finding should point: at ``at`` in the changed text; without it, at the first line that was changed.
DEFECTS = [
    ("L00", "title: One", "title: Note: one", None),
    ("L00", "fault: softmax-is-share", "colour: red", None),
    ("L00", "\nA: One.", "", "## a-basic"),
    ("L00", "tolerance: 0.01", "tolerance: -1", None),
    ("L00", "tolerance: 0.01", "tolerance: nan", None),
    ("L01", "kind: basic", "kind: riddle", None),
    ("L01", "kind: basic\n", "", "## a-basic"),
    ("L01", "## a-cloze", "## A cloze", None),
    ("L01", "## a-cloze", "## a-basic\n", "## a-basic\n\n"),
    ("L02", "concept: softmax\nsource: vaswani", "concept: sotfmax\nsource: vaswani", None),
    ("L02", "concept: softmax\nsource: vaswani", "source: vaswani", "## a-basic"),
    ("L03", "source: torch-softmax", "source: torch-sotfmax sec. 1", None),
    ("L03", "vaswani2017 sec. 3.2; computed", "vaswani2017 sec. 3.2; nobody", None),
    ("L03", "source: torch-softmax\n", "", "## a-choice"),
    ("L08", "- [ ] queries\n  > [softmax-over-queries] That shares out each key.\n", "", "Q: Along which axis?"),
    ("L08", "- [ ] queries", "- [x] queries", "Q: Along which axis?"),
    ("L08", "- [x] keys", "- [ ] keys", "Q: Along which axis?"),
    ("L08", "[softmax-over-queries] That shares", "That shares", "- [ ] queries"),
    ("L08", "[softmax-over-queries] That shares", "[softmax-over-querys] That shares", "- [ ] queries"),
    ("L08", "  > [softmax-over-heads] Heads do not compete.\n", "  > [softmax-over-heads]\n", "- [ ] heads"),
    ("L08", "- [ ] it shrinks", "- [x] it shrinks", "Q: What happens?"),
    ("L10", "- [ ] heads", "- [ ] All of the above", None),
    ("L10", "- [ ] heads", "- [ ] none of the axes above.", None),
    ("L10", "- [ ] it shrinks", "- [ ] neither of these", None),
    ("L15", "softmax(s)[0]", "sotfmax(s)[0]", None),
    ("L15", "softmax(s)[0]", "softmax(t)[0]", None),
    ("L15", "softmax(s)[0]", "softmax(s)[2]", None),
    ("L15", "s[0] / sum(s)", "s.sum()", None),
    ("L15", "s[0] / sum(s)", "1 / (s[1] - 1)", None),
    ("L15", "[3, 1]", "[2, 2]", "wrong: s[0]"),  # share and softmax are both 0.5 there
    ("L15", "tolerance: 0.01", "tolerance: 0.2", "wrong: s[0]"),
    ("L15", "[softmax-is-share] Exponentials", "[softmax-is-shared] Exponentials", "wrong: s[0]"),
    ("L15", "s[0] / sum(s) -> [softmax-is-share]", "s[0] / sum(s) ->", None),
    ("L15", "(n, n) ->", "(h, n, 5) ->", None),
    ("L15", "answer: (h, n, n)", "answer: h / n", None),
    ("L15", "wrong: dim=-2 | -2", "wrong: dim = -1 | -2", None),
    ("L15", "[softmax-over-queries] That is each", "[nobody-thinks] That is each", "wrong: dim"),
    ("L15", 'cell("how", "how")', 'cells("how", "how")', None),
    ("L15", 'upper_cells("thai-curry") ->', 'upper_cells("a", "b") ->', None),
    ("L16", "[1| exponentiates]", "[exponentiates]", None),
    ("L16", "as [the paper](https://arxiv.org)", "as [the paper]", None),
    ("L16", "[1| exponentiates]", "exponentiates", None),
    ("L17", "3. Mask.\n", "", "free: 2 3"),
    ("L17", f"free: 2 3\n{STEPS}3. Mask.\n", STEPS, "Steps:"),
    ("L17", "free: 2 3", "free: 2 2", None),
    ("L17", "free: 2 3", "free: 2 4", None),
    ("L17", "3. Mask.", "4. Mask.", "Steps:"),
    ("L18", "- [2] positive\n", "", "Rubric:"),
    ("L18", "- [must-not softmax-is-share] says that scores are divided by their sum\n", "", "Rubric:"),
    ("L18", "[must-not softmax-is-share]", "[must-not softmax-is-shared]", "Rubric:"),
    ("L18", "- [2] positive", "- positive", None),
    ("L19", "bug: 2", "bug: 3", None),
    ("L19", "bug: 2", "bug: two", None),
    ("L19", "fix: y = x.softmax(-1)\n", "", "bug: 2"),
    ("L19", "y = x.softmax(0)", "y = x.softmax(0", "Q: Which line"),
    ("L19", "fault: softmax-over-queries", "fault: softmax-over-querys", None),
    ("L19", "fault: softmax-over-queries\n", "", "## a-bug"),
    ("L19", "fault: softmax-is-share", "fault: softmax-is-shared", None),
    ("L20", "blank: dim=-1 | -1", "blank: dim=-1 | dim=", None),
    ("L20", "softmax(____)", "softmax(-1)", "Q: Fill the blank."),
]


@pytest.mark.parametrize(("rule", "old", "new", "at"), DEFECTS)
def test_a_planted_defect_is_found_once_with_its_rule_and_line(tmp_path, rule, old, new, at):
    assert SOUND.count(old) == 1
    text = SOUND.replace(old, new)
    line = line_of(text, at) if at else SOUND[: SOUND.index(old)].count("\n") + 1
    findings = found(tmp_path, text)
    assert [(finding.rule, finding.line) for finding in findings] == [(rule, line)], [str(f) for f in findings]
    assert findings[0].severity == "E"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- [ ] heads", "- [ ] none at all"),
        ("- [ ] heads", "- [ ] the layers above"),
        ("bug: 2\nfix: y = x.softmax(-1)\nfault: softmax-over-queries", "bug: 0"),
        ("source: torch-softmax", "source: computed exp-of-my-own"),
        ("[1| exponentiates]", "[7| exponentiates | e to the power] `s[0]` $x[1]$ \\[or so\\]"),
        ("wrong: (n, n) -> [forgot-head-axis] Each head has its own.\n", ""),
        ("- [ ] heads\n", "- [ ] layers\n  > [layers-vs-steps] No.\n- [ ] heads\n"),
        ("```python\nx = q", "```text\nx := q"),
    ],
)
def test_what_is_fine_is_left_alone(tmp_path, old, new):
    assert SOUND.count(old) == 1
    assert found(tmp_path, SOUND.replace(old, new)) == []


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
        "## a-bug\nkind: basic\nconcept: softmax\nsource: computed\n\nQ: What?\n\nA: That.\n"
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
