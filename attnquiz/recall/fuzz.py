"""Spreading intervals a little, so that cards learnt together do not come back together for ever.

FSRS's own fuzz draws from the global random generator, so a preview cannot match the outcome, and (py-fsrs 6.3.2) it
can leave its own range by a day. Ours is a function of the face and of its number of reviews.
"""

from hashlib import blake2b
from math import inf

from attnquiz.recall.face import Face

# (from, to, part): an interval may move by a day, plus ``part`` of what it has between ``from`` and ``to`` days.
# The figures are Anki's, rslib/src/scheduler/states/fuzz.rs.
PARTS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, inf, 0.05))


def fuzz_range(days: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest interval, in days, that may stand for ``days`` (at most ``maximum``).

    Ten days may become 8 to 12.
    """
    if days < 2.5:
        return days, days
    delta = 1.0 + sum(part * max(min(days, end) - start, 0.0) for start, end, part in PARTS)
    return round(days - delta), min(round(days + delta), maximum)


def fuzzed(days: int, face: Face, reviews: int, maximum: int) -> int:
    """An interval in the range of ``days``, always the same for this face after this many reviews.

    A longer interval never becomes the shorter one: both ends of the range rise with ``days``, and the place
    between them does not depend on it.
    """
    shortest, longest = fuzz_range(days, maximum)
    seed = f"{face.card}\0{face.deletion}\0{reviews}".encode()
    place = int.from_bytes(blake2b(seed, digest_size=8).digest(), "big")  # of 2**64 equal places
    return shortest + (place * (longest - shortest + 1) >> 64)
