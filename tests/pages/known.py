"""A small collection, and a log of it that is known answer by answer: what pages say of it follows with arithmetic."""

from datetime import UTC, datetime, timedelta

from attnquiz.cards.collection import load
from attnquiz.recall.face import Face
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.store.entry import Purpose
from attnquiz.study import aside, drill
from attnquiz.study.desk import Desk
from tests.store.hand import Hand

AGAIN, GOOD, EASY = Rating.AGAIN, Rating.GOOD, Rating.EASY
CONCEPTS = [f"c{number:02}" for number in range(1, 19)]
FACES = [Face(f"{name}-{part}") for part in "ab" for name in CONCEPTS[:16]]
LATER = [*(Face(f"{name}-c") for name in CONCEPTS[:12]), Face("mine")]
STARTED = Face("c17-a")
EVENING = datetime(2026, 6, 1, 20, tzinfo=UTC)  # a Monday
BACK_OR_NEW = "c01-c", "c13-c"  # one that was met, one that was not: buried


def cards(folder):
    """Eighteen concepts with three cards each, and a card of one's own that belongs to none."""
    (folder / "decks").mkdir(parents=True)
    listed = "".join(f"{name}: Concept {name}. One can say what {name} is.\n" for name in CONCEPTS)
    (folder / "concepts.md").write_text(f"# level 1\n{listed}", encoding="utf-8")
    asked = "".join(
        f"## {name}-{part}\nkind: basic\nconcept: {name}\nsource: computed\n\nQ: What is {name}{part}?\n\nA: It.\n\n"
        "Why: So.\n\n"
        for name in CONCEPTS
        for part in "abc"
    )
    head = "---\ndeck: small\ntitle: A small deck\nlicense: CC-BY-4.0\n---\n\n"
    (folder / "decks" / "small.md").write_text(head + asked, encoding="utf-8")
    (folder / "own").mkdir()
    (folder / "own" / "mine.md").write_text("## mine\nkind: basic\n\nQ: Mine?\n\nA: Yes.\n", encoding="utf-8")
    return load(folder, folder / "own")


def study(path, collection):
    """Five days, in order; every answer is right unless it is Again. On the last one some cards are set aside. The
    desk after that."""
    hand = Hand(Store.open(path))

    def answered(month, day, hour, faces, ratings, seconds=8, kind="numeric", **more):
        hand.now = datetime(2026, month, day, hour, tzinfo=UTC)
        with hand.store.writing() as w:
            for face, rating in zip(faces, ratings, strict=True):
                shown = hand.tick()
                more |= {"shown_at": shown, "committed_at": shown + timedelta(seconds=seconds)}
                more |= {"verdict": "wrong" if rating is AGAIN else "right"}
                more |= {"concept": None if face.card == "mine" else face.card[:3]}
                attempt = hand.attempt(face, w.token(face), card_kind=kind, **more)
                w.append(attempt)
                hand.rate_in(w, attempt, rating)

    answered(1, 5, 10, FACES, [EASY] * 30 + [AGAIN] * 2, seconds=30, kind="basic")
    hand.start(STARTED)
    answered(2, 2, 10, FACES[:30], [GOOD] * 22 + [AGAIN] * 8, confidence="unsure")
    answered(2, 10, 10, FACES[:21], [GOOD] * 20 + [AGAIN], variant=5, purpose=Purpose.PROBE, confidence="unsure")
    answered(5, 25, 10, LATER, [EASY] * 13, kind="basic", seconds=30)
    answered(6, 1, 10, FACES[:20], [GOOD] * 12 + [AGAIN] * 8)
    answered(6, 1, 18, [FACES[-1]] * 30, [AGAIN] * 30, seconds=2)
    desk = Desk(hand.store, collection, "Europe/Berlin", "test")
    later = EVENING - timedelta(minutes=30)
    for put_aside, names in ((aside.bury, BACK_OR_NEW), (aside.suspend, ("c14-c", "c15-c"))):
        for name in names:
            put_aside(desk, drill.begin(desk, later, first=Face(name)), later)
    return desk
