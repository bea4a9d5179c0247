"""The same questions asked of the real Anki backend: `python benchmarks/anki_backend.py FILE FOLDER`, for scale.py.

Anki is AGPL-3.0-or-later, so this is a program of its own: it is started, never imported, it imports nothing of ours,
and its figures come back as JSON on stdout. Only those who run the benches install Anki (requirements-dev.txt).

Its collection is filled with plain SQL from a file of ours: a note and a card for each face, tagged with its concept
and its kind, 20 decks, a row of the revlog for each review, and the memory of each card as FSRS keeps it in Anki.
"""

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from anki.buildinfo import version
from anki.collection import Collection

Took = tuple[float, float]  # milliseconds by the clock, and of a processor
DECKS = 20
DAY, MINUTE = 86_400, 60
KINDS = {None: 0, "learning": 0, "review": 1, "relearning": 2}  # of a row of the revlog
QUEUES = {"learning": (1, 1), "review": (2, 2), "relearning": (3, 1)}  # type and queue of a card
FACES = (
    "SELECT card, deletion, concept, card_kind, state, stability, difficulty, due_day, due_at, last_day, last_at,"
    " reviews, lapses FROM memory JOIN (SELECT card, deletion, concept, card_kind, max(number) FROM log"
    " WHERE kind = 'review' GROUP BY card, deletion) USING (card, deletion)"
)
REVIEWS = (
    "SELECT card, deletion, at, rating, json_extract(memory_before, '$.state'),"
    " julianday(json_extract(memory_before, '$.due_day')) - julianday(json_extract(memory_before, '$.last_day')),"
    " julianday(json_extract(memory_after, '$.due_day')) - julianday(study_day),"
    " (julianday(committed_at) - julianday(shown_at)) * 86400000 FROM log WHERE kind = 'review' ORDER BY at, number"
)
# What an empty collection lacks; nothing here sorts as only Anki can.
NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')"
CARD = "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, ?, ?, ?, ?, 0, ?, ?, 0, 0, 0, 0, ?)"
REVIEW = "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, 0, ?, ?)"


def midnight(day: str) -> int:
    """The second at which a study day begins, in UTC."""
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp())


def emptied(path: Path) -> tuple[int, list[int]]:
    """A new collection with FSRS and without daily limits; its type of note, and its decks."""
    col = Collection(str(path))
    col.set_config("fsrs", True)
    conf = col.decks.config_dict_for_deck_id(1)
    conf["rev"]["perDay"] = conf["new"]["perDay"] = 9999
    col.decks.update_config(conf)
    decks = [int(col.decks.add_normal_deck_with_name(f"made-up::{number:02}").id) for number in range(DECKS)]
    col.decks.select(col.decks.id_for_name("made-up"))
    basic = int(col.models.by_name("Basic")["id"])
    col.close()
    return basic, decks


def filled(path: Path, ours: Path, ahead: int) -> int:
    """Write our history into a new collection, as if ``ahead`` days had passed since; how many reviews there are."""
    basic, decks = emptied(path)
    source = sqlite3.connect(f"{ours.as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(path)) as db:
        first, last = source.execute("SELECT min(study_day), max(study_day) FROM log WHERE kind = 'review'").fetchone()
        today = midnight(datetime.now(UTC).date().isoformat())
        later = today - midnight(last) - DAY * ahead  # everything happened so much later than our file says
        created = midnight(first) + later + 4 * 3600
        db.execute("UPDATE col SET crt = ?", (created,))
        ids: dict[tuple[str, int], int] = {}
        for number, row in enumerate(source.execute(FACES)):
            ids[row[0], row[1]] = id = 1_000_000_000_000 + number
            note, card = _card(id, row, basic, decks[number % DECKS], created, later)
            db.execute(NOTE, note)
            db.execute(CARD, card)
        rows = _revlog(source.execute(REVIEWS), ids, later)
        count = db.executemany(REVIEW, rows).rowcount
        db.commit()
    return count


def _card(id: int, row: tuple, basic: int, deck: int, created: int, later: int) -> tuple[tuple, tuple]:
    card, deletion, concept, kind, state, stability, difficulty, due_day, due_at, last_day, last_at, reps, lapses = row
    question = f"{card} {deletion} " + " ".join(f"word{(id * step) % 997}" for step in range(1, 31))
    note = (id, f"{id:x}", basic, created, f" {concept} {kind} ", f"{question}\x1fThe answer.", question)
    days = (midnight(due_day) - midnight(last_day)) // DAY
    due = (midnight(due_day) + later - created) // DAY + 1
    if state != "review":
        due = int(datetime.fromisoformat(due_at).timestamp()) + later
    data = {"s": round(stability, 4), "d": round(difficulty, 3), "dr": 0.9, "decay": 0.154,
            "lrt": int(datetime.fromisoformat(last_at).timestamp()) + later}  # fmt: skip
    return note, (id, id, deck, created, *QUEUES[state], due, days, reps, lapses, json.dumps(data))


def _revlog(reviews: sqlite3.Cursor, ids: dict[tuple[str, int], int], later: int):
    """Rows of the revlog; their ids are milliseconds, each used once."""
    free = 0
    for card, deletion, at, rating, state, before, after, took in reviews:
        free = max(free + 1, int(datetime.fromisoformat(at).timestamp() * 1000) + 1000 * later)
        days = [int(wait) if wait else -10 * MINUTE for wait in (after, before)]
        yield free, ids[card, deletion], rating, *days, max(0, int(took or 0)), KINDS[state]


def timed(what: Callable[[], object], times: int = 1) -> list[Took]:
    """Milliseconds, of each time."""
    took = []
    for _ in range(times):
        begun, busy = time.perf_counter(), time.process_time()
        what()
        took.append((1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - busy)))
    return took


def answers(col: Collection, number: int) -> dict[str, list[Took]]:
    """The next card and a Good for it, many times; then as many as Anki remembers are undone."""
    took: dict[str, list[Took]] = {"answer": [], "undo": []}

    def answer() -> None:
        queued = col.sched.get_queued_cards().cards[0]
        card = col.get_card(queued.card.id)
        card.start_timer()
        states = queued.states
        col.sched.answer_card(col.sched.build_answer(card=card, states=states, rating=2))

    for _ in range(number):
        if not col.sched.get_queued_cards().cards:
            break
        took["answer"] += timed(answer)
    took["undo"] = timed(col.undo, min(25, len(took["answer"])))
    return took


def measured(path: Path, folder: Path, number: int, concept: str, kind: str) -> dict[str, list[Took]]:
    """Milliseconds of everything, some several times."""
    searches = {"graphs": "", "graphs of a concept": f"tag:{concept}", "graphs of a kind": f"tag:{kind}",
                "graphs of both": f"tag:{concept} tag:{kind}"}  # fmt: skip
    opened: list[Collection] = []
    took = {"open": timed(lambda: opened.append(Collection(str(path))))}
    col = opened[0]
    took["check"] = timed(col.fix_integrity)
    for name, search in searches.items():
        took[name] = timed(lambda search=search: col._backend.graphs(search=search, days=0), 5)
    took["queue"] = timed(lambda: col.sched.get_queued_cards(fetch_limit=1))
    took |= answers(col, number)
    (folder / "backups").mkdir()
    keep = {"backup_folder": str(folder / "backups"), "force": True, "wait_for_completion": True}
    took["backup"] = timed(lambda: col.create_backup(**keep))
    col.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="a file of ours, which is only read")
    parser.add_argument("folder", type=Path, help="where the collection is made")
    parser.add_argument("--answers", type=int, default=100)
    parser.add_argument("--ahead", type=int, default=30, help="so many days have passed since the latest review")
    parser.add_argument("--concept", default="")
    parser.add_argument("--kind", default="")
    options = parser.parse_args()
    path, begun = options.folder / "collection.anki2", time.perf_counter()
    reviews = filled(path, options.file.absolute(), options.ahead)
    took = {"fill": [(1000 * (time.perf_counter() - begun), 1000 * time.process_time())]}
    took |= measured(path, options.folder, options.answers, options.concept, options.kind)
    json.dump({"version": version, "reviews": reviews, "bytes": path.stat().st_size, "took": took}, sys.stdout)


if __name__ == "__main__":
    main()
