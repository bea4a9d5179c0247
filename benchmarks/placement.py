"""The placement test on simulated learners: how often its idea of somebody is right, and how long an answer takes.

Learners are drawn from the graph of the shipped concepts with other dice than the test's; they slip one time in ten and
guess right one time in fifty. Only concepts with a typed kind of card are asked, all sixty are judged. The second
kind of learner slips twice as often and learns out of order three times as often as the test believes.
Run: ``python -m benchmarks.placement [--learners 300]``.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence

from attnquiz.cards.collection import load, shipped
from attnquiz.study import knowledge
from attnquiz.study.knowledge import GUESS, SLIP, Graph, Space, chances, known, next_concept
from attnquiz.study.placement import TYPED

Way = Callable[[Space, list[tuple[str, bool]], list[str], random.Random], str | None]


def adaptive(space: Space, answers: list[tuple[str, bool]], left: list[str], dice: random.Random) -> str | None:
    """As the test asks."""
    return next_concept(chances(space, answers), len(answers), left)


def at_random(space: Space, answers: list[tuple[str, bool]], left: list[str], dice: random.Random) -> str | None:
    """Any concept that was not asked yet."""
    return dice.choice(left)


def sit(
    space: Space, state: set[str], askable: Sequence[str], most: int, way: Way, dice: random.Random, slip: float = SLIP
) -> list[tuple[str, bool]]:
    """Somebody with this knowledge takes a test of at most so many questions."""
    answers: list[tuple[str, bool]] = []
    left = list(askable)
    while len(answers) < most and (concept := way(space, answers, left, dice)) is not None:
        left.remove(concept)
        answers.append((concept, dice.random() >= slip if concept in state else dice.random() < GUESS))
    return answers


def right(space: Space, answers: list[tuple[str, bool]], state: set[str]) -> float:
    """The share of concepts that are rightly taken for known or not known."""
    likely = chances(space, answers)
    return statistics.mean((likely[name] >= 0.5) == (name in state) for name in likely)


def learners(graph: Graph, number: int, seed: int) -> list[set[str]]:
    """States of knowledge that the test has not drawn itself."""
    drawn = knowledge.draw(graph, random.Random(seed), number)
    return [{name for place, (name, _) in enumerate(graph) if state >> place & 1} for state in drawn]


def shipped_graph() -> tuple[Graph, list[str]]:
    """The concepts with their needs, and those that can be asked."""
    concepts = load(shipped()).concepts.values()
    return tuple((each.id, each.needs) for each in concepts), [each.id for each in concepts if TYPED & {*each.kinds}]


def report(title: str, space: Space, askable: list[str], states: list[set[str]], slip: float) -> None:
    dice = random.Random(5)
    print(f"\n{title}: {len(states)} learners")
    print(f"  right about a concept, no question: {statistics.mean(right(space, [], s) for s in states):.1%}")
    for name, way, most in (("random", at_random, 12), ("adaptive", adaptive, 12), ("adaptive", adaptive, 15)):
        tests = [(sit(space, state, askable, most, way, dice, slip), state) for state in states]
        share = statistics.mean(right(space, answers, state) for answers, state in tests)
        asked = statistics.mean(len(answers) for answers, _ in tests)
        print(f"  right after at most {most} {name} questions (mean {asked:.1f}): {share:.1%}")
    counted = [(known(chances(space, answers), space.needs), state) for answers, state in tests]
    wrongly = sum(len(said - state) for said, state in counted) / max(1, sum(len(said) for said, _ in counted))
    found = sum(len(said & state) for said, state in counted) / sum(len(state) for _, state in counted)
    print(f"  counts as known: {found:.1%} of what is; of what counts as known, {wrongly:.1%} is not")


def main(number: int) -> None:
    graph, askable = shipped_graph()
    start = time.perf_counter()
    space = knowledge.space(graph)
    print(f"{knowledge.STATES} states ({len(space.weights)} different) in {time.perf_counter() - start:.2f} s")
    answers = [(name, place % 2 == 0) for place, name in enumerate(askable[:14])]
    took = []
    for _ in range(20):
        start = time.perf_counter()
        next_concept(chances(space, answers), len(answers), askable)
        took.append(1000 * (time.perf_counter() - start))
    print(f"the next question after 14 answers: {statistics.median(took):.1f} ms")
    report("as the test believes", space, askable, learners(graph, number, seed=99), SLIP)
    knowledge.OUT_OF_ORDER *= 3
    report("less orderly, more careless", space, askable, learners(graph, number, seed=98), 2 * SLIP)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=300)
    main(parser.parse_args().learners)
