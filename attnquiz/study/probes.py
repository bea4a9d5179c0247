"""Spot checks: faces drawn at random, due or not, to see whether the forecasts of the scheduler are true.

Faces that are due were chosen by the very forecasts that are to be checked, so what is recalled of them says little
about all the others. One review in twenty is of a face that chance has drawn instead. Chance is a hash of the learner,
the study day and the face, so that a reload, a second tab and a made-up learner draw the same.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import blake2b

from attnquiz.cards.collection import Collection
from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.entry import Purpose
from attnquiz.study import askable

EVERY = 20  # reviews, of which one is a spot check
MOST = 60  # that are drawn at a time: enough for 1,200 reviews
WHOLE = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Lot:
    """What the spot checks of a day are drawn from: the names of faces, but those that are not learnt. A card that is
    ``taken`` can only be drawn with the face that is named, if any."""

    collection: Collection
    among: Sequence[str]
    unlearnt: Set[str]
    taken: Mapping[str, Face | None]

    def drawn(self, seed: int) -> tuple[Face, ...]:
        """As many as a day may need, in the order of the seed."""
        found: dict[str, Face] = {}
        for name in _in_order(self.among, seed | 1):  # a product with an odd number leaves no two places the same
            if len(found) == MOST:
                break
            face = Face.named(name)
            free = face.card not in found and self.taken.get(face.card, face) == face and name not in self.unlearnt
            if free and askable.asks(self.collection, face):
                found[face.card] = face
        return tuple(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Probes:
    """The spot checks of a study day that are still to come.

    Each block of twenty reviews has one, at a place that the seed decides: the number of reviews so far says where the
    learner stands, so nothing else has to be remembered. Until the first turn nobody wants to know which faces they
    are, so that most sittings begin without looking at thousands of names.
    """

    seed: int = 0
    drawn: tuple[Face, ...] = ()  # in that order
    asked: int = 0  # reviews of the day so far
    lot: Lot | None = field(default=None, repr=False)  # of what is not drawn yet
    gone: frozenset[Face] = frozenset()  # asked since the day's queue was made

    @property
    def faces(self) -> tuple[Face, ...]:
        """Those to come, in the order in which they are drawn."""
        drawn = self.lot.drawn(self.seed) if self.lot else self.drawn
        return tuple(face for face in drawn if face not in self.gone)

    def __eq__(self, other: object) -> bool:
        """Drawn or not yet, what counts is what will be asked."""
        if not isinstance(other, Probes):
            return NotImplemented
        return (self.seed, self.asked, self.faces) == (other.seed, other.asked, other.faces)

    def next(self) -> Face | None:
        """The face to ask now, if it is the turn of a spot check."""
        return next(iter(self.faces), None) if self._is_turn() else None

    def without(self, face: Face) -> "Probes":
        """The same when ``face`` has been asked, whatever for."""
        return replace(self, gone=self.gone | {face})

    def reviewed(self) -> "Probes":
        return replace(self, asked=self.asked + 1).ready()

    def ready(self) -> "Probes":
        """The same, drawn by now if it is the turn of one."""
        return replace(self, drawn=self.lot.drawn(self.seed), lot=None) if self.lot and self._is_turn() else self

    def _is_turn(self) -> bool:
        block, place = divmod(self.asked, EVERY)
        return _hash(f"{self.seed} {block}") % EVERY == place


def learnt(memories: Mapping[Face, Memory], today: date) -> list[str]:
    """The names of the faces that were reviewed before today, and come back after days."""
    return [str(face) for face, memory in memories.items()
            if memory.due_at is None and memory.reviews and memory.last_day < today]  # fmt: skip


def draw(
    collection: Collection, among: Sequence[str], taken: Mapping[str, Face | None], learner: str,
    today: date, asked: int, unlearnt: Set[str] = frozenset(),
) -> Probes:  # fmt: skip
    """The spot checks of a day, ``among`` the names of faces that were learnt and not asked on it, and ``taken`` where
    a card can only be drawn with the face that is named, if any. Names that may be ``unlearnt`` are left out."""
    lot = Lot(collection, among, unlearnt, taken)
    return Probes(_hash(f"{learner} {today.isoformat()}"), asked=asked, lot=lot).ready()


def _in_order(names: Sequence[str], odd: int) -> Iterator[str]:
    """The names as a seed shuffles them: the first few alone, which nearly always are enough, then all of them."""
    few = 2 * MOST * WHOLE // max(1, len(names))
    for last in (few, WHOLE):
        found = [(place, name) for name in names if (place := _place(name) * odd & WHOLE) <= last]
        yield from (name for _, name in sorted(found))


def may_be_asked(memory: Memory | None, face: Face, reviewed: Set[Face], today: date) -> bool:
    """Whether a face that was drawn is still fit for it: another tab may have asked it, or its sibling."""
    learnt = memory is not None and memory.due_at is None and memory.last_day < today
    return learnt and face.card not in {other.card for other in reviewed}


def spared(purpose: Purpose | None, before: Memory | None, day: date) -> bool:
    """Whether a right answer leaves memory alone: that of a spot check of a face that is not due on ``day``."""
    return purpose is Purpose.PROBE and before is not None and before.due_at is None and before.due_day > day


@cache
def _place(name: str) -> int:
    return _hash(name)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
