"""A small collection of cards, a file of answers, and a desk to sit at."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attnquiz.cards.collection import Collection, load
from attnquiz.store.database import Store
from attnquiz.study.drill import Desk

DECK = """---
deck: small
title: A small deck
license: CC-BY-4.0
---

## dot-basic
kind: basic
concept: dot
source: computed

Q: What does a dot product of orthogonal vectors come to?

A: Zero.

Why: No component is shared.

## soft-numeric
kind: numeric
concept: soft
source: computed
vars: s = [1, 0, 0] | [3, 1, 0] | [2, 2, 0]
answer: softmax(s)[0]
tolerance: 0.01
wrong: s[0] / sum(s) -> [softmax-is-share] That is the share of the total.

Q: What weight does softmax give the first of {{s}}?

Why: Exponentials over their sum.

## soft-cloze
kind: cloze
concept: soft
source: computed

C: Softmax [1| exponentiates] each score and then [2| normalises] the row.

Why: In that order.

## mask-mc
kind: mc
concept: mask
source: computed

Q: Which positions does the causal mask hide?

- [x] the ones that come later
  > They hold the target.
- [ ] the ones that came before
  > [mask-inverted] The past is what a position may use.
- [ ] the position itself as well
  > [causal-excludes-self] A position may look at itself.

Why: The target is the next token.

## far-shape
kind: shape
concept: far
source: computed
vars: h, n = (2, 5) | (4, 7) | (3, 6)
answer: (h, n, n)
wrong: (n, n) -> [forgot-head-axis] Each head has a matrix of its own.

Q: What is the shape of the scores of {{h}} heads over {{n}} tokens?

Why: One number a pair and head.
"""

CONCEPTS = """# level 1
dot: Dot product. Compute one.
  kinds: basic
soft: Softmax. Compute one.
  kinds: numeric cloze

# level 2
mask: Mask. Say what is hidden.
  needs: soft
  kinds: mc
between: No cards yet. Nothing.
  needs: mask

# level 3
far: Far. Trace shapes.
  needs: between dot
  kinds: shape
"""


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Five cards, six faces. ``mask`` needs ``soft``; ``far`` needs ``dot`` and, through ``between``, ``mask``."""
    content = tmp_path_factory.mktemp("content")
    (content / "decks").mkdir()
    (content / "decks" / "small.md").write_text(DECK, encoding="utf-8")
    (content / "concepts.md").write_text(CONCEPTS, encoding="utf-8")
    return load(content)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "answers.sqlite3")


@pytest.fixture
def desk(store: Store, collection: Collection) -> Desk:
    return Desk(store, collection, "Europe/Berlin", "test")


@pytest.fixture
def at() -> Callable[..., datetime]:
    """``at(3, 9, 30)`` is half past nine (UTC) on the third day of the story."""

    def moment(day: int = 0, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
        return datetime(2026, 6, 1, hour, minute, second, tzinfo=UTC) + timedelta(days=day)

    return moment
