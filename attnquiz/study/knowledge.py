"""What somebody may know: states of knowledge, drawn from the graph of concepts, and what answers say about them.

A state is a set of concepts. Most states hold what each of their concepts needs (Doignon and Falmagne 1985, knowledge
spaces), but people also learn things out of order, so some do not. All is a value; nothing here asks or writes.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

STATES = 6000  # drawn; many of them are alike
OUT_OF_ORDER = 0.05  # how often the next thing learnt is one whose needs are not
SPREAD = 1.5  # above 1: somebody who knows little is likelier than somebody who knows nearly all
SLIP, GUESS = 0.1, 0.02  # chances of a wrong answer in spite of knowing, and of a right one by luck: it is typed
KNOWN, UNKNOWN = 0.8, 0.2  # from which chance on something counts as known, and up to which it is not
FEWEST, MOST = 12, 15  # questions

Graph = tuple[tuple[str, tuple[str, ...]], ...]  # each concept with what it needs


@dataclass(frozen=True, slots=True)
class Space:
    """The states that were drawn, each with its weight. ``holding`` says of a concept which states hold it (0 or 1)."""

    needs: Mapping[str, tuple[str, ...]]
    weights: tuple[float, ...]
    holding: Mapping[str, bytes]


@lru_cache(maxsize=8)
def space(graph: Graph, seed: int = 0, states: int = STATES) -> Space:
    """States drawn from the graph: always the same ones for the same graph and seed."""
    counted = Counter(draw(graph, random.Random(seed), states))
    holding = {name: bytes(state >> place & 1 for state in counted) for place, (name, _) in enumerate(graph)}
    return Space(dict(graph), tuple(number / states for number in counted.values()), holding)


def draw(graph: Graph, dice: random.Random, states: int) -> list[int]:
    """Somebody's knowledge, so many times: bit n of each is set where the n-th concept is known."""
    place = {name: number for number, (name, _) in enumerate(graph)}
    needs = [[place[need] for need in needs] for _, needs in graph]
    builders: list[list[int]] = [[] for _ in graph]  # what needs each
    for number, needed in enumerate(needs):
        for need in needed:
            builders[need].append(number)
    return [_drawn(needs, builders, round(len(graph) * dice.random() ** SPREAD), dice) for _ in range(states)]


def _drawn(needs: Sequence[Sequence[int]], builders: Sequence[Sequence[int]], size: int, dice: random.Random) -> int:
    """A walk through the graph: ``size`` times, something is learnt that is ready to be, or now and then is not."""
    missing = [len(needed) for needed in needs]
    left = set(range(len(needs)))
    ready = [number for number in left if not missing[number]]
    state = 0
    for _ in range(size):
        in_order = ready and dice.random() >= OUT_OF_ORDER
        learnt = dice.choice(ready if in_order else sorted(left))
        left.remove(learnt)
        if not missing[learnt]:
            ready.remove(learnt)
        state |= 1 << learnt
        for number in builders[learnt]:
            missing[number] -= 1
            if not missing[number] and number in left:
                ready.append(number)
    return state


def chances(space: Space, answers: Iterable[tuple[str, bool]]) -> dict[str, float]:
    """How likely each concept is known after these answers: a concept, and whether the answer to it was right."""
    weights: Sequence[float] = space.weights
    for concept, right in answers:
        known, unknown = (1 - SLIP, GUESS) if right else (SLIP, 1 - GUESS)
        factors = (unknown, known)
        weights = [weight * factors[holds] for weight, holds in zip(weights, space.holding[concept], strict=True)]
    whole = sum(weights)
    return {name: sum(compress(weights, holds)) / whole for name, holds in space.holding.items()}


def next_concept(likely: Mapping[str, float], asked: int, left: Collection[str]) -> str | None:
    """What to ask after so many questions: of the concepts ``left``, the one that says most, whose chance is nearest to
    one half. None when enough was asked."""
    if not left or asked >= MOST:
        return None
    nearest = min(left, key=lambda name: abs(likely[name] - 0.5))
    decided = not UNKNOWN < likely[nearest] < KNOWN
    return None if decided and asked >= FEWEST else nearest


def known(likely: Mapping[str, float], needs: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """What counts as known: likely enough, and so is all that it needs."""
    sure = {name for name, chance in likely.items() if chance >= KNOWN}
    while (held := {name for name in sure if sure.issuperset(needs[name])}) != sure:
        sure = held
    return frozenset(sure)


def frontier(mastered: Collection[str], needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What is ready to be learnt: not known, while all that it needs is. In the order of the graph."""
    return [name for name, needed in needs.items() if name not in mastered and set(needed) <= set(mastered)]
