"""Fits of ten made-up learners with 10,000 reviews each: how much better they predict, what a shuffle does, how long it
takes. ``python -m benchmarks.fit [REVIEWS] [SEEDS]``; the tests do the same with 2,000."""

import sys
import time

from attnquiz.recall.fit import compared, later_part
from attnquiz.recall.scheduler import DEFAULT_WEIGHTS
from attnquiz.study.fitting import HELD_BACK, made
from tests.recall.hidden import HIDDEN, lived, plan, shuffled

COLUMNS = "seed  later answers  default    fit   truth   gain ± error   taken   shuffled: gain   taken   seconds a fit"


def main(reviews: int = 10_000, seeds: int = 10) -> None:
    print(f"{reviews:,} reviews; log loss of the later answers, which no fit has seen", COLUMNS, sep="\n", flush=True)
    better = refused = 0
    for seed in range(seeds):
        histories = lived(plan(seed, reviews, cards=reviews // 10, minutes=60.0))
        begun = time.perf_counter()
        fitted = made(histories, None, 0)
        took = time.perf_counter() - begun
        noise = made(shuffled(histories, seed), None, 0)
        truth = compared(DEFAULT_WEIGHTS, HIDDEN, histories, later_part(histories, HELD_BACK))
        c = fitted.comparison
        better, refused = better + (c.gain > 0), refused + (not noise.is_better)
        print(
            f"{seed:4} {c.answers:14,} {c.before:8.4f} {c.after:6.4f} {truth.after:7.4f} {c.gain:7.4f} ± {c.error:.4f} "
            f"{_word(fitted):>6} {noise.comparison.gain:16.4f} {_word(noise):>7} {took:15.1f}", flush=True,
        )  # fmt: skip
    print(f"The fit is better with {better} of {seeds} seeds; {refused} of {seeds} shuffled fits are refused.")


def _word(fitted) -> str:
    return "yes" if fitted.is_better else "no"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
