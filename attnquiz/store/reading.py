"""Questions to the log and to what is derived from it. A Reading lives as long as its ``with`` block.

An entry is effective unless an effective withdrawal takes it back. A withdrawal is an entry too: undo withdraws an
answer, redo withdraws that withdrawal.
"""

import json
import sqlite3
import statistics
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from attnquiz.recall.face import Face
from attnquiz.recall.memory import Memory
from attnquiz.store.beginning import Beginning
from attnquiz.store.entry import Entry, Happened
from attnquiz.store.memory import MOVES, RATED, Rated, course, numbers_of, replay
from attnquiz.store.reviewed import REVIEWED, ReviewRow, review_row, seconds
from attnquiz.store.rows import ENTRY, MEMORY, entry_of, memories_of, memory_of
from attnquiz.store.standing import Standings
from attnquiz.store.tally import Tallied
from attnquiz.store.told import Telling
from attnquiz.store.tuned import Tuned

NAMESPACE = uuid.UUID("5a8b1f6e-41f4-4c0a-9d0b-6f5e7a1c2d93")
LATEST = 200  # attempts that the usual time of an answer is taken from

# Which attempts wait for a rating: not those of an exam, which move no memory.
WAITS = "kind = 'attempt' AND purpose <> 'exam'"
# What undo takes back. An exam that was handed in stays; a setting is changed back where it was chosen, and a state
# comes back where it is listed.
_DONE = (
    "kind IN ('attempt', 'review', 'suspend', 'bury', 'flag', 'marking', 'start')"
    " AND ifnull(purpose, '') NOT IN ('import', 'exam')"
)
_BACKWARDS = f"SELECT {ENTRY} FROM effective WHERE +learner = ?"  # + keeps SQLite from sorting: number is the order
_REST = "kind NOT IN ('attempt', 'review', 'withdrawal')"  # what the index of all other kinds wants to hear
_STATE = "learner = ? AND kind = 'state'"
_STARTS = f"learner = ? AND kind = 'start' AND {_REST} AND json_extract(payload, '$.placement') = ?"


def token_after(learner: str, face: Face | None, entries: int) -> str:
    """The token of what may happen next to ``face`` when so many of its entries count for it."""
    return str(uuid.uuid5(NAMESPACE, json.dumps([learner, *(face or (None, None)), entries])))


class Reading(Tallied, Beginning, Standings, Telling, Tuned):
    """One consistent view of a learner's file."""

    def token(self, face: Face | None) -> str:
        """Names what may happen next to ``face``: a second entry with the same token comes too late.

        A flag, a second marking or an exam leaves the question on the screen as it is, so they do not count.
        """
        sql = (
            "SELECT count(*) FROM log WHERE learner = ? AND card IS ? AND deletion IS ?"
            " AND kind NOT IN ('flag', 'marking') AND purpose IS NOT 'exam'"
        )
        key = (self.learner, *(face or (None, None)))
        return token_after(self.learner, face, self._db.execute(sql, key).fetchone()[0])

    def memory(self, face: Face) -> Memory | None:
        row = self._db.execute(
            f"SELECT {MEMORY} FROM memory WHERE learner = ? AND card = ? AND deletion = ?", (self.learner, *face)
        ).fetchone()
        return None if row is None else memory_of(row)

    def memories(self) -> dict[Face, Memory]:
        """Every face that was ever reviewed, or counts as known."""
        rows = self._db.execute(f"SELECT card, deletion, {MEMORY} FROM memory WHERE learner = ?", (self.learner,))
        return memories_of(rows)

    def entry(self, id: str) -> Entry | None:
        return self._one(f"SELECT {ENTRY} FROM log WHERE id = ? AND learner = ?", id, self.learner)

    def of_token(self, token: str) -> Entry | None:
        """The entry that carries this token."""
        return self._one(f"SELECT {ENTRY} FROM log WHERE token = ? AND learner = ?", token, self.learner)

    def entries(self, face: Face | None = None) -> Iterator[Entry]:
        """All entries, or those of a face, in order of arrival, withdrawn ones too."""
        return self._entries("log", face)

    def effective(self, face: Face | None = None) -> Iterator[Entry]:
        """The same without the withdrawn ones."""
        return self._entries("effective", face)

    def is_effective(self, entry: Entry) -> bool:
        found = self._db.execute("SELECT 1 FROM effective WHERE id = ? AND learner = ?", (entry.id, self.learner))
        return found.fetchone() is not None

    def open_attempt(self) -> Entry | None:
        """The newest effective attempt that no effective review rates."""
        newest = "SELECT number FROM unrated WHERE learner = ? ORDER BY number DESC LIMIT 1"
        return self._one(f"SELECT {ENTRY} FROM log WHERE number = ({newest})", self.learner)

    def is_open(self, attempt: Entry) -> bool:
        """Whether this attempt counts and waits for a rating: whoever rates it should ask first."""
        sql = "SELECT 1 FROM unrated WHERE learner = ? AND number = (SELECT number FROM log WHERE id = ?)"
        return self._db.execute(sql, (self.learner, attempt.id)).fetchone() is not None

    def undoable(self) -> Entry | None:
        """The newest effective entry that undo takes back."""
        return self._one(f"{_BACKWARDS} AND {_DONE} ORDER BY number DESC LIMIT 1", self.learner)

    def redoable(self) -> Entry | None:
        """The withdrawal that redo takes back; None once anything was done after it."""
        latest_done = f"SELECT number FROM log WHERE +learner = ? AND {_DONE} ORDER BY number DESC LIMIT 1"
        elsewhere = "('withdrawal', 'state', 'setting', 'weights')"
        an_undo = f"(SELECT t.kind FROM log AS t WHERE t.id = effective.cancels) NOT IN {elsewhere}"
        return self._one(
            f"{_BACKWARDS} AND kind = 'withdrawal' AND number > ifnull(({latest_done}), 0) AND {an_undo}"
            " ORDER BY number DESC LIMIT 1",
            self.learner, self.learner,
        )  # fmt: skip

    def together(self, entry: Entry) -> list[Entry]:
        """What is taken back in one step with this entry: the starts of one placement, or the withdrawals of those."""
        target = entry if entry.cancels is None else self.entry(entry.cancels)
        if target is None or target.kind is not Happened.START:
            return [entry]
        which = _STARTS if entry is target else f"cancels IN (SELECT id FROM log WHERE {_STARTS})"
        placement = json.loads(target.payload or "{}")["placement"]
        sql = f"SELECT {ENTRY} FROM effective WHERE {which} ORDER BY number"
        return list(map(entry_of, self._db.execute(sql, (self.learner, placement))))

    def placements(self) -> list[Entry]:
        """The steps of all placement tests, in order of arrival."""
        return list(self._rest(Happened.PLACEMENT))

    def starts(self) -> list[Entry]:
        """What counts as known without a review, in order of arrival."""
        return list(self._rest(Happened.START))

    def unrated(self) -> frozenset[Face]:
        """Faces with an answer that waits for its rating."""
        sql = "SELECT card, deletion FROM log JOIN unrated USING (learner, number) WHERE learner = ?"
        return frozenset(Face(*row) for row in self._db.execute(sql, (self.learner,)))

    def introduced(self, day: date) -> int:
        """Faces whose first effective review is on ``day``; the check of one that counts as known makes nothing new."""
        sql = (
            "SELECT 1 FROM effective WHERE learner = ? AND card = ? AND deletion = ?"
            " AND (kind = 'review' AND +study_day < ? OR kind = 'start') LIMIT 1"
        )  # + keeps SQLite at the face: the index of days is long
        faces = self.faces_reviewed(day)
        return sum(self._db.execute(sql, (self.learner, *face, day.isoformat())).fetchone() is None for face in faces)

    def reviewed(self, day: date) -> int:
        """Effective reviews of ``day``."""
        return sum(1 for _ in self._faces_of(day))

    def faces_reviewed(self, day: date) -> frozenset[Face]:
        return frozenset(Face(*row) for row in self._faces_of(day))

    def reviews_of(self, day: date) -> Iterator[Entry]:
        """Effective reviews of ``day``, whole, in order of arrival."""
        rows = self._db.execute(
            f"SELECT {ENTRY} FROM effective WHERE kind = 'review' AND learner = ? AND study_day = ? ORDER BY number",
            (self.learner, day.isoformat()),
        )
        return map(entry_of, rows)

    def suspended(self) -> dict[str, Entry]:
        """The cards that are not to be asked any more, each with its latest effective suspend."""
        return {entry.face.card: entry for entry in self._rest(Happened.SUSPEND) if entry.face is not None}

    def buried(self, day: date) -> frozenset[str]:
        """The cards that are not to be asked on ``day``."""
        buries = self._rest(Happened.BURY)
        return frozenset(entry.face.card for entry in buries if entry.face is not None and entry.study_day >= day)

    def flags(self) -> list[Entry]:
        """What the learner has remarked about cards, in order of arrival."""
        return list(self._rest(Happened.FLAG))

    def states(self) -> list[Entry]:
        """The states of the sandbox that have a name, in order of arrival."""
        sql = f"SELECT {ENTRY} FROM effective WHERE {_STATE} AND json_extract(payload, '$.name') <> '' ORDER BY number"
        return list(map(entry_of, self._db.execute(sql, (self.learner,))))

    def states_of(self, id: str) -> list[Entry]:
        """All that is kept under the short id of a state, with and without a name, in order of arrival."""
        sql = f"SELECT {ENTRY} FROM effective WHERE {_STATE} AND json_extract(payload, '$.state') = ? ORDER BY number"
        return list(map(entry_of, self._db.execute(sql, (self.learner, id))))

    def taken_back_by(self, entry: Entry) -> Entry | None:
        """The effective withdrawal that takes this entry back."""
        return self._one(f"SELECT {ENTRY} FROM effective WHERE cancels = ? ORDER BY number LIMIT 1", entry.id)

    def settings(self) -> dict[str, str]:
        """What was chosen last, by name."""
        rows = self._db.execute(
            "SELECT json_extract(payload, '$.name'), json_extract(payload, '$.value') FROM effective"
            f" WHERE learner = ? AND kind = 'setting' AND {_REST} ORDER BY number",
            (self.learner,),
        )
        return {name: str(value) for name, value in rows}

    def chosen_last(self, names: Sequence[str]) -> list[Entry]:
        """The latest choice among these settings, and whatever of them was chosen at the same moment."""
        sql = (
            f"SELECT {ENTRY} FROM effective WHERE learner = ? AND kind = 'setting' AND {_REST}"
            " AND json_extract(payload, '$.name') IN (SELECT value FROM json_each(?)) ORDER BY number"
        )
        found = list(map(entry_of, self._db.execute(sql, (self.learner, json.dumps(names)))))
        return [entry for entry in found if entry.at == found[-1].at]

    def zone(self) -> str | None:
        """The time zone of the latest entry: where the learner was last."""
        sql = "SELECT zone FROM log WHERE +learner = ? ORDER BY number DESC LIMIT 1"
        row = self._db.execute(sql, (self.learner,)).fetchone()
        return None if row is None else row[0]

    def medians(self) -> dict[str, float]:
        """Seconds from shown to committed, the median of each kind of card among the latest 200 outside of exams."""
        rows = self._db.execute(
            "SELECT card_kind, shown_at, committed_at FROM effective"
            f" WHERE +learner = ? AND {WAITS} ORDER BY number DESC LIMIT {LATEST}",
            (self.learner,),
        )
        took = defaultdict(list)
        for kind, shown, committed in rows:
            if (each := seconds(shown, committed)) is not None:
                took[kind].append(each)
        return {kind: statistics.median(all_of_them) for kind, all_of_them in took.items()}

    def reviews(self) -> list[ReviewRow]:
        """Effective reviews in order of (study_day, at, id)."""
        sql = f"SELECT {REVIEWED} FROM effective WHERE learner = ? AND kind = 'review' ORDER BY study_day, at, id"
        return list(map(review_row, self._db.execute(sql, (self.learner,))))

    def replayed(self, face: Face) -> Memory | None:
        """What the effective reviews and starts of ``face`` say, whatever the table of memories says."""
        return replay(face, self._rated(face), self.weights)

    def course(self, face: Face) -> list[tuple[Entry, Memory]]:
        """The effective reviews of ``face`` in order of time, each with the memory after it as replayed; before them
        its start, where it has one."""
        entries = {entry.id: entry for entry in self.effective(face)}
        return [(entries[move.id], memory) for move, memory in course(face, self._rated(face), self.weights)]

    def weights(self, id: str) -> tuple[float, ...]:
        """The 21 numbers of a weights entry."""
        entry = self.entry(id)
        return numbers_of(None if entry is None else entry.payload, id)

    def _rated(self, face: Face) -> Iterator[Rated]:
        rows = self._db.execute(
            f"SELECT {RATED} FROM effective WHERE {MOVES} AND learner = ? AND card = ? AND deletion = ?",
            (self.learner, *face),
        )
        return map(Rated._make, rows)

    def _rest(self, kind: Happened) -> Iterator[Entry]:
        """Effective entries of a kind that is neither an answer nor a withdrawal, in order of arrival."""
        sql = f"SELECT {ENTRY} FROM effective WHERE learner = ? AND kind = ? AND {_REST} ORDER BY number"
        return map(entry_of, self._db.execute(sql, (self.learner, kind)))

    def _faces_of(self, day: date) -> sqlite3.Cursor:
        """Card and deletion of each effective review of ``day``."""
        return self._db.execute(
            "SELECT card, deletion FROM effective WHERE kind = 'review' AND learner = ? AND study_day = ?",
            (self.learner, day.isoformat()),
        )

    def _entries(self, table: str, face: Face | None) -> Iterator[Entry]:
        if face is None:
            rows = self._db.execute(f"SELECT {ENTRY} FROM {table} WHERE +learner = ? ORDER BY number", (self.learner,))
        else:
            rows = self._db.execute(
                f"SELECT {ENTRY} FROM {table} WHERE learner = ? AND card = ? AND deletion = ? ORDER BY number",
                (self.learner, *face),
            )
        return map(entry_of, rows)

    def _one(self, sql: str, *values: object) -> Entry | None:
        row = self._db.execute(sql, values).fetchone()
        return None if row is None else entry_of(row)
