"""A million reviews of ten thousand cards: what everything costs, beside the real Anki backend.

Run: ``python -m benchmarks.scale`` (or ``--small``: 20,000 reviews of 600 cards, about two minutes). A made-up history
is written first, once, and kept in benchmarks/kept: ten minutes and 2 GB for the million. ``--file`` takes one that was
made with ``python -m attnquiz simulate FILE --cards 10000 --reviews 1000000 --retention 0.97 --learner fsrs``.

What is compared runs on one machine in one go: ours first, then Anki in a process of its own (anki_backend.py), on the
same history. Where Anki is not installed, its column stays empty.
"""

import argparse
import gc
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from attnquiz.cards.card import Kind
from attnquiz.cards.collection import Collection, load, shipped
from attnquiz.measure.course import in_blocks
from attnquiz.measure.faces import faces
from attnquiz.measure.workload import workload
from attnquiz.store import copying
from attnquiz.store.database import Reading, Store
from attnquiz.store.doctor import examine
from attnquiz.store.rollup import DAILY, Measure, Scope
from attnquiz.study import drill
from attnquiz.study.beliefs import beliefs
from attnquiz.study.desk import Desk
from attnquiz.study.outlook import look, waits
from attnquiz.study.preferences import Preferences
from attnquiz.study.session import Session
from attnquiz.study.simulated import planned, simulate
from attnquiz.study.simulated_answers import Answers
from attnquiz.study.simulated_cards import made_up
from attnquiz.study.standing import stand
from benchmarks.answer import compared, copied

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "benchmarks" / "kept"  # git ignores it
AHEAD = 30  # days after the latest answer: as many cards are due as one likes to answer
UNDONE = 10
KIND = "numeric"
Took = tuple[float, float | None]  # milliseconds by the clock, and of a processor: others may use the machine, too


@dataclass(frozen=True)
class Line:
    """A row of the table: milliseconds of ours and of Anki's, and what was asked for."""

    name: str
    ours: Took
    anki: Took | None = None
    asked: str = ""
    ratio: float | None = None


def made(path: Path, cards: int, reviews: int) -> Path:
    """The made-up history, written unless it is there."""
    if path.exists():
        return path
    minutes = max(1, round(reviews * 6e-4 / 60))
    print(f"Making up {reviews:,} reviews once, for {path}: about {minutes} min.", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    today = datetime.now(UTC).date()
    days = 3650
    plan = planned(part, today - timedelta(days=days), days, law="fsrs", reviews=reviews, cards=cards, retention=0.97)
    for _ in simulate(plan):
        pass
    return part.rename(path)


def timed(what: Callable[[], object], times: int = 1) -> list[Took]:
    """Milliseconds, of each time."""
    took = []
    for _ in range(times):
        begun, busy = time.perf_counter(), time.process_time()
        what()
        took.append((1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - busy)))
    return took


def page_data(r: Reading, collection: Collection, today: date, scope: Scope) -> object:
    """All that the graphs of the progress page are made of, as it asks for it: in blocks of days what it shows in the
    course of time, and for each kind of card how long answers take, unless a filter says which cards are meant."""
    seen = stand(r, collection, today, scope)
    columns = faces(seen.met, seen.concepts, today)
    recall = columns.recall(Preferences.read(r.settings()).scheduler().weights)
    course = [in_blocks(r, measure, today, scope) for measure in DAILY]
    totals = [r.totals(measure, scope) for measure in Measure if measure is not Measure.WEEKLY]
    kinds = Kind if scope.of_all_cards else ()
    took = [r.totals(Measure.TOOK, replace(scope, kind=kind)) for kind in kinds]
    return recall, columns.classes(), course, totals, took


def graphs(desk: Desk, today: date, concept: str, times: int) -> dict[str, list[Took]]:
    """The same through no filter, one and several, each with a connection of its own."""
    one = frozenset({concept})
    scopes = {"graphs": Scope(), "graphs of a concept": Scope(concepts=one), "graphs of a kind": Scope(kind=KIND),
              "graphs of both": Scope(concepts=one, kind=KIND)}  # fmt: skip

    def look(scope: Scope) -> None:
        with desk.store.reading() as r:
            page_data(r, desk.collection, today, scope)

    return {name: timed(lambda scope=scope: look(scope), times) for name, scope in scopes.items()}


def beside(desk: Desk, today: date, times: int) -> dict[str, list[Took]]:
    """What else the page shows, and asks of more than sums: how many cards wait, and beliefs. Then all of it at once,
    which the page never does: it draws a section at a time."""

    def waiting(r: Reading) -> object:
        return waits(r, desk.collection, Preferences.of(r), today)

    def believed(r: Reading) -> object:
        return beliefs(r, desk.collection)

    def everything(r: Reading) -> object:
        return page_data(r, desk.collection, today, Scope()), waiting(r), believed(r)

    def look(what: Callable[[Reading], object]) -> None:
        with desk.store.reading() as r:
            what(r)

    asked = {"waits": waiting, "beliefs": believed, "all of it together": everything}
    return {name: timed(lambda what=what: look(what), times) for name, what in asked.items()}


def begins(desk: Desk, empty: Desk, now: datetime, times: int) -> dict[str, list[Took]]:
    """The review page's data, with the history and with none, in turns."""
    took: dict[str, list[Took]] = {"begin": [], "begin, empty": []}
    for _ in range(times):
        took["begin"] += timed(lambda: drill.begin(desk, now))
        took["begin, empty"] += timed(lambda: drill.begin(empty, now))
    return took


def in_advance(desk: Desk, now: datetime) -> object:
    """What the settings show of a retention before it is taken."""
    ahead = look(desk.store, desk.collection, desk.zone, now)
    chosen, new = ahead.preferences, ahead.faces - len(ahead.memories)
    limits = chosen.new_per_day, chosen.reviews_per_day
    return workload(ahead.memories.values(), new, ahead.today, chosen.scheduler(), *limits)


def answers(desk: Desk, bare_copy: Path, now: datetime, number: int) -> dict[str, list[Took]]:
    """Right answers through the drill and as bare rows; then the latest are undone."""
    right = Answers(desk.collection.cards)

    def say(session: Session) -> str:
        return right.right(session.showing.face, session.showing.variant)[0]

    with desk.store.hold(), Store(bare_copy, "bare").hold():  # as the server does, so that no close waits for the disk
        seconds = compared(desk, bare_copy, None, drill.begin(desk, now), now, number, say)
        took: dict[str, list[Took]] = {
            name: [(1000 * each, None) for each in seconds[name]] for name in ("ours", "bare")
        }
        later = now + timedelta(hours=2)
        took["undo"] = timed(lambda: drill.undo(desk, later), UNDONE)
    return took


def ours(source: Path, folder: Path, cards: int, number: int, times: int) -> tuple[dict[str, list[Took]], str]:
    """Milliseconds of everything, and the concept that was asked for."""
    collection = made_up(load(shipped()), cards)
    path, bare_copy = folder / "ours.sqlite3", folder / "bare.sqlite3"
    copied(source, path)
    stores: list[Store] = []
    took = {"first opening": timed(lambda: stores.append(Store.open(path)))}
    took["open"] = timed(lambda: Store.open(path), times)
    desk = Desk(stores[0], collection, "UTC", "bench")
    empty = Desk(Store.open(folder / "empty.sqlite3"), collection, "UTC", "bench")
    with desk.store.reading() as r:
        latest = r.undoable()
    assert latest is not None, "a made-up history has answers"
    now, concept = latest.at + timedelta(hours=12), latest.concept
    gc.freeze()  # as the server does after its first page
    took |= graphs(desk, now.date(), concept, times)
    took |= beside(desk, now.date(), times)
    took |= begins(desk, empty, now, times)
    took["year"] = timed(lambda: in_advance(desk, now), times)
    complaints: list[str] = []
    took["check"] = timed(lambda: complaints.extend(examine(desk.store)))
    if complaints:
        print(f"The doctor finds {len(complaints)} faults, such as: {complaints[0]}")
    took["backup"] = timed(lambda: copying.copy(path, bare_copy))
    return took | answers(desk, bare_copy, now + timedelta(days=AHEAD), number), concept


def oracle(path: Path) -> str:
    """Whether every figure that comes from the log equals what pandas makes of it: the tests say so, on this file."""
    tests = sorted((ROOT / "tests" / "measure").glob("test_history_*.py"))
    line = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *map(str, tests)]
    begun = time.perf_counter()
    run = subprocess.run(
        line, cwd=ROOT, env=os.environ | {"ATTNQUIZ_HISTORY": str(path)}, stdout=subprocess.PIPE, text=True
    )
    if run.returncode:
        print(run.stdout)
    return f"{'equal' if not run.returncode else 'DIFFERENT'}, {time.perf_counter() - begun:.0f} s"


def theirs(source: Path, folder: Path, concept: str, number: int) -> dict[str, list[Took]]:
    """What Anki needs for the same, in a process of its own; nothing where it is not installed."""
    if importlib.util.find_spec("anki") is None:  # looked for, not imported
        print("Anki is not installed (requirements-dev.txt), so there is nothing to compare with.")
        return {}
    script = Path(__file__).with_name("anki_backend.py")
    line = [sys.executable, str(script), str(source), str(folder), "--answers", str(number), "--ahead", str(AHEAD),
            "--concept", concept, "--kind", KIND]  # fmt: skip
    said = json.loads(subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(f"Anki {said['version']}: {said['reviews']:,} reviews, {said['bytes'] / 1e6:.0f} MB")
    return said["took"]


def lines(mine: dict[str, list[Took]], anki: dict[str, list[Took]]) -> list[Line]:
    """The table: medians, and what was asked for."""
    middle = {name: median(values) for name, values in mine.items() if values}
    other = {name: median(values) for name, values in anki.items() if values}
    asked = {"graphs": "at most 50", "graphs of a concept": "at most 150", "graphs of a kind": "at most 150",
             "graphs of both": "at most 3,000"}  # fmt: skip
    found = [Line(name, middle[name], other.get(name), said) for name, said in asked.items()]
    return [
        *found,
        Line("cards that wait (same page)", middle["waits"]),
        Line("beliefs (same page)", middle["beliefs"]),
        Line("all of it together, no filter", middle["all of it together"], None, "at most 50"),
        Line("check", middle["check"], other.get("check"), "at most 30,000"),
        Line("backup", middle["backup"], other.get("backup")),
        Line("open", middle["open"], other.get("open")),
        Line("first opening (migrations)", middle["first opening"]),
        Line("review page, with an empty file", middle["begin, empty"]),
        Line("review page", middle["begin"], other.get("queue"), "as empty",
             middle["begin"][0] / middle["begin, empty"][0]),
        Line("a year in advance (settings)", middle["year"], None, "at most 1,000"),
        Line("bare rows of an answer", middle["bare"]),
        Line("answer", middle["ours"], other.get("answer"), "at most x5", middle["ours"][0] / middle["bare"][0]),
        Line("undo, with the queue after it", middle["undo"], other.get("undo")),
    ]


def median(values: list[Took]) -> Took:
    busy = [each for _, each in values if each is not None]
    return statistics.median(clock for clock, _ in values), statistics.median(busy) if busy else None


def report(rows: list[Line]) -> None:
    columns = ("ours", "CPU", "Anki", "CPU")
    print(f"{'medians, ms':33}{''.join(f'{name:>11}' for name in columns)}   asked for")
    for row in rows:
        figures = [*row.ours, *(row.anki or (None, None))]
        shown = "".join(f"{'-' if each is None else format(each, ',.2f'):>11}" for each in figures)
        ratio = "" if row.ratio is None else f"x{row.ratio:.2f}  "
        print(f"  {row.name:31}{shown}   {ratio}{f'({row.asked})' if row.asked else ''}")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="20,000 reviews of 600 cards")
    parser.add_argument("--cards", type=int)
    parser.add_argument("--reviews", type=int)
    parser.add_argument("--file", type=Path, help="a history that is there already, of so many --cards")
    parser.add_argument("--answers", type=int, default=100)
    parser.add_argument("--times", type=int, default=9, help="how often each question is asked")
    parser.add_argument("--without-anki", action="store_true")
    parser.add_argument("--without-pandas", action="store_true", help="which takes a gigabyte for 200,000 reviews")
    parser.add_argument("--kept", type=Path, default=KEPT, help="the folder of made-up histories")
    options = parser.parse_args(arguments)
    cards = options.cards or (600 if options.small else 10_000)
    reviews = options.reviews or (20_000 if options.small else 1_000_000)
    source = options.file or made(options.kept / f"scale-{cards}-{reviews}.sqlite3", cards, reviews)
    folder = Path(tempfile.mkdtemp(prefix="attnquiz-bench-"))
    try:
        print(f"{reviews:,} reviews of {cards:,} cards, {source.stat().st_size / 1e6:,.0f} MB", flush=True)
        mine, concept = ours(source, folder, cards, options.answers, options.times)
        if not options.without_pandas:
            print(f"Figures held against pandas: {oracle(folder / 'ours.sqlite3')}", flush=True)
        anki = {} if options.without_anki else theirs(source, folder, concept, options.answers)
        report(lines(mine, anki))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
