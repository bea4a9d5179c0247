"""The command line, in processes of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def cli(tmp_path):
    """``cli("try", "why-separate-v", ...)`` runs a command and returns what it did."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "attnquiz", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
            env=os.environ | {"ATTNQUIZ_DB": str(tmp_path / "answers.sqlite3")} | environment, timeout=120,
        )  # fmt: skip

    return run


def result(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sentence(done):
    """Exit code 2, one line on stderr, nothing on stdout."""
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_check_is_silent_about_the_shipped_content_and_exits_0(cli):
    done = cli("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert " E " not in done.stdout


def test_check_prints_path_line_rule_and_message_and_exits_1_on_an_error(cli, tmp_path):
    deck = tmp_path / "mine.md"
    deck.write_text("## a-card\nkind: basic\nconcept: nowhere\nsource: computed\n\nQ: Why?\n\nA: So.\n")
    done = cli("check", deck)
    assert done.returncode == 1
    assert any(line.startswith(f"{deck}:") and ": L02 " in line for line in done.stdout.splitlines()), done.stdout
    machine = json.loads(cli("check", deck, "--format", "json").stdout)
    assert {"path", "line", "rule", "severity", "message"} <= machine[0].keys()


def test_check_counts_by_severity_on_stderr_and_exits_0_on_warnings_alone(cli, tmp_path):
    deck = tmp_path / "mine.md"
    card = "## a-card\nkind: basic\nconcept: softmax\nsource: computed\n\nQ: Is it?\n\nA: So.\n"
    deck.write_text(card)
    done = cli("check", deck)
    assert done.returncode == 0
    assert [line.split(": ")[1].split()[0] for line in done.stdout.splitlines()] == ["L21", "L06"]
    assert done.stderr == "2 warnings\n"
    deck.write_text(card.replace("source: computed", "source: nobody"))
    assert cli("check", deck).stderr == "1 error, 2 warnings\n"
    machine = cli("check", deck, "--format", "json")
    assert [(found["rule"], found["severity"]) for found in json.loads(machine.stdout)] == [
        ("L21", "W"), ("L03", "E"), ("L06", "W"),
    ]  # fmt: skip
    assert (machine.returncode, machine.stderr) == (1, "")


def test_check_finds_what_was_copied_from_any_corpus(cli, tmp_path):
    deck, paper, more = tmp_path / "mine.md", tmp_path / "paper.txt", tmp_path / "more"
    deck.write_text("Q: Why does nobody ever add up all of the scores first?\nA: So.\n")
    paper.write_text("nothing of the kind")
    more.mkdir()
    (more / "blog.txt").write_text("Now, why does nobody ever add up all of the scores first?")
    assert (cli("check", deck).stdout, cli("check", deck, "--corpus", paper).stdout) == ("", "")
    done = cli("check", deck, "--corpus", paper, "--corpus", more)
    assert (done.returncode, done.stderr) == (0, "1 warning\n")
    assert f"{deck}:1: L23 " in done.stdout


def test_check_of_a_path_that_is_not_there_says_so(cli, tmp_path):
    assert "nowhere.md" in sentence(cli("check", tmp_path / "nowhere.md"))
    assert "nowhere.txt" in sentence(cli("check", "--corpus", tmp_path / "nowhere.txt"))


@pytest.mark.parametrize(
    ("arguments", "correct", "verdict", "misconception", "rating"),
    [
        (("num-softmax-first", "--answer", "0.576"), True, "right", None, "good"),
        (("num-softmax-first", "--answer", "1"), False, "wrong", "softmax-is-share", "again"),
        (("num-softmax-first", "--variant", "1", "--answer", "0.844"), True, "right", None, "good"),
        (("num-softmax-first", "--answer", "about a half"), False, "unreadable", None, None),
        (("shape-scores", "--answer", "2x8x5x5"), True, "right", None, "good"),
        (("shape-scores", "--answer", "(2, 5, 5)"), False, "wrong", "forgot-head-axis", "again"),
        (("mc-recomputed-tensor", "--answer", "A"), True, "right", None, "good"),
        (("mc-recomputed-tensor", "--answer", "b"), False, "wrong", "scores-are-params", "again"),
        (("cloze-softmax-axis", "--variant", "1", "--answer", "query"), True, "right", None, "good"),
        (("why-separate-v", "--answer", "freedom"), None, "self", None, None),
        (("order-equation-one", "--answer", "1 3 2 4 5"), True, "right", None, "good"),
        (("order-equation-one", "--answer", "2 1 3 4 5"), False, "wrong", None, "again"),
        (("order-equation-one", "--answer", "scores first"), False, "unreadable", None, None),
        (("code-softmax-dim", "--answer", " dim = -1 "), True, "right", None, "good"),
        (("code-softmax-dim", "--answer", "dim=1"), False, "wrong", "softmax-over-heads", "again"),
        (("heat-curry-largest", "--answer", "curry,Thai"), True, "right", None, "good"),
        (("heat-curry-largest", "--answer", "3, 4"), False, "wrong", "symmetric-scores", "again"),
        (("heat-curry-largest", "--answer", "row curry"), False, "unreadable", None, None),
        (("bug-scale-width", "--answer", "3: scores = scores / math.sqrt(d_k)"), True, "right", None, "good"),
        (("bug-scale-width", "--answer", "3: pass"), True, "slip", None, "hard"),
        (("bug-scale-width", "--answer", "0"), False, "wrong", "scale-by-dmodel", "again"),
        (("exp-three-masks", "--answer", "A"), True, "right", None, "good"),
        (("exp-three-masks", "--answer", "none at all"), False, "wrong", "mask-after-softmax", "again"),
        (("explain-order", "--answer", "Sums have no order."), None, "self", None, None),
        (("explain-order", "--answer", " "), False, "unreadable", None, None),
    ],
)
def test_try_grades_an_answer_and_prints_one_json_object(cli, arguments, correct, verdict, misconception, rating):
    graded = result(cli("try", *arguments))
    assert set(graded) == {"correct", "verdict", "misconception", "rating", "feedback"}
    assert (graded["correct"], graded["verdict"]) == (correct, verdict)
    assert (graded["misconception"], graded["rating"]) == (misconception, rating)


def test_try_says_what_is_missing(cli):
    assert "no card" in sentence(cli("try", "nobody", "--answer", "1"))
    assert "variants" in sentence(cli("try", "num-softmax-first", "--variant", "99", "--answer", "1"))
    assert "--answer" in sentence(cli("try", "num-softmax-first"))


def test_try_takes_a_deck_of_ones_own(cli, tmp_path):
    deck = tmp_path / "mine.md"
    deck.write_text("## mine\nkind: numeric\nconcept: softmax\nsource: computed\nanswer: 4\n\nQ: 2 + 2?\n\nWhy: So.\n")
    assert result(cli("try", "mine", "--answer", "4", "--deck", deck))["correct"] is True


def test_coverage_prints_the_document_of_the_repository(cli):
    done = cli("coverage")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")


def test_doctor_and_stats_before_the_first_answer_write_nothing(cli, tmp_path):
    assert cli("doctor").returncode == 0
    numbers = result(cli("stats", "--json"))
    assert (numbers["seen"], numbers["reviews"]) == (0, 0)
    assert list(tmp_path.iterdir()) == []


def test_doctor_refuses_what_is_no_database(cli, tmp_path):
    path = tmp_path / "answers.sqlite3"
    path.write_text("no database" * 100)
    sentence(cli("doctor"))
    sentence(cli("stats", "--json"))


def test_trace_of_an_experiment_has_the_numbers_of_the_golden_sample(cli):
    traced = result(cli("trace", "thai-curry", "--json"))
    curry, thai = traced["tokens"].index("curry"), traced["tokens"].index("Thai")
    assert traced["weights"][0][curry][thai] == pytest.approx(0.9317, abs=5e-5)
    assert traced["weights"][0][thai][curry] == pytest.approx(0.6488, abs=5e-5)


def test_trace_of_a_file_and_what_it_refuses(cli, tmp_path):
    file = tmp_path / "two.json"
    file.write_text(json.dumps({"tokens": ["a", "b"], "q": [[1, 0], [0, 1]], "k": [[1, 0], [0, 1]], "v": [[1], [2]]}))
    traced = result(cli("trace", file, "--json"))
    assert traced["scores"] == [[[1, 0], [0, 1]]]
    file.write_text('{"tokens": ["a"]}')
    sentence(cli("trace", file, "--json"))
    sentence(cli("trace", tmp_path / "missing.json"))


def test_nonsense_commands_get_one_sentence(cli):
    sentence(cli("dance"))
    sentence(cli("check", "--format", "xml"))


TORCHLESS = {
    "check": ["check"],
    "try numeric": ["try", "num-softmax-first", "--answer", "0.5"],
    "try mc": ["try", "mc-recomputed-tensor", "--answer", "A"],
    "try shape": ["try", "shape-scores", "--answer", "1"],
    "try heatmap": ["try", "heat-curry-largest", "--answer", "4,3"],
    "stats": ["stats", "--json"],
}


@pytest.mark.parametrize("arguments", TORCHLESS.values(), ids=TORCHLESS.keys())
def test_torch_is_never_loaded_by(cli, arguments, tmp_path):
    code = (
        "import sys\nfrom attnquiz.__main__ import run\n"
        f"run({arguments!r})\nassert 'attnquiz' in sys.modules\nsys.exit('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"ATTNQUIZ_DB": str(tmp_path / "answers.sqlite3")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout or arguments == ["check"]  # silent when all is well


def test_simulate_writes_a_healthy_file_with_a_bar_and_never_over_another(cli, tmp_path):
    path = tmp_path / "made-up.sqlite3"
    done = cli("simulate", path, "--days", "12", "--until", "2026-03-01", "--zone", "Europe/Berlin", "--seed", "4")
    assert done.returncode == 0, done.stderr
    assert "reviews on 12 days" in done.stdout
    assert "Studying" in done.stderr
    assert cli("doctor", ATTNQUIZ_DB=str(path)).stdout == f"Healthy: {path}\n"
    assert result(cli("stats", "--json", ATTNQUIZ_DB=str(path)))["reviews"] > 50
    assert "is there already" in sentence(cli("simulate", path))
    assert "no time zone called" in sentence(cli("simulate", tmp_path / "other.sqlite3", "--zone", "Mars/Base"))
    assert not (tmp_path / "other.sqlite3").exists()
