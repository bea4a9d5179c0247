"""The rules of the lint on a sound deck: a planted defect is found with rule, severity and line, a near miss is not."""

from pathlib import Path

import pytest

from attnquiz.cards.check import Finding, check

SOUND = (Path(__file__).parent / "sound.md").read_text(encoding="utf-8")
CORPUS = "The paper says: a row of weights is a way to mix the values, and no more."


def found(tmp_path: Path, text: str) -> list[Finding]:
    file, corpus = tmp_path / "deck.md", tmp_path / "paper.txt"
    file.write_text(text, encoding="utf-8")
    corpus.write_text(CORPUS, encoding="utf-8")
    return check(file, [corpus])


def line_of(text: str, part: str) -> int:
    assert text.count(part) == 1, f"{part!r} should occur once"
    return text[: text.index(part)].count("\n") + 1


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, f"{old!r} should occur once"
    return SOUND.replace(old, new)


def test_a_sound_deck_of_every_kind_has_no_findings(tmp_path):
    assert found(tmp_path, SOUND) == []


STEPS = "\nQ: Put them in order.\n\nSteps:\n1. Score.\n2. Scale.\n"

# Where the finding should point: at ``at`` in the changed text; without it, at the first line that was changed.
ERRORS = [
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
    ("L13", "see: scaling d_k", "see: scalding d_k", None),
    ("L13", "see: scaling d_k", "see: state d_k", None),
    ("L13", "preset: thai-curry", "preset: state id=k3x9a", None),
    ("L13", "preset: thai-curry", "preset: thai-cury", None),
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
    ("L18", "- [2] positive\n- [1] they grow fast\n- [1] they have simple slopes\n", "", "Rubric:"),
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

QUESTION = "What do the weights of a row sum to?"
FIVE = "One row has five weights. " * 8
TWIN = "\n## a-twin\nkind: basic\nconcept: softmax\nsource: computed\n\nQ: {}\n\nA: One.\n\nWhy: So it is.\n"
LEARNED = (
    "Considering institutional representation hierarchies throughout contemporary computational infrastructure, "
    "which mathematical transformation guarantees unconditional normalisation of probability distributions over "
)

WARNINGS = [
    ("L04", QUESTION, f"{FIVE}What do the weights add to?", None),
    ("L04", "C: Softmax", f"C: {FIVE}Softmax", None),
    ("L05", "A: One.", f"A: {'it is one ' * 7}", None),
    ("L06", QUESTION, "Do the weights of a row sum to one?", None),
    ("L06", QUESTION, "Under a mask, doesn't a row sum to one?", None),
    ("L06", QUESTION, "True or false: a row sums to one.", None),
    ("L06", "A: One.", "A: Yes, to one.", None),
    ("L06", "Q: What happens?", "Q: Will it rise?", None),
    ("L07", QUESTION, "What do the weights sum to? Why?", None),
    ("L08", "Q: Where does a mask act?", "Q: Which of these does a mask not change?", None),
    ("L08", "Q: Where does a mask act?", "Q: A mask acts on all of these EXCEPT", None),
    ("L08", "Q: What happens?", "Q: Which statement is false?", None),
    ("L09", "- [x] keys", "- [x] keys, last", None),
    ("L09", "- [x] it grows", "- [x] it grows until the last of the axes", None),
    ("L11", "- [x] keys", "- [x] key axis", None),
    ("L11", "Q: What happens?", "Q: What happens to growing weights?", "- [x] it grows"),
    ("L14", " | [0, 2]", "", None),
    ("L14", " | [0, 2]", " | [2, 1]", None),  # as far apart as 1 and 0
    ("L14", "vars: h, n = (2, 5) | (4, 7) | (3, 9)\n", "vars: h, n = (2, 5)\n", None),
    ("L16", "[1| exponentiates]", "[1| the]", None),
    ("L16", "[1| exponentiates]", "[1| raises e to each score]", None),
    ("L17", "3. Mask.", "3. Mask.\n4. d\n5. e\n6. f\n7. g", "Steps:"),
    ("L18", "- [1] they grow fast\n", "", "Rubric:"),
    ("L18", "\nA: They are positive.\n", "", "## an-explanation"),
    ("L21", "\nWhy: Each is divided by their sum.\n", "", "## a-basic"),
    ("L21", "\nWhy: Nothing is hidden before it is known.\n", "", "## an-order"),
    ("L21", "  > Each query shares out one.\n", "", "## a-choice"),
    ("L22", QUESTION, f"{LEARNED}all positions?", None),
    ("L23", "Why: Each is divided", "Why: A row of WEIGHTS is a way to mix; divided", None),
    ("L23", "Heads do not compete.", "No: weights is a way to mix the values!", "- [ ] heads"),
    ("L23", "- [1] they grow fast", "- [1] a row of weights is a\n  way to mix", "- [2] positive"),
    ("L24", "- [1] spread\n", f"- [1] spread\n{TWIN.format('To what do weights of a row sum?')}", "Q: To what do"),
    ("L25", "A: One.", "A: The query, the key and the value.", None),
    ("L25", "A: One.", "A: Scale, mask, and mix.", None),
    ("L25", "A: One.", "A: Scale; mask; mix.", None),
    ("L25", "A: One.", "A: - scale\n- mask", None),
    ("L25", "A: One.", "A: (1) scale (2) mask", None),
    ("L26", "- [ ] on rows\n", "- [ ] on the batch of rows\n", "---\ndeck: sound"),
    ("L26", "- [ ] on rows\n", "- [ ] on each of the rows\n", "---\ndeck: sound"),
    ("L27", "Each is divided", "Each is simply divided", None),
    ("L27", "Each is divided", "The key idea is that each is divided", None),
    ("L27", "Each is divided", "Division is key. Each is divided", None),
    ("L27", "Each is divided", "Of course each is divided", None),
    ("L27", "That shares out each key.", "Just multiply.", "- [ ] queries"),
    ("L27", "Exponentials first.", "It is obviously not.", "wrong: s[0]"),
    ("L27", "Why: Each is divided", "Why: Each\nis clearly divided", "is clearly divided"),
]  # fmt: skip
REMARKS = [
    ("L12", "- [ ] heads", "- [ ] always heads", None),
    ("L12", "- [x] it grows", "- [x] it never ends", None),
]
PLANTED = [
    (severity, *defect) for severity, table in (("E", ERRORS), ("W", WARNINGS), ("I", REMARKS)) for defect in table
]


@pytest.mark.parametrize(("severity", "rule", "old", "new", "at"), PLANTED)
def test_a_planted_defect_is_found_once_with_its_rule_and_line(tmp_path, severity, rule, old, new, at):
    text = changed(old, new)
    line = line_of(text, at) if at else SOUND[: SOUND.index(old)].count("\n") + 1
    findings = [(finding.severity, finding.rule, finding.line) for finding in found(tmp_path, text)]
    assert findings == [(severity, rule, line)], [str(f) for f in found(tmp_path, text)]


NEAR_MISSES = [
    ("L00", "title: One", "title: Note:one"),
    ("L01", "## a-cloze", "## 2nd-cloze"),
    ("L02", "concept: softmax\nsource: torch", "concept: attention-weights\nsource: torch"),
    ("L03", "source: torch-softmax", "source: computed exp-of-my-own; torch-sdpa"),
    ("L04", QUESTION, f"{FIVE}What do the weights give?"),
    ("L04", "x = q @ k.T", f"x = q @ k.T  # {'word ' * 50}"),
    ("L05", "A: One.", f"A: {'it is one ' * 6} `x + y` so"),
    ("L06", QUESTION, "Do the weights of a row or of a column sum to one?"),
    ("L06", QUESTION, "In a row, what do the weights sum to?"),
    ("L06", QUESTION, "How, do you think, does a row sum to one?"),
    ("L06", "Q: Why exponentials?", "Q: Does it matter?"),
    ("L06", "A: One.", "A: No more than one."),
    ("L07", QUESTION, 'Somebody asks: "Why one?" What do you say about `a?b`?'),
    ("L08", "- [ ] heads\n", "- [ ] layers\n  > [layers-vs-steps] No.\n- [ ] heads\n"),
    ("L08", "Q: Where does a mask act?", "Q: What acts on a row that is not hidden?"),
    ("L08", "Q: Where does a mask act?", "Q: A row is not hidden. If it does not matter, what goes wrong?"),
    ("L08", "Q: Where does a mask act?", 'Q: "Which of them does a mask not hide?" What can you say?'),
    ("L09", "- [x] it grows", "- [x] it grows as the axes go up"),
    ("L10", "- [ ] heads", "- [ ] none at all"),
    ("L10", "- [ ] heads", "- [ ] the layers above"),
    ("L11", "Q: Along which axis?\n\n- [x] keys\n", "Q: Along which key?\n\n- [x] keys\n"),
    ("L11", "Q: What are dot products", "Q: Which root are dot products"),
    ("L11", "Q: Along which axis?", "Q: Along which queries?"),
    ("L12", "- [ ] heads", "- [ ] all heads"),
    ("L13", "see: scaling d_k=64", "see: thai-curry row=curry mask=nonsense"),
    ("L13", "see: scaling d_k=64", "see: state id=k3x9abcdef stage=SOFTMAX"),
    ("L14", " | [0, 2]", " | [0, 2] | [5, 1]"),
    ("L15", "tolerance: 0.01", "tolerance: 0.1"),
    ("L15", "wrong: (n, n) -> [forgot-head-axis] Each head has its own.\n", ""),
    ("L16", "[1| exponentiates]", "[7| exponentiates | e to the power] `s[0]` $x[1]$ \\[or so\\]"),
    ("L16", "[1| exponentiates]", "[1| raises e to scores]"),
    ("L16", "[1| exponentiates]", "[1| two of the] [2| scores]"),
    ("L17", "3. Mask.", "3. Mask.\n4. d\n5. e\n6. f"),
    ("L18", "- [2] positive", "- [9] positive\n- [must-not forgot-scaling] scores as they are"),
    ("L19", "bug: 2\nfix: y = x.softmax(-1)\nfault: softmax-over-queries", "bug: 0"),
    ("L19", "```python\nx = q", "```text\nx := q"),
    ("L20", "blank: dim=-1 | -1", "blank: dim=-1 | -1 | dim = 3"),
    ("L21", "[softmax-over-heads] Heads do not compete.\n", "[softmax-over-heads] No.\n\nWhy: One row a query.\n"),
    ("L22", QUESTION, f"{LEARNED}positions?"),
    ("L22", QUESTION, "It is a row. We add it all up in one go, and then we look at it."),
    ("L23", "Why: Each is divided", "Why: A row of weights is a way; divided"),
    ("L23", "Why: Each is divided", "Why: A row of weights is a `x` way to mix; divided"),
    ("L24", "- [1] spread\n", f"- [1] spread\n{TWIN.format('What do the weights of a column sum to?')}"),
    ("L24", "- [1] spread\n", f"- [1] spread\n{TWIN.format('How large is a row?')}"),
    ("L25", "A: One.", "A: The query and the key."),
    ("L25", "A: One.", "A: W_Q and W_K, and whatever feeds them."),
    ("L25", "A: One.", "A: If it is large, the row and the column."),
    ("L25", "A: One.", "A: The shape (B, h, n, d) and its size."),
    ("L26", "- [ ] on rows\n", "- [ ] on some rows\n"),
    ("L27", "Each is divided", "The key vector, just before the key axis (row = query, column = key), is divided"),
    ("L27", "Each is divided", "What is simpler is just as clear, and not just here: each is divided"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "old", "new"), NEAR_MISSES)
def test_a_near_miss_is_left_alone(tmp_path, rule, old, new):
    assert [str(finding) for finding in found(tmp_path, changed(old, new))] == []


def test_every_rule_has_a_planted_defect_and_a_near_miss():
    rules = {f"L{number:02}" for number in range(28)}
    assert {rule for _, rule, *_ in PLANTED} == rules
    assert {rule for rule, *_ in NEAR_MISSES} == rules
