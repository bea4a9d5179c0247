"""When spot checks have their turns, and when they are drawn."""

from collections import Counter
from datetime import date

from attnquiz.recall.face import Face
from attnquiz.study.probes import EVERY, Probes, draw

DOT = Face("dot-basic")
DAY = date(2026, 3, 2)


def test_the_blocks_of_a_day_have_their_turns_at_different_places():
    turns = Counter(asked % EVERY for asked in range(EVERY * 4000) if Probes(7, (DOT,), asked).next())
    assert sorted(turns) == list(range(EVERY))
    assert all(abs(count - 200) < 5 * 200**0.5 for count in turns.values())


class Names(list):
    """Names that know how often they were gone through."""

    looks = 0

    def __iter__(self):
        self.looks += 1
        return super().__iter__()


def test_nobody_looks_at_the_names_before_the_first_turn_and_once_they_are_drawn_nobody_does_again(every_kind):
    names = Names(every_kind.cards)
    probes, looks = draw(every_kind, names, {}, "local", DAY, 0), set()
    for asked in range(5 * EVERY):
        turn = Probes(probes.seed, (DOT,), asked).next() is not None
        looks |= {names.looks} if turn or looks else set()
        assert looks or not names.looks
        assert (probes.next() is not None) == turn
        probes = probes.without(probes.next() or DOT).reviewed()
    assert looks == {names.looks}
    assert names.looks
