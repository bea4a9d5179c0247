"""A small collection of cards, a file of answers, and a desk to sit at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attnquiz.cards.card import Bug, Kind
from attnquiz.cards.collection import Collection, load
from attnquiz.recall.face import Face
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.drill import Desk
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Session, Showing

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

EVERY_KIND = """---
deck: kinds
title: One card of every kind, and bugs
license: CC-BY-4.0
---

## a-basic
kind: basic
concept: all
source: computed

Hint: A number.

Q: What is 1 + 1?

A: Two.

## a-cloze
kind: cloze
concept: all
source: computed

Hint: Think of exp.

C: Softmax [1| exponentiates] each score and then [2| normalises] the row.

## a-choice
kind: mc
concept: all
source: computed
vars: n = 2 | 3 | 5

Hint: Not more.

Q: What is {{n}} + 0?

- [x] it is {{n}}
- [ ] it is one more
  > [one-more] Zero adds nothing.
- [ ] it is one less
  > [one-less] Zero takes nothing away.

## a-number
kind: numeric
concept: all
source: computed
vars: n = 7 | 11 | 13
answer: 1 / n
tolerance: 0.00001
wrong: n -> [upside-down] That is the other way round.

Hint: A share.

Hint: One of {{n}}.

Hint: Divide.

Hint: One by {{n}}.

Q: What is the inverse of {{n}}?

## a-shape
kind: shape
concept: all
source: computed
vars: n = 4 | 6 | 9
answer: (n, n + 1)

Hint: Two sizes.

Hint: The first is {{n}}.

Q: What is the shape of {{n}} rows with one column more?

## an-order
kind: order
concept: all
source: computed
vars: n = 2 | 3 | 4

Hint: It begins with one.

Hint: It ends with {{n}} hundred.

Q: Put these in order.

Steps:
1. one
2. ten
3. {{n}} tens
4. {{n}} hundred

## a-code
kind: code
concept: all
source: computed
blank: dim=-1 | -1
wrong: dim=-2 | -2 -> [other-axis] That is the other axis.

Hint: The last.

Hint: Count from the end.

Q: Fill the gap.

```python
weights = scores.softmax(____)
```

## a-map
kind: heatmap
concept: all
source: computed
preset: thai-curry
answer: cell("curry", "Thai")
wrong: cell("Thai", "curry") -> [mirror] That is the mirror cell.

Hint: A dish.

Hint: In the last row.

Q: Which weight is the largest?

## a-bug
kind: bug
concept: all
source: computed
bug: 2
fix: b = a + 1
fault: one-less

Hint: Look at b.

Hint: Plus, not minus.

Q: b is one more than a. Which line is wrong?

```python
a = 1
b = a - 1
print(b)
```

## an-explanation
kind: explain
concept: all
source: computed
fault: one-less

Hint: Begin with one.

Q: Why is 1 + 1 two?

Rubric:
- [2] counts
- [1] says what comes after one
- [must-not one-more] says that it is three
- [must-not one-less] says that it is one

A: One is followed by two.

## an-experiment
kind: experiment
concept: all
source: computed
see: thai-curry

Hint: Look.

Q: What will be seen?

- [x] a map
- [ ] nothing
  > [one-less] There is something.
- [ ] two maps
  > [one-more] There is one.

Run: it.

Expect: a map.

Explain:
- [1] it was a map
- [must-not one-more] says that there were two

## bug-mask
kind: bug
concept: all
source: computed
bug: 1
fix: hide = triu(ones, 1)
fault: one-more

Q: Which line is wrong?

```python
hide = tril(ones, 1)
```
"""

MORE_BUGS = "---\ndeck: more\ntitle: More bugs\n---\n" + "".join(
    f"""
## bug-{name}
kind: bug
concept: all
source: computed
bug: {line}
{f"fix: {fix}" if fix else ""}
fault: one-more

Q: Which line is wrong?

```python
x = 1
y = 2
```
"""
    for name, line, fix in [
        ("twin", 1, "b = a+1"),  # the fix of a-bug, with fewer spaces
        ("axis", 1, "x = dim(-1)"),
        ("scale", 2, "y = sqrt(d_k)"),
        ("clean", 0, ""),
    ]
)


def _content(folder: Path, concepts: str, **decks: str) -> Collection:
    (folder / "decks").mkdir()
    for name, text in decks.items():
        (folder / "decks" / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "concepts.md").write_text(concepts, encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="session")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """A card of every kind, in the order of Kind, and five bug cards more; nothing needs anything."""
    concepts = "# level 1\nall: All. Everything.\n"
    return _content(tmp_path_factory.mktemp("kinds"), concepts, kinds=EVERY_KIND, more=MORE_BUGS)


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """Five cards, six faces. ``mask`` needs ``soft``; ``far`` needs ``dot`` and, through ``between``, ``mask``."""
    return _content(tmp_path_factory.mktemp("content"), CONCEPTS, small=DECK)


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


RIGHT = {
    Kind.BASIC: "", Kind.CLOZE: "exponentiates", Kind.MC: "A", Kind.NUMERIC: "1/{n}", Kind.SHAPE: "({n}, {n}+1)",
    Kind.ORDER: "1 2 3 4", Kind.CODE: "dim=-1", Kind.HEATMAP: "curry,Thai", Kind.BUG: "2: b = a + 1",
    Kind.EXPLAIN: "What comes after one is two.", Kind.EXPERIMENT: "A",
}  # fmt: skip
WRONG = {
    Kind.BASIC: "", Kind.CLOZE: "forgets", Kind.MC: "B", Kind.NUMERIC: "{n}", Kind.SHAPE: "(1, 1)",
    Kind.ORDER: "4 3 2 1", Kind.CODE: "dim=-2", Kind.HEATMAP: "Thai,curry", Kind.BUG: "1: b = a + 1",
    Kind.EXPLAIN: "It is three.", Kind.EXPERIMENT: "B",
}  # fmt: skip
NONSENSE = {
    Kind.BASIC: "", Kind.CLOZE: "", Kind.MC: "Z", Kind.NUMERIC: "about a half", Kind.SHAPE: "flat",
    Kind.ORDER: "as it was", Kind.CODE: "", Kind.HEATMAP: "rice", Kind.BUG: "the second", Kind.EXPLAIN: " ",
    Kind.EXPERIMENT: "Z",
}  # fmt: skip


@dataclass(frozen=True)
class Learner:
    """Who answers a card of every kind the way that the page does."""

    desk: Desk

    def face(self, kind: Kind) -> Face:
        card = next(card for card in self.desk.collection.cards.values() if card.kind is kind)
        return Face(card.id, 1 if kind is Kind.CLOZE else 0)

    def ready(self, kind: Kind, now: datetime, confidence: Confidence = Confidence.SURE) -> Session:
        """The first card of a kind, as far as it goes before an answer is committed."""
        session = drill.begin(self.desk, now, first=self.face(kind)).recall(confidence, now)
        return session.suspect(2) if isinstance(session.showing.card.body, Bug) else session

    def text(self, texts: dict[Kind, str], showing: Showing) -> str:
        n = showing.card.variants[showing.variant].get("n", 0)
        return texts[showing.card.kind].replace("{n}+1", str(n + 1)).replace("{n}", str(n))

    def right(self, showing: Showing) -> str:
        return self.text(RIGHT, showing)

    def wrong(self, showing: Showing) -> str:
        return self.text(WRONG, showing)

    def nonsense(self, showing: Showing) -> str:
        return self.text(NONSENSE, showing)

    def commit(self, session: Session, now: datetime, confidence: Confidence = Confidence.SURE) -> Session:
        """Give the right answer."""
        return drill.commit(self.desk, session, self.right(session.showing), confidence, now)


@pytest.fixture
def learner(store: Store, every_kind: Collection) -> Learner:
    """Sits in front of a card of every kind."""
    return Learner(Desk(store, every_kind, "Europe/Berlin", "test"))
