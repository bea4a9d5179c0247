"""What statistics count, worked out once more: by the words of ``Measure``, from the raw rows, a review at a time."""

import json
import math
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

KINDS = ("numeric", "shape")


def log(path):
    """Every row, as a dictionary, in order of arrival."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute("SELECT * FROM log ORDER BY number")]


def effective(rows):
    """The reviews that nothing takes back that counts."""
    by_target = defaultdict(list)
    for row in rows:
        if row["cancels"]:
            by_target[row["cancels"]].append(row["id"])

    def counts(id):
        return not any(counts(withdrawal) for withdrawal in by_target[id])

    return [row for row in rows if row["kind"] == "review" and counts(row["id"])]


def contributions(rows):
    """(learner, concept, kind, measure, day, slot, hit, total) of all that each review adds."""
    seen = set()
    for row in effective(rows):
        variant = tuple(row[name] for name in ("learner", "card", "deletion", "variant"))
        for measure, day, slot, hit, total in of_one(row, variant in seen):
            yield row["learner"], row["concept"], row["card_kind"], measure, day.isoformat(), slot, hit, total
        seen.add(variant)


def of_one(row, met):
    day = date.fromisoformat(row["study_day"])
    week = day - timedelta(days=day.weekday())
    before = json.loads(row["memory_before"]) if row["memory_before"] else None
    spaced = before is not None and before["state"] == "review"
    last, due = (date.fromisoformat(before[name]) for name in ("last_day", "due_day")) if before else (None, None)
    first = before is not None and last < day
    mature = spaced and due - last >= timedelta(days=21)
    hit, right = row["rating"] > 1, row["verdict"] == "right"
    took = None
    if row["shown_at"] and row["committed_at"] and row["committed_at"] >= row["shown_at"]:
        took = datetime.fromisoformat(row["committed_at"]) - datetime.fromisoformat(row["shown_at"])
    milliseconds = 0 if took is None else took // timedelta(milliseconds=1)
    state = {"learning": 1, "relearning": 2}.get(before and before["state"], 0)
    slot = 10 * (3 + mature if spaced else state) + row["rating"]
    yield "answers", day, slot, hit, milliseconds
    yield "weekly", week, slot, hit, milliseconds
    try:
        zone = ZoneInfo(row["zone"])
    except ZoneInfoNotFoundError:
        zone = ZoneInfo("UTC")
    yield "hour", week, datetime.fromisoformat(row["at"]).astimezone(zone).hour, hit, 0
    if took is not None:
        yield "took", week, round(4 * math.log2(max(1, took.total_seconds()))), hit, milliseconds
    if row["verdict"] in ("right", "wrong", "slip") and row["confidence"]:
        yield "sure", week, int(row["confidence"] == "sure"), right, 0
    predicted = row["predicted_recall"]
    if first and predicted is not None:
        millionths = round(predicted * 1_000_000)
        if spaced and row["purpose"] == "due":
            yield "retained", day, int(mature), hit, millionths
            yield "predicted", week, min(19, int(predicted * 20)), hit, millionths
        if row["purpose"] == "probe":
            yield "probed", week, int(due <= day), hit, millionths
    if first and row["card_kind"] in KINDS and row["verdict"] in ("right", "wrong", "slip", "unknown"):
        yield "variant", week, int(not met), right, 0


def table(rows):
    """What the table should hold: key of a row -> n, hits, total."""
    sums = defaultdict(Counter)
    for learner, concept, kind, measure, day, slot, hit, total in contributions(rows):
        for scope in ("", concept and f"concept:{concept}", kind and f"kind:{kind}"):
            if scope is not None:
                sums[learner, scope, measure, day, slot].update(n=1, hits=hit, total=total)
                sums[learner, scope, f"ever:{measure}", "all days", slot].update(n=1, hits=hit, total=total)
    return {key: (each["n"], each["hits"], each["total"]) for key, each in sums.items()}


def filtered(contributed, learner, measure, concepts=None, kind=None, since=None):
    """(day, slot, n, hits, total) of one measure, through filters."""
    sums = defaultdict(Counter)
    for who, concept, its_kind, what, day, slot, hit, total in contributed:
        if (
            (who, what) == (learner, measure) and (concepts is None or concept in concepts)
            and kind in (None, its_kind) and (since is None or day >= since.isoformat())
        ):  # fmt: skip
            sums[date.fromisoformat(day), slot].update(n=1, hits=hit, total=total)
    return [(*key, each["n"], each["hits"], each["total"]) for key, each in sorted(sums.items())]


def held(path):
    """What the table does hold."""
    with closing(sqlite3.connect(path)) as db:
        return {row[:5]: row[5:] for row in db.execute("SELECT * FROM tally")}
