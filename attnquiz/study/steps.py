"""Worked steps: hints that stand open by themselves while a card is young, fewer as it is known better."""

from math import floor

from attnquiz.cards.card import Kind

WORKED = frozenset({Kind.NUMERIC, Kind.SHAPE, Kind.ORDER, Kind.CODE, Kind.HEATMAP, Kind.BUG})
ALONE = 3.0  # days of stability from which a learner works without open steps


def open_steps(hints: int, stability: float | None) -> int:
    """How many of so many hints stand open, given days of stability (None: never reviewed). The last one never does.

    This holds for the kinds in WORKED; on the others nothing stands open. ``Showing.open_steps`` knows the kind.
    """
    days = stability or 0.0
    return 0 if days >= ALONE else max(0, hints - 1 - floor(days))
