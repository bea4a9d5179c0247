"""The shipped content, and the programs on its cards."""

import re

import pytest
import torch

from attnquiz.cards.card import Card
from attnquiz.cards.collection import Collection, load, shipped
from attnquiz.cards.fences import code_blocks
from attnquiz.sandbox.address import from_query
from attnquiz.sandbox.library import load as open_experiment
from attnquiz.sandbox.run import Run, run


@pytest.fixture(scope="session")
def collection() -> Collection:
    return load(shipped())


@pytest.fixture
def program():
    """The code that a card shows."""

    def of(card: Card) -> str:
        (only,) = code_blocks(card.question)
        return only[1]

    return of


@pytest.fixture
def executed():
    """The names that a program leaves behind. Programs of decks are run here, and nowhere else."""

    def run(code: str, names: dict) -> dict:
        left = dict(names)
        exec(compile(code, "card", "exec"), left)
        return left

    return run


@pytest.fixture
def says_number():
    """Whether a text says a number, as a number of its own: 3 is not in 13 and not in 3.5."""

    def said(text: str, number: str) -> bool:
        return re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d]|[.,]\d)", text) is not None

    return said


@pytest.fixture
def opened():
    """The run of an experiment, after making sure that its prose says all of the given things."""

    def computed(name: str, *said: str) -> Run:
        experiment = open_experiment(name)
        prose = " ".join(experiment.about.split())
        for words in said:
            assert words in prose, words
        return run(experiment, dtype=torch.float64)

    return computed


@pytest.fixture
def changed():
    """The run of an experiment with other settings, as an address says them."""
    return lambda name, **settings: run(from_query({"experiment": name, **settings}), dtype=torch.float64)


@pytest.fixture
def lesson(collection):
    """The text of a lesson, after making sure that it says all of the given things."""

    def text(concept, *said):
        found = " ".join(collection.lessons[concept].text.split())
        for words in said:
            assert words in found, words
        return found

    return text
