"""The raw log of a file as a pandas frame: nothing of ours reads it, so that what ours says can be held against it."""

import json
import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import pandas as pd

COLUMNS = (
    "number, id, kind, at, zone, study_day, card, deletion, concept, card_kind, purpose, variant, shown_at,"
    " committed_at, confidence, verdict, attempt, rating, predicted_recall, memory_before, cancels"
)


def log(path):
    """Effective reviews in order of arrival, with what each of them says about itself."""
    with closing(sqlite3.connect(path)) as file:
        entries = pd.read_sql_query(f"select {COLUMNS} from log order by number", file)
    gone = set()
    for id, target in entries[entries.cancels.notna()][["id", "cancels"]].iloc[::-1].itertuples(index=False):
        gone |= set() if id in gone else {target}
    rows = entries[(entries.kind == "review") & ~entries.id.isin(gone)].reset_index(drop=True)
    before = pd.DataFrame([json.loads(each) if isinstance(each, str) else {} for each in rows.memory_before])
    rows["day"] = pd.to_datetime(rows.study_day)
    rows["monday"] = rows.day - pd.to_timedelta(rows.day.dt.day_of_week, unit="D")
    for name in ("last_day", "due_day"):
        rows[name] = pd.to_datetime(before[name])
    rows["state"] = before["state"]
    spaced = rows.state == "review"
    rows["first"] = rows.last_day.notna() & (rows.last_day < rows.day)
    rows["mature"] = spaced & ((rows.due_day - rows.last_day).dt.days >= 21)
    rows["fair"] = rows["first"] & spaced & (rows.purpose == "due") & rows.predicted_recall.notna()
    rows["known"] = rows.rating > 1
    rows["was"] = rows.state.fillna("new").where(~spaced, "young").where(~rows.mature, "mature")
    took = pd.to_datetime(rows.committed_at) - pd.to_datetime(rows.shown_at)
    rows["seconds"] = took.dt.total_seconds().where(took.dt.total_seconds() >= 0)
    rows["hour"] = [
        at.astimezone(ZoneInfo(zone)).hour for at, zone in zip(pd.to_datetime(rows["at"]), rows.zone, strict=True)
    ]
    rows["new_variant"] = ~rows.duplicated(["card", "deletion", "variant"])
    return rows


def passing(rows, scope):
    """Those that a filter of the page lets through."""
    if scope.concepts is not None:
        rows = rows[rows.concept.isin(scope.concepts)]
    if scope.kind is not None:
        rows = rows[rows.card_kind == scope.kind]
    return rows if scope.since is None else rows[rows.day >= pd.Timestamp(scope.since)]


def wilson(hits, n):
    """The 95 % score interval from its definition: the two roots of (share - p)^2 = z^2 p (1 - p) / n."""
    z = 1.959963984540054
    a, b, c = n + z * z, -(2 * hits + z * z), hits * hits / n
    root = (b * b - 4 * a * c) ** 0.5
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
