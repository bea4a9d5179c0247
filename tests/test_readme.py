"""What the README promises is true: its sample decks, its commands, its links."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from attnquiz.cards.check import check
from attnquiz.cards.grading import Verdict, grade
from attnquiz.cards.parser import parse_deck

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SAMPLES = re.findall(r"```markdown\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("sample", SAMPLES, ids=["a full card", "two lines"])
def test_a_sample_deck_is_clean(tmp_path: Path, sample: str):
    deck = tmp_path / "my-deck.md"
    deck.write_text(sample, encoding="utf-8")
    assert [finding for finding in check(deck) if finding.severity == "E"] == []
    assert len(parse_deck(sample, deck).cards) == 1


def test_the_sample_card_grades_as_it_says():
    [card] = parse_deck(SAMPLES[0], Path("my-deck.md")).cards
    assert grade(card, 0, 0, "6").verdict is Verdict.RIGHT
    assert grade(card, 0, 0, "12").misconception == "mix-unweighted"


@pytest.mark.parametrize("command", sorted(set(re.findall(r"python -m attnquiz (\w+)", README))))
def test_a_command_of_the_readme_exists(command: str):
    line = [sys.executable, "-m", "attnquiz", command, "--help"]
    run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_every_link_into_the_repository_leads_somewhere():
    links = {link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link}
    assert {link for link in links if not (ROOT / link).exists()} == set()


def test_the_two_commands_come_first():
    first = re.search(r"```sh\n(.*?)```", README, flags=re.DOTALL).group(1)
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["python3 run.py", "python3 run.py test"]


def test_the_sample_is_about_ten_lines():
    assert len(SAMPLES[0].splitlines()) <= 11
