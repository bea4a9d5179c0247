"""A process that answers cards until it is killed: ``python -m tests.store.answering FILE LEARNER SEED``.

It goes the way of the quiz (study.drill) and writes a line to its standard output after each transaction has returned:
``committed ID`` for an attempt, ``rated ID`` for the review of that attempt.
"""

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attnquiz.cards.collection import load, shipped
from attnquiz.errors import LateAnswer
from attnquiz.recall.rating import Rating
from attnquiz.store.database import Store
from attnquiz.study import drill
from attnquiz.study.proposal import Confidence
from attnquiz.study.session import Phase, Session

ANSWERS = ("0.5", "(2, 3)", "b", "softmax", None)  # one of them can be read by every kind of card


def acknowledge(what: str, session: Session) -> None:
    os.write(1, f"{what} {session.attempt.id}\n".encode())


def answered(desk: drill.Desk, session: Session, dice: random.Random, now: datetime) -> Session:
    """Answer what is shown and rate it, as far as the card and other processes let us."""
    if session.phase is Phase.ASK:
        session = session.recall(Confidence.SURE, now)
    for answer in (dice.choice(ANSWERS), None):
        if session.phase in (Phase.ASK, Phase.CHOOSE):
            session = drill.commit(desk, session, answer, dice.choice(list(Confidence)), now)
    acknowledge("committed", session)
    after = drill.rate(desk, session, dice.choice(list(Rating)), now)
    acknowledge("rated", session)
    return after


def main(path: str, learner: str, seed: str) -> None:
    dice = random.Random(int(seed))
    desk = drill.Desk(Store.open(Path(path), learner), load(shipped()), "Europe/Berlin", "test")
    now = datetime(2026, 1, 5, 10, tzinfo=UTC) + timedelta(days=int(seed))
    session = drill.begin(desk, now)
    while True:
        now += timedelta(seconds=20) if session.phase is not Phase.DONE else timedelta(days=1)
        try:
            if session.phase is Phase.DONE:
                session = drill.begin(desk, now)
            else:
                session = answered(desk, session, dice, now)
                if dice.random() < 0.05:
                    session = drill.redo(desk, now) if dice.random() < 0.3 else drill.undo(desk, now)
        except LateAnswer:  # another process of the same learner was quicker
            session = drill.begin(desk, now)


if __name__ == "__main__":
    main(*sys.argv[1:])
