"""Papers of exams on the command line: the same seed prints the same paper, and the sheet fits its form."""

import os
import re
import subprocess
import sys
from pathlib import Path

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import load, shipped
from attnquiz.cards.faces import options, shuffled
from attnquiz.cards.grading import LETTERS, Verdict, grade
from attnquiz.study.exam_paper import draw, paper_of
from attnquiz.study.exam_print import paper_text, sheet_text

ROOT = Path(__file__).parents[1]
PAPER = ["exam", "--levels", "1-3", "--items", "20", "--seed", "7"]


def cli(tmp_path, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "attnquiz", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env=os.environ | {"ATTNQUIZ_DB": str(tmp_path / "answers.sqlite3")},
    )  # fmt: skip


def test_exam_prints_a_paper_and_writes_nothing_down(tmp_path):
    done = cli(tmp_path, *PAPER, "--form", "b")
    assert (done.returncode, done.stderr) == (0, "")
    course = load(shipped())
    paper = paper_of({"levels": "1,2,3", "items": "20", "seed": "7", "form": "B"})
    assert done.stdout == paper_text(course, paper, draw(course, paper))
    assert len(re.findall(r"^## \d+$", done.stdout, re.MULTILINE)) == 20
    assert list(tmp_path.iterdir()) == []


def test_exam_says_in_one_sentence_what_cannot_be_drawn(tmp_path):
    done = cli(tmp_path, "exam", "--items", "99")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "An exam has 5 to 40 questions, not 99.\n"


def parts(text):
    """What stands below each number."""
    pieces = re.split(r"^## (\d+)$", text, flags=re.MULTILINE)
    return {int(number): body.strip() for number, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def lettered(question):
    return dict(re.findall(r"^- \[ \] \*\*([A-H])\*\* (.*)$", question, re.MULTILINE))


def test_what_the_sheet_says_is_right_on_the_paper_of_the_same_form():
    course = load(shipped())
    for form in "ABC":
        paper = paper_of({"items": "40", "seed": "3", "form": form})
        items = draw(course, paper)
        paper_parts, sheet_parts = (parts(text(course, paper, items)) for text in (paper_text, sheet_text))
        for item in items:
            letters, said = lettered(paper_parts[item.number]), sheet_parts[item.number].split("\n")[0].strip("*")
            order = shuffled(item.card, item.seed)
            match item.card.kind:
                case Kind.MC:
                    texts = options(item.card, item.variant)
                    answer = LETTERS[texts.index(letters[said[0]])]
                case Kind.ORDER:
                    steps = [LETTERS.index(letter) for letter in said.partition(" (")[0].split()]
                    answer = " ".join(str(order[step] + 1) for step in steps)
                case Kind.BUG if item.card.body.line:
                    line, letter = re.match(r"Line (\d+), ([A-C]):", said).groups()
                    answer = f"{line}: {letters[letter].strip('` ')}"
                    assert re.search(rf"^ {line}  ", paper_parts[item.number], re.MULTILINE), "its lines have numbers"
                case Kind.BUG:
                    answer = said[0]
                case Kind.CODE:
                    answer = said.strip("` ")
                case Kind.HEATMAP:
                    continue  # the sheet speaks of the table
                case _:
                    answer = said
            graded = grade(item.card, item.deletion, item.variant, answer)
            assert graded.verdict is Verdict.RIGHT, (item.card.id, form, said, answer)
